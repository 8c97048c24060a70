"""Texts with facts in them: what is filled in, what may no longer be said, and what is said instead."""

from __future__ import annotations

from datetime import date

import pytest

from flows.facts_model import Fact
from flows.texts import Option, Say, expired, fill, placeholders, say_on
from tests.kit import shipped

DAY = date(2026, 11, 22)
LIBRARY = shipped()


def fact(value: str, **more: object) -> Fact:
    known = {"source": "SRC", "checked_on": DAY, "review_before": date(2027, 4, 1), "confidence": "high"}
    return Fact.model_validate({"value": value, **known, **more})


FACTS = {
    "tel": fact("3230", speech="32 30"),
    "montant": fact("500 €"),
    "passe": fact("1 €", review_before=DAY),
    "futur": fact("2 €", valid_from=date(2027, 1, 1)),
    "fini": fact("3 €", valid_until=date(2026, 11, 21)),
    "dernier_jour": fact("4 €", valid_until=DAY),
    "delai": fact("5", unit="jours"),
    **{name: LIBRARY.facts[name] for name in ("mois_dtr", "fenetre_actualisation", "mois_actualisation")},
}


@pytest.mark.parametrize(
    ("texts", "names"),
    [
        (("Appelez le {tel}.",), ["tel"]),
        (("{montant}, {tel} et {montant}", None, "{tel} {age_2}"), ["montant", "tel", "age_2"]),
        (("Rien.", None, ""), []),
        (("{Tel} { tel } {2tel} {tel-caf} {} {{", "l'accolade {"), []),
    ],
)
def test_placeholders_once_each_in_order(texts: tuple[str | None, ...], names: list[str]) -> None:
    assert placeholders(*texts) == names


@pytest.mark.parametrize(
    ("text", "day", "names"),
    [
        ("{tel} {montant} {dernier_jour}", DAY, []),
        ("{passe} {futur} {fini} {absent}", DAY, ["passe", "futur", "fini", "absent"]),
        ("{montant}", date(2027, 3, 31), []),
        ("{montant}", date(2027, 4, 1), ["montant"]),
        ("{futur}", date(2027, 1, 1), []),
        ("{mois_dtr} {fenetre_actualisation} {mois_actualisation}", date(2028, 2, 29), []),
        ("{mois_dtr} {mois_actualisation}", date(2029, 1, 1), ["mois_dtr", "mois_actualisation"]),
    ],
)
def test_what_may_not_be_said_on_a_day(text: str, day: date, names: list[str]) -> None:
    assert expired(text, FACTS, day) == names


def test_fill_writes_or_speaks() -> None:
    assert fill("Appelez le {tel}, pour {montant}.", FACTS, DAY) == "Appelez le 3230, pour 500 €."
    assert fill("Appelez le {tel}, pour {montant}.", FACTS, DAY, spoken=True) == "Appelez le 32 30, pour 500 €."
    assert fill("Déclarez {mois_dtr}.", FACTS, DAY) == "Déclarez juillet, août et septembre."
    assert fill("Rien {} à { remplir }.", FACTS, DAY) == "Rien {} à { remplir }."


def test_say_on_fills_every_variant() -> None:
    options = (Option("oui", "Oui"),)
    said = say_on(DAY, FACTS, "Le {tel}.", "{tel} ?", "Appelez le {tel}.", "Appelez.", options, "cle")
    assert said == Say("Le 3230.", "3230 ?", "Appelez le 32 30.", options, "cle")


def test_a_text_with_facts_is_spoken_with_their_spoken_form() -> None:
    assert say_on(DAY, FACTS, "Le {tel}.").speech == "Le 32 30."
    assert say_on(DAY, FACTS, "Sans fait.").speech is None


def test_one_fact_out_of_date_silences_the_whole_text() -> None:
    said = say_on(DAY, FACTS, "Le {tel}, {passe}.", "Le {tel}", "Le {tel}", "Appelez.", (Option("a", "A"),), "cle")
    assert said == Say("Appelez.", None, None, (Option("a", "A"),), "cle")


def test_a_variant_out_of_date_is_left_out_alone() -> None:
    said = say_on(DAY, FACTS, "Le {tel}.", "{passe}", "{passe}", "Appelez.")
    assert said == Say("Le 3230.", None, None)


def test_without_a_text_to_say_instead_the_fact_is_left_blank() -> None:
    assert say_on(DAY, FACTS, "Cela coûte {passe}.").text == "Cela coûte …."


def test_a_sentence_takes_values_then_facts() -> None:
    said = LIBRARY.sentence("resume_offer", DAY, title="Carte Vitale")
    assert (said.text, said.key) == ("Vous étiez dans : Carte Vitale. On reprend ?", "resume_offer")
    assert LIBRARY.sentence("welcome", DAY).short
    with pytest.raises(KeyError):
        LIBRARY.sentence("inconnue", DAY)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("Une photo", "une photo"),
        ("L'adresse", "l'adresse"),
        ("Votre nom", "votre nom"),
        ("RIB", "RIB"),
        ("Ameli", "Ameli"),
    ],
)
def test_after_a_colon_only_articles_lose_their_capital(text: str, after: str) -> None:
    assert LIBRARY.after_colon(text) == after


def test_a_unit_follows_its_value() -> None:
    assert fill("Dans les {delai}.", FACTS, DAY) == "Dans les 5 jours."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Un code {tel|reçu par mail}.", "Un code 3230."),
        ("Un code {passe|reçu par mail}.", "Un code reçu par mail."),
        ("Un code {inconnu|reçu par mail}.", "Un code reçu par mail."),
        ("Un code{passe|}.", "Un code."),
    ],
)
def test_other_words_stand_for_a_fact_that_may_not_be_said(text: str, said: str) -> None:
    assert expired(text, FACTS, DAY) == []
    assert fill(text, FACTS, DAY) == said
    assert placeholders(text) == [text.split("{")[1].split("|", maxsplit=1)[0]]


def test_without_facts_may_hold_another_fact() -> None:
    said = say_on(DAY, FACTS, "Payez {passe}.", without_facts="Appelez le {tel}.")
    assert said.text == "Appelez le 3230."
    assert say_on(DAY, FACTS, "Payez {passe}.", without_facts="Comptez {fini}.").text == "Payez …."


@pytest.mark.parametrize("both", [{"value": "5", "rule": "mois_dtr"}, {}])
def test_a_fact_is_a_value_or_a_rule(both: dict[str, str]) -> None:
    known = {"source": "SRC", "checked_on": DAY, "review_before": date(2027, 4, 1), "confidence": "high"}
    with pytest.raises(ValueError, match="« value », ou « rule »"):
        Fact.model_validate({**known, **both})
