"""Cases for the tests of the console: citizens who wrote by SMS or on the web page, and asked for a person."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from typing import Any

from sqlalchemy import select, update

from api.case_models import Handoff
from api.cases.opening import keep_case
from api.citizens import new_citizen
from api.db import reading, writing
from api.models import Address, Conversation, Message
from api.records import talk_of
from bot.dialogue import Dialogue
from bot.messages import Answer, HandoffRequest, Inbound, Reply
from bot.talk import Talk
from tests.channels.conftest import SUNDAY
from tests.console.conftest import RunningConsole

PHONE = "+33612345678"
STEP = "papiers"
RECAP = {
    "channel": "sms",
    "procedure": "caf_dtr",
    "title": "Déclarer vos ressources à la CAF tous les trois mois",
    "step": STEP,
    "step_text": "Prenez vos papiers du jour.",
    "steps_done": 2,
    "tried": ["Je n'ai pas mes papiers"],
    "misses": 1,
}


def on_a_step(console: RunningConsole, who: str = PHONE, channel: str = "sms", last: str = "le rsa") -> uuid.UUID:
    """A citizen who stands at the step « papiers » of `caf_dtr`: they have just written `last`."""
    at = console.service.now
    inbound = Inbound(channel, who, "bonjour", uuid.uuid4().hex, at, phone=who if channel == "sms" else None)
    with writing(console.engine) as session:
        citizen = new_citizen(session, console.vault, inbound)
        session.flush()
        place = session.scalars(select(Conversation).where(Conversation.citizen_id == citizen.id)).one()
        place.seal(console.vault, "talk_sealed", _walked(console.console.dialogue, channel))
    write(console, last, who, channel)
    return citizen_of(console, who, channel)


def _walked(dialogue: Dialogue, channel: str) -> dict[str, Any]:
    """The talk of somebody who is asked which help they receive."""
    talk = Talk()
    for words in ("déclaration trimestrielle", "oui", "la caf"):
        inbound = Inbound(channel, PHONE, words, uuid.uuid4().hex, SUNDAY)
        talk = dialogue.reply_to(inbound, talk, {}).talk
    return talk.to_json()


def write(console: RunningConsole, words: str, who: str = PHONE, channel: str = "sms") -> None:
    """The citizen writes. In a thread of its own: the one of a browser's test already runs a loop."""
    desk = console.service.desk(channel, who)
    with ThreadPoolExecutor(1) as apart:
        apart.submit(desk.turn, words).result()


def citizen_of(console: RunningConsole, who: str, channel: str = "sms") -> uuid.UUID:
    """The citizen of an address."""
    index = console.vault.index(channel, who)
    with reading(console.engine) as session:
        return session.scalars(select(Address.citizen_id).where(Address.blind_index == index)).one()


def open_case(console: RunningConsole, citizen: uuid.UUID, **wanted: Any) -> uuid.UUID:
    """A case of that citizen, as a turn would open it; `wanted` replaces what is in the request."""
    values: dict[str, Any] = {"recap": RECAP, "phone": PHONE, "mode": "live", "consent": "oui", "reason": "stuck"}
    asked = {one.name for one in fields(HandoffRequest)}
    columns = {name: wanted.pop(name) for name in list(wanted) if name not in asked}
    request = HandoffRequest(**{**values, **wanted})
    at = console.service.now
    with writing(console.engine) as session:
        place = session.scalars(select(Conversation).where(Conversation.citizen_id == citizen)).one()
        answer = Answer(Reply(()), talk_of(console.vault, place), "")
        case, _code = keep_case(session, console.vault, citizen, request, answer, at, None)
        id_ = case.id
        session.flush()
        if columns:
            session.execute(update(Handoff).where(Handoff.id == id_).values(**columns))
    return id_


def a_case(console: RunningConsole, who: str = PHONE, **wanted: Any) -> uuid.UUID:
    """A new citizen who stands at a step, and their case."""
    return open_case(console, on_a_step(console, who), **{"phone": who, **wanted})


def row(console: RunningConsole, case_id: uuid.UUID) -> Handoff:
    """The case as it is now."""
    with reading(console.engine) as session:
        return session.get_one(Handoff, case_id)


def said_by_people(console: RunningConsole, citizen: uuid.UUID) -> list[str]:
    """What mediators wrote to this citizen, in order."""
    with reading(console.engine) as session:
        found = select(Message).where(Message.citizen_id == citizen, Message.mediator_id.is_not(None))
        return [
            one.unseal(console.vault, "text_sealed")["text"]
            for one in session.scalars(found.order_by(Message.turn, Message.position))
        ]
