"""The clock of the cases, its time in hand: nobody answers, somebody stays silent, a holiday, a night, two at once."""

from __future__ import annotations

import threading
import uuid
from typing import Any

import pytest

from api.cases.news import Herald
from api.cases.refusals import NotYours
from api.cases.seeing import queue
from api.cases.watch import Watch
from api.db import reading
from tests.cases.clock_kit import ByHand, Town, paris, place, quiet_town  # noqa: F401 - a fixture

CHRISTMAS = ("2026-12-24 17:30", "2026-12-25 10:00", "2026-12-26 10:00", "2026-12-28 11:59")
pytestmark = pytest.mark.one_database


@pytest.fixture
def town(quiet_town: Town) -> Town:  # noqa: F811
    """Somebody works in Beauvais and in three places further away; a coordinator has the territory."""
    quiet_town.directory(place("a"), place("b", 10), place("c", 20), place("d", 30), place("empty", 1))
    for name in "abcd":
        quiet_town.mediator(f"De{name}", name)
    quiet_town.mediator("Chef", role="coordinator", territory=True)
    quiet_town.at("2026-11-23 10:00")
    return quiet_town


class TestNobodyAnswers:
    def test_on_a_friday_evening_two_places_more_are_asked_on_monday_then_it_is_late(self, town: Town) -> None:
        town.at("2026-11-20 16:50")
        case = town.asks_here()
        for at in ("2026-11-20 17:30", "2026-11-21 11:00", "2026-11-22 11:00", "2026-11-23 08:00", "2026-11-23 09:04"):
            assert town.tick(at) == 0
        assert town.received(case) == []
        assert [town.tick(at) for at in ("2026-11-23 09:05", "2026-11-23 09:06")] == [1, 0]
        [first] = town.received(case)
        assert "Lieu b" in first
        assert [town.tick(at) for at in ("2026-11-23 09:19", "2026-11-23 09:20")] == [0, 1]
        [second] = town.received(case)
        assert "Lieu c" in second
        assert town.tick("2026-11-23 09:35") == 1
        assert "parmi les premières" in town.received(case)[0]
        assert town.path(case) == [("routed", "a"), ("rerouted", "b"), ("rerouted", "c"), ("late", None)]

    def test_the_clock_leaves_a_late_case_alone(self, town: Town) -> None:
        case = town.asks_here()
        for at in ("2026-11-23 10:15", "2026-11-23 10:30", "2026-11-23 10:45"):
            assert town.tick(at) == 1
        row = town.case(case)
        assert (row.late_since, row.place_id, row.answer_by) == (paris("2026-11-23 10:45"), None, None)
        town.received(case)
        assert [town.tick(f"2026-11-{day} 10:00") for day in (24, 25, 30)] == [0, 0, 0]
        assert town.received(case) == [] and len(town.path(case)) == 4

    def test_the_coordinator_sees_first_what_waits_too_long(self, town: Town) -> None:
        late, waiting = town.asks_here(), town.asks_here("callback", who="+33612345679")
        chef, ana = town.account("Chef", role="coordinator"), town.account("Ana", territory=True)
        for at in ("2026-11-23 10:15", "2026-11-23 10:30", "2026-11-23 10:45"):
            town.tick(at)
        with reading(town.engine) as session:
            seen = queue(session, town.vault, chef, town.now)
            assert ([row.id for row in seen.late], [row.id for row in seen.waiting]) == ([late], [waiting])
            assert [row.id for row in queue(session, town.vault, ana, town.now).waiting] == [late]

    def test_over_christmas_a_call_waits_for_the_next_working_day(self, town: Town) -> None:
        town.at("2026-12-24 16:00")  # Thursday; Christmas, then a week-end
        case = town.asks_here("callback")
        assert [town.tick(at) for at in CHRISTMAS] == [0, 0, 0, 0]
        assert town.tick("2026-12-28 12:00") == 1
        assert town.path(case) == [("routed", "a"), ("rerouted", "b")]

    @pytest.mark.parametrize(("friday", "monday"), [("2026-03-27", "2026-03-30"), ("2026-10-23", "2026-10-26")])
    def test_over_the_night_of_a_time_change(self, town: Town, friday: str, monday: str) -> None:
        town.at(f"{friday} 16:50")
        town.asks_here()
        assert [town.tick(f"{monday} {hour}") for hour in ("08:05", "09:04", "09:05")] == [0, 0, 1]

    def test_nothing_moves_and_nobody_is_woken_at_night(self, town: Town) -> None:
        case = town.asks_here()
        assert town.tick("2026-11-24 03:00") == 0  # the service was down all day
        assert town.received(case) == [] and town.path(case) == [("routed", "a")]
        assert town.tick("2026-11-24 09:00") == 1
        assert len(town.received(case)) == 1

    def test_where_there_is_one_team_the_coordinator_is_the_second_chance(self, quiet_town: Town) -> None:  # noqa: F811
        quiet_town.at("2026-11-23 10:00")
        case = quiet_town.asks_here()
        assert quiet_town.tick("2026-11-23 10:15") == 1
        assert quiet_town.path(case) == [("routed", None), ("late", None)]

    def test_other_cases_go_on_when_one_cannot_be_moved(self, town: Town) -> None:
        broken, sound = town.asks_here(), town.asks_here(who="+33612345679")
        town.change(broken, recap_sealed=b"not ours")
        assert town.tick("2026-11-23 10:15") == 1
        assert [town.path(case)[-1][0] for case in (broken, sound)] == ["routed", "rerouted"]


