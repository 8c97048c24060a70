"""Whatever the provider does, messages leave in order, and once where it can be asked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from api.db import StorageDown
from api.sending.backoff import MOST_DOUBTS
from api.sending.claims import Claims
from api.sending.errors import Problem
from api.sending.letters import Letter
from api.settings import Settings
from api.vault import Vault
from tests.sending.desk import CHANNEL, ON_SQLITE, OTHER, Desk, reply
from tests.sending.fake_provider import FakeProvider, HttpSender

pytestmark = ON_SQLITE


def test_what_waits_is_sealed(desk: Desk, engine: Engine) -> None:
    desk.put(desk.person(), reply("bonjour"), to="+33612345678")
    with engine.connect() as connection:
        stored = str(connection.execute(text("SELECT * FROM deliveries")).all())
    assert "bonjour" not in stored
    assert "612345678" not in stored


def test_an_outage_of_five_minutes_loses_and_repeats_nothing(desk: Desk, provider: FakeProvider) -> None:
    person, begun = desk.person(), desk.time
    desk.put(person, reply("un", "deux"))
    provider.usual = "500"
    desk.outbox.drain(person)
    while desk.time < begun + timedelta(minutes=5):
        assert desk.states(person) == ["queued", "queued"]
        desk.next_try(person)
    assert 5 < len(provider.requests) < 15
    provider.usual = "ok"
    while "queued" in desk.states(person):
        desk.next_try(person)
    assert provider.texts("a") == ["un", "deux"]


def test_an_outage_is_given_up_at_last(
    engine: Engine, vault: Vault, settings: Settings, provider: FakeProvider
) -> None:
    settings = settings.model_copy(update={"send_for_hours": 2})
    desk = Desk(engine, vault, settings, {CHANNEL: HttpSender(provider.url)})
    person, begun = desk.person(), desk.time
    desk.put(person, reply("un"))
    provider.usual = "500"
    while desk.states(person) == ["queued"]:
        desk.next_try(person)
    waited = desk.time - begun
    assert timedelta(hours=2) <= waited <= timedelta(hours=2, minutes=5)
    assert (desk.states(person), desk.rows(person)[0].error) == (["failed"], Problem.PROVIDER_DOWN)


def test_a_throttled_message_waits_as_told(desk: Desk, provider: FakeProvider) -> None:
    person = desk.person()
    desk.put(person, reply("un"))
    provider.script["a"].append("429:7")
    desk.outbox.drain(person)
    (row,) = desk.rows(person)
    assert (row.not_before, row.error) == (desk.time + timedelta(seconds=7), Problem.THROTTLED)
    desk.time += timedelta(seconds=6)
    desk.outbox.drain(person)
    assert len(provider.requests) == 1
    desk.next_try(person)
    assert provider.texts("a") == ["un"]


@pytest.mark.parametrize("does", ["hang", "accept_hang"])
def test_in_doubt_the_provider_is_asked(desk: Desk, provider: FakeProvider, does: str) -> None:
    person = desk.person()
    desk.put(person, reply("un", "deux"))
    provider.script["a"].append(does)
    desk.outbox.drain(person)
    assert desk.states(person) == ["queued", "queued"]
    desk.next_try(person)
    assert provider.texts("a") == ["un", "deux"]
    assert [row.provider_id for row in desk.rows(person)] == ["id1", "id2"]


def test_the_same_words_said_twice_are_not_taken_for_each_other(desk: Desk, provider: FakeProvider) -> None:
    person = desk.person()
    desk.put(person, reply("encore", "encore"))
    provider.script["a"].extend(["ok", "hang"])
    desk.outbox.drain(person)
    desk.next_try(person)
    assert provider.texts("a") == ["encore", "encore"]
    assert [row.provider_id for row in desk.rows(person)] == ["id1", "id2"]


def test_in_doubt_nothing_is_sent_while_the_provider_cannot_be_asked(desk: Desk, provider: FakeProvider) -> None:
    person = desk.person()
    desk.put(person, reply("un"))
    provider.script["a"].append("accept_hang")
    desk.outbox.drain(person)
    provider.usual = "500"
    for _ in range(MOST_DOUBTS + 1):
        desk.next_try(person)
    provider.usual = "ok"
    desk.next_try(person)
    assert (provider.texts("a"), desk.states(person)) == (["un"], ["sent"])


def test_where_nothing_can_be_asked_the_repeats_are_few(
    engine: Engine, vault: Vault, settings: Settings, provider: FakeProvider
) -> None:
    desk = Desk(engine, vault, settings, {CHANNEL: HttpSender(provider.url, finds=False)})
    person = desk.person()
    desk.put(person, reply("un", "deux"))
    provider.script["a"].extend(["accept_hang"] * 10)
    begun = desk.time
    while desk.states(person)[0] == "queued":
        desk.next_try(person)
    assert provider.texts("a")[:MOST_DOUBTS] == ["un"] * MOST_DOUBTS
    assert provider.texts("a").count("un") == MOST_DOUBTS
    assert desk.states(person)[0] == "failed"
    assert desk.time - begun > timedelta(minutes=25)  # and far between


def test_one_persons_outage_holds_back_nobody_else(desk: Desk, provider: FakeProvider) -> None:
    one, two = desk.person(), desk.person()
    provider.script["a"].append("500")
    desk.put(one, reply("un", "deux"))
    desk.put(two, reply("trois", "quatre"), to="b")
    desk.outbox.drain(one)
    desk.outbox.drain(two)
    assert provider.accepted == [("b", "trois"), ("b", "quatre")]
    desk.next_try(one)
    assert provider.texts("a") == ["un", "deux"]


def test_one_channels_outage_does_not_hold_back_the_other(desk: Desk, provider: FakeProvider) -> None:
    person = desk.person()
    provider.script["+33"].append("500")
    desk.put(person, reply("recap", channel=OTHER), to="+33")
    desk.put(person, reply("un"))
    desk.outbox.drain(person)
    assert provider.accepted == [("a", "un")]


@pytest.mark.parametrize("problem", ["refuse", "not_configured"])
def test_a_message_that_will_never_pass_lets_the_next_ones_go(desk: Desk, provider: FakeProvider, problem: str) -> None:
    person = desk.person()
    if problem == "not_configured":
        desk.outbox._senders = {}
    provider.script["a"].append("refuse")
    desk.put(person, reply("un", "deux"))
    desk.outbox.drain(person)
    expected = ["failed", "failed"] if problem == "not_configured" else ["failed", "sent"]
    assert desk.states(person) == expected
    assert desk.rows(person)[0].error == (Problem.REFUSED if problem == "refuse" else Problem.NOT_CONFIGURED)


def test_a_fault_of_the_client_is_a_doubt(desk: Desk, provider: FakeProvider) -> None:
    class Broken(HttpSender):
        def send(self, to: str, rendered: object, key: str) -> str:
            raise KeyError(to)

    person = desk.person()
    desk.outbox._senders = {CHANNEL: Broken(provider.url)}
    desk.put(person, reply("un"))
    desk.outbox.drain(person)
    (row,) = desk.rows(person)
    assert (row.state, row.doubts, row.error) == ("queued", 1, Problem.TIMEOUT)


def test_a_message_that_left_is_noted_even_after_a_cut_of_the_database(
    desk: Desk, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Cut(Claims):
        cuts = 2

        def sent(self, letter: Letter, provider_id: str) -> None:
            if self.cuts:
                self.cuts -= 1
                raise StorageDown
            super().sent(letter, provider_id)

    monkeypatch.setattr("api.sending.outbox.NOTE_AGAIN", (0.0, 0.0, 0.0))
    desk.outbox._claims.__class__ = Cut
    person = desk.person()
    desk.put(person, reply("un"))
    desk.outbox.drain(person)
    assert (desk.states(person), len(provider.accepted)) == (["sent"], 1)
