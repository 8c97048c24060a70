"""What tells a page that it is out of date: short digests of what it shows, without any of its words."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from api.case_models import Handoff
from api.cases.account import Account
from api.cases.scope import visible
from api.cases.seeing import revision
from api.channel_models import Delivery
from api.models import Conversation, Message
from mediation.cases import OPEN

GONE = "gone"


@dataclass(frozen=True)
class Marks:
    """Of which state of a case and of the list a page is; and what else its account has to do, in numbers."""

    case: str
    queue: str
    unread: int
    waiting: int


def marks_of(session: Session, account: Account, case_id: uuid.UUID) -> Marks:
    """The marks of the page of a case, as things stand now."""
    return Marks(case_mark(session, account, case_id), queue_mark(session, account), *counts(session, account))


def queue_mark(session: Session, account: Account) -> str:
    """Changes when anything changes in what this account may see."""
    return revision(session, account)


def case_mark(session: Session, account: Account, case_id: uuid.UUID) -> str:
    """Changes with the case, its conversation and the fate of its messages; `GONE` once it is out of scope."""
    known = select(
        Handoff.citizen_id,
        Handoff.updated_at,
        Handoff.heard_at,
        Handoff.spoken_at,
        Handoff.status,
        Handoff.mediator_id,
        Handoff.late_since,
    )
    row = session.execute(known.where(Handoff.id == case_id, visible(account))).one_or_none()
    if row is None:
        return GONE
    turns = session.scalar(select(Conversation.revision).where(Conversation.citizen_id == row.citizen_id))
    seen = session.scalar(select(func.count(Message.seen_at)).where(Message.citizen_id == row.citizen_id))
    sent = select(Delivery.state, func.count()).where(Delivery.citizen_id == row.citizen_id).group_by(Delivery.state)
    states = sorted((str(state), int(count)) for state, count in session.execute(sent))
    return _digest(*row, turns, seen, states)


def counts(session: Session, account: Account) -> tuple[int, int]:
    """How many citizens wait for an answer of this account, and how many cases wait to be taken."""
    wrote_last = or_(Handoff.spoken_at.is_(None), Handoff.heard_at > Handoff.spoken_at)
    unread = and_(Handoff.mediator_id == account.id, Handoff.heard_at.is_not(None), wrote_last)

    def count(condition: ColumnElement[bool]) -> int:
        found = select(func.count()).select_from(Handoff).where(Handoff.status == OPEN, condition, visible(account))
        return session.scalar(found) or 0

    return count(unread), count(Handoff.mediator_id.is_(None))


def _digest(*values: Any) -> str:
    return hashlib.sha256("\n".join(map(str, values)).encode()).hexdigest()[:16]
