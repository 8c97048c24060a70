"""Rows that are the same place: one is kept, with what the others add."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date
from typing import Any

from rapidfuzz import fuzz

from mediation.directory.cleaning import Candidate
from mediation.directory.journal import Journal
from mediation.directory.points import kilometres
from mediation.directory.words import fold
from mediation.place import Place

NEAR_KM = 0.25
ALIKE = 85  # of 100: « Centre social de la Vivaraize » and « ASS CENTRE SOCIAL VIVARAIZE »
SAME_ADDRESS = 90


def merge(candidates: Iterable[Candidate], journal: Journal) -> list[Place]:
    """The places, each once, in the order of their first row: same id, or same organisation, name and place."""
    kept: dict[str, Candidate] = {}
    by_pivot: dict[str, list[str]] = {}
    for candidate in candidates:
        same = same_place(candidate, kept, by_pivot)
        if same is None:
            kept[candidate.place.id] = candidate
            if candidate.pivot:
                by_pivot.setdefault(candidate.pivot, []).append(candidate.place.id)
            continue
        other = kept[same]
        kind = "same_id" if same == candidate.place.id else "same_place"
        journal.merge(kind, candidate.line, f"{candidate.place.name} ({journal.unit} {other.line})")
        kept[same] = together(other, candidate)
    return [candidate.place for candidate in kept.values()]


def same_place(one: Candidate, kept: dict[str, Candidate], by_pivot: dict[str, list[str]]) -> str | None:
    """The key in `kept` of the place that `one` is again."""
    if one.place.id in kept:
        return one.place.id
    return next((id_ for id_ in by_pivot.get(one.pivot, ()) if alike(one.place, kept[id_].place)), None)


def alike(one: Place, other: Place) -> bool:
    """True for two places of one organisation with nearly the same name, at the same address or very near."""
    if one.postcode != other.postcode or fuzz.token_set_ratio(fold(one.name), fold(other.name)) < ALIKE:
        return False
    addresses = fold(one.address), fold(other.address)
    return near(one, other) or (all(addresses) and fuzz.ratio(*addresses) >= SAME_ADDRESS)


def near(one: Place, other: Place) -> bool:
    """True for two places whose points are known and next to each other."""
    if one.lat is None or one.lon is None or other.lat is None or other.lon is None:
        return False
    return kilometres((one.lat, one.lon), (other.lat, other.lon)) <= NEAR_KM


def together(one: Candidate, other: Candidate) -> Candidate:
    """The later of the two, with what only the other knows. `one`, the first of the file, keeps its id."""
    later, earlier = (other, one) if weight(other.place) > weight(one.place) else (one, other)
    added: dict[str, Any] = {}
    for field in fields(Place):
        mine, theirs = getattr(later.place, field.name), getattr(earlier.place, field.name)
        if isinstance(mine, tuple):
            added[field.name] = tuple(dict.fromkeys((*mine, *theirs)))
        elif mine in (None, "") and theirs not in (None, ""):
            added[field.name] = theirs
    if later.place.lat is None:  # both of a point, or none of it
        added |= {"lat": earlier.place.lat, "lon": earlier.place.lon}
    place = replace(later.place, **{**added, "id": one.place.id})
    return Candidate(place, one.pivot or other.pivot, one.line)


def weight(place: Place) -> tuple[date, int]:
    """The later a place was looked at and the more it says, the more it weighs."""
    said = sum(getattr(place, field.name) not in (None, "", ()) for field in fields(Place))
    return place.updated or date.min, said
