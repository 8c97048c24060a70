"""The turns of a phone call: what came in is given to the conversation, and its reply becomes the document to play."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from api.settings import Settings
from api.voice.callers import Hook, cut, inbound, said
from api.voice.calls import Calls, CallState
from api.voice.twiml import Dial, Script, dial_name
from bot.messages import Inbound, Reply
from flows.texts import Say
from mediation.territory import Territory

ACCEPT_KEY = "1"
OVER = frozenset({"completed", "failed", "busy", "no-answer", "canceled"})
LATE = timedelta(minutes=10)  # after the end of a call, what still comes about it is old
RETRIES = 3


class Refused(Exception):
    """A request about no call of ours: it is answered 403, and nothing is done."""


class Sentence(Protocol):
    """The assistant's own sentences, in French."""

    def __call__(self, name: str, /, **values: str) -> Say:
        """The sentence of that name, with its values in place."""


@dataclass(frozen=True)
class Line:
    """The phone line. `title` gives the title of a procedure by its id, as said in a sentence."""

    settings: Settings
    receive: Callable[[Inbound], Reply]
    calls: Calls
    territory: Territory
    now: Callable[[], datetime]
    sentence: Sentence
    title: Callable[[str], str]

    @property
    def script(self) -> Script:
        """The documents."""
        return Script(self.settings)

    def began(self, hook: Hook) -> str:
        """A call begins, or its first request comes again."""
        if not hook.sid:
            raise Refused
        at = self.now()
        self.calls.begin(hook.sid, at)
        self._live(hook.sid)
        return self._next(hook, self.receive(inbound(hook, "0", at, signal="call")), 1)

    def turned(self, hook: Hook) -> str:
        """The caller spoke, pressed keys, or did nothing."""
        call, turn, at = self._live(hook.sid), _number(hook, "n"), self.now()
        text = said(hook)[: self.settings.max_text]
        reply = self.receive(inbound(hook, str(turn), at, text, None if text else "silence"))
        too_long = at - call.started_at > timedelta(minutes=self.settings.voice_call_minutes)
        if too_long and reply.manner.then not in ("transfer", "hang_up"):
            self.receive(inbound(hook, "end", at, signal="hung_up"))
            return self.script.goodbye(_bare(reply), self.sentence("voice_too_long"))
        return self._next(hook, reply, turn + 1)

    def transferred(self, hook: Hook) -> str:
        """The phone rung is silent again: the person was spoken to, or another one is tried, or nobody came."""
        call, turn, attempt = self._live(hook.sid), _number(hook, "n"), _number(hook, "attempt")
        if call.accepted(dial_name(turn, attempt)):
            signal = "transfer_done"
        elif attempt < len(self._phones) and hook.form.get("CallStatus") not in OVER:
            wait = Reply((self.sentence("voice_transfer_wait"),))
            return self._ring(wait, self._dial(hook, turn, attempt + 1, hook.query.get("procedure")))
        else:
            self.calls.failed(hook.sid, dial_name(turn, attempt))
            signal = "transfer_failed"
        return self._next(hook, self.receive(inbound(hook, str(turn), self.now(), signal=signal)), turn + 1)

    def whispered(self, hook: Hook) -> str:
        """A person rung has picked up: what it is about, and the key that takes the call. Nothing about the caller."""
        call, dial = _dialled(hook)
        self._live(call)
        procedure = hook.query.get("procedure")
        about = (
            self.sentence("voice_whisper", title=self.title(procedure))
            if procedure
            else self.sentence("voice_whisper_plain")
        )
        return self.script.whisper(call, dial, about, self.sentence("voice_whisper_accept"))

    def accepted(self, hook: Hook) -> str:
        """The person rung pressed a key."""
        call, dial = _dialled(hook)
        self._live(call)
        # In the query when the request is made again: a redirected one comes without its keys.
        key = hook.form.get("Digits") or hook.query.get("key")
        if key == ACCEPT_KEY and self.calls.accept(call, dial):
            return self.script.put_through()
        return self.script.refused()

    def ended(self, hook: Hook) -> None:
        """The provider says that the call is over; other news of it changes nothing."""
        if hook.form.get("CallStatus") in OVER and self.calls.end(hook.sid, self.now()):
            self.receive(inbound(hook, "end", self.now(), signal="hung_up"))

    def _next(self, hook: Hook, reply: Reply, turn: int) -> str:
        """The document for a reply. `turn`: the number of what comes next."""
        if reply.manner.then != "transfer":
            return self.script.reply(reply, turn, cut(hook))
        if self._phones:
            return self._ring(reply, self._dial(hook, turn, 1, reply.procedure))
        failed = self.receive(inbound(hook, str(turn), self.now(), signal="transfer_failed"))
        return self.script.reply(replace(failed, says=(*_bare(reply).says, *failed.says)), turn + 1)

    def _ring(self, reply: Reply, dial: Dial) -> str:
        self.calls.ringing(dial.call, dial.name)
        return self.script.dialling(_bare(reply), dial)

    def _dial(self, hook: Hook, turn: int, attempt: int, procedure: str | None) -> Dial:
        # The number that was called, when it is one: a short code shows nobody who calls.
        called = hook.form.get("To", "")
        shown = called if called.startswith("+") else self.settings.twilio_number
        return Dial(hook.sid, turn, attempt, self._phones[attempt - 1], shown, procedure)

    @property
    def _phones(self) -> tuple[str, ...]:
        transfer = self.territory.transfer
        return transfer.phones[: self.settings.voice_transfers] if transfer else ()

    def _live(self, sid: str) -> CallState:
        """The call, when it is one of ours and not long over."""
        call = self.calls.find(sid) if sid else None
        if call is None or (call.ended_at is not None and self.now() - call.ended_at > LATE):
            raise Refused
        return call


def _bare(reply: Reply) -> Reply:
    """The reply without its choices: nobody waits for the key of one."""
    return replace(reply, says=tuple(replace(say, options=()) for say in reply.says))


def _dialled(hook: Hook) -> tuple[str, str]:
    """The call and the dial that a request of the other side is about."""
    return hook.query.get("call", ""), hook.query.get("dial", "")


def _number(hook: Hook, name: str) -> int:
    written = hook.query.get(name, "")
    if not (written.isascii() and written.isdigit() and len(written) <= 6):
        raise Refused
    return int(written)
