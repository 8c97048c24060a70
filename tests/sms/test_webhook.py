"""Messages that come in: words, keywords, things that are no words, repeats, failures, and what became of them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from api.conversations import Replayed, StorageDown
from api.opt_outs import OptOuts
from api.simulators.twiml import check
from bot.messages import Inbound
from tests.sms.conftest import CITIZEN, MONDAY, PUBLIC, Line, Spied
from tests.sms.reading import ALLOWED_TEXTS, wrong

Rows = Callable[[str], int]
OpenLine = Callable[..., Line]


def signals(spied: Spied) -> list[str | None]:
    return [inbound.signal for inbound in spied.given]


def test_a_message_is_answered_in_the_response(line: Line, spied: Spied) -> None:
    response = line.post(line.form("bonjour"))
    assert wrong(response.content) == check(response.text, "message") == []
    assert f'action="{PUBLIC}/webhooks/sms/status"' in response.text
    (inbound,) = spied.given
    assert (inbound.channel, inbound.address, inbound.text, inbound.signal) == ("sms", CITIZEN, "bonjour", None)
    assert (inbound.provider_id, inbound.phone) == (f"SM{1:032x}", CITIZEN)


def test_a_procedure_goes_on_by_numbers(line: Line) -> None:
    first = line.writes("menu")
    assert "\n1 " in first[-1]
    assert line.writes("1") != first


@pytest.mark.parametrize(
    ("number", "phone"),
    [
        ("+33612345678", "+33612345678"),
        ("+262692123456", "+262692123456"),
        ("+33899123456", None),
        ("+447911123456", None),
    ],
)
def test_a_number_to_call_back_is_a_french_one(number: str, phone: str | None, line: Line, spied: Spied) -> None:
    line.writes("bonjour", From=number)
    assert spied.given[0].phone == phone


@pytest.mark.parametrize("sender", ["CAF", "38600", "", "anonymous"])
def test_a_machine_gets_no_answer(sender: str, line: Line, spied: Spied, rows: Rows) -> None:
    assert line.writes("Votre colis est livré", From=sender) == []
    assert (spied.given, rows("citizens")) == ([], 0)


# What is no words


@pytest.mark.parametrize(
    ("body", "fields", "signal"),
    [
        ("", {}, None),
        ("  ", {}, None),
        ("", {"NumMedia": "1", "MediaUrl0": "http://127.0.0.1:9/photo"}, "photo"),
        ("voici", {"NumMedia": "2"}, "photo"),
        ("👍🏽", {}, "emoji"),
        ("❤️ 👨‍👩‍👧", {}, "emoji"),
        ("x" * 1_001, {}, "too_long"),
        ("INFO", {}, "info"),
        ("Contact ?", {}, "info"),
        ("START", {}, "start"),
    ],
)
def test_signals(body: str, fields: dict[str, str], signal: str | None, line: Line, spied: Spied) -> None:
    assert len(line.writes(body, **fields)) >= 1, "nothing ends in silence"
    kept = body if signal == "photo" else ""  # the words that come with a picture are read
    assert (signals(spied), spied.given[0].text) == ([signal], kept)


@pytest.mark.parametrize("body", ["?", "aide", "HELP", "non 😀", "1", "5️⃣", "je veux arrêter", "x" * 1_000])
def test_words_stay_words(body: str, line: Line, spied: Spied) -> None:
    assert len(line.writes(body)) >= 1
    assert (spied.given[0].signal, spied.given[0].text) == (None, body)


def test_a_long_answer_takes_three_sms_and_the_rest_waits(line: Line) -> None:
    for body in ("menu", "1", "1", "oui", "pourquoi"):
        assert 1 <= len(line.writes(body)) <= 3


# STOP and START


@pytest.mark.parametrize(
    "word", ["STOP", "stop.", "Arrêt", "ARRET", " arrêter !", "Désinscription", "unsubscribe", "QUIT"]
)
def test_stop_is_kept_said_once_and_nothing_follows(
    word: str, line: Line, spied: Spied, opt_outs: OptOuts, rows: Rows
) -> None:
    line.writes("menu")
    assert len(line.writes(word)) == 1
    assert opt_outs.stopped(CITIZEN)
    assert signals(spied) == [None, "stop"]
    assert line.writes("bonjour") == [ALLOWED_TEXTS["sms_stopped"].replace("ê", "e")]
    assert (len(spied.given), rows("opt_outs")) == (2, 1)
    line.writes(word)
    assert rows("opt_outs") == 1


@pytest.mark.parametrize("word", ["START", "unstop", "reprendre les SMS"])
def test_start_takes_it_back(word: str, line: Line, spied: Spied, opt_outs: OptOuts) -> None:
    for body in ("stop", word, "menu"):
        assert len(line.writes(body)) >= 1
    assert not opt_outs.stopped(CITIZEN)
    assert signals(spied) == ["stop", "start", None]


def test_somebody_else_is_not_stopped(line: Line, opt_outs: OptOuts) -> None:
    line.writes("stop")
    assert not opt_outs.stopped("+33611111111")
    assert opt_outs.stopped("06 12 34 56 78"), "however it is written"


def test_danger_is_answered_even_after_stop(line: Line, spied: Spied) -> None:
    line.writes("stop")
    assert "3114" in " ".join(line.writes("je veux mourir"))
    assert len(spied.given) == 2


def test_stop_of_long_ago_delivered_again_after_start_changes_nothing(line: Line, opt_outs: OptOuts) -> None:
    stop, start = line.form("STOP"), line.form("START")
    first = line.post(stop).content
    line.post(start)
    assert line.post(stop).content == first
    assert not opt_outs.stopped(CITIZEN)
    line.post(line.form("STOP"))
    line.post(start)
    assert opt_outs.stopped(CITIZEN)


def test_forgetting_somebody_keeps_their_stop(line: Line, opt_outs: OptOuts, spied: Spied, rows: Rows) -> None:
    line.writes("stop")
    for text in ("oubliez-moi", "oui"):  # from the phone: the same number, the same person
        spied.receive(Inbound("voice", CITIZEN, text, text, MONDAY))
    assert rows("citizens") == 0
    assert opt_outs.stopped(CITIZEN)


@pytest.mark.parametrize(("word", "stopped"), [("STOP", True), ("START", False), ("HELP", False)])
def test_what_twilio_answered_by_itself_is_noted_and_not_answered(
    word: str, stopped: bool, line: Line, opt_outs: OptOuts, spied: Spied
) -> None:
    response = line.post(line.form(word, OptOutType=word))
    assert (wrong(response.content), opt_outs.stopped(CITIZEN), spied.given) == ([], stopped, [])
    assert b"<Message" not in response.content


# Repeats, order, floods, failures


def test_five_deliveries_are_one(line: Line, rows: Rows) -> None:
    form = line.form("menu")
    answers = {line.post(form).content}
    kept = [rows(table) for table in ("citizens", "messages", "events")]
    answers |= {line.post(form).content for _ in range(4)}
    assert [rows(table) for table in ("citizens", "messages", "events")] == kept
    second = line.form("1")
    after = line.post(second).content
    assert line.post(form).content in answers, "out of order"
    assert (len(answers), line.post(second).content) == (1, after)


def test_twice_at_once_is_one(line: Line, spied: Spied, rows: Rows) -> None:
    form = line.form("menu")
    with ThreadPoolExecutor(4) as pool:
        answers = [answer.content for answer in pool.map(lambda _: line.post(form), range(4))]
    assert (len(set(answers)), rows("citizens")) == (1, 1)
    assert len({inbound.provider_id for inbound in spied.given}) == 1


def test_stop_twice_at_once_is_one(line: Line, rows: Rows) -> None:
    form = line.form("STOP")
    with ThreadPoolExecutor(4) as pool:
        answers = {answer.content for answer in pool.map(lambda _: line.post(form), range(4))}
    assert (len(answers), rows("opt_outs")) == (1, 1)


def test_a_flood_gets_one_sentence_then_silence_and_stop_still_holds(open_line: OpenLine, opt_outs: OptOuts) -> None:
    line = open_line(messages_per_minute=2)
    answers = [line.writes("menu") for _ in range(5)]
    assert answers[2:] == [["Vous écrivez vite. Attendez une minute, puis renvoyez votre dernier message."], [], []]
    assert line.writes("menu", From="+33611111111") == answers[0], "nobody else waits"
    line.writes("STOP")
    assert opt_outs.stopped(CITIZEN)


@pytest.mark.parametrize(
    ("error", "status", "name"),
    [
        (StorageDown("away"), 200, "not_stored"),
        (ZeroDivisionError(CITIZEN), 200, "failed_sms"),
        (Replayed(), 403, None),
    ],
)
def test_failures_are_told(
    error: Exception, status: int, name: str | None, line: Line, spied: Spied, capsys: pytest.CaptureFixture[str]
) -> None:
    spied.broken = error
    response = line.post(line.form("bonjour"))
    assert response.status_code == status
    if name:
        assert wrong(response.content) == []
        assert ALLOWED_TEXTS[name] in response.text
    said = "".join(capsys.readouterr())
    assert CITIZEN not in said and "bonjour" not in said
    spied.broken = None
    assert len(line.writes("bonjour")) >= 1


def test_what_became_of_a_message(line: Line, told: list[tuple[str, str, str | None]], spied: Spied) -> None:
    usual = line.form("")
    del usual["Body"]
    path = "/webhooks/sms/status"
    for more in ({"MessageStatus": "delivered"}, {"MessageStatus": "undelivered", "ErrorCode": "21610"}, {}):
        assert line.post({**usual, **more}, path).status_code == 204
    sid = usual["MessageSid"]
    assert told == [(sid, "delivered", None), (sid, "undelivered", "21610")]
    assert line.client.post(path, data={**usual, "MessageStatus": "failed"}).status_code == 403
    assert (len(told), spied.given) == (2, [])


def test_a_machine_that_twilio_cannot_reach_asks_for_no_news(open_line: OpenLine) -> None:
    line = open_line(public_url="http://localhost:8000")
    response = line.post(line.form("menu"))
    assert response.status_code == 200
    assert "action" not in response.text


# The strict reader itself


@pytest.mark.parametrize(
    "xml",
    [
        "<Response><Message to='+33612345678'>a</Message></Response>",
        "<Response><Say>a</Say></Response>",
        "<Response><Message></Message></Response>",
        "<Response><Message><Body>a</Body></Message></Response>",
        "<Response><Message>ê</Message></Response>",
        "<Response><Message action='http://localhost/x'>a</Message></Response>",
        "<Response>a</Response>",
        "<Message>a</Message>",
        "<Messages><Message>a</Message></Messages>",
    ],
)
def test_strict_reading_refuses(xml: str) -> None:
    assert wrong(xml.encode())
