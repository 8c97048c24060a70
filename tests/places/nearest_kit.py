"""Places for the tests of the nearest: made up, or read from the real rows where this machine has them."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from api.place_models import PlaceRow
from api.places.codec import place_to_json
from mediation.place import Place

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("ALLO_SHARED") or ROOT.parent / "shared")
ROWS = SHARED / "data" / "places_national_snapshot.csv"


def a_place(id_: str = "a", **known: Any) -> Place:
    """A place of the made-up town of the tests, with what the test says of it."""
    return replace(Place(id=id_, name=f"Lieu {id_}", commune="Valmont", postcode="60000", insee="60057"), **known)


def moment(text: str) -> datetime:
    """« 2026-12-24T10:00+01:00 »."""
    return datetime.fromisoformat(text)


@cache
def real_places() -> tuple[Place, ...]:
    """The real rows of 2020–2023; the test is skipped where they are not."""
    if not ROWS.is_file():
        pytest.skip("the real rows are not on this machine (ALLO_SHARED)")
    with ROWS.open(encoding="utf-8", newline="") as file:
        return tuple(_place(row) for row in csv.DictReader(file))


def _place(row: dict[str, str]) -> Place:
    def several(column: str) -> tuple[str, ...]:
        return tuple(word.strip() for word in row[column].split("|") if word.strip())

    return Place(
        id=row["id"],
        name=row["nom"],
        commune=row["commune"],
        postcode=row["code_postal"],
        address=row["adresse"],
        insee=row["code_insee"] or None,
        lat=float(row["latitude"]) if row["latitude"] else None,
        lon=float(row["longitude"]) if row["longitude"] else None,
        phone=row["telephone"] or None,
        hours=row["horaires"] or None,
        typology=several("typologie"),
        services=several("services"),
        programmes=several("dispositif_programmes_nationaux"),
        care=several("prise_en_charge_specifique"),
        cost=several("frais_a_charge"),
        access=several("modalites_acces"),
        support=several("modalites_accompagnement"),
        itinerant={"": None}.get(row["itinerance"], row["itinerance"] == "Itinérant"),
        updated=date.fromisoformat(row["date_maj"]) if row["date_maj"] else None,
        source=row["source"] or None,
    )


def store(engine: Engine, places: Iterable[Place]) -> None:
    """Makes the table and puts the places in it, as an import does."""
    PlaceRow.__table__.create(engine, checkfirst=True)  # type: ignore[attr-defined]
    rows = [
        {
            **{name: getattr(place, name) for name in ("id", "name", "insee", "lat", "lon", "updated")},
            **{"about": place_to_json(place), "digest": "", "source_file": "test"},
        }
        for place in places
    ]
    with engine.begin() as connection:
        if rows:
            connection.execute(insert(PlaceRow), rows)
