"""Every document of the line is strict TwiML, and waits for the answer in the way that suits it."""

from __future__ import annotations

from itertools import product
from typing import get_args
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.settings import Settings
from api.simulators.twiml import check, parse, spoken
from api.voice.twiml import Dial, Script
from bot.manner import Expected, Manner, Then
from bot.messages import Reply
from flows.texts import Option, Say
from tests.voice.kit import OURS, SENTENCES, sentence

EXPECTED = get_args(Expected)
MANNERS = [
    Manner(language=language, pace=pace, short=short, expects=expects, zero=zero, then=then, hints=("oui", "un humain"))
    for expects, pace, language, short, zero, then in product(
        EXPECTED, range(3), (None, "en"), (False, True), (False, True), (None, "hold", "hang_up", "transfer")
    )
]
SAY = Say("Que voulez-vous ? Prenez votre temps.", options=(Option("oui", "Oui"),))
DIAL = Dial("CA1", 4, 1, "+33199001234", OURS, "caf_dtr")


@pytest.fixture(scope="module")
def script() -> Script:
    return Script(Settings(_env_file=None))


def gather(document: str) -> Element:
    found = parse(document).find("Gather")
    assert found is not None
    return found


def manner_of(expects: Expected, then: Then | None = None, **rest: object) -> Manner:
    return Manner(expects=expects, then=then, **rest)  # type: ignore[arg-type]


def test_every_way_to_say_a_reply_is_twiml(script: Script) -> None:
    for manner in MANNERS:
        reply = Reply((SAY, SAY), manner=manner)
        for document in (script.reply(reply, 3), script.dialling(reply, DIAL), script.goodbye(reply, SAY)):
            assert check(document) == [], manner


def test_the_other_documents_are_twiml(script: Script) -> None:
    whisper = script.whisper("CA1", "4.1", sentence("voice_whisper", title="x"), sentence("voice_whisper_accept"))
    assert check(whisper, "whisper") == []
    assert check(script.put_through(), "whisper") == check(script.refused(), "whisper") == []
    assert check(script.moment("/webhooks/voice/turn?n=1&tries=1", sentence("voice_moment"))) == []
    for name in SENTENCES:
        assert check(script.goodbye(Reply(()), sentence(name, title="x"))) == []


texts = st.text(st.sampled_from("<>&\"' .?!:;€%é…«»\x00\x0b\ud800\U0001f600ab1"), max_size=400)


@given(st.lists(texts, max_size=4), texts, st.lists(texts, max_size=4), st.sampled_from(MANNERS))
def test_no_text_breaks_a_document(said: list[str], label: str, hints: list[str], manner: Manner) -> None:
    script = Script(Settings(_env_file=None))
    option = Option("oui", label)
    says = tuple(Say(text, options=(option,)) for text in said)
    manner = Manner.from_json({**manner.to_json(), "hints": hints})
    reply = Reply(says, manner=manner)
    assert check(script.reply(reply, 1)) == []
    assert check(script.dialling(reply, DIAL)) == []
    assert check(script.goodbye(reply)) == []


@given(st.sampled_from(MANNERS))
def test_the_same_reply_gives_the_same_bytes(manner: Manner) -> None:
    reply = Reply((SAY,), manner=manner)
    assert Script(Settings(_env_file=None)).reply(reply, 2) == Script(Settings(_env_file=None)).reply(reply, 2)


def test_keys_and_speech_are_both_heard_whatever_is_asked(script: Script) -> None:
    for expects in EXPECTED:
        waits = gather(script.reply(Reply((SAY,), manner=manner_of(expects)), 7))
        assert waits.get("input") == "dtmf speech" and waits.get("speechTimeout") == "auto"
        assert waits.get("actionOnEmptyResult") == "true" and waits.get("method") == "POST"
        assert waits.get("action") == f"/webhooks/voice/turn?n=7&expects={expects}"
        assert waits.get("speechModel") is None and waits.get("bargeIn") is None


