"""The client of Rasa, against a real small server on loopback: slow, dead, wrong, or well."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from bot.breaker import Breaker
from bot.understanding import LONGEST, RasaClient, Understanding, away, bodies
from tests.nlu.fake_rasa import Clock, FakeRasa, answer

TOKEN = "le-jeton"


@pytest.fixture
def fake() -> Iterator[FakeRasa]:
    server = FakeRasa()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(fake: FakeRasa, clock: Clock) -> Iterator[RasaClient]:
    made = RasaClient(lambda: fake.url, lambda: TOKEN, timeout=0.3, breaker=Breaker(clock=clock))
    yield made
    made.close()


def test_a_procedure_is_understood(client: RasaClient, fake: FakeRasa) -> None:
    heard = client.parse("ma déclaration à la CAF")
    assert heard.as_dict() == {
        "text": "ma déclaration à la CAF",
        "intent": "caf_dtr",
        "confidence": 0.91,
        "procedure": "caf_dtr",
        "entities": {"organisme": "caf"},
        "ranking": [{"intent": "caf_dtr", "confidence": 0.91}, {"intent": "oui", "confidence": 0.05}],
    }
    assert heard.available
    assert fake.asked == [("/model/parse", f"Bearer {TOKEN}", {"text": "ma déclaration à la CAF"})]


@pytest.mark.parametrize("intent", ["oui", "demande_humain", "hors_sujet", "detresse", "urgence_vitale"])
def test_acts_safety_and_off_topic_are_no_procedure(client: RasaClient, fake: FakeRasa, intent: str) -> None:
    fake.body = answer((intent, 0.9))
    heard = client.parse("…")
    assert (heard.intent, heard.procedure) == (intent, None)


def test_below_the_threshold_the_ranking_is_kept(client: RasaClient, fake: FakeRasa) -> None:
    fake.body = answer(("caf_dtr", 0.5), ("ft_actualisation", 0.4))
    heard = client.parse("ma déclaration")
    assert (heard.intent, heard.procedure, heard.confidence) == ("incompris", None, 0.5)
    assert [ranked.intent for ranked in heard.ranking] == ["caf_dtr", "ft_actualisation"]
    assert heard.available


@pytest.mark.parametrize(
    ("given", "in_answer", "sure"), [(None, 0.4, True), (None, 0.55, False), (0.3, 0.55, True), (0.9, 0.1, False)]
)
def test_the_threshold_is_the_models_own_unless_given(
    fake: FakeRasa, given: float | None, in_answer: float, sure: bool
) -> None:
    fake.body = answer(("caf_dtr", 0.5), threshold=in_answer)
    client = RasaClient(lambda: fake.url, lambda: TOKEN, threshold=given)
    assert (client.parse("x").intent == "caf_dtr") is sure
    client.close()


@pytest.mark.parametrize(("text", "sent"), [("/oui{}", "oui{}"), (" //menu ", "menu"), ("a" * 600, "a" * LONGEST)])
def test_orders_to_rasa_and_long_texts_are_cut(client: RasaClient, fake: FakeRasa, text: str, sent: str) -> None:
    assert client.parse(text).text == text
    assert fake.asked[0][2] == {"text": sent}


@pytest.mark.parametrize("text", ["", "   ", "///", "42", "06 12 34 56 78", "12/03/1950", "450 €"])
def test_nothing_to_understand_is_not_asked(client: RasaClient, fake: FakeRasa, text: str) -> None:
    heard = client.parse(text)
    assert (heard.intent, heard.available, fake.asked) == ("incompris", True, [])


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"{}"),
        (401, b"{}"),
        (200, b"<html>"),
        (200, b"[]"),
        (200, b"{}"),
        (200, b'{"intent_ranking": []}'),
        (200, b'{"intent_ranking": [{"name": "oui"}]}'),
        (200, b'{"intent_ranking": [{"name": "oui", "confidence": "much"}]}'),
        (200, b'{"intent_ranking": 3}'),
        (200, b"\xff\xfe"),
    ],
)
def test_a_wrong_answer_is_not_understood(client: RasaClient, fake: FakeRasa, status: int, body: bytes) -> None:
    fake.status, fake.body = status, body
    assert client.parse("bonjour") == away("bonjour")


def test_a_slow_rasa_is_not_waited_for(client: RasaClient, fake: FakeRasa) -> None:
    fake.delay = 2.0
    started = time.monotonic()
    assert client.parse("bonjour") == away("bonjour")
    assert time.monotonic() - started < 1.0


def test_a_dead_rasa_and_a_wrong_address_never_raise() -> None:
    for url in ("http://127.0.0.1:9", "not an address", "http://[", "ftp://x"):
        client = RasaClient(lambda url=url: url, lambda: TOKEN, timeout=0.3)  # type: ignore[misc]
        assert client.parse("bonjour") == away("bonjour")
        client.close()


def test_no_address_yet_is_no_failure(fake: FakeRasa, clock: Clock) -> None:
    urls: list[str | None] = [None] * 5 + [fake.url]
    client = RasaClient(lambda: urls.pop(0), lambda: TOKEN, breaker=Breaker(clock=clock))
    assert [client.parse("x").available for _ in range(6)] == [False] * 5 + [True]
    client.close()


def test_the_breaker_opens_probes_once_and_closes(client: RasaClient, fake: FakeRasa, clock: Clock) -> None:
    fake.status = 500
    for _ in range(5):
        assert not client.parse("x").available
    assert len(fake.asked) == 3, "open after three failures"
    clock.now += 5.0
    assert not client.parse("x").available
    assert not client.parse("x").available
    assert len(fake.asked) == 4, "one probe, which failed"
    clock.now += 5.0
    fake.status = 200
    assert client.parse("x").available
    assert client.parse("x").available
    assert len(fake.asked) == 6


def test_a_success_forgets_earlier_failures(client: RasaClient, fake: FakeRasa) -> None:
    for _ in range(3):
        fake.status = 500
        client.parse("x")
        client.parse("x")
        fake.status = 200
        assert client.parse("x").available


def test_many_threads_share_one_client(client: RasaClient) -> None:
    heard: list[Understanding] = []
    threads = [threading.Thread(target=lambda: heard.append(client.parse("ma dtr"))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [understanding.intent for understanding in heard] == ["caf_dtr"] * 16


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("la CAF", "caf"),
        ("la Sécu", "cpam"),
        ("mon compte Améli", "cpam"),
        ("pole emploi", "france_travail"),
        ("la caisse d'allocations familiales", "caf"),
        ("un café", None),
        ("", None),
    ],
)
def test_the_body_named_is_an_entity(text: str, body: str | None) -> None:
    assert bodies(text) == ({"organisme": body} if body else {})
