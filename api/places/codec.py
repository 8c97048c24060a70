"""A place to JSON and back: what `about` holds in the table of places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from mediation.place import Place

LISTS = frozenset(
    ("emails", "typology", "services", "programmes", "audiences", "care", "cost", "access", "support"),
)


def place_to_json(place: Place) -> dict[str, Any]:
    """The fields of `place` as JSON: lists for the tuples, ISO for the day. Always the same for the same place."""
    fields = asdict(place)
    for name in LISTS:
        fields[name] = list(fields[name])
    fields["updated"] = place.updated.isoformat() if place.updated else None
    return fields


def place_from_json(about: Mapping[str, Any]) -> Place:
    """The place that `place_to_json` wrote. Fields that are not there are not known.

    Raises TypeError for a field that a place does not have, ValueError for a day that is none.
    """
    fields: dict[str, Any] = {name: tuple(value or ()) if name in LISTS else value for name, value in about.items()}
    if fields.get("updated"):
        fields["updated"] = date.fromisoformat(fields["updated"])
    return Place(**fields)
