"""Several at once on one case: one wins, the others are told, and nothing is said twice."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from api.cases.acts import NotYours, Over, Refused, Taken
from tests.cases.desk_kit import FIRST_STEP, Office

MANY = 10


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """What each act gave, or how it was refused, all of them begun at the same moment."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        gate.wait()
        try:
            return act()
        except (NotYours, Over, Refused, Taken) as refusal:
            return refusal

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_ten_take_a_case_and_one_wins(office: Office) -> None:
    team = [office.account(f"Nom{n}", territory=True) for n in range(MANY)]
    case = office.asks()
    results = at_once([lambda one=one: office.cases.take(one, case) for one in team])  # type: ignore[misc]
    held = office.case(case)
    winner = next(one for one in team if one.id == held.mediator_id)
    assert results.count(None) == 1 and results[team.index(winner)] is None
    refused = [result for result in results if result is not None]
    assert [type(one) for one in refused] == [Taken] * (MANY - 1)
    assert {one.by for one in refused} == {winner.name}
    assert office.moves(case) == [("taken", None)]
    told = office.received(case)
    assert len(told) == 1 and winner.name in told[0]


def test_one_request_sent_ten_times_is_said_once(office: Office) -> None:
    claire, case = office.account("Claire", territory=True), office.asks()
    office.cases.take(claire, case)
    office.received(case)
    ids = at_once([lambda: office.cases.reply(claire, case, "Bonjour", "r1")] * MANY)
    assert len(set(ids)) == 1 and isinstance(ids[0], uuid.UUID)
    assert office.received(case) == ["Claire : Bonjour"]
    assert [row.mediator_id for row in office.said(case)].count(claire.id) == 1


def test_ten_different_replies_all_arrive_in_turn(office: Office) -> None:
    claire, case = office.account("Claire", territory=True), office.asks()
    office.cases.take(claire, case)
    office.received(case)
    replies = [lambda n=n: office.cases.reply(claire, case, f"mot {n}", f"r{n}") for n in range(MANY)]  # type: ignore[misc]
    assert len(set(at_once(replies))) == MANY
    assert sorted(office.received(case)) == [f"Claire : mot {n}" for n in range(MANY)]
    turns = [row.turn for row in office.said(case)]
    assert len(set(turns)) == len(turns)


def test_a_case_closed_while_it_is_answered_is_closed_once(office: Office) -> None:
    claire, case = office.account("Claire", territory=True), office.asks()
    office.cases.take(claire, case)
    acts: list[Callable[[], Any]] = [lambda: office.cases.close(claire, case, "aide", None)] * 4
    acts += [lambda n=n: office.cases.reply(claire, case, "Encore", f"r{n}") for n in range(4)]  # type: ignore[misc]
    results = at_once(acts)
    assert Counter(type(one) for one in results[:4]) == {type(None): 1, Over: 3}
    assert {type(one) for one in results[4:]} <= {uuid.UUID, Over}
    assert office.events("case_closed") == ["aide"]
    last = office.said(case)[-1]
    assert last.mediator_id is None  # nothing is said by the person after the assistant said that it is over


def test_a_case_given_to_two_colleagues_at_once_goes_to_one(office: Office) -> None:
    claire, case = office.account("Claire", territory=True), office.asks()
    others = [office.account(name, territory=True) for name in ("Paul", "Zoé")]
    office.cases.take(claire, case)
    give = [lambda to=to: office.cases.transfer(claire, case, to.id, None, "") for to in others]  # type: ignore[misc]
    results = at_once(give)
    assert sorted(type(one).__name__ for one in results) == ["NoneType", "NotYours"]
    assert office.case(case).mediator_id == others[results.index(None)].id


def test_a_step_pressed_twice_at_once_is_answered_once(office: Office) -> None:
    claire, case = office.account("Claire", territory=True), office.asks()
    office.cases.take(claire, case)
    results = at_once([lambda: office.cases.drive(claire, case, "cpam", FIRST_STEP, False)] * 4)
    refused = [one for one in results if isinstance(one, Refused)]
    assert {one.name for one in refused} == {"step_moved"} and len(refused) == 3
    assert office.moves(case).count(("driven", FIRST_STEP)) == 1


def test_wrong_codes_tried_at_once_are_all_counted(office: Office) -> None:
    office.asks(code=True)
    wrong = f"{(int(office.code or '0') + 1) % 10**6:06d}"
    paul = office.account("Paul")
    results = at_once([lambda: office.cases.take_by_code(paul, wrong)] * MANY)
    assert Counter(one.name for one in results) == {"wrong_code": 5, "too_many_codes": 5}
