"""A <Dial> played: someone is called, hears the whisper, accepts or not, and the two are put through or not."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element

from api.simulators.leg import Leg
from api.simulators.transcript import Transcript
from api.simulators.wire import Wire

Outcome = Literal["accept", "refuse", "no_answer", "voicemail", "busy"]
USUAL_RING = 30
ANSWERS_AFTER = 6
LONGEST_TALK = 14_400
ACCEPTS, REFUSES = "1", "2"


@dataclass(frozen=True)
class Called:
    """How a transfer ended: what Twilio says of it, and whether somebody (or a machine) was put through."""

    status: Literal["completed", "no-answer", "busy"]
    sid: str
    bridged: bool
    talk: int = 0

    def form(self) -> dict[str, str]:
        """What is sent to the action of the Dial."""
        told = {"DialCallStatus": self.status, "DialCallSid": self.sid, "DialBridged": str(self.bridged).lower()}
        return {**told, "DialCallDuration": str(self.talk)} if self.status == "completed" else told


def numbers(dial: Element) -> list[str]:
    """The numbers called, all at once."""
    return [(number.text or "").strip() for number in dial] or [(dial.text or "").strip()]


def transfer(
    dial: Element, wire: Wire, call: Mapping[str, str], outcome: Outcome, talk: int, transcript: Transcript
) -> Called:
    """Calls the number (the first of several: the others stop ringing) and does what `outcome` says with it.

    `talk` is how long the two talk when put through, in seconds. Raises BrokenCall when the whisper cannot be
    played.
    """
    sid = "CA" + uuid.uuid4().hex
    transcript.add("dialled", " ".join(numbers(dial)))
    if outcome == "busy":
        transcript.passes(ANSWERS_AFTER)
        return Called("busy", sid, bridged=False)
    if outcome == "no_answer":
        transcript.passes(int(dial.get("timeout", USUAL_RING)))
        return Called("no-answer", sid, bridged=False)
    transcript.passes(ANSWERS_AFTER)
    if not _accepted(dial, wire, call, outcome, sid, transcript):
        return Called("completed", sid, bridged=False)
    transcript.add("bridged", numbers(dial)[0])
    talk = min(talk, int(dial.get("timeLimit", LONGEST_TALK)))
    transcript.passes(talk)
    return Called("completed", sid, bridged=True, talk=talk)


def _accepted(
    dial: Element, wire: Wire, call: Mapping[str, str], outcome: Outcome, sid: str, transcript: Transcript
) -> bool:
    """True when the one who picked up is put through: at once without a whisper, else unless the whisper hangs up."""
    address = dial[0].get("url") if len(dial) else None
    if address is None:
        return outcome != "refuse"
    caller = dial.get("callerId", call["From"])
    number = numbers(dial)[0]
    form = {**call, "CallSid": sid, "ParentCallSid": call["CallSid"], "Direction": "outbound-dial"}
    form |= {"From": caller, "Caller": caller, "To": number, "Called": number, "CallStatus": "in-progress"}
    leg = Leg(wire, "whisper", form, transcript.whisper, transcript.passes)
    leg.fetch(address, {})
    while (stop := leg.go()) == "listening":
        _reacts(leg, outcome, transcript)
    return stop == "ended"


def _reacts(leg: Leg, outcome: Outcome, transcript: Transcript) -> None:
    """The one who picked up presses a key, or is a machine that presses none."""
    key = {"accept": ACCEPTS, "refuse": REFUSES}.get(outcome)
    if key and leg.awaited and leg.awaited.keys:
        leg.answered({"msg": "Gather End", "Digits": key, "FinishedOnKey": ""})
        return
    transcript.passes(leg.awaited.timeout if leg.awaited else 0)
    leg.unanswered()
