"""What must never be stored is taken out, whatever its shape; what the assistant needs stays."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.fr import nir

from bot.masking import MARKS, mask

IBAN = "FR7630006000011234567890189"
CARD = "4539148803436467"


def keyed(thirteen: str) -> str:
    return thirteen + nir.calc_check_digits(thirteen)


@pytest.mark.parametrize(
    ("text", "left", "kind"),
    [
        ("1841275123456", "▮NIR▮", "nir"),
        (keyed("1841275123456"), "▮NIR▮", "nir"),
        ("mon numéro 1 84 12 75 123 456 voilà", "mon numéro ▮NIR▮ voilà", "nir"),
        ("2 85 05 2A 123 456", "▮NIR▮", "nir"),
        ("2-85-05-2b-123-456", "▮NIR▮", "nir"),
        (" ".join(keyed("2850578006084")), "▮NIR▮", "nir"),
        ("1.84.12.75.123.456", "▮NIR▮", "nir"),
        ("1\u00a084\u202f12 75 123 456", "▮NIR▮", "nir"),
        ("un 84 12 75 123 456 voilà", "▮NIR▮ voilà", "nir"),
        ("un quatre-vingt-quatre douze soixante-quinze cent vingt-trois quatre cent cinquante-six", "▮NIR▮", "nir"),
        ("c'est deux 85 zéro cinq 78 006 084 merci", "c'est ▮NIR▮ merci", "nir"),
        ("1 84 12 75 123 456 06 12 34 56 78", "▮NIR▮ 06 12 34 56 78", "nir"),
        ("184127512345679", "▮NUMÉRO▮", "number"),  # the key is wrong, the number is still somebody's
        ("１８４１２７５１２３４５６", "▮NIR▮", "nir"),
        ("9876543210986", "▮NUMÉRO▮", "number"),
        (f"mon compte {IBAN} merci", "mon compte ▮IBAN▮ merci", "iban"),
        ("FR76 3000 6000 0112 3456 7890 189 merci", "▮IBAN▮ merci", "iban"),
        ("fr76 3000 6000 0112 3456 7890 188", "▮IBAN▮", "iban"),  # one digit wrong
        ("DE89 3704 0044 0532 0130 00 svp", "▮IBAN▮ svp", "iban"),
        ("30006 00001 12345678901 89", "▮IBAN▮", "iban"),
        (CARD, "▮CARTE▮", "card"),
        ("4539 1488 0343 6467 exp 12/26", "▮CARTE▮ exp 12/26", "card"),
        ("45 39 14 88 03 43 64 67", "▮CARTE▮", "card"),
        ("3782-822463-10005", "▮CARTE▮", "card"),
        ("mon mot de passe est Soleil", "mon mot de passe est ▮SECRET▮", "password"),
        ("mon mot de passe est Chat!2020.", "mon mot de passe est ▮SECRET▮", "password"),
        ("mdp: toto12 ça marche pas", "mdp: ▮SECRET▮ ça marche pas", "password"),
        ("mot de passe de la caf : Chat noir 33", "mot de passe de la caf : ▮SECRET▮", "password"),
        ("le mdp ameli c'est « Bichon47 »", "le mdp ameli c'est « ▮SECRET▮ »", "password"),
        ("voici mon mot de passe bichon47", "voici mon mot de passe ▮SECRET▮", "password"),
        ("le code est 123456", "le code est ▮SECRET▮", "password"),
        ("code reçu 123 456", "code reçu ▮SECRET▮", "password"),
        ("code recu par sms : 4582", "code recu par sms : ▮SECRET▮", "password"),
        ("le code c'est A1B2C3", "le code c'est ▮SECRET▮", "password"),
        ("482913 c'est le code", "▮SECRET▮ c'est le code", "password"),
        ("j'ai reçu 482913 par sms", "j'ai reçu ▮SECRET▮ par sms", "password"),
        ("cryptogramme 123", "cryptogramme ▮SECRET▮", "password"),
        ("mon numéro d'allocataire est 1234567", "mon numéro d'allocataire est ▮NUMÉRO▮", "number"),
        ("N° allocataire : 1 234 567 A", "N° allocataire : ▮NUMÉRO▮", "number"),
        ("matricule caf 1234567", "matricule caf ▮NUMÉRO▮", "number"),
    ],
)
def test_secrets_are_taken_out(text: str, left: str, kind: str) -> None:
    masked = mask(text)
    assert (masked.text, masked.kinds) == (left, (kind,))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bonjour",
        "mon téléphone est le 06 12 34 56 78",
        "0612345678",
        "+33 6 12 34 56 78 ou 06.87.65.43.21",
        "06 12 34 56 78 06 87 65 43 21",
        "75001 06 12 34 56 78",
        "zéro six douze trente-quatre cinquante-six soixante-dix-huit",
        "né le 12/03/1950 et marié le 14.05.1975",
        "j'habite à 60200 Compiègne",
        "mon code postal est 60200",
        "code postal 47000",
        "je touche 1 234,56 euros par mois, 850 € de loyer",
        "1200 650 850",
        "trois enfants nés en 2010 2012 2015",
        "je suis allocataire depuis 2019, mon tel 0612345678",
        "je ne reçois pas le code mon numéro est 0612345678",
        "le code a 6 chiffres",
        "le code reçu le 12/03/2026 est faux",
        "le code ne marche pas",
        "j'ai perdu mon mot de passe",
        "mon mot de passe est oublié",
        "mon mot de passe est oublie depuis 3 mois",
        "mon mot de passe est bloqué",
        "mon mot de passe ne marche pas",
        "mot de passe c'est quoi ?",
        "mot de passe oublié !",
        "mon mot de passe est pas bon",
        "j'ai changé mon mot de passe et c'est refusé",
        "j'ai perdu mon mot de passe c'est grave ?",
        "il y a deux ou trois choses et cent une questions",
        "numéro 3646 ou 3230",
    ],
)
def test_what_the_assistant_needs_stays(text: str) -> None:
    assert mask(text).text == text
    assert mask(text).kinds == ()


def test_each_kind_is_named_once_in_order() -> None:
    masked = mask(f"{CARD} puis {IBAN} puis {CARD} et mdp: toto12")
    assert masked.text == "▮CARTE▮ puis ▮IBAN▮ puis ▮CARTE▮ et mdp: ▮SECRET▮"
    assert masked.kinds == ("iban", "card", "password")


around = st.text(alphabet="abc éà,;:'()\n", max_size=12)
gaps = st.sampled_from(["", " ", ".", "-", "\u00a0", "\u202f", " - "])
thirteen = st.builds(
    "{}{:02}{:02}{}{:03}{:03}".format,
    st.sampled_from("1234"),
    st.integers(0, 99),
    st.integers(1, 12),
    st.one_of(st.integers(1, 95).map("{:02}".format), st.sampled_from(["2A", "2B"])),
    st.integers(1, 990),
    st.integers(1, 999),
)
cards = st.from_regex(r"[3-6][0-9]{11,17}", fullmatch=True).map(lambda digits: digits + luhn.calc_check_digit(digits))


def spaced(number: str, sizes: list[int], gap: str) -> str:
    """The number cut in groups of these sizes, over and over."""
    groups, rest, turn = [], number, 0
    while rest:
        size = sizes[turn % len(sizes)]
        groups.append(rest[:size])
        rest, turn = rest[size:], turn + 1
    return gap.join(groups)


@given(
    thirteen,
    st.booleans(),
    st.sampled_from([[1, 2, 2, 2, 3, 3, 2], [13, 2], [15], [3, 2, 2, 3, 3, 2]]),
    gaps,
    around,
    around,
)
def test_no_nir_survives(number: str, with_key: bool, sizes: list[int], gap: str, before: str, after: str) -> None:
    number = keyed(number) if with_key else number
    masked = mask(f"{before} {spaced(number, sizes, gap)} {after}")
    assert "nir" in masked.kinds
    assert len(re.findall(r"\d", masked.text)) == 0


@given(cards, st.sampled_from([[19], [4], [2], [4, 6, 5], [1]]), gaps.filter(lambda gap: gap != " - "), around, around)
def test_no_card_survives(number: str, sizes: list[int], gap: str, before: str, after: str) -> None:
    left = re.sub(r"\D", "", mask(f"{before} {spaced(number, sizes, gap)} {after}").text)
    assert len(left) < 13
    assert not (len(left) >= 13 and luhn.is_valid(left))


@given(st.from_regex(r"[0-9]{23}", fullmatch=True), st.sampled_from([[4], [27], [2, 2, 5, 5, 11, 2]]), gaps, around)
def test_no_french_iban_survives(account: str, sizes: list[int], gap: str, after: str) -> None:
    check = 98 - int(account + "152700") % 97
    masked = mask(f"mon iban {spaced(f'FR{check:02}{account}', sizes, gap)} {after}")
    assert not re.search(r"\d", masked.text)


@given(st.text(alphabet="0123456789 ", max_size=60))
def test_no_row_of_thirteen_digits_survives(text: str) -> None:
    assert not re.search(r"\d{13}", mask(text).text)


@given(st.text(alphabet="0123456789 .-/aAbB:FRédmot pascoet", max_size=80))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = mask(text)
    assert mask(once.text).text == once.text


@given(st.text())
def test_any_text_is_read_without_failing(text: str) -> None:
    masked = mask(text)
    assert bool(masked.kinds) == (masked.text != text) or any(mark in text for mark in MARKS.values())


def test_a_phone_number_always_stays() -> None:
    @given(
        st.from_regex(r"0[1-9][0-9]{8}", fullmatch=True),
        st.sampled_from([[2], [10]]),
        st.sampled_from(["", " ", ".", "-"]),
    )
    def stays(number: str, sizes: list[int], gap: str) -> None:
        text = f"rappelez moi au {spaced(number, sizes, gap)} svp"
        assert mask(text).text == text

    stays()
