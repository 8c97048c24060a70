"""The coordinator's view of the team: what waits too long, who holds how much, and who is there now."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.case_models import Handoff
from api.cases.account import takes_cases
from api.console.titles import title_of
from api.console_models import Mediator, MediatorPlace
from api.place_models import PlaceRow
from flows.library import Library
from mediation.cases import CLOSED, OPEN, SAFETY

RECENT = timedelta(days=30)


@dataclass(frozen=True)
class OpenCase:
    """An open case. `late_since`: since when there is nobody left to pass it on to; `name`: who holds it."""

    id: uuid.UUID
    title: str
    reason: str
    mode: str | None
    place: str | None
    name: str | None
    since: datetime
    late_since: datetime | None
    rung: int


@dataclass(frozen=True)
class Load:
    """One active mediator: open cases held, cases closed in the last thirty days, there now or not."""

    id: uuid.UUID
    name: str
    available: bool
    present: bool
    held: int
    closed: int


@dataclass(frozen=True)
class PlaceLoad:
    """One place where somebody works, or whose queue holds a case: how many wait, are held, and work there."""

    id: str
    name: str
    waiting: int
    held: int
    staff: int


@dataclass(frozen=True)
class Team:
    """The whole team. `late` first of what waits; `unplaced`: how many wait in the territory's own queue."""

    late: tuple[OpenCase, ...]
    waiting: tuple[OpenCase, ...]
    held: tuple[OpenCase, ...]
    loads: tuple[Load, ...]
    places: tuple[PlaceLoad, ...]
    unplaced: int


def team(session: Session, library: Library, now: datetime) -> Team:
    """The team at this moment. For coordinators: no scope is applied here."""
    cases = sorted(_open_cases(session, library), key=lambda case: case.reason != SAFETY)  # then the oldest
    waiting = [case for case in cases if case.name is None]
    loads, places = _loads(session, now), _places(session)
    unplaced = sum(case.place is None for case in waiting)
    return Team(
        late=tuple(case for case in waiting if case.late_since),
        waiting=tuple(case for case in waiting if not case.late_since),
        held=tuple(case for case in cases if case.name is not None),
        loads=tuple(loads),
        places=tuple(places),
        unplaced=unplaced,
    )


def _open_cases(session: Session, library: Library) -> list[OpenCase]:
    found = (
        select(Handoff, Mediator.first_name, Mediator.last_name, PlaceRow.name)
        .outerjoin(Mediator, Mediator.id == Handoff.mediator_id)
        .outerjoin(PlaceRow, PlaceRow.id == Handoff.place_id)
        .where(Handoff.status == OPEN)
        .order_by(Handoff.created_at, Handoff.id)
    )
    return [
        OpenCase(
            id=case.id,
            title=title_of(library, case.procedure),
            reason=case.reason,
            mode=case.mode,
            place=place or case.place_id,
            name=f"{first} {last}".strip() if first is not None else None,
            since=case.created_at,
            late_since=case.late_since,
            rung=case.rung,
        )
        for case, first, last, place in session.execute(found)
    ]


def _loads(session: Session, now: datetime) -> list[Load]:
    held = _counted(session, Handoff.mediator_id, Handoff.status == OPEN)
    closed = _counted(session, Handoff.mediator_id, Handoff.status == CLOSED, Handoff.closed_at > now - RECENT)
    found = select(Mediator).where(takes_cases())
    return [
        Load(
            id=row.id,
            name=f"{row.first_name} {row.last_name}".strip(),
            available=row.available,
            present=row.present_until is not None and row.present_until > now,
            held=held.get(row.id, 0),
            closed=closed.get(row.id, 0),
        )
        for row in session.scalars(found.order_by(Mediator.first_name, Mediator.last_name, Mediator.id))
    ]


def _places(session: Session) -> list[PlaceLoad]:
    waiting = _counted(session, Handoff.place_id, Handoff.status == OPEN, Handoff.mediator_id.is_(None))
    held = _counted(session, Handoff.place_id, Handoff.status == OPEN, Handoff.mediator_id.is_not(None))
    working = (
        select(MediatorPlace.place_id, func.count())
        .join(Mediator, Mediator.id == MediatorPlace.mediator_id)
        .where(takes_cases())
        .group_by(MediatorPlace.place_id)
    )
    staff = {place: count for place, count in session.execute(working)}
    ids = waiting.keys() | held.keys() | staff.keys()
    named = select(PlaceRow.id, PlaceRow.name).where(PlaceRow.id.in_(ids))
    names = {place: name for place, name in session.execute(named)}
    rows = [
        PlaceLoad(id_, names.get(id_, id_), waiting.get(id_, 0), held.get(id_, 0), staff.get(id_, 0)) for id_ in ids
    ]
    return sorted(rows, key=lambda row: (-row.waiting, row.name, row.id))


def _counted(session: Session, column: Any, *conditions: Any) -> Mapping[Any, int]:
    """How many cases there are of each value of a column, None aside."""
    found = select(column, func.count()).where(column.is_not(None), *conditions).group_by(column)
    return {value: count for value, count in session.execute(found)}
