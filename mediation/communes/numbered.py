"""The communes that a number tells: a postcode, the rank of an arrondissement."""

from __future__ import annotations

from rapidfuzz.fuzz import ratio

from mediation.communes import index
from mediation.communes.candidates import Found, exactly
from mediation.communes.reading import Said
from mediation.communes.sounds import sound
from mediation.communes.spelling import bare, key
from mediation.communes.table import Commune, by_postcode

_CITIES = ("paris", "lyon", "marseille")
_ROMAN = [tens + ones for tens in ("", "x") for ones in ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")]
_ALIKE = 80.0  # among the few communes of a postcode


def of_postcode(said: Said) -> Found | None:
    """The communes of the postcode: the one that is named, else all. None when nobody has that postcode.

    When the name is another commune's of the département, both are possible: people mistake one figure for another.
    """
    inside = list(by_postcode(said.postcode or ""))
    if not inside or not said.words:
        return exactly(inside) if inside else None
    named = index.named(said.words)
    if any(commune.name == inside[0].within for commune in named):
        return exactly(inside)
    here = [commune for commune in named if said.postcode in commune.postcodes]
    here = [commune for commune in here if not commune.old] or here
    here = here or [commune for commune in inside if _alike(said.words, commune)]
    here = here or [commune for commune in index.begun(said.words) if commune in inside]
    if here:
        return exactly(here)
    elsewhere = [commune for commune in named if commune.departement in said.areas and not commune.old]
    return Found(exactly(inside + elsewhere).scored, sure=not elsewhere)


def of_rank(said: Said) -> Found | None:
    """« Paris 11 », « Lyon troisième »; « Marseille 13 » is the rank or the département: both."""
    first, *others = said.words
    ranks = next((index.arrondissements(city) for city in _CITIES if sound(city) == sound(first)), {})
    roman = _ROMAN.index(others[0]) + 1 if others and others[0] in _ROMAN else None
    if len(others) > (1 if roman else 0):
        return None
    rank = said.rank or roman or said.short
    if rank not in ranks:
        return None
    sure = bool(said.rank or roman)
    city = [] if sure else [c for c in index.named([first]) if c.departement in said.areas]
    return exactly([ranks[rank], *city])


def _alike(words: list[str], commune: Commune) -> bool:
    letters = ratio(key(words), key(bare(commune.name).split()))
    return max(letters, ratio(sound(" ".join(words)), commune.sound)) >= _ALIKE
