"""A telephone that calls the service as Twilio would: the real signed webhooks, with nobody who really waits."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from api.simulators import parameters
from api.simulators.hearing import Heard
from api.simulators.keypad import offered, phrases
from api.simulators.leg import Leg
from api.simulators.listening import Waiting, typed
from api.simulators.transcript import Line, LineKind, Moment, Transcript
from api.simulators.transfer import Outcome, numbers, transfer
from api.simulators.wire import BrokenCall, Post, Request, Sign, Wire
from flows.budgets import seconds

KEYPAD = "0123456789*#"
A_KEY = 0.5  # seconds to press one
USUAL_TALK = 60


@dataclass
class Phone:
    """One caller's telephone.

    `post` and `sign` reach the service (see `wire`). `transfer_outcome` is what becomes of the people called on
    the caller's behalf; `transfer_outcomes` comes first, one each. `ends_transfer`: who hangs up once they have
    talked. `key_phrases` are the sentences that offer a key, like « {label} : tapez {key}. ».
    `over` is true when no call is going on, `transferred` once somebody was put through, `sid` is the call's own id.
    Every method that does something returns what is then heard, and raises BrokenCall when the service answers
    what Twilio cannot follow, or when the call is over.
    """

    post: Post
    from_: str
    to: str
    sign: Sign
    start: str = "/webhooks/voice"
    status: str | None = "/webhooks/voice/status"
    account: str = "AC" + "0" * 32
    transfer_outcome: Outcome = "accept"
    transfer_outcomes: list[Outcome] = field(default_factory=list)
    ends_transfer: Literal["person", "caller"] = "person"
    key_phrases: tuple[str, ...] = field(default_factory=phrases)
    lone_finish_ends: bool = False
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    over: bool = field(default=True, init=False)
    transferred: bool = field(default=False, init=False)
    sid: str = field(default="", init=False)

    def __post_init__(self) -> None:
        self.wire = Wire(self.post, self.sign)
        self._log = Transcript()
        self._dialled: list[str] = []
        self._leg = Leg(self.wire, "voice", {}, self._log.tell, self._log.passes)

    def call(self) -> str:
        """Dials the service; a call that goes on is hung up first."""
        self.hang_up()
        self.sid, self.over, self.transferred = "CA" + uuid.uuid4().hex, False, False
        self._log, self._dialled = Transcript(), []
        form = parameters.of_call(self.account, self.sid, self.from_, self.to)
        self._leg = Leg(self.wire, "voice", form, self._log.tell, self._log.passes)
        return self._do(lambda: self._leg.fetch(self.start, {"CallStatus": "ringing"}))

    def keys(self, pressed: str, after: float | None = None) -> str:
        """Presses keys, one after the other; `after` so many seconds of what is being said (None: all of it).

        Keys that come after the entry is complete are lost, as they are between two waits.
        """
        if not pressed or set(pressed) - set(KEYPAD):
            raise ValueError(f"a telephone has the keys {KEYPAD}")
        awaited = self._listens("pressed", pressed, after)
        entry = typed(awaited, pressed, self.lone_finish_ends)
        self._log.passes(A_KEY * len(pressed))
        if not entry.complete:
            self._log.passes(awaited.timeout)
        if not awaited.keys or not (entry.digits or entry.complete):
            return self._do(self._leg.unanswered)
        form = {"msg": "Gather End", "Digits": entry.digits, "FinishedOnKey": entry.finished_on}
        return self._do(lambda: self._leg.answered(form))

    def says(self, words: str, confidence: float = 0.9, after: float | None = None) -> str:
        """Says something, which is understood word for word; where only keys are waited for it is not heard."""
        awaited = self._listens("spoke", words, after)
        self._log.passes(seconds(words))
        if not awaited.speech or not words.strip():
            self._log.passes(awaited.timeout)
            return self._do(self._leg.unanswered)
        return self._do(lambda: self._leg.answered({"SpeechResult": words, "Confidence": str(confidence)}))

    def silence(self) -> str:
        """Does nothing until the wait is over."""
        awaited = self._listens("silent", "", None)
        self._log.passes(awaited.timeout)
        return self._do(self._leg.unanswered)

    def hang_up(self) -> None:
        """Hangs up; nothing when the call is over already."""
        if not self.over:
            self._log.add("hung_up", "")
            self._ends()

    def again(self, request: Request | None = None) -> Request:
        """A request (the last one) delivered once more, as Twilio may do; the call itself does not move."""
        return self.wire.again(request or self.wire.requests[-1])

    @property
    def heard(self) -> str:
        """All that was said to the caller since they last did something."""
        return " ".join(said.text for said in self._log.recent)

    @property
    def spoken(self) -> tuple[Heard, ...]:
        """The same, in the parts it was said in."""
        return tuple(self._log.recent)

    @property
    def waiting(self) -> Waiting | None:
        """What is waited for now; None once the call is over."""
        return self._leg.awaited

    @property
    def transcript(self) -> list[Line]:
        """Everything heard and done in this call."""
        return self._log.lines

    @property
    def seconds(self) -> float:
        """How long the call would have lasted so far: speech, keys and waits."""
        return self._log.seconds

    @property
    def dialled(self) -> list[str]:
        """The numbers called on the caller's behalf."""
        return self._dialled

    @property
    def moment(self) -> Moment:
        """Where the call is, for a screen."""
        keys = tuple(offered(self.heard, self.key_phrases))
        return Moment(self.spoken, keys, self.waiting, self.over, self.transferred, self._log.recent_dialled)

    def _listens(self, kind: LineKind, text: str, after: float | None) -> Waiting:
        """What is waited for as the caller does something, `after` so many seconds of what is being said."""
        awaited = self._leg.awaited
        if self.over or awaited is None:
            raise BrokenCall("the call is over")
        if after is not None:
            self._log.passes(min(after, awaited.prompt) - awaited.prompt)
        self._log.acts(kind, text)
        return awaited

    def _do(self, act: Callable[[], None]) -> str:
        """Does something to the caller's side and plays on until they must do something again."""
        try:
            act()
            while (stop := self._leg.go()) == "dial":
                self._transfers()
                if self.over:
                    return self.heard
        except BrokenCall:
            self._ends(told=False)
            raise
        if stop != "listening":
            self._log.add("ended", "")
            self._ends()
        return self.heard

    def _transfers(self) -> None:
        dial = self._leg.dialling
        assert dial is not None
        self._dialled += numbers(dial)
        outcome = self.transfer_outcomes.pop(0) if self.transfer_outcomes else self.transfer_outcome
        called = transfer(dial, self.wire, self._leg.form, outcome, USUAL_TALK, self._log)
        self.transferred = self.transferred or called.bridged
        left = called.bridged and self.ends_transfer == "caller"
        action = dial.get("action")
        if action:
            self._leg.fetch(action, called.form() | ({"CallStatus": "completed"} if left else {}))
        if left:
            self.hang_up()

    def _ends(self, told: bool = True) -> None:
        """The call is over, and the service is told so; `told`: it must have understood."""
        self.over, self._leg.awaited = True, None
        if self.status is None:
            return
        end = parameters.of_end(self._log.seconds, self.now())
        answer = self.wire.send(self.status, {**self._leg.form, **end})
        if told and not 200 <= answer.status < 300:
            raise BrokenCall(f"{answer.path}: status {answer.status}")
