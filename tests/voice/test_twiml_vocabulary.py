"""The strict reading of TwiML: what Twilio would not do is refused, what we write is not."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import VoiceResponse

from api.settings import Settings
from api.simulators.hearing import heard
from api.simulators.twiml import TwimlError, check, parse
from api.simulators.values import HINTS, RATE
from api.simulators.vocabulary import LONGEST_SAY, Document
from api.voice.twiml import Script
from bot.manner import Expected, Manner, Then
from bot.messages import Reply
from flows.texts import Option, Say

SCRIPT = Script(Settings(_env_file=None))
SAY = '<Say voice="Polly.Lea-Neural" language="fr-FR">Bonjour.</Say>'


def response(inside: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{inside}</Response>'


GOOD: list[tuple[Document, str]] = [
    ("voice", ""),
    ("voice", SAY),
    ("voice", '<Say><prosody rate="92%">Un.<break time="500ms"/><s>Deux.</s></prosody><break strength="weak"/></Say>'),
    ("voice", '<Gather input="dtmf speech" finishOnKey="" numDigits="1" speechTimeout="auto" hints="oui, non"/>'),
    (
        "voice",
        f'<Gather action="/a?n=1&amp;b=2" timeout="8" actionOnEmptyResult="true">{SAY}<Pause length="2"/></Gather>',
    ),
    (
        "voice",
        '<Dial answerOnBridge="true" ringTone="fr" timeLimit="600"><Number url="/w">+33123456789</Number></Dial>',
    ),
    ("voice", "<Dial>+33123456789</Dial>"),
    ("voice", '<Pause/><Redirect method="POST">https://example.org/webhooks/voice?tries=1</Redirect>'),
    ("voice", f"{SAY}<Hangup/>"),
    ("whisper", f'<Gather numDigits="1">{SAY}</Gather><Hangup/>'),
    ("message", "<Message>Bonjour</Message><Message><Body>Encore</Body></Message>"),
]


@pytest.mark.parametrize(("document", "inside"), GOOD)
def test_what_is_published_is_taken(document: Document, inside: str) -> None:
    assert check(response(inside), document) == []


BAD: list[tuple[str, str]] = [
    ("<Record/>", "Response: Record may not stand in it"),
    ("<say>Bonjour</say>", "Response: say may not stand in it"),
    ("<Message>Bonjour</Message>", "Response: Message may not stand in it"),
    ("Bonjour", "Response: text stands where only verbs may"),
    ("<Say></Say>", "Say: nothing to say"),
    ('<Say voice="alice">Bonjour</Say>', "Say: voice='alice' is not one of"),
    ('<Say voice="Polly.Lea-Neural" language="en-GB">Hello</Say>', "Say: Polly.Lea-Neural does not speak en-GB"),
    ('<Say loop="0">Bonjour</Say>', "Say: unknown attribute loop"),
    (f"<Say>{'é' * (LONGEST_SAY // 2 + 1)}</Say>", "Say: more than 3000 bytes"),
    ('<Say><emphasis level="strong">Oui</emphasis></Say>', "Say: emphasis may not stand in it"),
    ('<Say><prosody pitch="high">Oui</prosody></Say>', "prosody: unknown attribute pitch"),
    ('<Say><prosody rate="10%">Oui</prosody></Say>', "prosody: rate='10%' is not"),
    ("<Say><prosody>Oui</prosody></Say>", "prosody: neither rate nor volume"),
    ('<Say>Oui<break time="11s"/></Say>', "break: time='11s' is not"),
    ('<Say>Oui<break time="1"/></Say>', "break: time='1' is not"),
    ('<Say>Oui<break time="1s" strength="weak"/></Say>', "break: a strength or a time, not both"),
    ('<Say><say-as interpret-as="telephone">01</say-as></Say>', "say-as: interpret-as='telephone' is not"),
    ("<Say><sub>CAF</sub></Say>", "sub: alias is missing"),
    ('<Gather timeout="0"/>', "Gather: timeout='0' is not a whole number from 1"),
    ('<Gather timeout="8.5"/>', "Gather: timeout='8.5' is not"),
    ('<Gather timeout="auto"/>', "Gather: timeout='auto' is not"),
    ('<Gather numDigits="0"/>', "Gather: numDigits='0' is not"),
    ('<Gather finishOnKey="##"/>', "Gather: finishOnKey='##' is not"),
    ('<Gather input="voice"/>', "Gather: input='voice' is not one of"),
    ('<Gather input="speech" language="fr"/>', "Gather: language='fr' is not"),
    ('<Gather hints="oui"/>', "Gather: hints without speech"),
    ('<Gather input="speech" numDigits="1"/>', "Gather: numDigits without dtmf"),
    ('<Gather input="speech" speechModel="phone_call"/>', "Gather: unknown attribute speechModel"),
    ('<Gather actionOnEmptyResult="True"/>', "Gather: actionOnEmptyResult='True' is not one of"),
    ('<Gather method="GET"/>', "Gather: method='GET' is not"),
    ('<Gather action="turn?n=1"/>', "Gather: action='turn?n=1' is not an address"),
    ("<Gather><Gather/></Gather>", "Gather: Gather may not stand in it"),
    ("<Gather><Hangup/></Gather>", "Gather: Hangup may not stand in it"),
    ('<Pause length="0"/>', "Pause: length='0' is not"),
    (f"<Pause>{SAY}</Pause>", "Pause: Say may not stand in it"),
    ("<Dial/>", "Dial: one number in it, or some Number"),
    ("<Dial>+33123456789<Number>+33123456780</Number></Dial>", "Dial: one number in it, or some Number"),
    ("<Dial>01 23 45 67 89</Dial>", "is not a number written"),
    ("<Dial><Number>3646</Number></Dial>", "Number: '3646' is not a number written"),
    ("<Dial>" + "<Number>+33123456789</Number>" * 11 + "</Dial>", "Dial: more than 10 numbers"),
    ('<Dial timeout="601">+33123456789</Dial>', "Dial: timeout='601' is not"),
    ('<Dial callerId="anonymous">+33123456789</Dial>', "Dial: callerId='anonymous' is not"),
    ('<Dial ringTone="france">+33123456789</Dial>', "Dial: ringTone='france' is not"),
    ('<Dial record="record-from-answer">+33123456789</Dial>', "Dial: unknown attribute record"),
    ("<Redirect/>", "Redirect: nothing is written in it"),
    ("<Redirect>turn</Redirect>", "Redirect: 'turn' is not an address"),
    (f"<Redirect>/a</Redirect>{SAY}", "Redirect: what follows is never reached"),
    (f"<Hangup/>{SAY}", "Hangup: what follows is never reached"),
    ('<Hangup reason="busy"/>', "Hangup: unknown attribute reason"),
]


@pytest.mark.parametrize(("inside", "problem"), BAD)
def test_what_twilio_would_not_do_is_refused(inside: str, problem: str) -> None:
    problems = check(response(inside))
    assert len(problems) == 1, problems
    assert problem in problems[0]
    with pytest.raises(TwimlError, match=re.escape(problem)):
        parse(response(inside))


@pytest.mark.parametrize(
    ("xml", "problem"),
    [
        ("", "not XML"),
        ("<Response>", "not XML"),
        ('{"detail": "Internal Server Error"}', "not XML"),
        ("<html/>", "a html, not a Response"),
        ('<Response version="1"/>', "unknown attribute version"),
        ('<!DOCTYPE r [<!ENTITY a "a">]><Response><Say>&a;</Say></Response>', "a declaration"),
        (f"<Response>{SAY * 2_000}</Response>", "more than 64000 bytes"),
    ],
)
def test_what_is_no_document_is_refused(xml: str, problem: str) -> None:
    [found] = check(xml)
    assert problem in found


@pytest.mark.parametrize(
    ("document", "inside"),
    [
        ("whisper", "<Dial>+33123456789</Dial>"),
        ("message", SAY),
        ("message", "<Message></Message>"),
        ("message", f"<Message>{'a' * 1601}</Message>"),
    ],
)
def test_a_document_is_read_for_where_it_is_played(document: Document, inside: str) -> None:
    assert len(check(response(inside), document)) == 1


def test_every_problem_is_told_not_only_the_first() -> None:
    assert len(check(response('<Gather timeout="0" input="voice"/><Record/>'))) == 3


def test_the_length_of_hints_and_rates_is_bounded() -> None:
    assert HINTS.fits(",".join(["oui"] * 500))
    assert not HINTS.fits(",".join(["oui"] * 501))
    assert not HINTS.fits("a" * 101)
    assert not HINTS.fits("oui,,non")
    assert RATE.fits("20%") and RATE.fits("200%") and not RATE.fits("201%") and not RATE.fits("fast!")


SAYABLE = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"))


@given(SAYABLE)
def test_any_text_that_the_library_writes_is_heard_as_it_was(text: str) -> None:
    words = " ".join(("a", *text.split()))
    document = VoiceResponse()
    document.say(words, voice="Polly.Lea-Neural")
    assert heard(parse(str(document))[0]).text == words
    message = MessagingResponse()
    message.message(words)
    assert check(str(message), "message") == []


TEXTS = st.lists(
    SAYABLE | st.sampled_from(["<&>\"' « Été » ?", "Fin. Suite ! 12,50 €", "x" * 4_000]), min_size=1, max_size=3
)
MANNERS = st.builds(
    Manner,
    language=st.sampled_from([None, "en"]),
    pace=st.integers(0, 2),
    short=st.booleans(),
    expects=st.sampled_from(get_args(Expected)),
    hints=st.lists(SAYABLE, max_size=40).map(tuple),
    zero=st.booleans(),
    then=st.sampled_from([None, *(then for then in get_args(Then) if then != "transfer")]),
)
OPTIONS = st.lists(st.builds(Option, st.just("a"), SAYABLE.map(lambda label: f"a{label}")), max_size=4).map(tuple)


@given(TEXTS, OPTIONS, MANNERS)
def test_what_the_line_says_is_taken(texts: list[str], options: tuple[Option, ...], manner: Manner) -> None:
    says = (*map(Say, texts), Say("Fin.", options=options))
    assert check(SCRIPT.reply(Reply(says, manner=manner), 3)) == []
