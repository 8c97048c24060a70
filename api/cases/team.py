"""The queue of the whole team, and where a case goes while no account has that one."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from api.case_models import Handoff
from api.cases.account import COORDINATOR, takes_cases
from api.cases.standing import load_of
from api.console_models import Mediator


def teams_queue(session: Session, case: Handoff, staff: Mapping[str, int]) -> str | None:
    """None, the queue of the whole team; a place where somebody works while nobody would see the case there.

    `staff`: how many active accounts work at each place. The case stays where it is if it can, else the least busy.
    """
    everything = select(Mediator.id).where(takes_cases(), or_(Mediator.role == COORDINATOR, Mediator.territory))
    if not staff or session.scalars(everything.limit(1)).first() is not None:
        return None
    if case.place_id in staff:
        return case.place_id
    load = load_of(session, staff, case.id)
    return min(staff, key=lambda place: (load[place], place))
