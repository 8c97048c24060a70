"""Which cases the clock has to move: a delay has passed, or nobody is behind a case any more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, not_, or_, select

from api.case_models import Handoff
from api.cases.account import helps
from api.console_models import Mediator
from mediation.cases import OPEN


def to_move(now: datetime) -> ColumnElement[bool]:
    """The condition on `Handoff` for the open cases that the clock moves at `now`.

    Besides those whose delay is over: the ones held by an account that was disabled or sees no case any more, and
    those that wait with no clock at all, which an account deleted by hand leaves behind.
    """
    holder = select(Mediator.id).where(Mediator.id == Handoff.mediator_id, helps()).exists()
    deserted = and_(Handoff.mediator_id.is_not(None), not_(holder))
    stopped = and_(Handoff.mediator_id.is_(None), Handoff.answer_by.is_(None), Handoff.late_since.is_(None))
    return and_(Handoff.status == OPEN, or_(Handoff.answer_by <= now, deserted, stopped))
