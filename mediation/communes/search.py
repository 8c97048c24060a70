"""Which commune a citizen means, by any spelling, by voice, by postcode; several when it is not clear."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from mediation.communes import index
from mediation.communes.areas import take_area
from mediation.communes.candidates import Found, Home, alike, by_name, in_sentence
from mediation.communes.earth import Point
from mediation.communes.numbered import of_postcode, of_rank
from mediation.communes.reading import Said, read
from mediation.communes.sentences import all_plain
from mediation.communes.spelling import bare
from mediation.communes.table import Commune

MOST = 4  # choices that are remembered on the phone
LONGEST_NAME = 9  # words
_LINKS = {"a", "o", "au", "aux", "en", "sur", "de", "d", "du", "dans", "et", "on", "est"}
_NO_PLACE = ("suis", "veux", "cherche", "un", "une")  # before what somebody is or wants: « je suis sourd »
_HIDDEN = {"au": "le", "o": "le", "du": "le", "aux": "les", "des": "les"}


@dataclass(frozen=True)
class Where:
    """What was understood: one commune, or up to four to ask about (`total`: how many there are), or none.

    `approximate`: « à côté de… », not in it. `sure`: False when the name was only close, or is said to be in another
    département than it is: to be confirmed.
    """

    kind: Literal["one", "several", "none"]
    communes: tuple[Commune, ...] = ()
    approximate: bool = False
    sure: bool = True
    total: int = 0


def where(text: str, near: Point | None = None, departement: str | None = None) -> Where:
    """Where a citizen says they are. Among several, those near `near` or in `departement` (a code) come first."""
    said = read(text, index.beginnings(), _is_name)
    home = Home(near, departement)
    found = of_postcode(said) if said.postcode else None
    found = found or (_place(said, home) if said.words else None)
    if found is None:
        return Where("none", approximate=said.approximate)
    ordered = sorted(found.scored, key=lambda pair: home.weight(*pair))
    communes = tuple({commune.code: commune for _, commune in ordered}.values())[::-1]
    kind: Literal["one", "several"] = "one" if len(communes) == 1 else "several"
    return Where(kind, communes[:MOST], said.approximate, found.sure, len(communes))


def _is_name(words: list[str]) -> bool:
    """True for a whole name. « à Brest » is Brest, though Abrest exists: a link is part of a name only as written."""
    found = index.named(words)
    if len(words) > 1 and words[0] in _LINKS and index.named(words[1:]):
        return any(bare(commune.name).split() == words for commune in found)
    return bool(found)


def _place(said: Said, home: Home) -> Found | None:
    if part := of_rank(said):
        return part
    if said.link.endswith(_NO_PLACE) and all_plain(said.words):
        return None
    for name in _with_article(said.words, said.link):
        if found := by_name(name, said.areas, home):
            return replace(found, sure=not _is_elsewhere(name, found))
    found = _alike(said, home)
    found = found or in_sentence(said.words, said.areas, home)
    if found is None and said.areas:  # the name is known, but not there
        found = _place(replace(said, areas=frozenset(), short=None), home)
        return found and replace(found, sure=False)
    return found


def _alike(said: Said, home: Home) -> Found | None:
    """By a close name. What looks like an area may be the end of it: « Sain-du-Nord » is Sains-du-Nord."""
    names = [(said.words, said.areas), *([(list(said.whole), frozenset[str]())] if said.whole else [])]
    found = [alike(words, areas, home) for words, areas in names if len(words) <= LONGEST_NAME]
    scored = [pair for one in found if one for pair in one.scored]
    return Found(scored, sure=False) if scored else None


def _with_article(words: list[str], link: str) -> list[list[str]]:
    """« au havre » is « le havre », « aux lilas » « les lilas »."""
    return [[_HIDDEN[link], *words], words] if link in _HIDDEN else [words]


def _is_elsewhere(words: list[str], found: Found) -> bool:
    """True for the name of a département that is also a commune of another: « La Réunion »."""
    area, left = take_area(words)
    return bool(area) and not left and not any(commune.departement in area for _, commune in found.scored)
