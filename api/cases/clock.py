"""The moment at which the clock acts on a case: while it waits for somebody, and while somebody owes the citizen."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.case_models import CaseMove, Handoff
from mediation.cases import CALLBACK
from mediation.routing import act_by, speak_by, take_by
from mediation.territory import Territory
from mediation.working_time import add_hours, bounds

PROMISES = ("called", "scheduled")


def waits_for_taker(case: Handoff, territory: Territory, at: datetime) -> None:
    """The case waits in its queue from `at` on: just opened, released, or given to a place."""
    case.late_since = None
    case.answer_by = take_by(territory, at, case.mode, case.callback_on, case.callback_half, case.due)


def waits_for_answer(case: Handoff, territory: Territory, at: datetime) -> None:
    """The person in charge owes something from `at` on: the moment they took the case, or the citizen wrote to them.

    Of several messages left unanswered the first one counts: who writes every hour is not made to wait longer.
    """
    if case.taken_at is None or case.taken_at >= at:
        case.late_since = None
        case.answer_by = act_by(territory, at, case.mode, case.callback_on, case.callback_half)
        return
    soon = speak_by(territory, at)
    case.answer_by = min(case.answer_by, soon) if case.answer_by else soon


def answered(session: Session, case: Handoff, territory: Territory, at: datetime) -> None:
    """The person in charge wrote, called, or set another half-day: only a call still promised is owed.

    To be called once the move (`called`, `scheduled`) is added.
    """
    case.answer_by = None
    if case.mode != CALLBACK or case.callback_on is None:
        return
    end = bounds(territory, case.callback_on, case.callback_half)[1]
    if end > at and _last_promise(session, case) != "called":
        case.answer_by = add_hours(territory, end, 0)


def _last_promise(session: Session, case: Handoff) -> str | None:
    session.flush()
    moves = select(CaseMove.kind).where(CaseMove.handoff_id == case.id, CaseMove.kind.in_(PROMISES))
    return session.scalars(moves.order_by(CaseMove.at.desc()).limit(1)).first()
