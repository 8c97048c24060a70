"""The coordinator's figures: what is counted, and that small numbers say nothing of one person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from api.console.figures import Life, figures, percentile
from api.console.routes_figures import shown, table
from tests.console.conftest import RunningConsole
from tests.console.made_cases import add_case, at

pytestmark = pytest.mark.both

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def life(*moves: tuple[float, str], **fields: str | None) -> Life:
    """A case opened at START; each move is so many hours later."""
    told = tuple((START + hours * HOUR, kind) for hours, kind in moves)
    return Life(
        START,
        fields.get("reason") or "asked",
        fields.get("mode"),
        fields.get("body"),
        fields.get("closing"),
        told,
    )


def test_the_first_taking_is_the_one_that_counts() -> None:
    assert life((1, "taken"), (2, "timed_out"), (9, "taken")).wait == HOUR
    assert life((1, "routed"), (2, "closed")).wait is None


@pytest.mark.parametrize(
    ("moves", "in_time"),
    [
        ([(1, "taken")], True),
        ([(1, "rerouted"), (2, "taken")], False),
        ([(1, "late")], False),
        ([(1, "taken"), (5, "timed_out"), (6, "rerouted")], True),
        ([(1, "opened"), (1, "routed")], None),
    ],
)
def test_in_time_is_before_the_clock_had_to_pass_it_on(moves: list[tuple[float, str]], in_time: bool | None) -> None:
    assert life(*moves).in_time is in_time


def test_everything_is_counted() -> None:
    lives = [life((hours, "taken"), mode="live", body="caf", closing="aide") for hours in range(1, 10)]
    lives += [life((1, "rerouted"), (2, "late"), reason="stuck"), life((1, "rerouted"), (3, "taken"))]
    found = figures(lives)
    assert (found.cases, found.taken, found.rerouted, found.late) == (11, 10, 2, 1)
    assert found.by_reason == {"asked": 10, "stuck": 1}
    assert found.by_mode == {"live": 9, "": 2} and found.by_body == {"caf": 9, "": 2}
    assert found.by_closing == {"aide": 9}
    assert found.in_time == 9 / 11
    assert (found.median, found.ninth) == (4 * HOUR, 8 * HOUR)
    assert list(found.by_mode) == ["live", ""], "the most frequent first"


def test_a_rank_is_that_of_a_case_and_few_cases_have_none() -> None:
    waits = [HOUR * count for count in range(1, 11)]
    assert (percentile(waits, 50), percentile(waits, 90), percentile(waits, 100)) == (5 * HOUR, 9 * HOUR, 10 * HOUR)
    assert percentile(waits[:4], 50) is None and percentile(waits[:5], 50) == 3 * HOUR
    few = figures([life((1, "taken"))] * 4)
    assert (few.median, few.ninth, few.in_time) == (None, None, None)
    assert figures([life((1, "taken"))] * 4 + [life()] * 3).in_time is None, "four say nothing, whoever else waits"
    assert figures([]).cases == 0


def test_from_one_to_four_is_not_told() -> None:
    assert [shown(count) for count in (0, 1, 4, 5, 12)] == ["0", "moins de 5", "moins de 5", "5", "12"]


def test_a_small_number_cannot_be_had_from_the_total() -> None:
    assert table({"a": 9, "b": 6, "c": 1}) == {"a": "9", "b": "non montré", "c": "moins de 5"}
    assert table({"a": 9, "b": 2, "c": 1}) == {"a": "9", "b": "moins de 5", "c": "moins de 5"}
    assert table({"a": 9, "b": 6}) == {"a": "9", "b": "6"}


def test_the_page_counts_the_cases_of_the_period_only(console: RunningConsole) -> None:
    taken = [("rerouted", at(console, minutes=20), None), ("taken", at(console, minutes=30), None)]  # in no order
    for _ in range(5):
        add_case(console, moves=taken)
    for _ in range(2):
        add_case(console, reason="stuck", status="closed", closing="aide", moves=[("rerouted", at(console), None)])
    add_case(console, reason="outcome", created_at=at(console, days=60), moves=taken)
    browser = console.as_("coordinator")
    today = console.service.now.date().isoformat()
    page = browser.get(f"/mediateur/chiffres?du={today}&au={today}").text
    assert "<dd>7</dd>" in page and "30 min" in page and "71 %" in page
    assert "moins de 5" in page and ">2<" not in page
    assert "La démarche demande une personne" not in page, "opened before the period"
    then = (console.service.now - timedelta(days=60)).date().isoformat()
    alone = browser.get(f"/mediateur/chiffres?du={then}&au={then}").text
    assert "<dd>moins de 5</dd>" in alone and "<dd>1</dd>" not in alone
    old = browser.get("/mediateur/chiffres?du=2020-01-01&au=2020-01-31").text
    assert "Aucun dossier ouvert entre ces dates" in old
    odd = browser.get("/mediateur/chiffres?du=demain&au=%00")
    assert odd.status_code == 200


@pytest.mark.parametrize("path", ["chiffres", "activite", "activite.csv"])
def test_any_two_days_are_a_period(console: RunningConsole, path: str) -> None:
    browser = console.as_("coordinator")
    for query in ("du=0001-01-01&au=9999-12-31", "du=9999-12-31&au=0001-01-01", "du=x&au=%00"):
        assert browser.get(f"/mediateur/{path}?{query}").status_code == 200
