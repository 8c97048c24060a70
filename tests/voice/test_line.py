"""The line over a scripted conversation: what a caller does reaches it, and every failure is said."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from api.settings import Settings
from api.voice.calls import Calls
from bot.messages import Inbound, Reply
from flows.texts import Say
from tests.voice.kit import CALLER, START, Clock, Desk, Scripted, down, signed

Open = Callable[[Callable[[Inbound], Reply]], Desk]


def test_a_call_is_greeted_then_listens(line: Desk, scripted: Scripted) -> None:
    phone = line.phone()
    assert phone.call() == "Vous avez dit call. Oui : tapez 1. Non : tapez 2."
    phone.says("bonjour à vous")
    phone.keys("2")
    phone.silence()
    assert scripted.heard == ["[call]", "bonjour à vous", "2", "[silence]"]
    assert [message.provider_id for message in scripted.received] == [f"{phone.sid}:{n}" for n in range(4)]
    assert {(m.address, m.phone, m.channel) for m in scripted.received} == {(CALLER, CALLER, "voice")}


def test_a_number_is_keyed_and_ended_by_hash(line: Desk, scripted: Scripted) -> None:
    phone = line.phone()
    phone.call()
    phone.says("montant")
    phone.keys("450#")
    assert scripted.heard[-1] == "450"
    phone.says("montant")
    phone.keys("*")
    phone.says("montant")
    phone.lone_finish_ends = True
    phone.keys("#")
    assert scripted.heard[-3:] == ["*", "montant", "#"]


def test_a_hash_out_of_habit_does_not_go_back(line: Desk, scripted: Scripted) -> None:
    phone = line.phone()
    phone.call()
    phone.says("code")
    phone.keys("482915")
    phone.keys("#")
    assert scripted.heard[-2:] == ["482915", "*"]
    phone.keys("#")
    phone.says("code")
    phone.keys("48#")
    phone.keys("#")
    assert scripted.heard[-4:] == ["#", "code", "48", "#"]


def test_a_hang_up_is_noted_once(line: Desk, scripted: Scripted, calls: Calls) -> None:
    phone = line.phone()
    phone.call()
    phone.hang_up()
    phone.again()
    assert scripted.heard == ["[call]", "[hung_up]"]
    assert calls.find(phone.sid).ended_at == START  # type: ignore[union-attr]


def test_the_line_closes_when_the_dialogue_says_so(line: Desk, scripted: Scripted) -> None:
    phone = line.phone()
    phone.call()
    assert phone.says("adieu") == "Au revoir." and phone.over
    assert scripted.heard[-1] == "[hung_up]"


def test_who_asks_to_wait_is_left_alone_then_heard(line: Desk, scripted: Scripted) -> None:
    phone = line.phone()
    phone.call()
    phone.says("attendez")
    before = phone.seconds
    phone.silence()
    assert phone.seconds - before >= 20 and scripted.heard[-1] == "[silence]"


def test_each_request_may_come_five_times(line: Desk, scripted: Scripted) -> None:
    phone = line.phone()
    phone.call()
    for text in ("un", "deux", "personne"):
        phone.says(text)
    requests = list(phone.wire.requests)
    for request in requests:
        again = [phone.again(request) for _ in range(4)]
        assert {(one.status, one.body) for one in again} == {(request.status, request.body)}, request.path
    assert scripted.heard == ["[call]", "un", "deux", "personne", "[transfer_done]"]


def test_two_hidden_callers_are_two_people(line: Desk, scripted: Scripted) -> None:
    for _ in range(2):
        line.phone("anonymous").call()
    assert len({message.address for message in scripted.received}) == 2
    assert {message.phone for message in scripted.received} == {None}


def test_a_number_that_calls_again_is_the_same_person(line: Desk, scripted: Scripted) -> None:
    for _ in range(2):
        line.phone().call()
    assert len({m.address for m in scripted.received}) == 1 and len({m.provider_id for m in scripted.received}) == 2


# What goes wrong


def test_a_database_away_for_a_moment_loses_nothing(line: Desk, scripted: Scripted) -> None:
    phone = line.phone()
    scripted.failures = down(2)
    assert phone.call().endswith("Vous avez dit call. Oui : tapez 1. Non : tapez 2.")
    scripted.failures = down(1)
    heard = phone.keys("1")
    assert heard.startswith("Un instant") and heard.endswith("Vous avez dit *. Oui : tapez 1. Non : tapez 2.")
    phone.keys("1")
    assert scripted.heard == ["[call]", "*", "1"]


def test_words_do_not_travel_in_addresses(line: Desk, scripted: Scripted) -> None:
    phone = line.phone()
    phone.call()
    scripted.failures = down(3)
    phone.says("mot secret")
    assert not any("secret" in request.path for request in phone.wire.requests)


def test_a_database_away_for_long_ends_in_a_way_out(line: Desk, scripted: Scripted) -> None:
    phone = line.phone()
    phone.call()
    scripted.failures = down(4)
    heard = phone.says("bonjour")
    assert heard.count("Un instant") == 3 and heard.endswith("Rappelez dans quelques minutes.") and phone.over


def test_the_end_of_a_call_is_asked_again_when_it_could_not_be_noted(line: Desk, scripted: Scripted) -> None:
    signed(line, "")
    scripted.failures = down(1)
    assert signed(line, "/status", CallStatus="completed") == (503, "")
    assert signed(line, "/status", CallStatus="completed") == (204, "")
    assert scripted.heard[-1] == "[hung_up]"


def test_a_person_who_accepts_while_the_database_is_away_gets_the_call(
    line: Desk, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept, failures = calls.accept, down(2)

    def broken(sid: str, dial: str) -> bool:
        if failures:
            raise failures.pop()
        return accept(sid, dial)

    monkeypatch.setattr(calls, "accept", broken)
    phone = line.phone()
    phone.call()
    phone.says("personne")
    assert phone.transferred


def test_a_bug_is_said_and_logged_by_its_kind_only(line: Desk, scripted: Scripted) -> None:
    phone = line.phone()
    phone.call()
    scripted.failures = [ValueError("mot secret")]
    with capture_logs() as logs:
        heard = phone.says("mot secret")
    assert heard == "Je ne peux pas continuer. Rappelez dans quelques minutes." and phone.over
    assert logs[0]["error"] == "ValueError" and "secret" not in str(logs) and CALLER not in str(logs)


def test_a_very_long_call_ends_kindly(line: Desk, clock: Clock, scripted: Scripted, settings: Settings) -> None:
    phone = line.phone()
    phone.call()
    clock.passes(minutes=settings.voice_call_minutes)
    assert "longtemps" not in phone.says("un") and not phone.over
    clock.passes(minutes=1)
    heard = phone.says("deux")
    assert heard.startswith("Vous avez dit deux. Nous parlons depuis longtemps.") and phone.over
    assert "tapez" not in heard and scripted.heard == ["[call]", "un", "deux", "[hung_up]"]


def test_a_very_long_call_still_reaches_a_person(line: Desk, clock: Clock, settings: Settings) -> None:
    phone = line.phone()
    phone.call()
    clock.passes(minutes=settings.voice_call_minutes + 1)
    phone.says("personne")
    assert phone.transferred


def test_words_without_end_are_cut(line: Desk, scripted: Scripted, settings: Settings) -> None:
    phone = line.phone()
    phone.call()
    phone.says("mot " * 1_000)
    assert len(scripted.received[-1].text) == settings.max_text


def test_an_empty_reply_listens(desk: Open) -> None:
    phone = desk(Scripted(lambda inbound: Reply(())).receive).phone()
    assert phone.call() == "" and not phone.over
    assert phone.waiting and phone.waiting.timeout == 8


def test_the_said_words_are_the_spoken_ones(desk: Open) -> None:
    reply = Reply((Say("écrit", "court", "dit à voix haute"),))
    assert desk(Scripted(lambda inbound: reply).receive).phone().call() == "dit à voix haute"
