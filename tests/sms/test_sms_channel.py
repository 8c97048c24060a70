"""How a reply becomes SMS: folded, numbered, packed, never cut where it hurts."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.sms import PLACES, SMS, cost
from bot.messages import Reply
from flows.budgets import sms_text
from flows.gsm7 import fold, septets
from flows.texts import Option, Say

YES_NO = (Option("oui", "Oui"), Option("non", "Non"))
WORDS = st.text(st.sampled_from("aéçœ€ê’.?!:…\u00a0👍"), min_size=1, max_size=24)
TEXTS = st.lists(WORDS | st.just("https://www.caf.fr/allocataires"), min_size=1, max_size=90).map(" ".join)
SAYS = st.builds(
    Say, TEXTS, st.none() | TEXTS, options=st.lists(st.builds(Option, WORDS, TEXTS), max_size=4).map(tuple)
)


def rendered(*says: Say) -> list[str]:
    return [one.text for one in SMS.render(Reply(says))]


def long(letter: str, places: int) -> Say:
    """A message of that many places."""
    return Say((f"{letter * 4} " * places)[: places - 1] + letter, key=letter)


def words(text: str) -> list[str]:
    return fold(text).split()


def test_short_variant_and_choices_numbered_below() -> None:
    say = Say("Le texte.", "Ah, ça va ?", "Le parlé.", (*YES_NO, Option("repeter", "Répéter")), "question")
    (one,) = SMS.render(Reply((say,)))
    assert (one.text, one.key, one.speech, one.options) == ("Ah, ca va ?\n1 Oui\n2 Non", "question", None, ())
    assert one.text == fold(sms_text(say, ("Oui", "Non")))


def test_accents_of_the_alphabet_stay_and_the_others_fold() -> None:
    assert rendered(Say("éèàùì ÉÇ çêîôû « œ » l’été 12 € …")) == ['éèàùì ÉÇ ceiou "oe" l\'été 12 € ...']
    assert rendered(Say("de\u0301marche")) == ["démarche"]  # an accent written apart from its letter


def test_messages_travel_together_and_keep_the_last_key() -> None:
    one, two = Say("C'est noté.", key="first"), Say("Et ensuite ?", options=YES_NO, key="second")
    (sms,) = SMS.render(Reply((one, two, Say(""))))
    assert (sms.text, sms.key) == ("C'est noté.\nEt ensuite ?\n1 Oui\n2 Non", "second")


def test_as_few_sms_as_possible_then_as_few_segments() -> None:
    assert len(rendered(long("a", 150), long("b", 155))) == 1  # 306 with the line between
    assert len(rendered(long("a", 150), long("b", 156))) == 2
    packed = rendered(long("a", 150), long("b", 140), long("c", 15))
    assert [text[0] for text in packed] == ["a", "b"]  # a with b, then c alone, would be three segments
    assert cost(packed) == 2


def test_a_long_message_is_cut_at_the_end_of_a_sentence_else_between_words() -> None:
    assert rendered(Say("x" * 200 + ". " + "y" * 200)) == ["x" * 200 + ".", "y" * 200]
    first, second = rendered(Say(" ".join(["mot"] * 100)))
    assert len(first) <= PLACES < len(first) + 4
    assert first.split() + second.split() == ["mot"] * 100


def test_an_address_is_never_cut() -> None:
    address = "https://www.service-public.fr/" + "a" * 300
    assert rendered(Say(f"Allez sur {address} maintenant")) == ["Allez sur", address, "maintenant"]
    assert rendered(Say("a" * 400)) == ["a" * 306, "a" * 94]


@pytest.mark.parametrize(("places", "kept"), [([100, 100], 2), ([300] * 3, 3), ([300] * 4, 2), ([1000], 1), ([], 0)])
def test_what_fits_leaves_room_to_offer_the_rest(places: list[int], kept: int) -> None:
    says = [long("a", number) for number in places]
    assert SMS.fits(says) == kept
    if kept < len(says):
        assert len(rendered(*says[:kept], Say("Pour lire la suite, répondez SUITE."))) <= 3


@given(st.lists(SAYS, max_size=6))
def test_nothing_is_too_long_nothing_is_lost_and_order_holds(says: list[Say]) -> None:
    sent = rendered(*says)
    numbered = [f"{sms_text(say, tuple(option.label for option in say.options))}" for say in says]
    assert [word for text in sent for word in text.split()] == [word for text in numbered for word in words(text)]
    assert all(0 < septets(text) <= PLACES and fold(text) == text for text in sent)
    assert rendered(*says) == sent
    assert not [text for text in sent if re.search(r"(?:https|www)\S*$", text) and not text.endswith("allocataires")]
    assert SMS.fits(says) == len(says) or 1 <= SMS.fits(says) < len(says)
