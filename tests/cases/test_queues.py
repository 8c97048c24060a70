"""Which queue a case waits in: one's own commune, where somebody works, not too busy, answering, not asked before."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from api.cases.standing import record_of
from api.db import reading
from tests.cases.clock_kit import Town, place, quiet_town  # noqa: F401 - a fixture


@pytest.fixture
def town(quiet_town: Town) -> Town:  # noqa: F811
    """Two places at the same distance, another in Beauvais itself; Monday, ten o'clock."""
    quiet_town.directory(place("own"), place("b", 10), place("c", 10), place("far", 40))
    quiet_town.at("2026-11-23 10:00")
    return quiet_town


def queue(town: Town, **wanted: str) -> str | None:
    """The queue of a new case."""
    return town.case(town.asks_here(who=f"+336{uuid.uuid4().int % 10**8:08}", **wanted)).place_id


def test_own_commune_first_then_only_where_somebody_works(town: Town) -> None:
    assert queue(town) is None
    town.mediator("Loin", "far")
    assert queue(town) == "far"
    town.mediator("Cle", "c")
    assert queue(town) == "c"
    town.mediator("Ici", "own")
    assert queue(town) == "own"


@pytest.mark.parametrize("columns", [{"active": False}, {"role": "administrator"}])
def test_an_account_that_helps_nobody_does_not_staff_a_place(town: Town, columns: dict[str, object]) -> None:
    town.mediator("Ici", "own", **columns)
    assert queue(town) is None


def test_without_a_commune_the_whole_team_sees_it(town: Town) -> None:
    town.mediator("Chef", role="coordinator")
    town.mediator("Ici", "own")
    case = town.asks_here(commune=None)
    assert town.path(case) == [("routed", None)]
    later = town.asks_here()  # the citizen has said where they live
    assert later == case and town.path(case) == [("routed", None), ("routed", "own")]


def test_the_place_that_the_citizen_chose_if_somebody_works_there(town: Town) -> None:
    town.mediator("Ici", "own")
    town.mediator("Loin", "far")
    assert queue(town, mode="place", place="far") == "far"
    assert queue(town, mode="place", place="b") == "own"


def test_a_place_gone_from_the_directory_is_asked_nothing(town: Town) -> None:
    town.mediator("Chef", role="coordinator")
    town.mediator("Partie", "gone")
    assert queue(town) is None


def test_the_less_busy_of_two(town: Town) -> None:
    town.mediator("Bea", "b")
    town.mediator("Cle", "c")
    assert [queue(town) for _ in range(4)] == ["b", "c", "b", "c"]


def test_more_people_carry_more_cases(town: Town) -> None:
    for name in ("Bea", "Bob", "Bil"):
        town.mediator(name, "b")
    town.mediator("Cle", "c")
    found = [queue(town) for _ in range(6)]
    assert found.count("b") > found.count("c") > 0


def test_the_one_that_answers(town: Town) -> None:
    bea, cle = town.mediator("Bea", "b"), town.mediator("Cle", "c")
    for _ in range(2):
        case = town.asks_here(who=f"+336{uuid.uuid4().int % 10**8:08}")
        if town.case(case).place_id == "c":
            town.takes(case, cle)
        else:
            town.now += timedelta(minutes=15)
            town.watch.tick()
        town.change(case, status="closed", closed_at=town.now)
    with reading(town.engine) as session:
        assert record_of(session, town.now - timedelta(days=90)) == {"b": 0.0, "c": 1.0}
        assert record_of(session, town.now + timedelta(days=1)) == {}
    assert bea and queue(town) == "c"


def test_a_case_is_never_sent_back_to_who_let_it_wait(town: Town) -> None:
    town.mediator("Ici", "own")
    town.mediator("Bea", "b")
    case = town.asks_here()
    assert town.tick("2026-11-23 10:15") == 1
    town.asks_here("callback")  # more is known: queued anew
    assert [at for kind, at in town.path(case) if kind != "late"] == ["own", "b"]
    assert town.case(case).place_id == "b"


def test_a_late_case_stays_where_everybody_sees_it(town: Town) -> None:
    town.mediator("Chef", role="coordinator")
    town.mediator("Ici", "own")
    case = town.asks_here()
    assert town.tick("2026-11-23 10:15") == 1
    town.asks_here("place", place="far")
    row = town.case(case)
    assert (row.place_id, row.answer_by) == (None, None) and row.late_since is not None


def test_released_it_waits_in_its_queue_and_the_clock_goes_on(town: Town) -> None:
    ana = town.account("Ana", "own")
    town.mediator("Bea", "b")
    case = town.asks_here()
    town.cases.take(ana, case)
    assert town.case(case).answer_by is not None
    town.at("2026-11-23 11:00")
    town.cases.release(ana, case)
    assert town.case(case).place_id == "own"
    assert [town.tick(at) for at in ("2026-11-23 11:14", "2026-11-23 11:15")] == [0, 1]
    assert town.case(case).place_id == "b"
