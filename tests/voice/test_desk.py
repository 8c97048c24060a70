"""What the terminal shows of each channel."""

from __future__ import annotations

import pytest

from api.simulators import desk
from api.simulators.call import Phone
from api.simulators.keypad import offered, phrases
from bot.channels.base import Rendered
from flows.texts import Option

QUESTION = "Avez-vous un compte ? Oui : tapez 1. Non, pas encore : tapez 2."
CHOOSE = f'<Gather action="/t" input="dtmf speech" numDigits="1" timeout="8"><Say>{QUESTION}</Say></Gather>'
DIAL = "<Say>Un instant.</Say><Dial>+33100000003</Dial><Say>Merci.</Say>"


def phone(*documents: str) -> Phone:
    """A telephone that hears these documents, one after the other."""
    waiting = list(documents)

    def post(path: str, form: object, headers: object) -> tuple[int, str]:
        return (204, "") if path.endswith("/status") else (200, f"<Response>{waiting.pop(0)}</Response>")

    one = Phone(post, "+33600000001", "+33900000002", lambda path, form: "")
    one.call()
    return one


def test_an_sms_is_shown_with_what_it_costs() -> None:
    first = desk.sms([Rendered("Et ça ?"), Rendered("é" * 161)], spent=2)
    assert first.split("\n")[:2] == ["SMS 1/2 · 7 septets · 1 segment · total 3", "  Et ca ?"]
    assert "SMS 2/2 · 161 septets · 2 segments · total 5" in first


def test_sms_as_json() -> None:
    assert desk.sms_json([Rendered("Et ça ?"), Rendered("é" * 161)]) == {"texts": ["Et ca ?", "é" * 161], "segments": 3}


BUTTONS = (Option("a", "Oui"), Option("b", "Non"), Option("c", "Je ne sais pas encore bien"))


def test_telegram_shows_the_buttons_in_rows() -> None:
    messages = [Rendered("Bonjour."), Rendered("Alors ?", key="k", options=BUTTONS)]
    assert desk.telegram(messages) == "Bonjour.\n\nAlors ?\n  [Oui]  [Non]\n  [Je ne sais pas encore bien]"
    assert desk.telegram_json(messages)["messages"][1] == {
        "text": "Alors ?",
        "buttons": [["Oui", "Non"], ["Je ne sais pas encore bien"]],
    }


def test_a_call_is_shown_as_it_is_heard() -> None:
    shown = desk.voice(phone(CHOOSE).moment).split("\n")
    assert shown[0] == QUESTION
    assert shown[2:] == ["  [1] Oui  [2] Non, pas encore", "  ? keys (1) + speech, 8 s"]


def test_a_call_as_json() -> None:
    told = desk.voice_json(phone(CHOOSE).moment)
    assert told["spoken"] == [QUESTION]
    assert told["keys"] == [{"key": "1", "label": "Oui"}, {"key": "2", "label": "Non, pas encore"}]
    assert (told["waits_for"], told["digits"], told["timeout"], told["over"]) == (["keys", "speech"], 1, 8, False)
    assert told["seconds"] > 3


def test_only_what_was_heard_since_the_last_answer_is_shown() -> None:
    one = phone(CHOOSE, DIAL, CHOOSE)
    one.keys("1")
    told = desk.voice_json(one.moment)
    assert told["spoken"] == ["Un instant.", "Merci."] and told["waits_for"] == [] and told["keys"] == []
    assert told["over"] and told["transferred"] and told["timeout"] is None
    shown = desk.voice(one.moment)
    assert "→ +33100000003" in shown and shown.endswith("■")
    one.call()
    assert "+33100000003" not in desk.voice(one.moment)


@pytest.mark.parametrize(
    ("line", "kind", "text"),
    [
        ("1", "pressed", "1"),
        (" 06 12 34 ", "pressed", "061234"),
        ("#", "pressed", "#"),
        ("", "silent", ""),
        ("  ", "silent", ""),
        (" un humain ", "spoke", "un humain"),
        ("450 euros", "spoke", "450 euros"),
    ],
)
def test_a_line_of_the_terminal_is_done_on_the_telephone(line: str, kind: str, text: str) -> None:
    one = phone('<Gather action="/t" input="dtmf speech" actionOnEmptyResult="true"/>', "<Hangup/>")
    desk.play(one, line)
    assert [(done.kind, done.text) for done in one.transcript][:1] == [(kind, text)]


def test_keys_are_read_from_the_sentences_that_offer_them() -> None:
    assert list(offered("A pension: press 1. Other: press 2.", phrases())) == [("1", "A pension"), ("2", "Other")]
    assert list(offered("Le code est 1, puis 2.", phrases())) == []
