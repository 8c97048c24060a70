"""The communes that a name may mean, and how likely each is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import log10

from mediation.communes import index
from mediation.communes.earth import Point, kilometres
from mediation.communes.sentences import all_plain, names_within
from mediation.communes.spelling import bare, key
from mediation.communes.table import Commune

CLOSE_ENOUGH = 92.0  # with what the size and the territory add
RIVAL = 8.0
BIGGER = 5  # times as many people: « Clermont » may well be Clermont-Ferrand
MUCH_BIGGER = 20  # and « René » heard on the phone may well be Rennes
SMALL = 2000
WELL_KNOWN = 5000  # inhabitants: named in passing
BY_ITS_BEGINNING = 3.0  # less close than a whole name
SHORT = 5  # letters: « bove » is known by its sound only
OWN_KM = 60.0


@dataclass(frozen=True)
class Found:
    """Candidates with how close they are (100: exactly). `sure`: False when the name was only close."""

    scored: list[tuple[float, Commune]]
    sure: bool = True


@dataclass(frozen=True)
class Home:
    """What makes a commune likelier: its size, being near, being in the territory."""

    near: Point | None
    departement: str | None

    def weight(self, score: float, commune: Commune) -> float:
        """How likely this commune is meant: as much as its name is close, then as it is big or near."""
        close = 3.5 / (1 + kilometres(commune.point, self.near) / 40) if self.near else 0.0
        return score + 3 * (_size(commune) + close + (2.5 if commune.departement == self.departement else 0.0))

    def own(self, commune: Commune) -> bool:
        """True for a commune of the territory."""
        close = self.near is not None and kilometres(commune.point, self.near) < OWN_KM
        return close or commune.departement == self.departement


def exactly(found: Iterable[Commune]) -> Found:
    """These, beyond doubt as to the name."""
    return Found([(100.0, commune) for commune in found])


def within(found: Iterable[Commune], areas: frozenset[str]) -> list[Commune]:
    """Those of some départements; all when none is named."""
    return [commune for commune in found if not areas or commune.departement in areas]


def by_name(words: list[str], areas: frozenset[str], home: Home) -> Found | None:
    """Those of this name; with them those called so for short, when they are much bigger or of the territory."""
    exact = within(index.named(words), areas)
    if any(not commune.old for commune in exact):
        exact = [commune for commune in exact if not commune.old or areas or home.own(commune)]
    if exact and areas:
        return exactly(exact)
    biggest = max((commune.population for commune in exact), default=0)
    begun = within(index.begun(words), areas)
    begun = [commune for commune in begun if commune.population >= BIGGER * biggest or home.own(commune)]
    bigger = max(SMALL, MUCH_BIGGER * biggest)
    heard = [c for c in index.sounding(" ".join(words)) if c.population > bigger] if exact else []
    found = [*exactly([*exact, *begun]).scored, *((index.SAME_SOUND, commune) for commune in heard)]
    return Found(found) if found else None


def alike(words: list[str], areas: frozenset[str], home: Home) -> Found | None:
    """Those whose name is close, none too far behind the likeliest, with those that are called so for short."""
    if all_plain(words):
        return None
    scored = [pair for pair in index.like(" ".join(words)) if not areas or pair[1].departement in areas]
    kept = [pair for pair in scored if _close_enough(pair, key(words), home)]
    best = max((home.weight(*pair) for pair in kept), default=0.0)
    kept = [pair for pair in kept if home.weight(*pair) >= best - RIVAL]
    more = [
        (score - BY_ITS_BEGINNING, other)
        for score, commune in kept
        for other in within(index.begun(bare(commune.name).split()), areas)
        if other.population >= BIGGER * commune.population
    ]
    return Found(kept + more, sure=False) if kept else None


def in_sentence(words: list[str], areas: frozenset[str], home: Home) -> Found | None:
    """Those named in passing."""

    def is_name(name: list[str], led: bool) -> bool:
        exact = within(index.spelled(name), areas)
        return any(led or commune.population >= WELL_KNOWN or home.own(commune) for commune in exact)

    found = [by_name(name, areas, home) for name in names_within(words, is_name)]
    scored = [pair for one in found if one for pair in one.scored]
    return Found(scored) if scored else None


def _close_enough(pair: tuple[float, Commune], glued: str, home: Home) -> bool:
    score, commune = pair
    if len(glued) < SHORT and score < index.SAME_SOUND:
        return False
    return score + 3 * _size(commune) + (6 if home.own(commune) else 0) >= CLOSE_ENOUGH


def _size(commune: Commune) -> float:
    return log10(commune.population + 30)
