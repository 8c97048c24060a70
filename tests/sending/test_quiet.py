"""What we start waits for a decent hour, and is not too much for a day; what was asked for never waits for it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.sending.quiet import bounds, local_day, next_allowed, planned
from api.settings import Settings
from mediation.territory import Territory, is_holiday
from tests.sending.desk import NOON, ON_SQLITE, TERRITORY, Desk, push, reply
from tests.sending.fake_provider import FakeProvider

PARIS = ZoneInfo("Europe/Paris")
USUAL = Settings(_env_file=None)
MOSELLE = Territory(name="Essai", team="Une équipe", subdivision="Moselle")
REUNION = Territory(name="Essai", team="Une équipe", timezone="Indian/Reunion")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("asked", "leaves"),
    [
        ("2026-03-03T12:00", "2026-03-03T12:00"),
        ("2026-03-03T08:00", "2026-03-03T08:00"),
        ("2026-03-03T20:59:59", "2026-03-03T20:59:59"),
        ("2026-03-03T07:59:59", "2026-03-03T08:00"),
        ("2026-03-03T21:00", "2026-03-04T08:00"),
        ("2026-03-07T21:30", "2026-03-09T08:00"),  # Saturday night: Monday
        ("2026-03-08T12:00", "2026-03-09T08:00"),  # Sunday
        ("2026-03-28T22:00", "2026-03-30T08:00"),  # the clocks change that night
        ("2026-10-24T22:00", "2026-10-26T08:00"),  # and back
        ("2026-05-14T10:00", "2026-05-15T08:00"),  # Ascension
        ("2026-12-31T21:00", "2027-01-02T08:00"),  # 1 January
        ("2026-04-04T21:00", "2026-04-07T08:00"),  # Easter: Sunday, then Monday
    ],
)
def test_a_push_waits_for_a_decent_hour(asked: str, leaves: str) -> None:
    assert next_allowed(at(asked), TERRITORY, USUAL) == at(leaves)


def test_each_territory_has_its_clock_and_its_holidays() -> None:
    good_friday = at("2026-04-03T10:00")
    assert next_allowed(good_friday, TERRITORY, USUAL) == good_friday
    assert next_allowed(good_friday, MOSELLE, USUAL) == at("2026-04-04T08:00")
    evening = at("2026-03-03T19:00")  # 22:00 in Saint-Denis
    assert next_allowed(evening, REUNION, USUAL) == datetime(2026, 3, 4, 4, 0, tzinfo=UTC)


@given(
    asked=st.datetimes(datetime(2026, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC)),
    until=st.integers(0, 12),
    begins=st.integers(12, 24),
)
def test_whatever_the_moment_and_the_settings(asked: datetime, until: int, begins: int) -> None:
    settings = Settings(_env_file=None, quiet_from=max(begins, until + 1), quiet_until=until)
    leaves = next_allowed(asked, TERRITORY, settings)
    local = leaves.astimezone(PARIS)
    assert asked <= leaves < asked + timedelta(days=5)
    assert until <= local.hour < settings.quiet_from
    assert local.weekday() < 6 and not is_holiday(TERRITORY, local.date())
    assert next_allowed(leaves, TERRITORY, settings) == leaves


def test_a_full_day_sends_to_the_next_one() -> None:
    taken = {date(2026, 3, 6): 3, date(2026, 3, 7): 4, date(2026, 3, 9): 2}
    leaves = planned(at("2026-03-06T10:00"), TERRITORY, USUAL, lambda day: taken.get(day, 0))
    assert leaves == at("2026-03-09T08:00")
    none = Settings(_env_file=None, pushes_a_day=0)
    assert planned(NOON, TERRITORY, none, lambda day: 0) is None


@pytest.mark.parametrize(("day", "hours"), [("2026-03-03", 24), ("2026-03-29", 23), ("2026-10-25", 25)])
def test_a_local_day_lasts_as_long_as_it_does(day: str, hours: int) -> None:
    first, after = bounds(date.fromisoformat(day), TERRITORY)
    assert after - first == timedelta(hours=hours)
    assert local_day(first, TERRITORY) == local_day(after - timedelta(seconds=1), TERRITORY) == date.fromisoformat(day)


@ON_SQLITE
def test_a_held_push_holds_back_no_reply(desk: Desk, provider: FakeProvider) -> None:
    person, desk.time = desk.person(), at("2026-03-03T22:00")
    desk.put(person, push("un"), reply("deux"), push("trois", asked_for=True), push("quatre"))
    desk.outbox.drain(person)
    assert provider.texts("a") == ["deux", "trois"]
    desk.time = at("2026-03-04T08:00")
    desk.outbox.drain(person)
    assert provider.texts("a") == ["deux", "trois", "un", "quatre"]


@ON_SQLITE
def test_a_push_that_failed_does_not_come_at_night(desk: Desk, provider: FakeProvider) -> None:
    person, desk.time = desk.person(), at("2026-03-03T20:59:59")
    desk.put(person, push("un"))
    provider.script["a"].append("500")
    desk.outbox.drain(person)
    desk.next_try(person)
    assert provider.accepted == []
    assert desk.rows(person)[0].not_before == at("2026-03-04T08:00")
    desk.next_try(person)
    assert provider.texts("a") == ["un"]


@ON_SQLITE
def test_only_so_many_pushes_leave_in_a_day(desk: Desk, provider: FakeProvider) -> None:
    person, other = desk.person(), desk.person()
    desk.put(person, *(push(f"n{n}") for n in range(5)), reply("reply"), push("asked", asked_for=True))
    desk.put(other, push("autre"), to="b")
    desk.outbox.drain(person)
    desk.outbox.drain(other)
    assert provider.texts("a") == ["n0", "n1", "n2", "reply", "asked"]
    assert provider.texts("b") == ["autre"]
    desk.time = at("2026-03-04T08:00")
    desk.outbox.drain(person)
    assert provider.texts("a")[5:] == ["n3", "n4"]


@ON_SQLITE
def test_a_push_waits_behind_a_push(desk: Desk, provider: FakeProvider) -> None:
    person = desk.person()
    desk.put(person, push("un"), push("deux"), reply("trois"))
    provider.script["a"].append("500")
    desk.outbox.drain(person)
    assert provider.texts("a") == ["trois"]
    desk.next_try(person)
    assert provider.texts("a") == ["trois", "un", "deux"]
