"""What travels: a message that came in, what is answered, and what must be kept of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.manner import Manner
from bot.talk import Talk
from flows.texts import Say

LINK_CODE = "◊code◊"


@dataclass(frozen=True)
class Nearby:
    """A place near the citizen, in words: to read (with address and hours) and to hear."""

    text: str
    speech: str


@dataclass(frozen=True)
class Inbound:
    """One message of a citizen, whatever the channel. Provider payloads stop before this.

    `provider_id` is the provider's own id of the message, unique on its channel: a repeated one gets the
    reply already given. `choice` is what a button carries: `<key of the message>|<option id>`. `signal` is what
    came in place of words (a silence, a photo, a call that begins: see `bot.signals`). `phone` is a number at
    which this person can be called back or texted, in E.164, when the channel knows one; `no_sms`: it wrote STOP.
    `point` is where this person says to be (degrees, WGS84): it finds what is `nearby`, and is not kept.
    """

    channel: str
    address: str
    text: str
    provider_id: str
    at: datetime
    choice: str | None = None
    signal: str | None = None
    phone: str | None = None
    no_sms: bool = False
    point: tuple[float, float] | None = None
    nearby: tuple[Nearby, ...] = ()


@dataclass(frozen=True)
class Event:
    """Something that counts for the impact figures. Never holds words of the citizen."""

    kind: str
    procedure: str | None = None
    step: str | None = None
    detail: str | None = None


@dataclass(frozen=True)
class HandoffRequest:
    """A case for a mediator. `recap` is structured; `answers` are there only if the citizen agreed.

    `closed`: the person was spoken to already (a call passed on), nobody has to call back.
    """

    reason: str
    recap: Mapping[str, Any]
    phone: str | None = None
    answers: Mapping[str, Any] | None = None
    due: str | None = None
    closed: bool = False


@dataclass(frozen=True)
class Reply:
    """What is said back, how, and where the citizen is now."""

    says: tuple[Say, ...]
    procedure: str | None = None
    step: str | None = None
    ended: str | None = None
    intent: str | None = None
    confidence: float | None = None
    manner: Manner = field(default_factory=Manner)


@dataclass(frozen=True)
class Send:
    """Something that goes out apart from the reply, by a channel that may be another one.

    `kind` is `reply` (the answer itself, where it cannot travel in the response), `recap` or `push`. `to` is the
    address on that channel; None is the citizen's own. `asked_for`: the citizen has just asked for it, so quiet
    hours and daily caps do not hold it back.
    """

    kind: str
    channel: str
    says: tuple[Say, ...]
    to: str | None = None
    asked_for: bool = False
    manner: Manner = field(default_factory=Manner)


@dataclass(frozen=True)
class Answer:
    """All that a turn decides: the reply, the new state, and what is to be stored with it.

    `stored_text` is the citizen's message as it may be kept (masked, or a mark when nothing may be kept).
    `handoff` opens the citizen's case, or brings the one opened in the same talk up to date.
    `forget` asks for everything about the citizen to be deleted once the reply is given. `link`: the reply has
    `LINK_CODE` where the code to go on elsewhere must stand. `sends` go out by themselves.
    """

    reply: Reply
    talk: Talk
    stored_text: str
    events: tuple[Event, ...] = ()
    handoff: HandoffRequest | None = None
    forget: bool = False
    link: bool = False
    sends: tuple[Send, ...] = ()

    def with_mark(self, mark: str, value: str) -> Answer:
        """The answer with `value` wherever `mark` stands in what is said, and in what « répétez » will say."""

        def put(say: Say) -> Say:
            texts = (text and text.replace(mark, value) for text in (say.text, say.short, say.speech))
            text, short, speech = texts
            return replace(say, text=text or "", short=short, speech=speech)

        reply = replace(self.reply, says=tuple(map(put, self.reply.says)))
        return replace(self, reply=reply, talk=replace(self.talk, last=tuple(map(put, self.talk.last))))
