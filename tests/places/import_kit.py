"""What the tests of the import share: rows written as files, imported in a database."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from api.db import make_engine, reading
from api.place_models import PlaceRow
from api.places.codec import place_from_json
from api.places.importing import import_places
from api.places.report import Report
from mediation.directory.journal import Journal
from mediation.directory.points import Point
from mediation.directory.reading import read_places
from mediation.directory.rows import COLUMNS
from mediation.place import Place
from tests.api.fakes import NewDatabase

ROOT = Path(__file__).resolve().parents[2]
REAL = Path(os.environ.get("ALLO_SHARED") or ROOT.parent / "shared") / "data" / "places_national_snapshot.csv"
NOW = datetime(2026, 11, 22, 11, tzinfo=UTC)
CENTRES: dict[str, Point] = {"60057": (49.4303, 2.0952), "47001": (44.2049, 0.6212), "97411": (-20.8789, 55.4481)}
GOOD = {
    "id": "a", "pivot": "43493312300029", "nom": "Maison de l'aide", "commune": "Beauvais", "code_postal": "60000",
    "code_insee": "60057", "adresse": "1 rue de la Gare", "latitude": "49.4300", "longitude": "2.0900",
    "date_maj": "2026-05-04", "services": "Aide aux démarches administratives",
}  # fmt: skip


def centre(code_or_name: str, postcode: str) -> Point | None:
    """A few communes."""
    return CENTRES.get(code_or_name)


def row(**cells: str) -> dict[str, str]:
    """A good row, with these cells instead."""
    return {**GOOD, **cells}


def many(number: int, **cells: str) -> list[dict[str, str]]:
    """Good rows of different places."""
    return [row(id=f"p{n}", nom=f"Lieu {n}", pivot="0" * 14, **cells) for n in range(number)]


def table(rows: Iterable[dict[str, str]], columns: Iterable[str] = COLUMNS, delimiter: str = ",") -> bytes:
    """The rows as a CSV file in UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(columns), restval="", delimiter=delimiter, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def read(data: bytes) -> tuple[list[Place], Journal]:
    """The places of a file, and what was noted."""
    found = read_places(io.BytesIO(data), NOW.date(), centre)
    assert found.journal.read == found.journal.kept + sums(found.journal.merged) + sums(found.journal.refused)
    return found.places, found.journal


def one(**cells: str) -> tuple[Place, Journal]:
    """The place of one row."""
    places, journal = read(table([row(**cells)]))
    assert len(places) == 1, journal.refused
    return places[0], journal


def sums(tallies: dict[str, Any]) -> int:
    """How many in all kinds."""
    return sum(tally.count for tally in tallies.values())


def imported(engine: Engine, data: bytes, name: str = "list", **given: Any) -> Report:
    """Imports a file; its report adds up."""
    report = import_places(engine, io.BytesIO(data), name, NOW, centre, **given)
    changes, journal = report.changes, report.journal
    assert journal.read == journal.kept + report.merged + report.refused
    assert journal.kept == changes.new + changes.changed + changes.unchanged + changes.elsewhere + changes.held
    return report


def stored(engine: Engine) -> dict[str, Place]:
    """The directory by id, its columns being those of its places."""
    with reading(engine) as session:
        rows = list(session.scalars(select(PlaceRow)))
    places = {row.id: place_from_json(row.about) for row in rows}
    for row in rows:
        place = places[row.id]
        assert (row.name, row.insee, row.lat, row.lon, row.updated) == (
            place.name, place.insee, place.lat, place.lon, place.updated,
        )  # fmt: skip
    return places


def count(engine: Engine) -> int:
    """How many places there are."""
    with reading(engine) as session:
        return session.scalar(select(func.count()).select_from(PlaceRow)) or 0


@pytest.fixture
def directory(new_database: NewDatabase) -> Iterator[Engine]:
    """An empty directory, on both databases."""
    engine = make_engine(new_database())
    yield engine
    engine.dispose()


def real_rows() -> bytes:
    """The national list of 2023, or a skip where it is not."""
    if not REAL.is_file():
        pytest.skip("the real rows are not on this machine (ALLO_SHARED)")
    return REAL.read_bytes()


DAY = date(2026, 5, 4)
