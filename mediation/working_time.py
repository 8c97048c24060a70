"""The team's working time: hours and days that only count while somebody works, and half-days for a call-back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from mediation.territory import Territory, is_working_day

# Time that must be left in a half-day for a call to be promised in it: somebody has to see the case first.
NOTICE = timedelta(hours=2)
DAY = timedelta(days=1)

Half = Literal["morning", "afternoon"]
HALVES: tuple[Half, Half] = ("morning", "afternoon")


@dataclass(frozen=True)
class HalfDay:
    """A morning or an afternoon of the territory."""

    day: date
    half: Half


def is_open(territory: Territory, at: datetime) -> bool:
    """True while the team works. Every `at` of this module must bear a time zone (ValueError otherwise)."""
    opens, closes = _hours(territory, _day(territory, at))
    return opens <= at < closes and is_working_day(territory, _day(territory, at))


def next_opening(territory: Territory, at: datetime) -> datetime:
    """`at` itself while the team works, else when it works next; in UTC."""
    day = _day(territory, at)
    while not is_working_day(territory, day) or at >= _hours(territory, day)[1]:
        day += DAY
    return max(at.astimezone(UTC), _hours(territory, day)[0])


def add_hours(territory: Territory, at: datetime, hours: float) -> datetime:
    """The moment when `hours` of working time have passed since `at`; in UTC, and always while the team works.

    What would end with the day ends when the next one begins: nobody is late for the night. Raises ValueError for a
    negative number.
    """
    if hours < 0:
        raise ValueError("working time only goes forward")
    left, moment = timedelta(hours=hours), next_opening(territory, at)
    while (today := _hours(territory, _day(territory, moment))[1] - moment) <= left:
        left -= today
        moment = next_opening(territory, moment + today)
    return moment + left


def add_days(territory: Territory, at: datetime, days: int) -> datetime:
    """The same hour `days` working days after `at` (after the next opening, out of hours); in UTC."""
    moment = next_opening(territory, at)
    day, hour = _day(territory, moment), moment.astimezone(_zone(territory)).time()
    for _ in range(days):
        day += DAY
        while not is_working_day(territory, day):
            day += DAY
    return next_opening(territory, _moment(territory, day, hour))


def half_days(territory: Territory, at: datetime, count: int) -> list[HalfDay]:
    """The next `count` half-days at which a call can be promised, those of today included while time is left."""
    found: list[HalfDay] = []
    day = _day(territory, at)
    while len(found) < count:
        if is_working_day(territory, day):
            halves = [HalfDay(day, half) for half in HALVES]
            found += [one for one in halves if bounds(territory, one.day, one.half)[1] - at >= NOTICE]
        day += DAY
    return found[:count]


def bounds(territory: Territory, day: date, half: str | None) -> tuple[datetime, datetime]:
    """When a half-day begins and ends, in UTC; the whole working day without `half`."""
    opens, closes = _hours(territory, day)
    noon = _moment(territory, day, territory.routing.noon)
    return (noon if half == "afternoon" else opens), (noon if half == "morning" else closes)


def _hours(territory: Territory, day: date) -> tuple[datetime, datetime]:
    return _moment(territory, day, territory.routing.opens), _moment(territory, day, territory.routing.closes)


def _moment(territory: Territory, day: date, hour: time) -> datetime:
    """In UTC, where the time between two moments is what a watch would measure, whatever the clocks do."""
    return datetime.combine(day, hour, _zone(territory)).astimezone(UTC)


def _day(territory: Territory, at: datetime) -> date:
    if at.tzinfo is None:
        raise ValueError("a moment without a time zone is none")
    return at.astimezone(_zone(territory)).date()


def _zone(territory: Territory) -> ZoneInfo:
    return ZoneInfo(territory.timezone)
