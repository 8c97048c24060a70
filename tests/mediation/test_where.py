"""Which commune citizens mean: as they spell it, as it is heard, by its postcode."""

from __future__ import annotations

import random
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediation.communes import Where, by_postcode, communes, label, where
from mediation.communes.search import MOST
from mediation.communes.sentences import plain_words
from mediation.communes.spelling import bare, key
from mediation.communes.table import Commune

SPELLINGS = Path(__file__).parent / "spellings.tsv"
OISE = (49.43, 2.08)
ROWS = [tuple(line.split("\t")) for line in SPELLINGS.read_text(encoding="utf-8").splitlines()]


def labels(found: Where) -> list[str]:
    return [label(commune) for commune in found.communes]


# As they are spelled and said


def test_there_are_many_spellings() -> None:
    assert len(ROWS) == len({row[0] for row in ROWS}) >= 200


@pytest.mark.parametrize(("said", "meant", "kind"), ROWS, ids=[row[0] for row in ROWS])
def test_a_noisy_spelling(said: str, meant: str, kind: str) -> None:
    """`kind`: one, several or none; any when being asked or answered is as well; « ~ »: near there only."""
    found = where(said)
    if kind == "none":
        assert found.kind == "none", labels(found)
        return
    assert meant in labels(found)
    assert found.approximate == kind.endswith("~")
    assert kind == "any" or found.kind == kind.rstrip("~"), labels(found)


CASES = (str, str.upper, str.lower, bare, lambda name: name.replace("-", " "), lambda name: f"  {name.title()}. ")


def test_every_name_finds_its_commune_alone_or_among_its_homonyms() -> None:
    lost = []
    for nth, commune in enumerate(communes()):
        found = where(CASES[nth % len(CASES)](commune.name))
        alone = commune in found.communes or commune.code in {other.code for other in found.communes}
        if not alone and not (commune.old or found.total > MOST):
            lost.append(label(commune))
    assert lost == []


@pytest.mark.parametrize("before", ["à ", "j'habite à ", "en ce moment je suis sur "])
def test_every_name_is_found_after_the_word_that_leads_to_it(before: str) -> None:
    """« à Brest » is not Abrest."""
    lost = []
    for commune in communes()[::7]:
        found = where(before + commune.name)
        if not commune.old and commune.code not in {other.code for other in found.communes} and found.total <= MOST:
            lost.append((commune.name, labels(found)))
    assert lost == []


def test_homonyms_are_told_apart_by_their_departement() -> None:
    homonyms: dict[str, list[Commune]] = defaultdict(list)
    for commune in communes():
        if not commune.old and not commune.within:
            homonyms[key(bare(commune.name).split())].append(commune)
    shared = [commune for same in homonyms.values() if len(same) > 1 for commune in same]
    assert len(shared) > 3000
    lost = [label(commune) for commune in shared if commune not in where(label(commune)).communes]
    assert lost == []


def test_every_postcode_finds_its_communes() -> None:
    postcodes = {postcode for commune in communes() for postcode in commune.postcodes}
    assert len(postcodes) > 6000
    for postcode in postcodes:
        inside = by_postcode(postcode)
        found = where(postcode)
        assert found.kind == ("one" if len(inside) == 1 else "several") and found.total == len(inside), postcode
        people = [commune.population for commune in found.communes]
        assert people == sorted(people, reverse=True) and people[0] == inside[0].population, postcode


def test_every_commune_is_found_by_its_name_and_postcode() -> None:
    lost = []
    for commune in communes()[::7]:
        if not commune.old and commune.name not in ("Paris", "Lyon", "Marseille"):
            found = where(f"{commune.postcodes[0]} {commune.name}")
            if found.communes != (commune,):
                lost.append((label(commune), labels(found)))
    assert lost == []


def mistyped(name: str, rng: random.Random) -> str:
    """`name` with a letter left out, doubled, changed, or two letters swapped."""
    at = rng.randrange(1, len(name) - 1)
    head, letter, tail = name[:at], name[at], name[at + 1 :]
    return rng.choice(
        [head + tail, head + letter * 2 + tail, head + rng.choice("aeinrst") + tail, head + tail[0] + letter + tail[1:]]
    )


