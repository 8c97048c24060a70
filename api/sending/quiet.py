"""When we may write of our own accord: not at night, on a Sunday or a public holiday, nor too often in a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from api.settings import Settings
from mediation.territory import Territory, is_holiday

SUNDAY = 6


def next_allowed(at: datetime, territory: Territory, settings: Settings) -> datetime:
    """`at` itself when a push may leave then, else the first later moment when one may (in UTC)."""
    local = at.astimezone(ZoneInfo(territory.timezone))
    day = local.date()
    if not _open(day, territory):
        return _opening(day + timedelta(days=1), territory, settings)
    if local.hour < settings.quiet_until:
        return _opening(day, territory, settings)
    if local.hour >= settings.quiet_from:
        return _opening(day + timedelta(days=1), territory, settings)
    return at


def planned(at: datetime, territory: Territory, settings: Settings, on_day: Callable[[date], int]) -> datetime | None:
    """When a push asked for at `at` leaves; `on_day` tells how many the person already has on a local day.

    None when the settings allow none at all.
    """
    if settings.pushes_a_day == 0:
        return None
    moment = next_allowed(at, territory, settings)
    while on_day(day := local_day(moment, territory)) >= settings.pushes_a_day:
        moment = _opening(day + timedelta(days=1), territory, settings)
    return moment


def local_day(at: datetime, territory: Territory) -> date:
    """The day it is then in the territory."""
    return at.astimezone(ZoneInfo(territory.timezone)).date()


def bounds(day: date, territory: Territory) -> tuple[datetime, datetime]:
    """The first moment of a local day and that of the next one, in UTC."""
    return _moment(day, 0, territory), _moment(day + timedelta(days=1), 0, territory)


def _opening(day: date, territory: Territory, settings: Settings) -> datetime:
    while not _open(day, territory):
        day += timedelta(days=1)
    return _moment(day, settings.quiet_until, territory)


def _open(day: date, territory: Territory) -> bool:
    return day.weekday() != SUNDAY and not is_holiday(territory, day)


def _moment(day: date, hour: int, territory: Territory) -> datetime:
    return datetime.combine(day, time(hour), ZoneInfo(territory.timezone)).astimezone(UTC)
