"""A place to JSON and back: what `about` holds in the table of places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from mediation.place import Place

LISTS = {"emails", "typology", "services", "programmes", "audiences", "care", "cost", "access", "support"}


def place_to_json(place: Place) -> dict[str, Any]:
    """What is known of `place` as JSON: lists for the tuples, ISO for the day. Always the same for the same place."""
    fields = {name: value for name, value in asdict(place).items() if value is not None and value not in ("", ())}
    for name in LISTS & fields.keys():
        fields[name] = list(fields[name])
    if place.updated:
        fields["updated"] = place.updated.isoformat()
    return fields


def place_from_json(about: Mapping[str, Any]) -> Place:
    """The place that `place_to_json` wrote. Fields that are not there are not known.

    Raises TypeError for a field that a place does not have, ValueError for a day that is none.
    """
    fields = dict(about)
    for name in LISTS & fields.keys():
        fields[name] = tuple(fields[name])
    if fields.get("updated"):
        fields["updated"] = date.fromisoformat(fields["updated"])
    return Place(**fields)
