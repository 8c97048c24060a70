"""Simulated people are told the places of the service, and again after another import."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from api.db import make_engine, reading
from api.place_models import PlaceRow
from api.places.importing import import_places
from api.places.sharing import share_directory
from tests.api.conftest import sqlite_template  # noqa: F401
from tests.places.import_kit import many, table

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def engines(tmp_path: Path, sqlite_template: Path) -> Iterator[list[Engine]]:  # noqa: F811
    """The database of the service, and that of simulated people."""
    made = [make_engine(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / name)}") for name in ("a.db", "b.db")]
    yield made
    for engine in made:
        engine.dispose()


def places(engine: Engine) -> dict[str, object]:
    with reading(engine) as session:
        return {row.id: (row.name, row.digest, row.about) for row in session.scalars(select(PlaceRow))}


def test_an_empty_directory_gets_the_demo_on_both_sides(engines: list[Engine]) -> None:
    source, target = engines
    share_directory(source, target, NOW)
    assert places(source) and places(target) == places(source)


def test_the_list_of_the_service_takes_the_place_of_the_demo_and_follows_it(engines: list[Engine]) -> None:
    source, target = engines
    share_directory(source, target, NOW)
    for day, count in enumerate((6, 4), 1):
        import_places(source, io.BytesIO(table(many(count))), "list", NOW + timedelta(days=day))
        share_directory(source, target, NOW + timedelta(days=day))
        assert len(places(target)) == count and places(target) == places(source)


def test_the_service_itself_is_left_as_it_is(engines: list[Engine]) -> None:
    source, _target = engines
    import_places(source, io.BytesIO(table(many(3))), "list", NOW)
    before = places(source)
    share_directory(source, source, NOW)
    assert places(source) == before and len(before) == 3
