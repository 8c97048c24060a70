"""Territories: found by name or by file, and call-backs promised on days when somebody works."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from mediation.territory import CallBack, Territory, call_back_by, load_territory

TEAM = Territory(name="Essai", team="Une médiatrice", callback=CallBack(working_days=1, hours="le matin"))


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-11-23", "2026-11-24"),
        ("2026-11-20", "2026-11-23"),  # a Friday: Monday
        ("2026-11-22", "2026-11-23"),
        ("2026-12-24", "2026-12-28"),  # Christmas, then a week-end
        ("2026-12-31", "2027-01-04"),
        ("2027-03-27", "2027-03-30"),  # Easter Monday
    ],
)
def test_calls_are_promised_on_working_days(asked: str, due: str) -> None:
    assert call_back_by(TEAM, date.fromisoformat(asked)) == date.fromisoformat(due)


def test_local_holidays_count() -> None:
    local = TEAM.model_copy(update={"subdivision": "Alsace-Moselle"})
    assert call_back_by(TEAM, date(2026, 12, 25)) == date(2026, 12, 28)
    assert call_back_by(local, date(2028, 12, 25)) == date(2028, 12, 27)  # the 26th is a holiday there


def test_nobody_calls_where_nobody_is(tmp_path: Path) -> None:
    file = tmp_path / "la-notre.yaml"
    file.write_text("name: La nôtre\nteam: Une personne\n", encoding="utf-8")
    assert call_back_by(load_territory(str(file)), date(2026, 11, 22)) is None


def test_an_unknown_territory_is_told_with_those_that_exist() -> None:
    with pytest.raises(ValueError, match="demo"):
        load_territory("atlantide")
