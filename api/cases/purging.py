"""What is deleted on its day of the cases and of the console, down to its sessions, its accounts and its journal."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Engine, and_, delete, exists, func, or_, select, update

from api.case_models import CaseMove, CaseNote, Handoff
from api.cases.ending import close_alone
from api.console_models import ConsoleSession, JournalEntry, Mediator
from api.db import reading, writing
from api.models import Citizen
from api.vault import Vault
from mediation.cases import OPEN

BATCH = 200
JOURNAL_DAYS = 180  # what the database itself refuses to delete before
WHERE_THEY_LIVE = frozenset({"commune"})  # what a recap keeps only to call back or to meet
NOBODY_TOOK_IT_UP = "sans_suite"
ALERT_BY_SMS = "sms"


def counted(engine: Engine, statement: Any) -> int:
    """Carries a statement out in a transaction of its own; how many rows it changed."""
    with writing(engine) as session:
        result = session.execute(statement, execution_options={"synchronize_session": False})
        assert isinstance(result, CursorResult)
        return result.rowcount


def close_untouched(engine: Engine, before: datetime, now: datetime) -> int:
    """Closes the open cases to which nothing has happened since `before`; how many."""
    with reading(engine) as session:
        found = session.execute(select(Handoff.citizen_id, Handoff.id).where(_untouched(before, now))).all()
    return sum(_close(engine, citizen, case, before, now) for citizen, case in found)


def _close(engine: Engine, citizen: uuid.UUID, case_id: uuid.UUID, before: datetime, now: datetime) -> int:
    with writing(engine) as session:
        session.execute(select(Citizen.id).where(Citizen.id == citizen).with_for_update())
        # Looked at again under the lock: somebody may have taken it meanwhile.
        case = session.scalars(select(Handoff).where(Handoff.id == case_id, _untouched(before, now))).one_or_none()
        if case is None:
            return 0
        close_alone(session, case, NOBODY_TOOK_IT_UP, now)
        return 1


def _untouched(before: datetime, now: datetime) -> ColumnElement[bool]:
    """Nobody said, noted or did anything since `before`, and no call is still to come."""
    moments = (Handoff.heard_at, Handoff.spoken_at, Handoff.taken_at)
    moved = exists().where(CaseMove.handoff_id == Handoff.id, CaseMove.at >= before)
    noted = exists().where(CaseNote.handoff_id == Handoff.id, CaseNote.at >= before)
    return and_(
        Handoff.status == OPEN,
        Handoff.updated_at < before,
        *(or_(moment.is_(None), moment < before) for moment in moments),
        or_(Handoff.callback_on.is_(None), Handoff.callback_on < now.date()),
        ~moved,
        ~noted,
    )


def drop_contacts(engine: Engine, vault: Vault, before: datetime) -> int:
    """Empties the number and the commune of the cases closed before a moment; of how many cases."""
    with reading(engine) as session:
        ids = list(session.scalars(select(Handoff.id).where(Handoff.closed_at < before)))
    done = 0
    for start in range(0, len(ids), BATCH):
        with writing(engine) as session:
            found = select(Handoff).where(Handoff.id.in_(ids[start : start + BATCH])).with_for_update()
            done += sum(_drop_contact(vault, case) for case in session.scalars(found))
    return done


def _drop_contact(vault: Vault, case: Handoff) -> bool:
    recap = case.unseal(vault, "recap_sealed") or {}
    kept = {name: value for name, value in recap.items() if name not in WHERE_THEY_LIVE}
    if case.phone_sealed is None and kept == recap:
        return False
    case.phone_sealed = None
    case.seal(vault, "recap_sealed", kept)
    return True


def drop_answers(engine: Engine, before: datetime) -> int:
    """Empties the answers that were shown in cases closed before a moment."""
    shown = (Handoff.closed_at < before, Handoff.answers_sealed.is_not(None))
    return counted(engine, update(Handoff).where(*shown).values(answers_sealed=None))


def delete_cases(engine: Engine, before: datetime) -> int:
    """Deletes the cases closed before a moment, with their moves, notes and reports."""
    return counted(engine, delete(Handoff).where(Handoff.closed_at < before))


def end_sessions(engine: Engine, now: datetime) -> int:
    """Deletes the sessions of the console that are over."""
    return counted(engine, delete(ConsoleSession).where(ConsoleSession.expires_at < now))


def drop_alert_phones(engine: Engine) -> int:
    """Empties the numbers that no alert needs: the account is disabled, or wants none by SMS."""
    unused = or_(~Mediator.active, Mediator.alert != ALERT_BY_SMS)
    kept = Mediator.alert_phone_sealed.is_not(None)
    return counted(engine, update(Mediator).where(unused, kept).values(alert_phone_sealed=None))


def delete_accounts(engine: Engine, before: datetime) -> int:
    """Deletes the disabled accounts last seen before a moment. Those that still hold an open case wait."""
    holds = exists().where(Handoff.mediator_id == Mediator.id, Handoff.status == OPEN)
    last = func.coalesce(Mediator.seen_at, Mediator.created_at)
    return counted(engine, delete(Mediator).where(~Mediator.active, last < before, ~holds))


def shorten_journal(engine: Engine, days: int, now: datetime) -> int:
    """Deletes the lines of the journal older than `days`; the database itself refuses to before 180."""
    return counted(engine, delete(JournalEntry).where(JournalEntry.at < now - timedelta(days=max(days, JOURNAL_DAYS))))
