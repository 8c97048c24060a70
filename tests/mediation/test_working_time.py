"""Working time: week-ends, holidays, nights of a time change, overseas; nothing ends while nobody works."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediation.territory import Routing, Territory, is_working_day
from mediation.working_time import HalfDay, add_days, add_hours, bounds, half_days, is_open, next_opening

PARIS = ZoneInfo("Europe/Paris")
TEAM = Territory(name="Essai", team="Une équipe")  # 9 h - 17 h, noon at 12 h
MOSELLE = TEAM.model_copy(update={"subdivision": "57"})
REUNION = TEAM.model_copy(update={"subdivision": "974", "timezone": "Indian/Reunion"})
GUADELOUPE = TEAM.model_copy(update={"subdivision": "971", "timezone": "America/Guadeloupe"})
TERRITORIES = (TEAM, MOSELLE, REUNION, GUADELOUPE)


def paris(text: str) -> datetime:
    """« 2026-03-27 16:30 » in Paris."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("at", "hours", "then"),
    [
        ("2026-11-23 10:00", 4, "2026-11-23 14:00"),
        ("2026-11-23 07:00", 0.25, "2026-11-23 09:15"),  # before the team is there
        ("2026-11-23 16:50", 0.25, "2026-11-24 09:05"),
        ("2026-11-23 16:45", 0.25, "2026-11-24 09:00"),  # exactly the end of the day
        ("2026-11-20 16:00", 4, "2026-11-23 12:00"),  # a Friday evening
        ("2026-11-20 22:00", 0.25, "2026-11-23 09:15"),
        ("2026-11-23 10:00", 16, "2026-11-25 10:00"),
        ("2026-12-24 16:00", 4, "2026-12-28 12:00"),  # Christmas is a Friday
        ("2026-04-30 16:30", 1, "2026-05-04 09:30"),  # the 1st of May is a Friday
        ("2026-03-27 16:00", 4, "2026-03-30 12:00"),  # the clocks go forward in the night of the 28th
        ("2026-10-23 16:00", 4, "2026-10-26 12:00"),  # and back in that of the 24th of October
        ("2026-10-25 02:30", 0, "2026-10-26 09:00"),
        ("2026-12-31 16:59", 1, "2027-01-04 09:59"),
    ],
)
def test_hours_only_count_while_somebody_works(at: str, hours: float, then: str) -> None:
    assert add_hours(TEAM, paris(at), hours) == paris(then)


@pytest.mark.parametrize(
    ("at", "days", "then"),
    [
        ("2026-11-20 16:00", 2, "2026-11-24 16:00"),
        ("2026-11-20 18:00", 2, "2026-11-25 09:00"),  # on Friday evening it is Monday already
        ("2026-03-27 10:00", 1, "2026-03-30 10:00"),  # the same hour of the clock, one hour less on a watch
        ("2026-12-23 10:00", 2, "2026-12-28 10:00"),
        ("2026-11-20 16:00", 0, "2026-11-20 16:00"),
    ],
)
def test_days_keep_the_hour(at: str, days: int, then: str) -> None:
    assert add_days(TEAM, paris(at), days) == paris(then)


def test_holidays_are_those_of_the_territory() -> None:
    eve = paris("2028-12-22 16:00")  # a Friday; Christmas is a Monday
    assert add_hours(TEAM, eve, 2) == paris("2028-12-26 10:00")
    assert add_hours(MOSELLE, eve, 2) == paris("2028-12-27 10:00")
    abolition = datetime(2027, 12, 17, 16, tzinfo=ZoneInfo("Indian/Reunion"))  # the 20th, a Monday, is a holiday there
    assert add_hours(REUNION, abolition, 2) == datetime(2027, 12, 21, 10, tzinfo=ZoneInfo("Indian/Reunion"))


def test_the_hour_is_that_of_the_territory() -> None:
    at = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
    assert is_open(TEAM, at) and is_open(GUADELOUPE, at) and not is_open(REUNION, at)
    assert next_opening(REUNION, at) == datetime(2026, 11, 24, 5, tzinfo=UTC)
    assert next_opening(TEAM, at) == at


