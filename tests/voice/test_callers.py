"""Who calls, and what the keys they press and the words they say come to."""

from __future__ import annotations

import pytest

from api.voice.callers import Hook, address_of, inbound, phone_of, said
from bot.masking import mask
from flows.answers.dates import read_date
from tests.voice.kit import CALLER, START


def hook(query: dict[str, str] | None = None, **form: str) -> Hook:
    return Hook("/webhooks/voice/turn", query or {}, {"CallSid": "CA1", "From": CALLER, **form})


def pressed(digits: str, expects: str = "menu", **form: str) -> str:
    return said(hook({"expects": expects}, Digits=digits, **form))


@pytest.mark.parametrize("key", ["0", "1", "4", "*", "#", "00", "60000", "0612345678", "450"])
def test_keys_reach_the_dialogue_as_they_are(key: str) -> None:
    assert pressed(key) == key


def test_keys_come_before_words() -> None:
    assert pressed("2", SpeechResult="le premier", Confidence="0.9") == "2"


def test_words_are_given_whatever_the_confidence() -> None:
    assert said(hook(SpeechResult=" Je bloque. ", Confidence="0.05")) == "Je bloque."


def test_nothing_said_nor_pressed_is_a_silence() -> None:
    assert said(hook()) == said(hook(Digits="", FinishedOnKey="", SpeechResult="")) == ""


def test_the_finishing_key_alone_goes_back() -> None:
    assert said(hook({"expects": "amount"}, Digits="", FinishedOnKey="#")) == "#"
    assert pressed("450", "amount", FinishedOnKey="#") == "450"


def test_stars_repeat() -> None:
    assert pressed("**", "amount") == "*"


@pytest.mark.parametrize(
    ("digits", "day"), [("05031958", "1958-03-05"), ("050358", "1958-03-05"), ("31122025", "2025-12-31")]
)
def test_a_date_by_keys_is_read_as_a_date(digits: str, day: str) -> None:
    text = pressed(digits, "date")
    assert "/" in text and mask(text).text == text
    assert read_date(text, START.date()).value == day


def test_a_date_half_keyed_is_left_as_it_is() -> None:
    assert pressed("0503", "date") == "0503" and pressed("0503*958", "date") == "0503*958"


@pytest.mark.parametrize(
    "from_",
    ["anonymous", "Anonymous", "restricted", "unavailable", "unknown", "", "+266696687", "266696687", "+86282452253",
     "+7378742833", "+2562533", "+8656696", "+464", "client:someone", "sip:x@example.org", "1234"],
)  # fmt: skip
def test_hidden_callers_share_nothing(from_: str) -> None:
    one, other = hook(From=from_), Hook("/", {}, {"CallSid": "CA2", "From": from_})
    assert address_of(one) == "call:CA1" and address_of(other) == "call:CA2"
    assert phone_of(one) is None


@pytest.mark.parametrize(
    ("from_", "phone"),
    [(CALLER, CALLER), ("+33 1 99 00 12 34", "+33199001234"), ("+262692123456", "+262692123456"),
     ("+33899123456", None)],
)  # fmt: skip
def test_a_number_is_an_address_and_a_phone_when_it_can_be_called(from_: str, phone: str | None) -> None:
    call = hook(From=from_)
    assert address_of(call).startswith("+") and " " not in address_of(call)
    assert phone_of(call) == phone


def test_a_turn_has_its_own_name_in_the_call() -> None:
    message = inbound(hook(), "3", START, "oui")
    assert (message.channel, message.provider_id, message.phone) == ("voice", "CA1:3", CALLER)
    assert (message.text, message.signal) == ("oui", None)
    assert inbound(hook(), "4", START, signal="silence").signal == "silence"
