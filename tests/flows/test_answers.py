"""The readers of answers, one table each: what is read, what is refused with a reason, what stays unclear."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from flows.answers import SAID, read_answer, read_choice, read_number, read_phone, read_yes_no
from flows.answers.dates import read_date
from flows.answers.numbers import read_amount
from flows.answers.places import read_place
from flows.answers.reading import NOTHING, Reading
from flows.model import Question
from flows.texts import Option
from tests.kit import shipped

DAY = date(2026, 11, 22)  # a Sunday
LIBRARY = shipped()
AIDS = (
    Option("rsa", "Le RSA", ("revenu de solidarite",)),
    Option("prime", "La prime d'activité", ("prime",)),
    Option("logement", "Une aide au logement", ("apl", "loyer")),
    Option("autre_chose", "Autre chose", ("autre",)),
)
UNCLEAR = None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(
            (text, "oui")
            for text in ("oui", "Oui !", "OUI.", "ouais", "oui oui", "d’accord", "d'accord", "C'est ça", "ok", "1")
        ),
        *((text, "non") for text in ("non", "Non.", "nan", "pas encore", "non pas encore", "pas du tout", "2")),
        *(
            (text, UNCLEAR)
            for text in ("oui mais non", "oui non", "pas oui", "peut-être", "je crois", "3", "0", "12", "", "?")
        ),
        *((text, UNCLEAR) for text in ("je ne sais pas", "oui je suis né en 1952", "non c'est l'autre", "ouistreham")),
    ],
)
def test_yes_no_is_three_valued(text: str, value: str | None) -> None:
    assert read_yes_no(text, LIBRARY.words) == Reading(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(
            (text, "rsa")
            for text in ("1", "1.", "un", "le premier", "la première", "choix 1", "c'est le 1", "réponse 1", "1er")
        ),
        *(
            (text, "prime")
            for text in (
                "2",
                "2)",
                "deux",
                "le 2",
                "la 2",
                "n°2",
                "numéro 2",
                "le numéro 2",
                "euh le 2",
                "2ème",
                "la seconde",
                "deuxième",
            )
        ),
        *((text, "autre_chose") for text in ("4", "quatrième", "Autre chose", "autre")),
        *(
            (text, "rsa")
            for text in (
                "Le RSA",
                "rsa",
                "RSA ?",
                "le rsa svp",
                "je veux le rsa",
                "c'est pour le rsa",
                "revenu de solidarité",
            )
        ),
        *(
            (text, "prime")
            for text in (
                "prime d'activité",
                "la prime d’activité",
                "prime dactivite",
                "prime d activitée",
                "la prim d'activité",
            )
        ),
        *((text, "logement") for text in ("apl", "loyer", "pour mon loyer", "aide au logment")),
    ],
)
def test_a_choice_is_read(text: str, value: str) -> None:
    assert read_choice(text, AIDS) == Reading(value)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "pas le RSA",
            "c'est pas le rsa",
            "je ne touche plus le rsa",
            "sauf le rsa",
            "jamais le rsa",
            "aucun rsa",
            "sans rsa",
        ),
        *("pas la prime d'activité", "non la prime d'activité", "plutôt le rsa", "non pardon le rsa"),
        *("le rsa ou la prime", "prime d'activité apl", "aide au logement et rsa", "ni le rsa ni la prime", "1 ou 2"),
        *("le rsa pas la prime", "", " ", "?", "bonjour madame", "je ne sais pas", "une seconde", "prim", "100"),
        "aide au transport",
        "hier la dame du guichet m'a bien dit que ce serait le rsa pour nous",
    ],
)
def test_a_choice_is_unclear_when_negated_or_doubled(text: str) -> None:
    assert read_choice(text, AIDS) == NOTHING


@pytest.mark.parametrize("text", ["0", "5", "99", "le 7", "5e"])
def test_a_number_out_of_the_list_says_so(text: str) -> None:
    assert read_choice(text, AIDS) == Reading(problem="choice_out_of_range")


def test_strict_choices_want_the_number_or_the_exact_words() -> None:
    assert read_choice("le rsa", AIDS, strict=True).value == "rsa"
    assert read_choice("3", AIDS, strict=True).value == "logement"
    assert read_choice("je veux le rsa", AIDS, strict=True) == NOTHING
    assert read_choice("aide au logment", AIDS, strict=True) == NOTHING


def test_an_authors_word_comes_before_its_rank() -> None:
    options = (
        Option("perdue", "Perdue"),
        Option("cassee", "Elle ne marche plus"),
        Option("premiere", "Jamais eue", ("première",)),
    )
    assert read_choice("première", options).value == "premiere"
    assert read_choice("la première", options).value == "perdue"
    assert read_choice("elle ne marche pas", options).value == "cassee"
    assert read_choice("elle marche", options) == NOTHING


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(
            ("3", 3),
            ("trois", 3),
            ("j'ai 3 enfants", 3),
            ("j’en ai deux", 2),
            ("un", 1),
            ("une fille", 1),
            ("un enfant", 1),
        ),
        *(
            ("0", 0),
            ("zéro", 0),
            ("aucun", 0),
            ("j'en ai aucun", 0),
            ("-3", -3),
            ("3 et 3", 3),
            ("3.0", 3),
            ("septante", 70),
        ),
        *(
            ("23", 23),
            ("vingt-trois ans", 23),
            ("vingt et un", 21),
            ("soixante-quatorze", 74),
            ("quatre-vingt-dix", 90),
        ),
        *(("1 000", 1000), ("1\u00a0000", 1000), ("1\u202f000", 1000), ("1.000", 1000), ("mille deux cents", 1200)),
        *(
            (text, UNCLEAR)
            for text in ("2 ou 3", "deux ou trois", "un ou deux", "25 ans et 2 enfants", "3,5", "12 34", "1e9")
        ),
        *((text, UNCLEAR) for text in ("", "pas d'enfant", "j'en ai aucune idée", "beaucoup", "²")),
    ],
)
def test_whole_numbers(text: str, value: int | None) -> None:
    assert read_number(text) == Reading(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("17", Reading(problem="number_too_small")),
        ("18", Reading(18)),
        ("115", Reading(115)),
        ("116", Reading(problem="number_too_big")),
        ("aucun", Reading(problem="number_too_small")),
        ("9" * 30, Reading(problem="number_too_big")),
        ("9" * 400, Reading(problem="number_too_big")),
    ],
)
def test_a_number_out_of_bounds_says_so(text: str, expected: Reading) -> None:
    assert read_number(text, 18, 115) == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(
            ("450", 450),
            ("450 €", 450),
            ("450 euros par mois", 450),
            ("environ 450", 450),
            ("quatre cent cinquante", 450),
        ),
        *(("450,50 €", 450.5), ("450.50", 450.5), ("450,5", 450.5), ("450€50", 450.5), ("450 euros 50", 450.5)),
        *(("450 euros et 5 centimes", 450.05), ("quatre cent cinquante euros cinquante", 450.5)),
        *(("1 234,56 €", 1234.56), ("1\u00a0234,56", 1234.56), ("1\u202f234,56", 1234.56), ("1.234,56 €", 1234.56)),
        *(("1 500 euros et 20 centimes", 1500.2), ("dix mille", 10000), ("mille deux cents euros", 1200)),
        *(("deux mille trois cent quarante euros et vingt centimes", 2340.2), ("deux euros", 2), ("un euro", 1)),
        *((text, 0) for text in ("0", "0 €", "zéro", "rien", "Rien du tout.", "aucun", "pas d'argent")),
        *(
            (text, UNCLEAR)
            for text in ("entre 400 et 500", "400 ou 500", "3 mois de 450", "quinze euros et demi", "12 centimes")
        ),
        *((text, UNCLEAR) for text in ("450,505", "1,234.56", "je ne sais pas", "", "deux ou trois cents")),
    ],
)
def test_amounts(text: str, value: float | None) -> None:
    assert read_amount(text) == Reading(value)


def test_an_amount_has_bounds_and_survives_json() -> None:
    assert read_amount("-20") == Reading(problem="number_too_small")
    assert read_amount("-20", None) == Reading(problem="number_too_small")
    assert read_amount("900", 0, 800) == Reading(problem="number_too_big")
    assert read_amount("9" * 400) == Reading(problem="number_too_big")
    assert json.loads(json.dumps(read_amount("0,10").value)) == 0.1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(
            (text, "2026-03-12")
            for text in (
                "12/03/2026",
                "12-03-2026",
                "12.03.2026",
                "12 03 2026",
                "12 / 03 / 2026",
                "12/3/26",
                "12032026",
            )
        ),
        *(
            (text, "2026-03-12")
            for text in ("12 mars 2026", "le 12 mars", "12mars2026", "2026-03-12", "douze mars deux mille vingt-six")
        ),
        *(
            (text, "2026-01-01")
            for text in (
                "1er janvier 2026",
                "1 er janvier",
                "premier janvier",
                "le premier janvier deux mille vingt-six",
            )
        ),
        *(
            ("12 décembre", "2025-12-12"),
            ("22 novembre", "2026-11-22"),
            ("23 novembre", "2025-11-23"),
            ("le cinq juin", "2026-06-05"),
        ),
        *(("29/02/2024", "2024-02-29"), ("29 février 2024", "2024-02-29"), ("29 fevrier", "2024-02-29")),
        *(
            ("12 mars 58", "1958-03-12"),
            ("12/03/85", "1985-03-12"),
            ("12 mars 1926", "1926-03-12"),
            ("31/12/27", "2027-12-31"),
        ),
        *(
            ("hier", "2026-11-21"),
            ("avant-hier", "2026-11-20"),
            ("aujourd’hui", "2026-11-22"),
            ("depuis hier soir", "2026-11-21"),
        ),
        *(
            ("il y a trois jours", "2026-11-19"),
            ("il y a une semaine", "2026-11-15"),
            ("il y a 15 jours", "2026-11-07"),
        ),
        *(("il y a un mois", "2026-10-22"), ("il y a deux mois", "2026-09-22"), ("il y a un an", "2025-11-22")),
        *(("lundi", "2026-11-16"), ("samedi dernier", "2026-11-21"), ("dimanche", "2026-11-15")),
        *(("samedi 21 novembre", "2026-11-21"), ("le 12 mars 2026, le 12/03/2026", "2026-03-12")),
    ],
)
def test_dates(text: str, value: str) -> None:
    assert read_date(text, DAY) == Reading(value)


@pytest.mark.parametrize(
    "text",
    [
        "29/02/2025",
        "29 février 2025",
        "31/04/2026",
        "31 avril",
        "32 mars",
        "00/01/2026",
        "15/13/2026",
        "12/03/1800",
        "12/03/0001",
        "30 février",
    ],
)
def test_an_impossible_date_says_so(text: str) -> None:
    assert read_date(text, DAY) == Reading(problem="date_impossible")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "je sais pas",
        "mars 2026",
        "2026",
        "le 12",
        "5/6",
        "lundi ou mardi",
        "12 mars ou 13 mars",
        "du 12/03/2026 au 15/03/2026",
        "mon fichier",
        "un cahier",
        "la semaine dernière",
    ],
)
def test_what_names_no_single_day_is_unclear(text: str) -> None:
    assert read_date(text, DAY) == NOTHING


@pytest.mark.parametrize(
    ("day", "text", "value"),
    [
        (date(2028, 3, 31), "il y a un mois", "2028-02-29"),
        (date(2027, 3, 31), "il y a un mois", "2027-02-28"),
        (date(2028, 2, 29), "il y a un an", "2027-02-28"),
        (date(2028, 2, 29), "29 février", "2028-02-29"),
        (date(2028, 2, 28), "29 février", "2024-02-29"),
        (date(2027, 1, 1), "hier", "2026-12-31"),
        (date(2027, 1, 1), "31 décembre", "2026-12-31"),
    ],
)
def test_dates_around_the_ends_of_months(day: date, text: str, value: str) -> None:
    assert read_date(text, day) == Reading(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(
            (text, "60000")
            for text in (
                "60000",
                "60 000",
                "60000 Beauvais",
                "soixante mille",
                "six zéro zéro zéro zéro",
                "c'est le 60000",
            )
        ),
        *(
            ("mon code postal est 60200", "60200"),
            ("soixante mille deux cents", "60200"),
            ("quarante-sept mille", "47000"),
        ),
        *(
            ("01000", "01000"),
            ("zéro un mille", "01000"),
            ("zéro six mille", "06000"),
            ("zéro six zéro zéro zéro", "06000"),
        ),
        *(("97400", "97400"), ("98800", "98800"), ("20000", "20000"), ("Marseille 13008", "13008")),
        *(
            (text, "beauvais")
            for text in (
                "Beauvais",
                "à Beauvais",
                "c’est Beauvais",
                "j'habite à Beauvais",
                "j’habite Beauvais",
                "jhabite a beauvais",
                "je vis à Beauvais",
                "près de Beauvais",
            )
        ),
        *(("je suis à Saint-Just-en-Chaussée", "saint just en chaussee"), ("Villeneuve-sur-Lot", "villeneuve sur lot")),
        *(("Le Mans", "le mans"), ("L’Haÿ-les-Roses", "l hay les roses"), ("Eu", "eu"), ("Ouistreham", "ouistreham")),
        *(("Pas-en-Artois", "pas en artois"), ("Trois-Rivières", "trois rivieres"), ("Quatre-Champs", "quatre champs")),
    ],
)
def test_places(text: str, value: str) -> None:
    assert read_place(text) == Reading(value)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "?",
            "à",
            "Y",
            "oui",
            "non",
            "pourquoi",
            "pourquoi vous demandez ça",
            "comment ça marche",
            "bonjour",
            "merci",
        ),
        *(
            "je sais pas",
            "je ne veux pas le dire",
            "j'ai perdu ma carte",
            "je bloque",
            "j'en ai aucune idée",
            "aucune idée",
        ),
        *(
            "c'est où ?",
            "chez moi",
            "ici",
            "un conseiller",
            "je m'appelle Jeanne",
            "ma fille",
            "il est parti",
            "retour",
        ),
        *("bloqué", "rien du tout", "la carte"),
        "là où habitait ma mère avant que nous partions tous vivre ailleurs",
    ],
)
def test_phrases_that_are_no_places(text: str) -> None:
    assert read_place(text) == NOTHING


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("99000", "postcode_unknown"),
        ("00100", "postcode_unknown"),
        ("6000", "postcode_length"),
        ("600000", "postcode_length"),
        ("2A000", "postcode_length"),
    ],
)
def test_a_wrong_postcode_says_so(text: str, problem: str) -> None:
    assert read_place(text) == Reading(problem=problem)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(
            (text, "+33612345678")
            for text in (
                "06 12 34 56 78",
                "0612345678",
                "06.12.34.56.78",
                "06-12-34-56-78",
                "+33 6 12 34 56 78",
                "0033612345678",
                "0 6 1 2 3 4 5 6 7 8",
            )
        ),
        *(
            (text, "+33612345678")
            for text in (
                "mon numéro est le 06 12 34 56 78 merci",
                "zéro six douze trente-quatre cinquante-six soixante-dix-huit",
            )
        ),
        *(
            (text, "+33612345678")
            for text in (
                "Zero six douze trente quatre cinquante six soixante dix huit",
                "six douze trente-quatre cinquante-six soixante-dix-huit",
            )
        ),
        *(
            ("03 44 98 00 75", "+33344980075"),
            ("zéro trois quarante-quatre quatre-vingt-dix-huit zéro zéro soixante-quinze", "+33344980075"),
        ),
        *(("zéro six quatre-vingt-dix-neuf soixante et onze zéro un dix", "+33699710110"),),
        *(("0692 12 34 56", "+262692123456"), ("0262123456", "+262262123456"), ("0590 12 34 56", "+590590123456")),
        *(("0696 12 34 56", "+596696123456"), ("0694 12 34 56", "+594694123456"), ("0639 69 12 34", "+262639691234")),
        *(("+262 692 12 34 56", "+262692123456"), ("+41 79 123 45 67", "+41791234567")),
    ],
)
def test_phones(text: str, value: str) -> None:
    assert read_phone(text) == Reading(value)


@pytest.mark.parametrize(
    "text", ["06 12 34 56", "0612345", "06 12 34 56 78 9", "zéro six douze trente-quatre cinquante-six"]
)
def test_a_phone_of_the_wrong_length_says_so(text: str) -> None:
    assert read_phone(text) == Reading(problem="phone_length")


@pytest.mark.parametrize("text", ["", "je sais pas", "1", "0612", "3646", "plus tard"])
def test_what_is_no_phone_is_unclear(text: str) -> None:
    assert read_phone(text) == NOTHING


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        *(("yes_no", "oui", "oui"), ("choice", "2", "prime"), ("number", "7", 7), ("amount", "7,50", 7.5)),
        *(("date", "hier", "2026-11-21"), ("place", "Agen", "agen"), ("phone", "0612345678", "+33612345678")),
        *(("free_text", "ma vie, mes soucis", SAID), ("free_text", "   ", UNCLEAR)),
    ],
)
def test_each_kind_of_question_has_its_reader(kind: Any, text: str, value: Any) -> None:
    question = Question(ask="?", answer=kind, why="-", next="suite")
    assert read_answer(question, text, AIDS, LIBRARY.words, DAY) == Reading(value)


def test_free_text_is_never_kept() -> None:
    question = Question(ask="?", answer="free_text", why="-", next="suite")
    assert "secret" not in str(read_answer(question, "mon secret", (), LIBRARY.words, DAY))
