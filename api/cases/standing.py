"""How busy the mediators of each place are, and how often they answered in time: two things the ranking weighs."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.case_models import CaseMove, Handoff

FULL = 5  # open cases a mediator, beyond which a place is as busy as can be
ASKED = ("routed", "rerouted")
FOLLOWS = (*ASKED, "late", "taken")


def load_of(session: Session, staff: Mapping[str, int], without: uuid.UUID) -> dict[str, float]:
    """How busy each place is, from 0 to 1, given how many people work there; the case `without` is not counted."""
    open_cases = (
        select(Handoff.place_id, func.count())
        .where(Handoff.status == "open", Handoff.place_id.in_(staff), Handoff.id != without)
        .group_by(Handoff.place_id)
    )
    cases = {place: number for place, number in session.execute(open_cases)}
    return {place: min(1.0, cases.get(place, 0) / (people * FULL)) for place, people in staff.items()}


def record_of(session: Session, since: datetime) -> dict[str, float]:
    """What share of the cases put in a place's queue since then was taken there; places with none are left out."""
    case, at = CaseMove.handoff_id, CaseMove.at
    moves = (
        select(
            CaseMove.kind,
            func.lag(CaseMove.kind).over(partition_by=case, order_by=at).label("before"),
            func.lag(CaseMove.place_id).over(partition_by=case, order_by=at).label("place"),
        )
        .where(CaseMove.at >= since, CaseMove.kind.in_(FOLLOWS))
        .subquery()
    )
    ends = (
        select(moves.c.place, moves.c.kind, func.count())
        .where(moves.c.before.in_(ASKED), moves.c.place.is_not(None))
        .group_by(moves.c.place, moves.c.kind)
    )
    asked: Counter[str] = Counter()
    taken: Counter[str] = Counter()
    for place, kind, number in session.execute(ends):
        asked[place] += number
        taken[place] += number if kind == "taken" else 0
    return {place: taken[place] / number for place, number in asked.items()}
