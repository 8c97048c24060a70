"""What was said between a citizen, the assistant and persons in charge, as the mediator's page shows it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.case_models import Handoff
from api.channel_models import Delivery
from api.console_models import Mediator
from api.models import Message
from api.vault import Vault
from mediation.cases import YES

MOST = 300  # messages on a page, the latest
PAGE = "web"
ORDER = ("failed", "dropped", "queued", "sending", "sent", "delivered")  # of several parts, the first of these is told

State = Literal["queued", "sent", "delivered", "seen", "failed", "dropped"]


@dataclass(frozen=True)
class Entry:
    """One message. `who`: citizen, assistant or person; `name`: the first name of that person.

    `options`: the labels of the choices that went with it. `state`: what became of a message that was sent apart, None
    for the others.
    """

    id: uuid.UUID
    who: Literal["citizen", "assistant", "person"]
    name: str | None
    text: str
    at: datetime
    channel: str
    options: tuple[str, ...] = ()
    state: State | None = None


def entries_of(session: Session, vault: Vault, case: Handoff) -> tuple[Entry, ...]:
    """The conversation that may be read, the oldest first: all of it with the citizen's consent.

    Without it, only what was said while a person was in charge of this case.
    """
    found = select(Message).where(Message.citizen_id == case.citizen_id)
    if case.consent != YES:
        found = found.where(Message.case_id == case.id)
    latest = session.scalars(found.order_by(Message.turn.desc(), Message.position.desc()).limit(MOST))
    messages = list(reversed(list(latest)))
    people = select(Mediator.id, Mediator.first_name).where(Mediator.id.in_({row.mediator_id for row in messages}))
    names = {id_: name for id_, name in session.execute(people)}
    states = states_of(session, [row for row in messages if row.direction == "out"])
    found_entries = (_entry(vault, row, names, states) for row in messages)
    return tuple(entry for entry in found_entries if entry.text)


def states_of(session: Session, messages: Collection[Message]) -> dict[uuid.UUID, State]:
    """What became of the messages sent apart from a reply, by id."""
    parts: dict[uuid.UUID, set[str]] = {}
    sent = select(Delivery.message_id, Delivery.state).where(Delivery.message_id.in_([row.id for row in messages]))
    for id_, state in session.execute(sent):
        if id_ is not None:
            parts.setdefault(id_, set()).add(state)
    # Of what is sent as one, the first message carries the state; a page fetches each by itself.
    pushed = [row for row in messages if row.id in parts or (row.in_reply_to is None and row.channel == PAGE)]
    return {row.id: _state(row, parts.get(row.id, ())) for row in pushed}


def _state(row: Message, parts: Iterable[str]) -> State:
    if row.seen_at:
        return "seen"
    worst = min(parts, key=ORDER.index, default="sent")  # no delivery: the citizen's page fetches it
    known: dict[str, State] = {
        "failed": "failed",
        "dropped": "dropped",
        "queued": "queued",
        "sending": "queued",
        "delivered": "delivered",
    }
    return known.get(worst, "sent")


def _entry(vault: Vault, row: Message, names: dict[uuid.UUID, str], states: dict[uuid.UUID, State]) -> Entry:
    value = row.unseal(vault, "text_sealed")
    if row.direction == "in":
        return Entry(row.id, "citizen", None, value, row.at, row.channel)
    options = tuple(label for _id, label, _words in value["options"])
    person = row.mediator_id is not None
    name = names.get(row.mediator_id) if row.mediator_id else None
    who: Literal["person", "assistant"] = "person" if person else "assistant"
    return Entry(row.id, who, name, value["text"], row.at, row.channel, options, states.get(row.id))
