"""What a caller hears: the spoken texts, the keys, the breaths and the length of what is said at once."""

from __future__ import annotations

from datetime import date
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.ssml import LONGEST, pauses, speeches
from bot.channels.voice import VOICE
from bot.manner import Manner
from bot.messages import Reply
from flows.budgets import shown_keys, voice_text
from flows.library import Library
from flows.loader import load_languages
from flows.texts import Option, Say

DAY = date(2026, 3, 2)
YES, NO = Option("oui", "Oui"), Option("non", "Non")


def heard(*says: Say, **manner: object) -> list[str]:
    reply = Reply(says, manner=Manner(**manner))  # type: ignore[arg-type]
    return [rendered.text for rendered in VOICE.render(reply)]


def test_the_spoken_form_is_said_with_signs_in_words() -> None:
    assert heard(Say("écrit", speech="Allez sur caf.fr. Il faut 450 €.")) == [
        "Allez sur caf point f r. Il faut 450 euros."
    ]
    assert heard(Say("Sans autre forme.")) == ["Sans autre forme."]


def test_only_the_last_message_has_keys() -> None:
    says = Say("Un.", options=(YES, NO)), Say("On commence ?", options=(YES, NO))
    assert heard(*says) == ["Un.", "On commence ? Oui : tapez 1. Non : tapez 2."]


def test_keys_are_offered_in_the_language_of_the_talk() -> None:
    assert heard(Say("Shall we start?", options=(Option("oui", "Yes"),)), language="en") == [
        "Shall we start? Yes: press 1."
    ]


def test_a_choice_is_said_without_its_signs() -> None:
    said = heard(Say("Qui paie ?", options=(Option("caf", "La CAF (rdv 9h)"), Option("msa", "La « MSA »"))))
    assert said == ["Qui paie ? La CAF, rdv 9 heures : tapez 1. La MSA : tapez 2."]


def test_a_menu_has_four_keys_at_most_and_its_way_out() -> None:
    options = tuple(Option(f"o{n}", f"Choix {n}") for n in range(1, 7))
    assert heard(Say("Lequel ?", options=options))[0].endswith("Choix 3 : tapez 3. Choix 6 : tapez 4.")


def test_a_code_is_said_figure_by_figure() -> None:
    assert heard(Say("Votre code est : 482915. Gardez-le.")) == ["Votre code est : 4, 8, 2, 9, 1, 5. Gardez-le."]


def test_the_keys_are_those_the_authors_were_counted(library: Library) -> None:
    say = Say("On commence ?", options=(YES, NO))
    assert heard(say) == [voice_text(library, say, shown_keys(say, instruction=False), DAY)]


def test_the_words_of_the_keys_are_those_of_the_texts(library: Library) -> None:
    languages = {"fr": library, **load_languages(library)}
    for language, texts in languages.items():
        said = heard(Say("", options=(YES,)), language=language)
        assert said == [texts.sentence("key_for", DAY, label="Oui", key="1").text]


def test_a_slower_pace_has_longer_breaths() -> None:
    said = [speeches("Un. Deux.", Manner(pace=pace))[0] for pace in range(3)]
    rates = [int(speech.rate.rstrip("%")) for speech in said]
    assert rates == sorted(rates, reverse=True) and len(set(rates)) == 3
    breaths = [speech.breath for speech in said]
    assert breaths == sorted(breaths) and len(set(breaths)) == 3
    assert speeches("Un.", Manner(short=True))[0].breath > breaths[0]
    assert speeches("Un.", Manner(pace=9))[0] == speeches("Un.", Manner(pace=2))[0]


def test_a_language_has_its_voice() -> None:
    assert speeches("Un.", Manner())[0].voice.language == "fr-FR"
    assert speeches("One.", Manner(language="en"))[0].voice.language == "en-GB"
    assert speeches("Ena.", Manner(language="gr"))[0].voice.language == "fr-FR"


def test_pauses_show_where_the_voice_breathes() -> None:
    assert pauses("Bonjour. On commence ? Oui : tapez 1.") == "Bonjour. … On commence ? … Oui : tapez 1."


@pytest.mark.parametrize("text", ["", "  ", "\x00\x08", "\ud800"])
def test_nothing_to_say_is_not_said(text: str) -> None:
    assert speeches(text, Manner()) == ()


words = st.text(st.characters(codec=None) | st.sampled_from("<>&\"'.?! é"), max_size=60)


def writable(char: str) -> bool:
    """True for a character that XML has."""
    return char in "\t\n\r" or (char >= " " and not "\ud800" <= char <= "\udfff" and char not in "\ufffe\uffff")


@given(st.lists(words, max_size=40), st.integers(1, 120))
def test_nothing_is_lost_and_nothing_is_too_long_to_say_at_once(parts: list[str], times: int) -> None:
    text = " ".join(parts) * times
    said = speeches(text, Manner())
    kept = "".join("".join(speech.sentences) for speech in said)
    assert "".join(kept.split()) == "".join("".join(filter(writable, text)).split())
    for speech in said:
        written = "".join(f'{escape(sentence)}<break time="{speech.breath}ms" />' for sentence in speech.sentences)
        assert speech.sentences and len(written.encode()) <= LONGEST
