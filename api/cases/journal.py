"""The journal of the console: who opened or did what on which case. Only added to; coordinators read it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.cases.account import MEDIATOR, Account
from api.cases.refusals import NotYours
from api.console_models import JournalEntry

PAGE = 50
LAST_PAGE = 1_000_000  # an address may ask for any, and a database counts only so far
SAME_OPENING = timedelta(minutes=10)
MACHINE = "-"  # who did it when it was no account


@dataclass(frozen=True)
class Line:
    """A line of the journal: `who` is the e-mail of the account, `detail` a word of ours, never of the citizen."""

    id: int
    at: datetime
    who: str
    action: str
    case_id: uuid.UUID | None
    detail: str | None


@dataclass(frozen=True)
class JournalPage:
    """At most 50 lines, the newest first. `number` is counted from 1; `more`: there are older ones."""

    lines: tuple[Line, ...]
    number: int
    more: bool


def write(
    session: Session,
    account: Account | None,
    action: str,
    case_id: uuid.UUID | None = None,
    detail: str | None = None,
    at: datetime | None = None,
) -> None:
    """Adds a line, in the caller's transaction. `account` None: the machine, or who runs it. `at`: now by default."""
    session.add(
        JournalEntry(
            at=at or datetime.now(UTC),
            mediator_id=account.id if account else None,
            who=account.email if account else MACHINE,
            action=action,
            handoff_id=case_id,
            detail=detail,
        )
    )


def opened(session: Session, account: Account, case_id: uuid.UUID, at: datetime) -> None:
    """Notes that an account opened a case: once for all its openings of ten minutes."""
    if not count(session, account.id, "opened", at - SAME_OPENING, case_id):
        write(session, account, "opened", case_id, at=at)


def count(
    session: Session, account_id: uuid.UUID | None, action: str, since: datetime, case_id: uuid.UUID | None = None
) -> int:
    """How many times an account (None: anybody) did something since a moment, on one case or on any."""
    found = select(func.count()).select_from(JournalEntry).where(JournalEntry.action == action, JournalEntry.at > since)
    if account_id is not None:
        found = found.where(JournalEntry.mediator_id == account_id)
    if case_id is not None:
        found = found.where(JournalEntry.handoff_id == case_id)
    return session.scalar(found) or 0


def read(
    session: Session,
    account: Account,
    page: int = 1,
    case_id: uuid.UUID | None = None,
    who: str | None = None,
) -> JournalPage:
    """A page of the journal, on one case or by one account (its e-mail). Raises NotYours for a mediator."""
    if account.role == MEDIATOR:
        raise NotYours
    number = min(max(1, page), LAST_PAGE)
    found = select(JournalEntry).order_by(JournalEntry.id.desc()).offset((number - 1) * PAGE).limit(PAGE + 1)
    if case_id is not None:
        found = found.where(JournalEntry.handoff_id == case_id)
    if who:
        found = found.where(JournalEntry.who == who.replace("\0", " ").strip().lower())
    rows = list(session.scalars(found))
    lines = (Line(row.id, row.at, row.who, row.action, row.handoff_id, row.detail) for row in rows[:PAGE])
    return JournalPage(tuple(lines), number, len(rows) > PAGE)
