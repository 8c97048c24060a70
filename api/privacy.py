"""What a citizen may ask about their data, and what is deleted on its day: forget, export, purge."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, and_, delete, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from api.case_models import CaseMove, CaseNote, Handoff
from api.cases import purging
from api.cases.purging import counted
from api.channel_models import Call, Delivery, LinkCode, LinkTry, Seen
from api.citizens import erase, locked_citizen
from api.db import reading, writing
from api.models import Address, Citizen, Conversation, Message, Receipt, Run
from api.records import REPEATS
from api.sending.letters import WAITING
from api.settings import Settings
from api.vault import PHONE_CHANNELS, Vault
from bot.messages import Known
from mediation.cases import OPEN

LAST_WORD = timedelta(days=1)  # a message to who was forgotten, that could not leave


@dataclass(frozen=True)
class Purged:
    """How many rows a purge deleted, emptied or closed."""

    messages: int = 0
    answers: int = 0  # of procedures that ended, and those shown in cases that are closed
    handoffs: int = 0
    citizens: int = 0
    receipts: int = 0
    deliveries: int = 0
    traces: int = 0  # calls, codes to go on elsewhere, requests seen
    untouched: int = 0  # open cases closed because nothing happened to them
    contacts: int = 0  # cases whose number and commune were emptied
    sessions: int = 0
    accounts: int = 0
    alert_phones: int = 0
    journal: int = 0


def forget(engine: Engine, vault: Vault, address: str, channel: str | None = None) -> int:
    """Deletes all of the citizens known by `address`, on `channel` or on any. Says how many there were."""
    forgotten = 0
    with writing(engine) as session:
        for name in _channels(session, channel):
            citizen = locked_citizen(session, vault, name, address)
            if citizen is not None:
                erase(session, citizen.id, datetime.now(UTC))
                session.expunge(citizen)
                forgotten += 1
    return forgotten


def citizens_of(session: Session, vault: Vault, address: str, channel: str | None) -> list[uuid.UUID]:
    """The citizens known by `address`, on `channel` or on any."""
    indexes = {vault.index(name, address) for name in _channels(session, channel)}
    return list(session.scalars(select(Address.citizen_id).where(Address.blind_index.in_(indexes)).distinct()))


def export(engine: Engine, vault: Vault, address: str, channel: str | None = None) -> list[dict[str, Any]]:
    """What is kept of those known by `address`, as counts and dates. Opens no sealed value."""
    with reading(engine) as session:
        return [_about(session, citizen) for citizen in citizens_of(session, vault, address, channel)]


def known_of(vault: Vault, days: int, session: Session, citizen: uuid.UUID) -> Known:
    """« Que savez-vous de moi ? », for the dialogue to say. `days`: how long each message is kept."""
    since = select(Citizen.created_at).where(Citizen.id == citizen)
    messages = select(func.count()).select_from(Message).where(Message.citizen_id == citizen)
    cases = list(session.scalars(select(Handoff).where(Handoff.citizen_id == citizen).order_by(Handoff.created_at)))
    reached = (Address.citizen_id == citizen, Address.channel.in_(PHONE_CHANNELS))
    addresses = session.scalars(select(Address).where(*reached).order_by(Address.created_at))
    phones = [row.unseal(vault, "address_sealed") for row in addresses]
    phones += [case.unseal(vault, "phone_sealed") for case in cases]
    return Known(
        session.scalars(since).one(),
        session.scalar(messages) or 0,
        days,
        any(case.status == OPEN for case in cases),
        tuple(dict.fromkeys(phone[-2:] for phone in phones if phone and phone[-2:].isdigit())),
    )


def purge(engine: Engine, settings: Settings, now: datetime) -> Purged:
    """Deletes what has been kept long enough, each kind in its own short transactions."""

    def before(days: int) -> datetime:
        return now - timedelta(days=days)

    vault = Vault.from_text(settings.encryption_keys.get_secret_value())
    idle = select(Conversation.citizen_id).where(Conversation.updated_at < before(settings.keep_citizens_days))
    old_message = Message.at < before(settings.keep_messages_days)
    old_run = Run.ended_at < before(settings.keep_answers_days)
    untouched = settings.keep_open_cases_days
    accounts = settings.keep_accounts_days
    return Purged(
        # Replies first: taken along by the foreign key, they would not be counted.
        messages=counted(engine, delete(Message).where(old_message, Message.direction == "out"))
        + counted(engine, delete(Message).where(old_message)),
        answers=counted(engine, update(Run).where(old_run, Run.answers_sealed.is_not(None)).values(answers_sealed=None))
        + purging.drop_answers(engine, before(settings.keep_answers_days)),
        handoffs=purging.delete_cases(engine, before(settings.keep_handoffs_days)),
        citizens=counted(engine, delete(Citizen).where(Citizen.id.in_(idle))),
        receipts=counted(engine, delete(Receipt).where(Receipt.at < now - REPEATS)),
        deliveries=counted(engine, delete(Delivery).where(_settled(before(settings.keep_messages_days), now))),
        traces=_purge_traces(engine, settings, now),
        untouched=purging.close_untouched(engine, before(untouched), now),
        contacts=purging.drop_contacts(engine, vault, before(settings.keep_case_phone_days)),
        sessions=purging.end_sessions(engine, now),
        alert_phones=purging.drop_alert_phones(engine),
        accounts=purging.delete_accounts(engine, before(accounts)),
        journal=purging.shorten_journal(engine, settings.keep_journal_days, now),
    )


def _settled(before: datetime, now: datetime) -> ColumnElement[bool]:
    """What was sent or given up long ago; sooner when its citizen is forgotten."""
    old = and_(Delivery.created_at < before, Delivery.state.not_in(WAITING))
    return or_(old, and_(Delivery.citizen_id.is_(None), Delivery.created_at < now - LAST_WORD))


def _purge_traces(engine: Engine, settings: Settings, now: datetime) -> int:
    """What the channels keep to do their work: calls, codes, requests seen."""
    months, years = timedelta(days=settings.keep_messages_days), timedelta(days=settings.keep_citizens_days)
    old = (
        delete(Call).where(Call.started_at < now - months),
        delete(Seen).where(Seen.at < now - years),
        delete(LinkCode).where(LinkCode.expires_at < now),
        delete(LinkTry).where(LinkTry.at < now - timedelta(days=1)),
    )
    return sum(counted(engine, statement) for statement in old)


def _channels(session: Session, channel: str | None) -> list[str]:
    """The channels to look an address up on: one of each space that has addresses."""
    return [channel] if channel else list(session.scalars(select(Address.channel).distinct().order_by(Address.channel)))


def _about(session: Session, citizen: uuid.UUID) -> dict[str, Any]:
    def rows(*columns: InstrumentedAttribute[Any]) -> list[dict[str, Any]]:
        found = select(*columns).where(columns[0].class_.citizen_id == citizen).order_by(columns[0])
        return [dict(row) for row in session.execute(found).mappings()]

    def count(table: Any, *where: ColumnElement[bool]) -> int:
        return session.scalar(select(func.count()).select_from(table).where(*where)) or 0

    seen = select(Conversation.updated_at).where(Conversation.citizen_id == citizen)
    oldest = select(func.min(Message.at)).where(Message.citizen_id == citizen)
    theirs = select(Handoff.id).where(Handoff.citizen_id == citizen)
    return {
        "since": session.scalars(select(Citizen.created_at).where(Citizen.id == citizen)).one(),
        "last_seen": session.scalars(seen).one(),
        "messages": count(Message, Message.citizen_id == citizen),
        "oldest_message": session.scalar(oldest),
        "addresses": rows(Address.created_at, Address.channel),
        "runs": rows(Run.started_at, Run.procedure, Run.status, Run.ended_at),
        "handoffs": rows(
            Handoff.created_at, Handoff.status, Handoff.reason, Handoff.mode, Handoff.consent, Handoff.closing,
            Handoff.closed_at,
        ),
        "notes": count(CaseNote, CaseNote.handoff_id.in_(theirs)),
        "moves": count(CaseMove, CaseMove.handoff_id.in_(theirs)),
        "deliveries": count(Delivery, Delivery.citizen_id == citizen),
        "calls": count(Call, Call.citizen_id == citizen),
    }  # fmt: skip
