"""What travels: a message that came in, what is answered, and what must be kept of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.manner import Manner
from bot.owners import Charge, Waiting
from bot.talk import Talk
from flows.texts import Say

LINK_CODE = "◊code◊"
RECAP_CODE = "◊dossier◊"


@dataclass(frozen=True)
class Nearby:
    """A place near the citizen, in words: to read (with address and hours), to hear, and to be sent as an SMS.

    `whole`: to be heard with the street and the number, by who gets no SMS.
    """

    text: str
    speech: str
    id: str = ""
    name: str = ""
    sms: str = ""
    whole: str = ""


@dataclass(frozen=True)
class Known:
    """What is kept about a citizen, in counts and dates: « que savez-vous de moi ? ».

    `since`: their first message. `messages`: how many of both sides are kept, each for `days` days. `case_open`: a
    request to a person has not ended. `phone_ends`: the last two figures of each phone number that is kept.
    """

    since: datetime
    messages: int
    days: int
    case_open: bool = False
    phone_ends: tuple[str, ...] = ()


@dataclass(frozen=True)
class Inbound:
    """One message of a citizen, whatever the channel. Provider payloads stop before this.

    `provider_id` is the provider's own id of the message, unique on its channel: a repeated one gets the
    reply already given. `choice` is what a button carries: `<key of the message>|<option id>`. `signal` is what
    came in place of words (a silence, a photo, a call that begins: see `bot.signals`). `phone` is a number at
    which this person can be called back or texted, in E.164, when the channel knows one; `no_sms`: it wrote STOP.
    `point` is where this person says to be (degrees, WGS84): it finds what is `nearby`, and is not kept. `around` is
    the code of the commune whose places are `nearby`, when the dialogue asked for them. `charge`: the person in charge
    of this citizen's case, None while nobody is; `waiting`: the case, while it waits for somebody. `staffed`: somebody
    of the team could answer in writing now; `helped`: one day at least, for somebody has an account. `known`: what is
    kept about this citizen, when the dialogue asked for it.
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
    around: str | None = None
    charge: Charge | None = None
    waiting: Waiting | None = None
    staffed: bool = False
    helped: bool = True
    known: Known | None = None


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

    `closed`: the person was spoken to already (a call passed on), nobody has to call back. The words of `mode`,
    `consent` (None: not asked yet) and `callback_half` are those of `mediation.cases`; `callback_on` is a day, ISO.
    `commune` (its code) and `place` (its id) are kept because the person is called back, or goes there. `code`: the
    reply has `RECAP_CODE` where the code to bring to the place must stand. `cancelled`: closed, for nobody is wanted.
    """

    reason: str
    recap: Mapping[str, Any]
    phone: str | None = None
    answers: Mapping[str, Any] | None = None
    due: str | None = None
    closed: bool = False
    mode: str | None = None
    consent: str | None = None
    callback_on: str | None = None
    callback_half: str | None = None
    commune: str | None = None
    place: str | None = None
    code: bool = False
    cancelled: bool = False


@dataclass(frozen=True)
class Reply:
    """What is said back, how, and where the citizen is now. `person`: who is in charge, and reads instead of us."""

    says: tuple[Say, ...]
    procedure: str | None = None
    step: str | None = None
    ended: str | None = None
    intent: str | None = None
    confidence: float | None = None
    manner: Manner = field(default_factory=Manner)
    person: str | None = None


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
    `LINK_CODE` where the code to go on elsewhere must stand. `sends` go out by themselves. `relayed`: the message is
    for the person in charge. `takes_back`: the citizen wants the assistant again, the person is no longer in charge.
    """

    reply: Reply
    talk: Talk
    stored_text: str
    events: tuple[Event, ...] = ()
    handoff: HandoffRequest | None = None
    forget: bool = False
    link: bool = False
    sends: tuple[Send, ...] = ()
    relayed: bool = False
    takes_back: bool = False

    def with_mark(self, mark: str, value: str) -> Answer:
        """The answer with `value` wherever `mark` stands: in what is said or sent, and in what will be said again."""

        def put(say: Say) -> Say:
            texts = (text and text.replace(mark, value) for text in (say.text, say.short, say.speech))
            text, short, speech = texts
            return replace(say, text=text or "", short=short, speech=speech)

        reply = replace(self.reply, says=tuple(map(put, self.reply.says)))
        talk = replace(self.talk, last=tuple(map(put, self.talk.last)), more=tuple(map(put, self.talk.more)))
        sends = tuple(replace(send, says=tuple(map(put, send.says))) for send in self.sends)
        return replace(self, reply=reply, talk=talk, sends=sends)
