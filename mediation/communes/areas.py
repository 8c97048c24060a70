"""Finds the département or the region that a citizen names beside their commune (« Beauvais dans l'Oise »)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from mediation.communes.spelling import bare, without_article
from mediation.communes.table import areas

_BEFORE_A_RIVER = {"sur", "sous", "les"}  # « Auvers-sur-Oise » is a name
_LINKS = {"dans", "en", "de", "du", "d", "l", "la", "le", "les", "departement", "region", "ile", "a"}
_CODE_OF_ISLANDS = 3


@cache
def _names() -> tuple[tuple[tuple[str, ...], frozenset[str]], ...]:
    """The names of départements and regions with their codes, the longest names first."""
    found: dict[tuple[str, ...], set[str]] = {}
    for area in areas():
        for name in (area.name, area.region):
            found.setdefault(tuple(without_article(bare(name).split())), set()).add(area.code)
    del found[("paris",)]  # always the city
    for area in areas():  # « la Loire » is the département, not the whole region that has it in its name
        if area.name != "Paris":
            found[tuple(without_article(bare(area.name).split()))] = {area.code}
    return tuple(sorted(((name, frozenset(codes)) for name, codes in found.items()), key=lambda x: -len(x[0])))


def take_area(words: list[str]) -> tuple[frozenset[str], list[str]]:
    """The codes of the area that is named, none when no area is; and the words that are left."""
    for name, codes in _names():
        for start in range(len(words) - len(name), -1, -1):
            if tuple(words[start : start + len(name)]) == name and not _part_of_a_name(words[:start]):
                before = words[:start]
                while before and before[-1] in _LINKS:
                    before.pop()
                return codes, before + words[start + len(name) :]
    return frozenset(), words


def _part_of_a_name(before: list[str]) -> bool:
    linked = [word for word in before if word not in ("l", "la", "le")]
    return bool(linked) and linked[-1] in _BEFORE_A_RIVER


def of_postcode(postcode: str) -> frozenset[str]:
    """The départements that a postcode may be in."""
    if postcode[:2] == "20":
        return frozenset({"2A", "2B"})
    return frozenset({postcode[:_CODE_OF_ISLANDS] if postcode[:2] in ("97", "98") else postcode[:2]})


def known(codes: Iterable[str]) -> frozenset[str]:
    """Those of `codes` that are départements. « 20 » is both of Corsica."""
    wanted = {code for one in codes for code in (("2A", "2B") if one == "20" else (one.zfill(2),))}
    return frozenset(wanted & {area.code for area in areas()})
