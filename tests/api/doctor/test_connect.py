"""`allo channels connect`: the providers learn where the service is, or one sentence says what prevents it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from api.doctor.words import doctor_words
from bot.dialogue import Dialogue
from flows.plain import plain
from tests.api.doctor.kit import HOST, PUBLIC, SECRET, World, closed
from tests.telegram.fake_bot_api import Refusal
from tests.twilio_api import NUMBER


def test_connect_telegram_sets_webhook_secret_updates_and_commands(world: World) -> None:
    world.telegram.webhook = ""
    code, printed, _ = world.allo("connect", "telegram")
    [sent] = world.telegram.of("setWebhook")
    assert sent["url"] == f"{PUBLIC}/webhooks/telegram" and sent["secret_token"] == SECRET
    assert set(sent["allowed_updates"]) == {"message", "edited_message", "callback_query"}
    assert [one["command"] for one in world.telegram.commands] == list(doctor_words()["telegram_commands"])
    assert code == 0 and sent["url"] in printed and len(printed.splitlines()) == 2
    assert {("telegram_webhook", "set"), ("telegram_commands", "set")} <= set(world.found())


def test_connect_twilio_sets_the_three_addresses(world: World) -> None:
    right = dict(world.twilio.numbers[0])
    world.twilio.numbers[0].update(sms_url="https://demo.example.com", voice_url="", status_callback_method="GET")
    code, printed, _ = world.allo("connect", "twilio")
    assert world.twilio.numbers[0] == right
    assert code == 0 and len(printed.splitlines()) == 3 and f"{PUBLIC}/webhooks/voice/status" in printed
    requests = world.twilio.requests
    assert "déjà" in world.allo("connect", "twilio")[1] and world.twilio.requests == requests + 1


REFUSED: dict[str, tuple[str, Callable[[World], object], str]] = {
    "telegram without token": ("telegram", lambda w: w.put(TELEGRAM_TOKEN=""), "ALLO_TELEGRAM_TOKEN"),
    "telegram without secret": ("telegram", lambda w: w.put(TELEGRAM_SECRET=""), "ALLO_TELEGRAM_SECRET"),
    "telegram without https": ("telegram", lambda w: w.put(PUBLIC_URL=f"http://{HOST}"), "https"),
    "telegram by polling": ("telegram", lambda w: w.put(TELEGRAM_MODE="polling"), "ALLO_TELEGRAM_MODE=webhook"),
    "twilio without anything": (
        "twilio",
        lambda w: w.put(TWILIO_ACCOUNT_SID="", TWILIO_AUTH_TOKEN="", TWILIO_NUMBER=""),
        "ALLO_TWILIO_NUMBER",
    ),
    "twilio without token": ("twilio", lambda w: w.put(TWILIO_AUTH_TOKEN=""), "ALLO_TWILIO_AUTH_TOKEN"),
    "twilio without https": ("twilio", lambda w: w.put(PUBLIC_URL="https://localhost"), "ALLO_PUBLIC_URL"),
    "twilio with a mobile": ("twilio", lambda w: w.put(TWILIO_NUMBER="+33712345678"), "09 37"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_connect_refuses_in_one_sentence_and_asks_nobody(world: World, name: str) -> None:
    provider, spoil, word = REFUSED[name]
    spoil(world)
    code, printed, said = world.allo("connect", provider)
    assert (code, printed) == (1, "") and word in said and len(said.splitlines()) == 1
    assert (world.telegram.calls, world.twilio.requests) == ([], 0)


FAILED: dict[str, tuple[str, Callable[[World], object], str]] = {
    "telegram away": ("telegram", lambda w: w.put(TELEGRAM_API_URL=closed()), "ne répond pas"),
    "telegram refuses": (
        "telegram",
        lambda w: w.telegram.answers("setWebhook", Refusal(400, f"Bad Request: bad webhook: {SECRET}")),
        "Telegram refuse cette adresse",
    ),
    "telegram's wrong token": ("telegram", lambda w: w.put(TELEGRAM_TOKEN="1:wrong"), "ne reconnaît pas le jeton"),
    "twilio away": ("twilio", lambda w: w.put(TWILIO_API_URL=closed()), "ne répond pas"),
    "twilio's wrong token": ("twilio", lambda w: w.put(TWILIO_AUTH_TOKEN="wrong token"), "ne reconnaît pas"),
    "no such number": ("twilio", lambda w: w.twilio.numbers.clear(), NUMBER),
    "a trunk has it": ("twilio", lambda w: w.twilio.numbers[0].update(trunk_sid="TK" + "0" * 32), "trunk"),
}


@pytest.mark.parametrize("name", FAILED)
def test_connect_says_what_prevented_it(world: World, name: str) -> None:
    provider, spoil, word = FAILED[name]
    before = dict(world.twilio.numbers[0])
    spoil(world)
    spoiled = [dict(row) for row in world.twilio.numbers]
    code, printed, said = world.allo("connect", provider)
    assert (code, printed) == (1, "") and word in said and len(said.splitlines()) == 1
    assert world.twilio.numbers == spoiled and world.telegram.commands == [] and before["sms_url"]


def test_the_commands_of_telegram_are_words_that_the_assistant_knows(dialogue: Dialogue) -> None:
    known = {plain(word) for words in dialogue.library.words.values() for word in words} | {"start"}
    names = doctor_words()["telegram_commands"]
    assert set(names) - known - {"oublier"} == set()  # « /oublier » is made « oubliez-moi » by the parser
    assert all(3 <= len(text) <= 256 for text in names.values())
