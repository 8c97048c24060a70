"""Names of communes, ready to be looked up: as spelled, as begun, as heard."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from rapidfuzz import fuzz, process

from mediation.communes.sounds import sound
from mediation.communes.spelling import bare, key, spelled_out, without_article
from mediation.communes.table import Commune, communes

SMALLEST_BEGUN = 1000  # inhabitants of a commune that people name by the beginning of its name
SHORTEST_BEGUN = 4
SHORT = 6  # letters: the last one is as likely heard as not
LIKE = 75.0
LIKE_BY_EAR = 84.0
SAME_SOUND = 95.0
_TOO_COMMON = {
    "saint",
    "sainte",
    "les",
    "notredame",
    "mont",
    "grand",
    "petit",
    "belle",
    "haut",
    "saints",
    "dans",
    "pour",
}


@dataclass(frozen=True)
class _Index:
    """Communes by their spelling, by their spelling but its article, by how it begins; names by how they sound."""

    spelled: dict[str, list[Commune]] = field(default_factory=dict)
    short: dict[str, list[Commune]] = field(default_factory=dict)
    begun: dict[str, list[Commune]] = field(default_factory=dict)
    heard: dict[str, list[Commune]] = field(default_factory=dict)

    def add(self, commune: Commune) -> None:
        """Files a commune under all that it may be called."""
        words = spelled_out(bare(commune.name).split())
        short = without_article(words)
        self.spelled.setdefault("".join(words), []).append(commune)
        self.heard.setdefault(commune.sound, []).append(commune)
        if len(short) < len(words):
            self.short.setdefault("".join(short), []).append(commune)
            self.heard.setdefault(commune.sound.removeprefix(sound(words[0])), []).append(commune)
        if commune.population >= SMALLEST_BEGUN and not commune.within:
            for begun in {"".join(some[:n]) for some in (words, short) for n in range(1, len(some))} - _TOO_COMMON:
                if len(begun) >= SHORTEST_BEGUN:
                    self.begun.setdefault(begun, []).append(commune)


@cache
def _index() -> _Index:
    index = _Index()
    for commune in communes():
        index.add(commune)
    return index


def named(words: list[str]) -> list[Commune]:
    """The communes of exactly this name, its article left out or not."""
    glued = key(words)
    return _index().spelled.get(glued) or _index().short.get(glued) or []


def spelled(words: list[str]) -> list[Commune]:
    """The communes of exactly this name, its article included."""
    return _index().spelled.get(key(words), [])


def begun(words: list[str]) -> list[Commune]:
    """The communes of some size whose name begins by these words (« clermont » → Clermont-Ferrand…)."""
    return _index().begun.get(key(words), [])


@cache
def _ranks() -> dict[str, dict[int, Commune]]:
    found: dict[str, dict[int, Commune]] = {}
    for commune in communes():
        if commune.within and not commune.old:
            city, rank = bare(commune.name).split()
            found.setdefault(city, {})[int(rank.rstrip("er"))] = commune
    return found


def arrondissements(city: str) -> dict[int, Commune]:
    """Those of « paris », « lyon » or « marseille » by their number; none for another city."""
    return _ranks().get(city, {})


@cache
def beginnings() -> frozenset[tuple[str, str]]:
    """The first two words of every name (« six », « fours »)."""
    pairs = (bare(commune.name).split()[:2] for commune in communes())
    return frozenset((pair[0], pair[1]) for pair in pairs if len(pair) == 2)


def sounding(name: str) -> list[Commune]:
    """The communes whose name, or its beginning, is heard as `name` is."""
    return [commune for heard in _heard(name) for commune in _index().heard.get(heard, [])]


def like(name: str) -> list[tuple[float, Commune]]:
    """The communes whose name is close to `name` by its letters or by its sound, with how close it is (0 to 100)."""
    glued = key(bare(name).split())
    close: dict[Commune, float] = {}
    for names in (_index().spelled, _index().short):
        for same, score, _ in process.extract(glued, names.keys(), scorer=fuzz.ratio, score_cutoff=LIKE, limit=None):
            for commune in names[same]:
                close[commune] = max(close.get(commune, 0.0), score)
    names = _index().heard
    for heard in _heard(name):
        for same, score, _ in process.extract(
            heard, names.keys(), scorer=fuzz.ratio, score_cutoff=LIKE_BY_EAR, limit=None
        ):
            for commune in names[same]:
                letters = fuzz.ratio(glued, key(bare(commune.name).split()))
                close[commune] = max(close.get(commune, 0.0), SAME_SOUND if score == 100 else (score + letters) / 2)
    return [(score, commune) for commune, score in close.items()]


def _heard(name: str) -> set[str]:
    """What `name` may sound like: its last letters may be silent or not."""
    heard = {sound(name), sound(name, loud_end=True)}
    return heard | {sound(name + "e")} if len(name) <= SHORT else heard
