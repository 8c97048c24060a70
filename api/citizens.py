"""The citizen behind an address: found and locked, made at their first message, erased."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.case_models import Handoff
from api.cases import journal
from api.models import Address, Citizen, Conversation, Event
from api.vault import Vault
from bot.messages import Inbound
from mediation.cases import FORGOTTEN, OPEN


class AddressTaken(Exception):
    """Another transaction has just made this citizen: begin again, and find them."""


def locked_citizen(session: Session, vault: Vault, channel: str, address: str) -> Citizen | None:
    """The citizen of this address, locked until the transaction ends (on SQLite the whole database is)."""
    found = (
        select(Citizen)
        .join(Address, Address.citizen_id == Citizen.id)
        .where(Address.blind_index == vault.index(channel, address))
        .with_for_update(of=Citizen)
    )
    return session.scalars(found).one_or_none()


def new_citizen(session: Session, vault: Vault, inbound: Inbound) -> Citizen:
    """A citizen at their first message. Raises AddressTaken when another transaction was first."""
    citizen = Citizen(id=uuid.uuid4(), created_at=inbound.at)
    address = Address(
        id=uuid.uuid4(),
        citizen_id=citizen.id,
        channel=inbound.channel,
        blind_index=vault.index(inbound.channel, inbound.address),
        created_at=inbound.at,
    )
    address.seal(vault, "address_sealed", inbound.address)
    conversation = Conversation(
        id=uuid.uuid4(), citizen_id=citizen.id, channel=inbound.channel, revision=0, updated_at=inbound.at
    )
    session.add(citizen)
    session.flush()  # the others point to it
    session.add_all((address, conversation))
    try:
        session.flush()
    except IntegrityError as error:
        raise AddressTaken from error
    return citizen


def erase(session: Session, citizen: uuid.UUID, asked_at: datetime | None = None) -> None:
    """Deletes a citizen: the foreign keys take the rest along, and leave the events to nobody.

    `asked_at`: when they asked to be forgotten. The figures and the journal then say why an open case is no more; a
    citizen who becomes one with another has none left here.
    """
    if asked_at is not None:
        _note_forgotten(session, citizen, asked_at)
    session.execute(delete(Citizen).where(Citizen.id == citizen))


def _note_forgotten(session: Session, citizen: uuid.UUID, at: datetime) -> None:
    for case in session.scalars(select(Handoff).where(Handoff.citizen_id == citizen, Handoff.status == OPEN)):
        about = {"procedure": case.procedure, "step": case.step, "detail": FORGOTTEN}
        session.add(Event(id=uuid.uuid4(), citizen_id=None, kind="case_closed", at=at, **about))
        journal.write(session, None, "forgotten", case.id, at=at)
        session.expunge(case)
