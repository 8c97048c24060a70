"""The call-backs to make: late ones, then day by day and half-day by half-day."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.case_models import CaseMove, Handoff
from api.cases.account import Account
from api.cases.scope import visible
from api.console.titles import title_of
from api.console_models import Mediator
from api.place_models import PlaceRow
from flows.library import Library
from mediation.cases import AFTERNOON, CALLBACK, MORNING, OPEN

WEEK = 7  # days that are shown even when nobody is to be called


@dataclass(frozen=True)
class CallBack:
    """One call to make. `half` None: any time of that day; `day` None: any day.

    `name`: who holds the case, `place` whose queue it waits in. `reached`: whether the person answered the last call
    made since that day was chosen; None when none was made.
    """

    id: uuid.UUID
    title: str
    day: date | None
    half: str | None
    mine: bool
    name: str | None
    place: str | None
    reached: bool | None = None


@dataclass(frozen=True)
class Day:
    """One day, its calls by half-day in the order of the day: `None` is any time."""

    day: date
    halves: tuple[tuple[str | None, tuple[CallBack, ...]], ...]


@dataclass(frozen=True)
class Agenda:
    """What is late, the days to come from today on, and the calls without a day."""

    late: tuple[CallBack, ...]
    days: tuple[Day, ...]
    undated: tuple[CallBack, ...]


def agenda(calls: Iterable[CallBack], at: datetime, noon: time) -> Agenda:
    """The calls in their places. `at`: now, in the territory's own time; the afternoon begins at `noon`."""
    today, to_make = at.date(), list(calls)
    late = tuple(call for call in to_make if is_late(call, at, noon))
    dated = [call for call in to_make if call.day is not None and call.day >= today and call not in late]
    wanted = {today + timedelta(days=ahead) for ahead in range(WEEK)} | {call.day for call in dated if call.day}
    undated = tuple(call for call in to_make if call.day is None and not call.reached)
    return Agenda(late, tuple(_day(day, dated) for day in sorted(wanted)), undated)


def is_late(call: CallBack, at: datetime, noon: time) -> bool:
    """True for a call whose half-day has gone by without the person being spoken to."""
    if call.day is None or call.reached:
        return False
    over = call.half == MORNING and at.time() >= noon
    return call.day < at.date() or (call.day == at.date() and over)


def call_backs(session: Session, library: Library, account: Account) -> list[CallBack]:
    """The calls of the open cases that this account may see."""
    found = (
        select(Handoff, Mediator.first_name, PlaceRow.name)
        .outerjoin(Mediator, Mediator.id == Handoff.mediator_id)
        .outerjoin(PlaceRow, PlaceRow.id == Handoff.place_id)
        .where(Handoff.status == OPEN, Handoff.mode == CALLBACK, visible(account))
        .order_by(Handoff.callback_on, Handoff.created_at, Handoff.id)
    )
    rows = session.execute(found).all()
    reached = _reached(session, [case.id for case, _, _ in rows])
    return [
        CallBack(
            id=case.id,
            title=title_of(library, case.procedure),
            day=case.callback_on,
            half=case.callback_half,
            mine=case.mediator_id == account.id,
            name=name,
            place=place,
            reached=reached.get(case.id),
        )
        for case, name, place in rows
    ]


def _day(day: date, calls: Sequence[CallBack]) -> Day:
    halves = ((half, tuple(c for c in calls if c.day == day and c.half == half)) for half in (MORNING, AFTERNOON, None))
    return Day(day, tuple((half, found) for half, found in halves if found))


def _reached(session: Session, ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, bool | None]:
    """Whether the last call reached the person; a day chosen since then begins anew."""
    found: dict[uuid.UUID, bool | None] = {}
    moves = select(CaseMove).where(CaseMove.handoff_id.in_(ids), CaseMove.kind.in_(("called", "scheduled")))
    for move in session.scalars(moves.order_by(CaseMove.at)):
        found[move.handoff_id] = move.detail == "reached" if move.kind == "called" else None
    return found
