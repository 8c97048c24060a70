"""Who is asked to take a case, and until when. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime

from mediation.cases import CALLBACK, LIVE, PLACE, TRANSFER
from mediation.nearest import Ranked
from mediation.territory import Territory
from mediation.working_time import NOTICE, add_days, add_hours, bounds

MINUTES = 60


def next_place(candidates: Sequence[Ranked], tried: AbstractSet[str], staffed: AbstractSet[str]) -> Ranked | None:
    """The best of the `candidates` (best first) where somebody works and that was not asked yet, None without any.

    `tried` and `staffed` hold ids of places.
    """
    return next((one for one in candidates if one.place.id in staffed and one.place.id not in tried), None)


def take_by(
    territory: Territory, at: datetime, mode: str | None, on: date | None, half: str | None, due: date | None = None
) -> datetime:
    """Until when a case put in a queue at `at` may wait there for somebody; in UTC, while the team works.

    `mode`: how help is wanted (`mediation.cases.MODES`). `on` and `half`: the half-day of a call-back; the case must
    be taken while time is left to call, whatever the usual delay; as it must before the end of `due`, the day promised
    to who chose no way of being helped.
    """
    settings = territory.routing
    at_once = add_hours(territory, at, settings.live_minutes / MINUTES)
    if mode == LIVE:
        return at_once
    if mode in (CALLBACK, TRANSFER):
        usual = add_hours(territory, at, settings.call_hours)
    else:
        usual, half = add_days(territory, at, settings.case_days), None
        on = due if mode is None else None
    if on is None:
        return usual
    return max(at_once, min(usual, add_hours(territory, bounds(territory, on, half)[1] - NOTICE, 0)))


def speak_by(territory: Territory, at: datetime) -> datetime:
    """Until when the person in charge may leave unanswered what the citizen wrote at `at`."""
    return add_hours(territory, at, territory.routing.silent_hours)


def act_by(territory: Territory, at: datetime, mode: str | None, on: date | None, half: str | None) -> datetime:
    """Until when who takes a case at `at` may do nothing about it: the time of the call-back, of a visit, or to write.

    A call that was promised for a half-day is due when that half-day ends.
    """
    if mode == PLACE:
        return add_days(territory, at, territory.routing.case_days)
    soon = speak_by(territory, at)
    if mode != CALLBACK or on is None:
        return soon
    return max(soon, add_hours(territory, bounds(territory, on, half)[1], 0))
