"""Who can help best: each reason to prefer a place, the reason said, and an order that never wavers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediation.nearest import Candidate, Need, Ranked, Why, rank
from tests.places.nearest_kit import a_place, moment

NOW = moment("2026-12-22T10:00+01:00")  # a Tuesday
CAF = Need("caf")
HELPS = {"services": ("Aide aux démarches administratives",), "updated": date(2026, 9, 1)}
CLOSED_TO_ALL = ("Ce lieu n'accueille pas de public",)


def near(id_: str, km: float | None = 3.0, own: bool = False, **known: Any) -> Candidate:
    """A place that helps with procedures, with what the test says of it."""
    return Candidate(a_place(id_, **{**HELPS, **known}), km, own)


def order(*candidates: Candidate, need: Need = CAF, at: datetime = NOW, **more: Any) -> str:
    """The ids, best first."""
    return "".join(ranked.place.id for ranked in rank(candidates, need, at, **more))


def why(candidate: Candidate, need: Need = CAF) -> Why:
    return rank([candidate], need, NOW)[0].why


BETTER_FIRST: list[tuple[str, dict[str, Any], dict[str, Any], Need]] = [
    ("the body's own", {"services": (), "typology": ("CAF",)}, {}, CAF),
    ("France services", {"programmes": ("France Services",)}, {}, CAF),
    ("a point of the CAF", {"programmes": ("Point d'accès numérique CAF",)}, {}, CAF),
    ("a known helper before an adviser", {}, {"services": (), "programmes": ("Conseillers numériques",)}, CAF),
    ("an adviser before unknown", {"services": (), "programmes": ("Conseillers numériques",)}, {"services": ()}, CAF),
    ("unknown before something else", {"services": ()}, {"services": ("Loisirs et créations numériques",)}, CAF),
    ("unknown before another body", {"services": ()}, {"services": (), "typology": ("CPAM",)}, CAF),
    ("open now", {"hours": "Tu 09:00-12:00"}, {"hours": "Tu 14:00-17:00"}, CAF),
    ("today before tomorrow", {"hours": "Tu 14:00-17:00"}, {"hours": "We 14:00-17:00"}, CAF),
    ("tomorrow before unknown", {"hours": "We 14:00-17:00"}, {}, CAF),
    ("unknown before too late", {}, {"hours": "Tu 09:00-09:30"}, Need("caf", deadline=date(2026, 12, 23))),
    ("open with time left", {"hours": "Tu 09:00-12:00"}, {"hours": "Tu 09:00-10:15"}, CAF),
    ("hours looked at", {"hours": "Tu 09:00-17:00"}, {"hours": "Tu 09:00-17:00", "updated": date(2022, 1, 1)}, CAF),
    ("hours of a bus", {"hours": "Mo-Fr 09:00-17:00"}, {"hours": "Mo-Fr 09:00-17:00", "itinerant": True}, CAF),
    ("walking in", {"access": ("Se présenter",)}, {"access": ("Téléphoner",)}, CAF),
    ("by oneself", {"access": ("Téléphoner",)}, {"access": ("Envoyer un mail avec une fiche de prescription",)}, CAF),
    ("free", {"cost": ("Gratuit",)}, {}, CAF),
    ("unknown before paying", {}, {"cost": ("Payant",)}, CAF),
    ("a need welcomed", {"care": ("Handicaps moteurs",)}, {}, Need("caf", access=("wheelchair",))),
    ("unknown before lacking", {}, {"care": ("Surdité",)}, Need("caf", access=("wheelchair",))),
    ("one need of two", {"care": ("Surdité",)}, {}, Need("caf", access=("hearing", "wheelchair"))),
    ("a page on access", {"accessibility": "https://acces.example"}, {}, Need("caf", access=("walking",))),
    ("English", {"care": ("Langues étrangères (anglais)",)}, {}, Need("caf", languages=("en",))),
    ("another language", {"care": ("Langues étrangères (autres)",)}, {}, Need("caf", languages=("ar", "fr"))),
    ("receives people", {"services": ()}, {"access": CLOSED_TO_ALL}, CAF),
]  # fmt: skip


@pytest.mark.parametrize(("name", "better", "worse", "need"), BETTER_FIRST, ids=[case[0] for case in BETTER_FIRST])
def test_the_better_is_first(name: str, better: dict[str, Any], worse: dict[str, Any], need: Need) -> None:
    assert order(near("a", **worse), near("b", **better), need=need) == "ba", name


def test_distance_parts_only_what_helps_as_well() -> None:
    assert order(near("a", 9), near("b", 2)) == "ba"
    assert order(near("a", 2, services=("Loisirs et créations numériques",)), near("b", 25)) == "ba"


def test_from_afar_distance_hardly_counts() -> None:
    far = near("b", 80, support=("À distance",))
    assert order(near("a", 8), far) == "ab"
    assert order(near("a", 8), far, need=Need("caf", remote=True)) == "ba"


def test_the_own_commune_is_first_whatever_it_is() -> None:
    own = near("z", 40, own=True, services=("Loisirs et créations numériques",), cost=("Payant",))
    assert order(near("a", 0.1, hours="24/7", cost=("Gratuit",)), own) == "za"
    assert order(near("a", 0.1), replace(own, distance_km=None)) == "za", "even when nobody knows where it is"
    assert order(near("a", 150), near("z", 0, own=True, access=CLOSED_TO_ALL)) == "az", "it receives nobody"


def test_the_first_of_few_may_be_first_for_its_hours_alone() -> None:
    closed, open_now = near("a", 2, hours="Tu 09:00-09:30"), near("b", 4, hours="Tu 09:00-12:00")
    assert order(closed, open_now, limit=1) == "b"
    assert order(closed, open_now, limit=0) == ""


def test_mediators_who_are_free_and_answer() -> None:
    assert order(near("a"), near("b"), load={"a": 0.9}) == "ba"
    assert order(near("a"), near("b"), record={"a": 0.1}) == "ba"
    assert order(near("a"), near("b"), load={"a": 7.0, "b": -1.0}) == "ba", "shares out of bounds are brought back"


@pytest.mark.parametrize("organisme", ["cpam", "france_travail", "msa", "cnav", "france_services", None, "ants"])
def test_france_services_helps_for_every_body(organisme: str | None) -> None:
    shown = near("b", services=(), programmes=("France Services",))
    assert order(near("a"), shown, need=Need(organisme)) == "ba"


def test_services_asked_by_name() -> None:
    internet = Need(services=("Accès internet et matériel informatique",))
    place = near("b", services=("Accès internet et matériel informatique",))
    assert order(near("a"), place, need=internet) == "ba"
    assert why(place, internet).helps == "services"
    both = replace(internet, organisme="caf")
    assert order(near("a", services=()), near("b", services=internet.services, typology=("CAF",)), need=both) == "ba"


@pytest.mark.parametrize(
    ("candidate", "need", "expected"),
    [
        (near("a", programmes=("France Services",), hours="Tu 09:00-12:00"), CAF, Why("france_services", "open_now")),
        (near("a", hours="Tu 09:00-12:00", updated=None), CAF, Why("administrative", "open_now_unverified")),
        (near("a", hours="Tu 09:00-10:30"), CAF, Why("administrative", "closes_soon")),
        (near("a", hours="We 09:00-12:00"), CAF, Why("administrative", "opens")),
        (near("a", own=True), CAF, Why("administrative", "own")),
        (near("a", access=("Se présenter",)), CAF, Why("administrative", "walk_in")),
        (near("a", cost=("Gratuit",)), CAF, Why("administrative", "free")),
        (near("a", 3), CAF, Why("administrative", "near")),
        (near("a", 30), CAF, Why("administrative", "hours_unknown")),
        (near("a", hours="24/7"), Need(access=("hearing",)), Why("administrative", "care_unknown", ("hearing",))),
        (near("a", care=("Surdité",)), Need(access=("hearing",)), Why("administrative", "care_known", ("hearing",))),
        (near("a", care=("Surdité",)), Need(access=("signs",)), Why("administrative", "care_unknown", ("signs",))),
        (
            near("a", care=("Surdité",)),
            Need(access=("hearing", "sight")),
            Why("administrative", "care_unknown", ("sight",)),
        ),
        (near("a", own=True), Need(access=("unheard_of",)), Why("administrative", "own")),
        (near("a", access=CLOSED_TO_ALL), Need(access=("hearing",)), Why("administrative", "no_public")),
        (near("a", hours="24/7", access=CLOSED_TO_ALL), CAF, Why("administrative", "no_public")),
        (near("a", services=(), typology=("CAF",)), CAF, Why("own_body", "near")),
    ],
)  # fmt: skip
def test_the_reason_said(candidate: Candidate, need: Need, expected: Why) -> None:
    assert why(candidate, need) == expected


WORDS = {
    "services": [(), HELPS["services"], ("Loisirs et créations numériques",)],
    "programmes": [(), ("France Services",), ("Conseillers numériques",)],
    "typology": [(), ("CAF",), ("CPAM",)],
    "hours": [None, "24/7", "Mo-Fr 09:00-17:00", "Sa 10:00-12:00", "n'importe quoi"],
    "access": [(), ("Se présenter",), CLOSED_TO_ALL],
    "cost": [(), ("Gratuit",), ("Payant",)],
    "care": [(), ("Surdité",)],
    "updated": [None, date(2022, 1, 1), date(2026, 9, 1)],
}
PLACES = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in WORDS.items()})
CANDIDATES = st.builds(lambda known, km, own: (known, km, own), PLACES, st.none() | st.floats(0, 500), st.booleans())
MANY = st.lists(CANDIDATES, max_size=12).map(
    lambda rows: [Candidate(a_place(f"p{number:02}", **known), km, own) for number, (known, km, own) in enumerate(rows)]
)
NEEDS = st.builds(
    Need,
    organisme=st.sampled_from([None, "caf", "cpam", "unheard_of"]),
    services=st.sampled_from([(), ("Accès internet et matériel informatique",), WORDS["services"][1]]),
    access=st.sampled_from([(), ("hearing",), ("wheelchair", "signs")]),
    deadline=st.none() | st.just(date(2026, 12, 23)),
    remote=st.booleans(),
)


def group(ranked: Ranked) -> int:
    return 2 if ranked.place.access == CLOSED_TO_ALL else 0 if ranked.own else 1


@given(MANY, NEEDS, st.randoms())
def test_nobody_is_dropped_and_the_order_is_always_the_same(found: list[Candidate], need: Need, chance: Any) -> None:
    ranked = rank(found, need, NOW)
    assert sorted(one.place.id for one in ranked) == sorted(one.place.id for one in found)
    shuffled = list(found)
    chance.shuffle(shuffled)
    assert rank(shuffled, need, NOW) == ranked
    assert [group(one) for one in ranked] == sorted(group(one) for one in ranked)
    assert all(0 <= one.score <= 1 for one in ranked)
    same_group = [(one, other) for one, other in pairwise(ranked) if group(one) == group(other)]
    assert all(one.score >= other.score for one, other in same_group)


@given(MANY, NEEDS, st.integers(0, 12))
def test_the_first_few_are_those_of_the_whole(found: list[Candidate], need: Need, limit: int) -> None:
    assert rank(found, need, NOW, limit=limit) == rank(found, need, NOW)[:limit]
