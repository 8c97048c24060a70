"""What is kept of a call, whatever the order and the number of times its requests come."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from api.channel_models import Call
from api.voice.calls import Calls
from tests.voice.kit import START


def rows(engine: Engine) -> list[Call]:
    with Session(engine) as session:
        return list(session.scalars(select(Call)))


def test_a_call_begins_once(calls: Calls, engine: Engine) -> None:
    calls.begin("CA1", START)
    calls.begin("CA1", START + timedelta(minutes=1))
    state = calls.find("CA1")
    assert state and (state.started_at, state.ended_at, state.transfer) == (START, None, None)
    assert len(rows(engine)) == 1 and calls.find("CA2") is None


def test_a_call_begins_once_from_many_threads(calls: Calls, engine: Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: calls.begin("CA1", START), range(16)))
    assert len(rows(engine)) == 1


def test_the_first_end_counts(calls: Calls) -> None:
    calls.begin("CA1", START)
    end = START + timedelta(minutes=5)
    assert calls.end("CA1", end) and calls.end("CA1", end + timedelta(hours=1))
    state = calls.find("CA1")
    assert state and state.ended_at == end
    assert not calls.end("CA2", end)


def test_the_phone_that_rings_may_take_the_call(calls: Calls, engine: Engine) -> None:
    calls.begin("CA1", START)
    calls.ringing("CA1", "4.1")
    assert not calls.find("CA1").accepted("4.1")  # type: ignore[union-attr]
    assert calls.accept("CA1", "4.1") and calls.accept("CA1", "4.1")
    state = calls.find("CA1")
    assert state and state.accepted("4.1") and not state.accepted("4.2")
    calls.failed("CA1", "4.1")
    assert calls.find("CA1").accepted("4.1")  # type: ignore[union-attr]
    assert rows(engine)[0].transfers == 1


def test_a_phone_that_rings_no_more_gets_nothing(calls: Calls) -> None:
    calls.begin("CA1", START)
    assert not calls.accept("CA1", "4.1") and not calls.accept("CA2", "4.1")
    calls.ringing("CA1", "4.1")
    calls.ringing("CA1", "4.2")
    assert not calls.accept("CA1", "4.1")
    calls.failed("CA1", "4.2")
    assert not calls.accept("CA1", "4.2")


def test_a_request_that_comes_late_undoes_nothing(calls: Calls, engine: Engine) -> None:
    calls.begin("CA1", START)
    for dial in ("4.1", "4.2", "4.1", "4.2"):
        calls.ringing("CA1", dial)
    calls.accept("CA1", "4.2")
    for dial in ("4.1", "4.2"):
        calls.ringing("CA1", dial)
    assert calls.find("CA1").accepted("4.2") and rows(engine)[0].transfers == 2  # type: ignore[union-attr]
    calls.ringing("CA1", "12.1")
    assert not calls.find("CA1").accepted("4.2") and rows(engine)[0].transfers == 3  # type: ignore[union-attr]
