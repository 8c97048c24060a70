"""The call-backs: their half-day, what is late, and whose they are."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, time, timedelta

import pytest

from api.console.agenda import CallBack, agenda, is_late
from tests.console.conftest import RunningConsole
from tests.console.made_cases import add_case, add_place, at

pytestmark = pytest.mark.both

MONDAY = date(2026, 11, 23)
NOON = time(12)


def call(day: date | None = MONDAY, half: str | None = None, reached: bool | None = None) -> CallBack:
    """One call to make."""
    return CallBack(uuid.uuid4(), "RSA", day, half, False, None, None, reached)


def moment(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    """A moment in the territory's time."""
    return datetime.combine(day, time(hour, minute), UTC)


@pytest.mark.parametrize(
    ("one", "at_", "late"),
    [
        (call(half="morning"), moment(11, 59), False),
        (call(half="morning"), moment(12), True),
        (call(half="morning", reached=True), moment(12), False),
        (call(half="morning", reached=False), moment(12), True),
        (call(half="afternoon"), moment(23, 59), False),
        (call(), moment(23, 59), False),
        (call(half="afternoon"), moment(0, day=MONDAY + timedelta(days=1)), True),
        (call(day=None), moment(12), False),
    ],
)
def test_late_is_when_the_half_day_has_gone_by(one: CallBack, at_: datetime, late: bool) -> None:
    assert is_late(one, at_, NOON) is late


def test_days_and_half_days_come_in_order_and_each_call_once() -> None:
    friday = MONDAY + timedelta(days=11)
    calls = [call(friday), call(MONDAY), call(MONDAY, "afternoon"), call(MONDAY, "morning"), call(None)]
    gone = call(MONDAY - timedelta(days=3))
    made = agenda([*calls, gone], moment(9), NOON)
    assert made.late == (gone,) and made.undated == (calls[4],)
    assert [day.day for day in made.days] == [*(MONDAY + timedelta(days=n) for n in range(7)), friday]
    assert [(half, found) for half, found in made.days[0].halves] == [
        ("morning", (calls[3],)), ("afternoon", (calls[2],)), (None, (calls[1],)),
    ]  # fmt: skip
    assert made.days[1].halves == ()
    shown = [one for day in made.days for _, found in day.halves for one in found] + [*made.late, *made.undated]
    assert sorted(one.id for one in shown) == sorted(one.id for one in [*calls, gone])


def test_a_person_who_was_reached_is_neither_late_nor_without_a_day() -> None:
    made = agenda([call(MONDAY - timedelta(days=1), reached=True), call(None, reached=True)], moment(9), NOON)
    assert (made.late, made.undated) == ((), ())


def test_the_page_shows_mine_and_my_places_calls_and_nobody_elses(console: RunningConsole) -> None:
    add_place(console, "here", name="Maison du lac")
    add_place(console, "there", name="Ailleurs")
    console.add("nadia", places=("here",))
    today = console.service.now.date()
    wanted = {"mode": "callback", "callback_on": today + timedelta(days=2), "callback_half": "afternoon"}
    mine = add_case(console, held_by="nadia", **wanted)
    waiting = add_case(console, place_id="here", **wanted)
    late = add_case(console, place_id="here", **{**wanted, "callback_on": today - timedelta(days=1)})
    others = [
        add_case(console, held_by="mediator", place_id="here", **wanted),
        add_case(console, place_id="there", **wanted),
        add_case(console, **wanted),
        add_case(console, held_by="nadia", **{**wanted, "status": "closed"}),
        add_case(console, held_by="nadia", mode="live"),
    ]
    page = console.as_("nadia").get("/mediateur/agenda").text
    assert all(str(id_) in page for id_ in (mine, waiting, late))
    assert not [id_ for id_ in others if str(id_) in page]
    assert "Pour vous" in page and "Attend à : Maison du lac" in page.replace("\u00a0", " ") and "Après-midi" in page
    assert page.index(str(late)) < page.index(str(mine)), "late ones on top"
    everything = console.as_("coordinator").get("/mediateur/agenda").text
    assert all(str(id_) in everything for id_ in (mine, waiting, late, *others[:3]))


def test_a_call_that_was_made_is_marked_and_a_new_day_begins_anew(console: RunningConsole) -> None:
    yesterday = console.service.now.date() - timedelta(days=1)
    wanted = {"mode": "callback", "callback_on": yesterday, "held_by": "mediator"}
    reached = add_case(console, **wanted, moves=[("called", at(console, hours=2), "reached")])
    missed = add_case(console, **wanted, moves=[("called", at(console, hours=2), "missed")])
    again = add_case(
        console,
        **{**wanted, "callback_on": yesterday + timedelta(days=1)},
        moves=[("called", at(console, hours=3), "reached"), ("scheduled", at(console, hours=2), None)],
    )
    page = console.as_("mediator").get("/mediateur/agenda").text
    assert str(reached) not in page and "Appelée, pas jointe" in page and "Personne jointe" not in page
    assert page.index(str(missed)) < page.index(str(again))


def test_an_empty_page_says_what_will_come(console: RunningConsole) -> None:
    assert "Aucun rappel prévu" in console.as_("mediator").get("/mediateur/agenda").text