@pytest.mark.parametrize("expects", ["menu", "yes_no", "instruction", "words", "letter", "nothing"])
def test_one_key_is_an_answer_star_and_hash_too(script: Script, expects: Expected) -> None:
    waits = gather(script.reply(Reply((SAY,), manner=manner_of(expects)), 1))
    assert (waits.get("numDigits"), waits.get("finishOnKey")) == ("1", "")


@pytest.mark.parametrize(
    ("expects", "digits"),
    [("place", "5"), ("phone", "10"), ("code", "6"), ("number", None), ("amount", None), ("date", None)],
)
def test_longer_answers_end_by_their_length_or_by_hash(script: Script, expects: Expected, digits: str | None) -> None:
    waits = gather(script.reply(Reply((SAY,), manner=manner_of(expects)), 1))
    assert (waits.get("numDigits"), waits.get("finishOnKey")) == (digits, "#")


def timeout(script: Script, expects: Expected, then: Then | None = None, pace: int = 0) -> int:
    document = script.reply(Reply((SAY,), manner=manner_of(expects, then, pace=pace)), 1)
    return int(gather(document).get("timeout", ""))


def test_waits_are_longer_for_slow_paces_long_answers_and_things_to_do(script: Script) -> None:
    assert [timeout(script, "menu", pace=pace) for pace in range(3)] == [8, 12, 18]
    assert timeout(script, "amount") == 12
    assert timeout(script, "instruction") == 20
    assert timeout(script, "instruction", "hold", pace=2) == 20
    patient = Script(Settings(_env_file=None, voice_silence_seconds=20))
    assert timeout(patient, "menu") == 20


def test_hints_are_short_phrases_and_never_too_many(script: Script) -> None:
    hints = ("oui, d'accord", "oui", "oui", "", "x" * 200, *(f"choix numéro {n}" for n in range(90)))
    written = gather(script.reply(Reply((SAY,), manner=Manner(hints=hints)), 1)).get("hints", "")
    assert written.startswith("oui d'accord,oui,choix numéro 0,") and 400 < len(written) <= 500
    assert gather(script.reply(Reply((SAY,)), 1)).get("hints") is None


def test_the_wait_begins_at_the_last_word(script: Script) -> None:
    says = gather(script.reply(Reply((SAY, SAY), manner=Manner(expects="menu")), 1)).findall("Say")
    assert [len(say.findall("prosody/break")) for say in says] == [2, 2]
    last = says[-1].find("prosody")
    assert last is not None and list(last)[-1].tail == "Oui : tapez 1."


def test_the_language_is_spoken_and_listened_to(script: Script) -> None:
    waits = gather(script.reply(Reply((SAY,), manner=Manner(language="en")), 1))
    said = waits.find("Say")
    assert waits.get("language") == "en-GB"
    assert said is not None and said.get("voice") == "Polly.Amy-Neural" and said.get("language") == "en-GB"


def test_a_hang_up_is_said_first(script: Script) -> None:
    root = parse(script.reply(Reply((SAY,), manner=Manner(then="hang_up")), 1))
    assert [child.tag for child in root] == ["Say", "Hangup"]


def test_a_transfer_rings_a_phone_that_is_told_before_it_gets_the_call(script: Script) -> None:
    root = parse(script.dialling(Reply((Say("Restez en ligne."),)), DIAL))
    assert [child.tag for child in root] == ["Say", "Dial"]
    dial, number = root[1], root[1][0]
    wanted = {"answerOnBridge": "true", "timeout": "25", "ringTone": "fr", "callerId": OURS}
    assert {name: dial.get(name) for name in wanted} == wanted
    assert dial.get("action") == "/webhooks/voice/transfer?n=4&attempt=1&procedure=caf_dtr"
    assert number.get("url") == "/webhooks/voice/whisper?call=CA1&dial=4.1&procedure=caf_dtr"
    assert spoken(number) == "+33199001234"