def test_nine_typing_mistakes_in_ten_are_seen_through() -> None:
    rng = random.Random(60)
    towns = rng.sample([c for c in communes() if c.population >= 2000 and not c.within], 60)
    found = [
        commune in where(mistyped(commune.name.lower(), rng), departement=commune.departement).communes
        for commune in towns
    ]
    assert sum(found) >= 54


# Which comes first


def test_the_territory_comes_first() -> None:
    assert labels(where("clermont", departement="60"))[0] == "Clermont (60)"
    assert labels(where("clermont", near=OISE))[0] == "Clermont (60)"
    assert labels(where("clermont", near=(45.78, 3.08)))[0] == "Clermont-Ferrand (63)"
    assert labels(where("saint just", departement="60"))[0] == "Saint-Just-en-Chaussée (60)"
    assert labels(where("bove", departement="80"))[0] == "Boves (80)"


def test_the_territory_alone_does_not_settle_it() -> None:
    """Somebody of the Oise may well ask for their mother in Clermont-Ferrand."""
    assert where("clermont", departement="60").kind == "several"
    assert where("senlis", departement="60").kind == "several"


def test_the_largest_come_first_without_a_territory() -> None:
    people = [commune.population for commune in where("Sainte-Colombe").communes]
    assert people == sorted(people, reverse=True)


def test_never_more_than_four_to_choose_from() -> None:
    found = where("Sainte-Colombe")
    assert found.kind == "several" and len(found.communes) == 4 and found.total > 8


# How sure


def test_what_is_only_close_is_to_be_confirmed() -> None:
    assert where("beauvais").sure
    assert where("st ouen l'aumone").sure
    assert not where("konpiegne").sure


def test_the_wrong_departement_is_to_be_confirmed() -> None:
    found = where("Beauvais dans le Gard")
    assert labels(found) == ["Beauvais (60)"] and not found.sure


def test_the_wrong_postcode_is_to_be_asked_about() -> None:
    found = where("60100 Beauvais")
    assert sorted(labels(found)) == ["Beauvais (60)", "Creil (60)"] and not found.sure


def test_a_departement_that_is_a_village_elsewhere_is_to_be_confirmed() -> None:
    assert not where("la réunion").sure
    assert where("paris").sure


def test_two_communes_in_one_sentence_are_both_kept() -> None:
    assert set(labels(where("je quitte Lille pour Perpignan"))) == {"Lille (59)", "Perpignan (66)"}


# What is not a place


@pytest.mark.parametrize(
    "said",
    [
        "", "   ", "?", "😀", "0", "12", "1234567890", "06 12 34 56 78", "00000", "60 60 60", "-", "'", "l'", "le",
        "de la", "a cote de", "près de", "https://exemple.fr/60000x", "\x00", "né le 12 mars 1950",
        "d" * 10_000, "a " * 5_000, "60000" * 200, "é" * 300,
    ],
)  # fmt: skip
def test_what_says_no_place_finds_none(said: str) -> None:
    assert where(said).kind == "none"


def test_plain_words_are_not_taken_for_names() -> None:
    found = {word: labels(where(f"je voudrais vous dire que {word} alors")) for word in sorted(plain_words())[::9]}
    assert {word: names for word, names in found.items() if names} == {}


def test_a_plain_word_alone_may_still_be_a_name() -> None:
    assert "Contre (80)" in labels(where("Contre"))
    assert "Mer (41)" in labels(where("j'habite à Mer"))


@settings(max_examples=80, deadline=None)
@given(
    st.text(max_size=60),
    st.sampled_from(["", "à côté de ", "60000 ", "paris ", "saint-"]),
    st.none() | st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
    st.none() | st.sampled_from(["60", "2A", "974", "??"]),
)
def test_whatever_is_said_the_answer_holds_together(
    text: str, before: str, near: tuple[float, float] | None, departement: str | None
) -> None:
    found = where(before + text, near, departement)
    assert len(found.communes) == min(found.total, MOST) == len(set(found.communes))
    assert found.kind == ("none" if not found.total else "one" if found.total == 1 else "several")
    assert found == where(before + text, near, departement)