class TestSomebodyTookIt:
    def test_just_at_the_limit_the_clock_leaves_it_to_them(self, town: Town) -> None:
        case, ana = town.asks_here(), town.mediator("Ana", "a")
        town.at("2026-11-23 10:15")
        town.takes(case, ana)
        assert town.watch.tick() == 0
        assert town.case(case).mediator_id == ana and town.received(case) == []

    @pytest.mark.both
    def test_a_mediator_and_the_clock_at_the_very_same_moment(self, town: Town) -> None:
        case, ana = town.asks_here(), town.account("Ana", "a")
        town.at("2026-11-23 10:15")
        start, refused = threading.Barrier(2), []

        def takes() -> None:
            start.wait()
            try:
                town.cases.take(ana, case)
            except NotYours as gone:
                refused.append(gone)

        thread = threading.Thread(target=takes)
        thread.start()
        start.wait()
        moved = town.watch.tick()
        thread.join()
        row = town.case(case)
        assert (row.mediator_id, row.place_id) == ((None, "b") if moved else (ana.id, "a"))
        assert bool(moved) == bool(refused)
        assert len(town.path(case)) == 2 and len([one for one in town.said(case) if one.direction == "out"]) == 1

    def test_who_stays_silent_loses_it_and_the_assistant_is_back(self, town: Town) -> None:
        case, ana = town.asks_here(), town.mediator("Ana", "a")
        town.takes(case, ana)
        assert [town.tick(at) for at in ("2026-11-23 13:59", "2026-11-23 14:00", "2026-11-23 14:01")] == [0, 1, 0]
        row = town.case(case)
        assert (row.mediator_id, row.taken_at, row.place_id) == (None, None, "b")
        assert town.path(case)[-2:] == [("timed_out", "a"), ("rerouted", "b")]
        assert "Ana" in town.received(case)[0]

    def test_a_late_case_that_somebody_takes_and_leaves_is_late_again(self, town: Town) -> None:
        case, ana = town.asks_here(), town.mediator("Ana", "a")
        for at in ("2026-11-23 10:15", "2026-11-23 10:30", "2026-11-23 10:45"):
            town.tick(at)
        town.takes(case, ana)
        assert town.case(case).late_since is None
        assert town.tick("2026-11-23 14:45") == 1
        assert [kind for kind, _place in town.path(case)[-2:]] == ["timed_out", "late"]

    def test_the_first_unanswered_message_counts(self, town: Town) -> None:
        case, ana = town.asks_here(), town.mediator("Ana", "a")
        town.takes(case, ana)
        town.answers(case, "2026-11-23 10:30")
        assert town.case(case).answer_by is None
        for at in ("2026-11-23 11:00", "2026-11-23 12:00"):
            town.writes(case, at)
        assert town.case(case).answer_by == paris("2026-11-23 15:00")

    def test_a_promised_call_is_owed_until_it_is_made(self, town: Town) -> None:
        promised = paris("2026-11-24 12:00")
        case = town.asks_here("callback", callback_on="2026-11-24", callback_half="morning")
        town.takes(case, town.mediator("Ana", "a"))
        assert town.case(case).answer_by == promised
        town.writes(case, "2026-11-23 11:00")
        assert town.case(case).answer_by == paris("2026-11-23 15:00")
        town.answers(case, "2026-11-23 11:30")
        assert town.case(case).answer_by == promised
        town.answers(case, "2026-11-24 09:30", "called")
        assert town.case(case).answer_by is None
        town.writes(case, "2026-11-24 10:00")
        town.answers(case, "2026-11-24 10:10")
        assert town.case(case).answer_by is None
        town.answers(case, "2026-11-24 10:20", "scheduled")
        assert town.case(case).answer_by == promised


@pytest.mark.both
class TestOnce:
    def test_two_processes_that_look_at_once_move_a_case_once(self, town: Town) -> None:
        cases = [town.asks_here(who=f"+3361234{number:04}") for number in range(4)]
        town.at("2026-11-23 10:15")
        start, moved = threading.Barrier(3), []

        def look(watch: Watch) -> None:
            start.wait()
            moved.append(watch.tick())

        threads = [threading.Thread(target=look, args=(town.new_watch(),)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(moved) == 4
        for case in cases:
            assert [kind for kind, _place in town.path(case)] == ["routed", "rerouted"]
            assert len([one for one in town.said(case) if one.direction == "out"]) == 1

    def test_a_process_killed_in_the_middle_leaves_the_case_as_it_was(self, town: Town) -> None:
        case = town.asks_here()
        before = town.case(case).answer_by
        town.at("2026-11-23 10:15")
        assert town.new_watch(herald=Dying(town.vault, town.dialogue, town.speaker)).tick() == 0
        assert town.case(case).answer_by == before and town.path(case) == [("routed", "a")]
        assert town.received(case) == []
        town.at("2026-11-23 10:16")
        assert [town.new_watch().tick(), town.new_watch().tick()] == [1, 0]
        assert len(town.received(case)) == 1

    def test_a_closed_case_is_over_for_the_clock(self, town: Town) -> None:
        case = town.asks_here()
        town.change(case, status="closed", closed_at=town.now)
        assert town.tick("2026-11-23 12:00") == 0
        assert town.path(case) == [("routed", "a")]

    def test_it_looks_by_itself_and_ends(self, town: Town) -> None:
        case, spoken = town.asks_here(), threading.Event()
        town.at("2026-11-23 10:15")

        class Heard(Herald):
            def kick(self, citizen: uuid.UUID) -> None:
                spoken.set()

        watch = town.new_watch(herald=Heard(town.vault, town.dialogue, town.speaker), every=0.02)
        watch.start()
        assert spoken.wait(10)
        watch.stop()
        assert town.case(case).place_id == "b"


class Dying(ByHand):
    """A herald whose process is killed once it has spoken, before anything is committed."""

    def tell(self, *args: Any, **more: Any) -> None:
        """Says it, and dies."""
        super().tell(*args, **more)
        raise RuntimeError("killed")
