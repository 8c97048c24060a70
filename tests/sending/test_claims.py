"""On both databases: a message is in one pair of hands, leaves with its transaction, in order and once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine, delete, select, text

from api.channel_models import OptOut
from api.db import reading, writing
from api.models import Citizen
from api.sending.errors import Problem, SendFailed
from api.sending.optouts import opt_in, opt_out
from api.vault import Vault
from tests.sending.desk import CHANNEL, Desk, push, reply
from tests.sending.fake_provider import FakeProvider

Count = Callable[[str], int]


def jobs(engine: Engine) -> int:
    schema = "" if engine.dialect.name == "sqlite" else "dbos."
    with engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {schema}workflow_status")).scalar_one())


def test_messages_leave_in_order_and_once(desk: Desk, provider: FakeProvider) -> None:
    person = desk.person()
    desk.put(person, reply("un", "deux"), reply("trois"))
    for _ in range(2):
        desk.outbox.drain(person)
    assert provider.accepted == [("a", "un"), ("a", "deux"), ("a", "trois")]
    rows = desk.rows(person)
    assert [(row.state, row.provider_id, row.attempts) for row in rows] == [("sent", f"id{n}", 1) for n in (1, 2, 3)]
    assert [row.sequence for row in rows] == [1, 2, 3]
    assert provider.keys == [str(row.id) for row in rows]


def test_a_transaction_that_fails_sends_nothing(desk: Desk, provider: FakeProvider, engine: Engine) -> None:
    person = desk.person()
    with pytest.raises(ZeroDivisionError), writing(engine) as session:
        desk.outbox.put(session, person, person, reply("un"), "a", desk.time)
        raise ZeroDivisionError
    desk.outbox.drain(person)
    assert (provider.requests, desk.rows(person), jobs(engine)) == ([], [], 0)
    desk.put(person, reply("un"))
    assert jobs(engine) == 1
    provider.script["a"].append("500")
    desk.outbox.drain(person)
    assert jobs(engine) == 2  # the next try has its own


def test_a_message_left_by_a_dead_process_waits_for_its_lease(desk: Desk, provider: FakeProvider) -> None:
    person = desk.person()
    desk.put(person, reply("un", "deux"))
    claims = desk.outbox._claims
    letter = claims.take(person, CHANNEL)
    assert letter
    desk.outbox.drain(person)
    assert provider.requests == []  # it may still be at it, and the second may not overtake
    desk.next_try(person)
    assert provider.texts("a") == ["un", "deux"]
    claims.failed(letter, SendFailed("provider_down"), doubt=False)  # it was not dead, and speaks too late
    claims.sent(letter, "other")
    assert [row.provider_id for row in desk.rows(person)] == ["id1", "id2"]


def test_who_comes_late_with_good_news_is_believed(desk: Desk, provider: FakeProvider) -> None:
    person = desk.person()
    desk.put(person, reply("un"))
    claims = desk.outbox._claims
    late = claims.take(person, CHANNEL)
    desk.time += timedelta(minutes=2)
    other = claims.take(person, CHANNEL)
    assert late and other and (late.attempt, other.attempt, other.doubts) == (1, 2, 1)
    claims.sent(late, "id9")
    claims.failed(other, SendFailed("provider_down"), doubt=False)
    assert [(row.state, row.provider_id) for row in desk.rows(person)] == [("sent", "id9")]


def test_who_wants_nothing_more_gets_nothing_more(
    desk: Desk, provider: FakeProvider, engine: Engine, vault: Vault, count: Count
) -> None:
    person = desk.person()
    desk.put(person, reply("un", "deux"))
    provider.script["a"].append("stop")
    desk.outbox.drain(person)
    assert desk.states(person) == ["failed", "dropped"]
    with reading(engine) as session:
        assert session.scalars(select(OptOut)).one().blind_index == vault.index(CHANNEL, "a")
    desk.put(person, push("trois", asked_for=True), reply("quatre"))  # they write again: they are answered
    desk.outbox.drain(person)
    assert desk.states(person)[2:] == ["dropped", "sent"]
    with writing(engine) as session:
        opt_out(session, vault, CHANNEL, "a", "person", desk.time)
    assert count("opt_outs") == 1
    with writing(engine) as session:
        opt_in(session, vault, CHANNEL, "a")
    desk.put(person, push("cinq", asked_for=True))
    desk.outbox.drain(person)
    assert provider.texts("a") == ["quatre", "cinq"]


def test_the_news_of_a_message_move_forward_only(desk: Desk, engine: Engine, count: Count) -> None:
    person = desk.person()
    desk.put(person, reply("un", "deux", "trois"))
    desk.outbox.drain(person)
    desk.put(person, push("quatre"))
    status = desk.outbox.status
    assert not status("unknown", "delivered")
    for word in ("sent", "delivered", "sent", "undelivered", "whatever"):
        assert status("id1", word, "30003")
    assert status("id2", "undelivered", "30003")
    assert status("id2", "delivered")
    assert [(row.state, row.error) for row in desk.rows(person)] == [
        ("delivered", None),
        ("failed", Problem.BAD_NUMBER),
        ("sent", None),
        ("queued", None),
    ]
    assert count("opt_outs") == 0
    status("id3", "failed", "21610")
    assert desk.states(person)[2:] == ["failed", "dropped"]
    assert count("opt_outs") == 1


def test_who_is_forgotten_gets_a_last_word_and_leaves_nothing(
    desk: Desk, provider: FakeProvider, engine: Engine
) -> None:
    person = desk.person()
    desk.put(person, reply("un"))
    with writing(engine) as session:
        session.execute(delete(Citizen).where(Citizen.id == person))
        desk.outbox.put(session, None, person, reply("adieu"), "a", desk.time)
    desk.outbox.drain(person)
    assert provider.texts("a") == ["adieu"]
    assert desk.rows(person) == []
    provider.script["a"].append("stop")
    with writing(engine) as session:
        desk.outbox.put(session, None, person, reply("adieu"), "a", desk.time)
    desk.outbox.drain(person)
    assert desk.rows(person) == []


def test_a_kick_sends_at_once_and_never_complains(desk: Desk, provider: FakeProvider) -> None:
    person = desk.person()
    desk.put(person, reply("un", "deux"))
    for _ in range(5):
        desk.outbox.kick(person)
    assert provider.wait_for(accepted=2, seconds=5)
    desk.outbox.close()
    assert provider.texts("a") == ["un", "deux"]
    desk.outbox.kick(person)
    desk.outbox.kick(uuid.uuid4())


def test_the_sweep_finds_what_is_due(desk: Desk, provider: FakeProvider) -> None:
    person = desk.person()
    desk.put(person, reply("un"), push("deux"))
    assert desk.outbox.sweep() == 1
    desk.outbox.close()
    assert provider.texts("a") == ["un", "deux"]
    assert desk.outbox.sweep() == 0
