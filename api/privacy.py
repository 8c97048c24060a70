"""What a citizen may ask about their data, and what is deleted on its day: forget, export, purge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, Engine, delete, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from api.case_models import Handoff
from api.channel_models import Call, Delivery, LinkCode, LinkTry, Seen
from api.citizens import erase, locked_citizen
from api.db import reading, writing
from api.models import Address, Citizen, Conversation, Message, Receipt, Run
from api.records import REPEATS
from api.sending.letters import WAITING
from api.settings import Settings
from api.vault import Vault


@dataclass(frozen=True)
class Purged:
    """How many rows a purge deleted, or emptied."""

    messages: int
    answers: int
    handoffs: int
    citizens: int
    receipts: int
    deliveries: int = 0
    traces: int = 0  # calls, codes to go on elsewhere, requests seen


def forget(engine: Engine, vault: Vault, address: str, channel: str | None = None) -> int:
    """Deletes all of the citizens known by `address`, on `channel` or on any. Says how many there were."""
    forgotten = 0
    with writing(engine) as session:
        for name in _channels(session, channel):
            citizen = locked_citizen(session, vault, name, address)
            if citizen is not None:
                erase(session, citizen.id)
                session.expunge(citizen)
                forgotten += 1
    return forgotten


def export(engine: Engine, vault: Vault, address: str, channel: str | None = None) -> list[dict[str, Any]]:
    """« Que savez-vous de moi ? »: what is kept, as counts and dates. Opens no sealed value."""
    with reading(engine) as session:
        indexes = {vault.index(name, address) for name in _channels(session, channel)}
        found = select(Address.citizen_id).where(Address.blind_index.in_(indexes)).distinct()
        return [_about(session, citizen) for citizen in session.scalars(found)]


def purge(engine: Engine, settings: Settings, now: datetime) -> Purged:
    """Deletes what has been kept long enough, each kind in its own short transaction."""

    def before(days: int) -> datetime:
        return now - timedelta(days=days)

    idle = select(Conversation.citizen_id).where(Conversation.updated_at < before(settings.keep_citizens_days))
    old_message = Message.at < before(settings.keep_messages_days)
    old_delivery = Delivery.created_at < before(settings.keep_messages_days)
    old_run = Run.ended_at < before(settings.keep_answers_days)
    return Purged(
        # Replies first: taken along by the foreign key, they would not be counted.
        messages=_count(engine, delete(Message).where(old_message, Message.direction == "out"))
        + _count(engine, delete(Message).where(old_message)),
        answers=_count(engine, update(Run).where(old_run, Run.answers_sealed.is_not(None)).values(answers_sealed=None)),
        handoffs=_count(engine, delete(Handoff).where(Handoff.closed_at < before(settings.keep_handoffs_days))),
        citizens=_count(engine, delete(Citizen).where(Citizen.id.in_(idle))),
        receipts=_count(engine, delete(Receipt).where(Receipt.at < now - REPEATS)),
        deliveries=_count(engine, delete(Delivery).where(old_delivery, Delivery.state.not_in(WAITING))),
        traces=_purge_traces(engine, settings, now),
    )


def _purge_traces(engine: Engine, settings: Settings, now: datetime) -> int:
    """What the channels keep to do their work: calls, codes, requests seen."""
    months, years = timedelta(days=settings.keep_messages_days), timedelta(days=settings.keep_citizens_days)
    old = (
        delete(Call).where(Call.started_at < now - months),
        delete(Seen).where(Seen.at < now - years),
        delete(LinkCode).where(LinkCode.expires_at < now),
        delete(LinkTry).where(LinkTry.at < now - timedelta(days=1)),
    )
    return sum(_count(engine, statement) for statement in old)


def _count(engine: Engine, statement: Any) -> int:
    with writing(engine) as session:
        result = session.execute(statement, execution_options={"synchronize_session": False})
        assert isinstance(result, CursorResult)
        return result.rowcount


def _channels(session: Session, channel: str | None) -> list[str]:
    """The channels to look an address up on: one of each space that has addresses."""
    return [channel] if channel else list(session.scalars(select(Address.channel).distinct().order_by(Address.channel)))


def _about(session: Session, citizen: Any) -> dict[str, Any]:
    def rows(*columns: InstrumentedAttribute[Any]) -> list[dict[str, Any]]:
        found = select(*columns).where(columns[0].class_.citizen_id == citizen).order_by(columns[0])
        return [dict(row) for row in session.execute(found).mappings()]

    place = session.execute(
        select(Conversation.updated_at, Citizen.created_at)
        .join(Citizen, Citizen.id == Conversation.citizen_id)
        .where(Citizen.id == citizen)
    ).one()
    counted = select(func.count(), func.min(Message.at)).where(Message.citizen_id == citizen)
    messages, oldest = session.execute(counted).one()
    return {
        "since": place.created_at,
        "last_seen": place.updated_at,
        "messages": messages,
        "oldest_message": oldest,
        "addresses": rows(Address.created_at, Address.channel),
        "runs": rows(Run.started_at, Run.procedure, Run.status, Run.ended_at),
        "handoffs": rows(Handoff.created_at, Handoff.status, Handoff.reason, Handoff.closed_at),
    }
