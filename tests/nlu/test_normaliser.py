"""The normaliser and the sound key: one plain spelling for the many ways people write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.components.normaliser import normalise, read, respell, tables
from nlu.components.phonetic import phonetic, word_key


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("J’ai déjà FAIT ma déclaration", "j ai deja fait ma declaration"),
        ("jai pas recu", "j ai pas recu"),
        ("g pa fé ma déclarassion", "j ai pas fait ma declaration"),
        ("jé tjrs ri1 reçu", "j ai toujours rien recu"),
        ("c koi un rib", "c est quoi un rib"),
        ("cé bon", "c est bon"),
        ("c'est bon", "c est bon"),
        ("c est bon", "c est bon"),
        ("jss perdu", "je suis perdu"),
        ("jtrouve pas le bouton", "je trouve pas le bouton"),
        ("pk vous dmd mn mdp svp", "pourquoi vous demande mn mot de passe s il vous plait"),
        ("pcq g pr le rdv ds 1h", "parce que j ai pour le rendez vous dans nombre h"),
        ("bjr slt bcp", "bonjour salut beaucoup"),
        ("qd ki koi", "quand qui quoi"),
        ("pb msg tel", "probleme message telephone"),
        ("nn", "non"),
        ("ui", "oui"),
        ("tkt", "t inquiete pas"),
        ("👍", "ok"),
        ("sa marche po", "ca marche pas"),
        ("t'es un robot ?", "t es un robot ?"),
        ("l'attestation d'aujourd'hui", "l attestation d aujourd hui"),
        ("qu'est-ce que c'est", "qu est ce que c est"),
    ],
)
def test_spellings(written: str, plain: str) -> None:
    assert normalise(written) == plain


@pytest.mark.parametrize("answer", ["g", "c", "k", "a", "o", "r", "je", "d"])
def test_a_short_answer_is_left_alone(answer: str) -> None:
    assert normalise(answer) == answer


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("euh ben voilà je voudrais hein", "je voudrais"),
        ("voilà", "voila"),
        ("euh", "euh"),
        ("donc euh c'est bon", "c est bon"),
    ],
)
def test_hesitations_go_unless_they_are_all_there_is(said: str, plain: str) -> None:
    assert normalise(said) == plain


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("ouiiiiii", "oui"),
        ("mercii!!!", "merci !"),
        ("créée", "creee"),
        ("???", "?"),
        ("...", "..."),
        ("c'est 23", "c est nombre"),
        ("450 €", "nombre euros"),
        ("06 12 34 56 78", "numerolong"),
        ("né le 12/03/1950", "ne le unedate"),
        ("voir https://exemple.fr/a?b=1", "voir lienweb"),
        ("la C.A.F", "la caf"),
        ("le r s a", "le rsa"),
        ("y a t il", "y a t il"),
        ("la c 2 s ou C2S", "la c2s ou c2s"),
        ("koi2neuf", "koineuf"),
    ],
)
def test_repeats_numbers_links_acronyms(written: str, plain: str) -> None:
    assert normalise(written) == plain


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("j'ai 78 ans", "j ai nombre ans"),
        ("j'ai soixante-dix-huit ans", "j ai nombre ans"),
        ("quatre vingt dix huit ans", "nombre ans"),
        ("j'ai 18 ans", "j ai dix huit ans"),
        ("g 18an", "j ai dix huit ans"),
        ("dix-huit ans", "dix huit ans"),
        ("dix huit euros", "dix huit euros"),
        ("dans 118 ans", "dans nombre ans"),
    ],
)
def test_eighteen_is_the_only_age_that_says_something(written: str, plain: str) -> None:
    assert normalise(written) == plain


def test_the_embedding_reads_accents_and_apostrophes() -> None:
    assert read("jé pas reçu l'attestation").said == "j'ai pas reçu l'attestation"
    assert respell("Déclaration") == "déclaration"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("declaration", "deklarasion"),
        ("attestation", "atestacion"),
        ("connecter", "konekte"),
        ("chomage", "chaumaje"),
        ("logement", "lojeman"),
        ("recevoir", "resevoir"),
        ("pharmacie", "farmacie"),
    ],
)
def test_words_that_sound_alike_share_a_key(one: str, other: str) -> None:
    assert word_key(one) == word_key(other)


def test_different_words_keep_different_keys() -> None:
    words = [
        "oui",
        "non",
        "rsa",
        "apl",
        "caf",
        "carte",
        "vitale",
        "declaration",
        "attestation",
        "compte",
        "ameli",
        "chomage",
        "prime",
        "logement",
    ]
    assert len({word_key(word) for word in words}) == len(words)
    assert phonetic("g ? nombre") == f"g ? {word_key('nombre')}"


@given(st.text(max_size=200))
def test_any_text_is_normalised_to_lower_case_without_failing(text: str) -> None:
    plain = normalise(text)
    assert plain == plain.strip()
    assert plain or not any(c.isascii() and c.isalnum() for c in text)
    phonetic(plain)


def test_the_table_holds_only_words() -> None:
    assert all(isinstance(word, str) and word for word in (*tables().words, *tables().words.values()))
    assert not set(tables().words) & tables().hesitations
