"""Who is asked next, and until when: for somebody who writes, who is called back, who goes to a place."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from mediation.nearest import Ranked, Times, Why
from mediation.place import Place
from mediation.routing import act_by, next_place, speak_by, take_by
from mediation.territory import Routing, Territory

PARIS = ZoneInfo("Europe/Paris")
TEAM = Territory(name="Essai", team="Une équipe")
MONDAY, TUESDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 27)


def paris(text: str) -> datetime:
    """« 2026-11-23 10:00 » in Paris."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def ranked(*ids: str) -> list[Ranked]:
    """Places in this order."""
    return [Ranked(Place(id_, id_, "Valmont", "60000"), 1.0, False, Times(), 0.5, Why("")) for id_ in ids]


@pytest.mark.parametrize(
    ("tried", "staffed", "asked"),
    [
        ("", "abc", "a"),
        ("a", "abc", "b"),
        ("a", "ac", "c"),
        ("", "c", "c"),
        ("abc", "abc", None),
        ("", "", None),
        ("", "z", None),  # somebody works there, but it was not found around
    ],
)
def test_the_best_where_somebody_works_and_that_was_not_asked(tried: str, staffed: str, asked: str | None) -> None:
    found = next_place(ranked("a", "b", "c"), set(tried), set(staffed))
    assert (found.place.id if found else None) == asked


@pytest.mark.parametrize(
    ("at", "mode", "on", "half", "until"),
    [
        ("2026-11-23 10:00", "live", None, None, "2026-11-23 10:15"),
        ("2026-11-20 16:50", "live", None, None, "2026-11-23 09:05"),
        ("2026-11-23 10:00", "transfer", None, None, "2026-11-23 14:00"),
        ("2026-11-23 10:00", "place", None, None, "2026-11-25 10:00"),
        ("2026-11-23 10:00", None, None, None, "2026-11-25 10:00"),
        ("2026-11-23 10:00", "callback", None, None, "2026-11-23 14:00"),
        ("2026-11-23 10:00", "callback", TUESDAY, "afternoon", "2026-11-23 14:00"),
        ("2026-11-23 14:00", "callback", MONDAY, "afternoon", "2026-11-23 15:00"),  # time must be left to call
        ("2026-11-23 09:30", "callback", MONDAY, "morning", "2026-11-23 10:00"),
        ("2026-11-23 14:50", "callback", MONDAY, None, "2026-11-23 15:05"),  # but somebody needs a moment to take it
        ("2026-11-23 16:00", "callback", TUESDAY, "morning", "2026-11-24 10:00"),
    ],
)
def test_a_case_may_wait_as_long_as_its_way_of_help_allows(
    at: str, mode: str | None, on: date | None, half: str | None, until: str
) -> None:
    assert take_by(TEAM, paris(at), mode, on, half) == paris(until)


@pytest.mark.parametrize(
    ("mode", "due", "until"),
    [(None, MONDAY, "2026-11-23 15:00"), (None, FRIDAY, "2026-11-25 10:00"), ("place", MONDAY, "2026-11-25 10:00")],
)
def test_the_day_promised_to_who_chose_no_way_is_kept(mode: str | None, due: date, until: str) -> None:
    assert take_by(TEAM, paris("2026-11-23 10:00"), mode, None, None, due) == paris(until)


@pytest.mark.parametrize(
    ("at", "mode", "on", "half", "until"),
    [
        ("2026-11-23 10:00", "live", None, None, "2026-11-23 14:00"),
        ("2026-11-23 10:00", "callback", None, None, "2026-11-23 14:00"),
        ("2026-11-23 10:00", "callback", TUESDAY, "morning", "2026-11-24 12:00"),  # the call is due at noon
        ("2026-11-23 10:00", "callback", TUESDAY, "afternoon", "2026-11-25 09:00"),  # at the end of the day
        ("2026-11-23 10:00", "callback", MONDAY, "morning", "2026-11-23 14:00"),
        ("2026-11-23 10:00", "place", None, None, "2026-11-25 10:00"),
    ],
)
def test_who_takes_a_case_has_until_what_was_promised(
    at: str, mode: str, on: date | None, half: str | None, until: str
) -> None:
    assert act_by(TEAM, paris(at), mode, on, half) == paris(until)


def test_delays_are_those_of_the_territory() -> None:
    quick = TEAM.model_copy(update={"routing": Routing(live_minutes=5, call_hours=1, case_days=1, silent_hours=2)})
    at = paris("2026-11-23 10:00")
    assert take_by(quick, at, "live", None, None) == paris("2026-11-23 10:05")
    assert take_by(quick, at, "callback", None, None) == paris("2026-11-23 11:00")
    assert take_by(quick, at, None, None, None) == paris("2026-11-24 10:00")
    assert speak_by(quick, at) == paris("2026-11-23 12:00")