def test_open_from_the_first_minute_to_the_last_but_one() -> None:
    said = {at: is_open(TEAM, paris(f"2026-11-23 {at}")) for at in ("08:59", "09:00", "12:30", "16:59", "17:00")}
    assert said == {"08:59": False, "09:00": True, "12:30": True, "16:59": True, "17:00": False}
    assert not is_open(TEAM, paris("2026-11-22 10:00"))  # a Sunday


@pytest.mark.parametrize(
    ("at", "halves"),
    [
        ("2026-11-23 08:00", ["23 morning", "23 afternoon", "24 morning"]),
        ("2026-11-23 10:00", ["23 morning", "23 afternoon", "24 morning"]),
        ("2026-11-23 10:01", ["23 afternoon", "24 morning", "24 afternoon"]),  # less than two hours are left
        ("2026-11-23 15:30", ["24 morning", "24 afternoon", "25 morning"]),
        ("2026-11-20 20:00", ["23 morning", "23 afternoon", "24 morning"]),  # a Friday evening
        ("2026-12-24 16:00", ["28 morning", "28 afternoon", "29 morning"]),
    ],
)
def test_half_days_that_can_be_promised(at: str, halves: list[str]) -> None:
    assert [f"{one.day.day} {one.half}" for one in half_days(TEAM, paris(at), 3)] == halves


def test_a_half_day_has_two_ends() -> None:
    day = date(2026, 11, 23)
    ends = {half: bounds(TEAM, day, half) for half in ("morning", "afternoon", None)}
    hours = {half: tuple(one.astimezone(PARIS).hour for one in two) for half, two in ends.items()}
    assert hours == {"morning": (9, 12), "afternoon": (12, 17), None: (9, 17)}
    assert half_days(TEAM, paris("2026-11-23 09:00"), 1) == [HalfDay(day, "morning")]


def test_a_moment_without_a_zone_and_time_that_goes_back_are_refused() -> None:
    for ask in (is_open, next_opening, lambda team, at: add_hours(team, at, 1)):
        with pytest.raises(ValueError, match="time zone"):
            ask(TEAM, datetime(2026, 11, 23, 10))
    with pytest.raises(ValueError, match="forward"):
        add_hours(TEAM, paris("2026-11-23 10:00"), -1)
    with pytest.raises(ValueError, match="before noon"):
        Routing(opens=time(13))


moments = st.datetimes(datetime(2026, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC))
near_changes = st.sampled_from(["2026-03-27", "2026-10-23", "2027-03-26", "2027-10-29"]).flatmap(
    lambda day: st.integers(0, 4 * 24 * 60).map(lambda minutes: paris(f"{day} 00:00") + timedelta(minutes=minutes))
)
someday = st.one_of(moments, near_changes)
minutes = st.integers(0, 60 * 60)
territories = st.sampled_from(TERRITORIES)


@given(territories, someday, minutes, minutes)
def test_time_added_in_two_goes_is_time_added_at_once(team: Territory, at: datetime, a: int, b: int) -> None:
    assert add_hours(team, add_hours(team, at, a / 60), b / 60) == add_hours(team, at, (a + b) / 60)


@given(territories, someday, someday, minutes)
def test_who_came_first_is_never_due_last(team: Territory, one: datetime, other: datetime, wait: int) -> None:
    first, last = sorted((one, other))
    assert add_hours(team, first, wait / 60) <= add_hours(team, last, wait / 60)
    assert add_days(team, first, wait % 7) <= add_days(team, last, wait % 7)


@given(territories, someday, minutes)
def test_a_delay_ends_while_somebody_works(team: Territory, at: datetime, wait: int) -> None:
    for end in (add_hours(team, at, wait / 60), add_days(team, at, wait % 9), next_opening(team, at)):
        assert is_open(team, end) and end >= at.astimezone(UTC) and end.tzinfo is UTC
    assert add_hours(team, at, 0) == next_opening(team, at)


@given(territories, someday, st.integers(1, 12))
def test_half_days_are_working_ones_in_order(team: Territory, at: datetime, count: int) -> None:
    found = half_days(team, at, count)
    starts = [bounds(team, one.day, one.half) for one in found]
    assert len(found) == count and starts == sorted(set(starts))
    assert all(is_working_day(team, one.day) for one in found) and all(end > at for _start, end in starts)
