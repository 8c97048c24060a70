"""Which cases an account may see: the one rule, for lists, pages, acts and events alike."""

from __future__ import annotations

import uuid

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import Session

from api.case_models import Handoff
from api.cases.account import COORDINATOR, MEDIATOR, Account
from mediation.cases import OPEN


def visible(account: Account) -> ColumnElement[bool]:
    """The condition on `Handoff` that holds for the cases this account may see.

    A mediator: those they hold or held when they ended, and those that wait in their queues. A coordinator: all.
    An administrator: none.
    """
    if account.role == COORDINATOR:
        return true()
    if account.role != MEDIATOR:
        return false()
    waiting = and_(Handoff.status == OPEN, Handoff.mediator_id.is_(None))
    return or_(Handoff.mediator_id == account.id, and_(waiting, in_queue_of(account)))


def in_queue_of(account: Account) -> ColumnElement[bool]:
    """The condition on `Handoff` that holds for the queues of this account, whoever holds the cases now."""
    if account.role == COORDINATOR:
        return true()
    if account.role != MEDIATOR:
        return false()
    mine = Handoff.place_id.in_(sorted(account.places))
    return or_(mine, Handoff.place_id.is_(None)) if account.territory else mine


def may_open(session: Session, account: Account, case: Handoff | uuid.UUID) -> bool:
    """True when this account may see the case. Asks the database, so that there is one rule and not two."""
    return _holds(session, case, visible(account))


def may_compete(session: Session, account: Account, case: Handoff | uuid.UUID) -> bool:
    """True when this account could have taken the case: who comes second is told who was first."""
    return _holds(session, case, in_queue_of(account))


def _holds(session: Session, case: Handoff | uuid.UUID, condition: ColumnElement[bool]) -> bool:
    id_ = case.id if isinstance(case, Handoff) else case
    return session.scalar(select(Handoff.id).where(Handoff.id == id_, condition)) is not None
