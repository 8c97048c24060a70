"""How replies look on Telegram: pieces that fit, one idea a message for who needs it, buttons that carry little."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram import LONGEST, TELEGRAM, button_rows, short_id, units
from bot.manner import Manner
from bot.messages import Reply
from flows.library import Library
from flows.texts import Option, Say

OPTIONS = (Option("oui", "Oui"), Option("non", "Non"))
SHORT = Manner(short=True)


def texts(say: Say, manner: Manner | None = None) -> list[str]:
    return [one.text for one in TELEGRAM.render(Reply((say,), manner=manner or Manner()))]


def test_a_message_goes_out_with_its_buttons() -> None:
    (only,) = TELEGRAM.render(Reply((Say("On commence ?", key="start", options=OPTIONS),)))
    assert (only.text, only.key, only.options) == ("On commence ?", "start", OPTIONS)


def test_a_long_text_is_cut_at_sentences_and_the_buttons_stand_below_the_last_piece() -> None:
    sentence = "Cette phrase se répète afin de dépasser la longueur. "
    pieces = TELEGRAM.render(Reply((Say(sentence * 200, key="k", options=OPTIONS),)))
    assert len(pieces) == 3
    assert all(piece.text.endswith("longueur.") and units(piece.text) <= LONGEST for piece in pieces)
    assert [bool(piece.options) for piece in pieces] == [False, False, True]
    assert " ".join(piece.text for piece in pieces) == (sentence * 200).strip()


@given(st.text(st.sampled_from("aé .!?\n😀B"), min_size=1, max_size=300).filter(lambda text: text.strip()))
def test_nothing_is_lost_nor_too_long_whatever_the_text(text: str) -> None:
    long = text * 60
    for manner in (Manner(), SHORT):
        pieces = texts(Say(long), manner)
        assert all(0 < units(piece) <= LONGEST for piece in pieces)
        assert "".join("".join(pieces).split()) == "".join(long.split())


def test_a_text_without_any_space_is_cut_all_the_same() -> None:
    assert [units(piece) for piece in texts(Say("😀" * 3000))] == [4096, 1904]
    assert [len(piece) for piece in texts(Say("a" * 5000))] == [4096, 904]


def test_short_gives_one_idea_a_message() -> None:
    say = Say(
        "Bien. Ouvrez le site caf.fr sur votre téléphone. Appelez M. Durand au 3230, tél. 02.\n"
        "Vous devez voir :\n- un bouton bleu\n- votre nom\n\nVous y êtes ?"
    )
    assert texts(say, SHORT) == [
        "Bien. Ouvrez le site caf.fr sur votre téléphone.",
        "Appelez M. Durand au 3230, tél. 02.",
        "Vous devez voir :\n- un bouton bleu\n- votre nom",
        "Vous y êtes ?",
    ]
    assert len(texts(say)) == 1


def test_the_same_reply_looks_the_same() -> None:
    reply = Reply((Say("A. " * 3000, key="k", options=OPTIONS),), manner=SHORT)
    assert TELEGRAM.render(reply) == TELEGRAM.render(reply)


def test_long_labels_stand_alone_short_ones_two_a_row() -> None:
    options = tuple(Option(str(n), label) for n, label in enumerate(["Oui", "Non", "Je ne sais pas du tout", "Retour"]))
    rows = [[label for label, _ in row] for row in button_rows("k", options)]
    assert rows == [["Oui", "Non"], ["Je ne sais pas du tout"], ["Retour"]]


def test_at_most_twelve_choices_and_the_way_out_is_among_them() -> None:
    options = tuple(Option(f"o{n}", f"Choix {n}") for n in range(20))
    (only,) = TELEGRAM.render(Reply((Say("Lequel ?", options=options),)))
    assert (len(only.options), only.options[-1].id) == (12, "o19")


def test_a_button_carries_a_stable_id_of_its_message_and_choice() -> None:
    assert short_id("vie_naissance/a/b", "oui") == "56f322f2151eaea7"
    assert len({short_id(key, option) for key in ("a", "b") for option in ("a", "b", "a|b")}) == 6


def test_every_choice_of_the_content_has_an_id_of_its_own(library: Library) -> None:
    """A digest that was shared would answer for another button."""
    pairs = {
        (f"{procedure.id}/{name}", option)
        for procedure in library.procedures.values()
        for name, step in procedure.steps.items()
        for option in (*getattr(step, "choices", {}), "oui", "non", "fait", "bloque", "repeter", "pourquoi")
    }
    assert len(pairs) > 1000
    assert len({short_id(*pair) for pair in pairs}) == len(pairs)


@pytest.mark.parametrize("text", ["", "  \n "])
def test_an_empty_text_is_not_sent(text: str) -> None:
    assert texts(Say(text)) == []
