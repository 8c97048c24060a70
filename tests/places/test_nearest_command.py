"""`allo places nearest`: what operators and scripts get."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from api.cli.failures import Told
from api.cli.places_nearest import nearest
from api.db import make_engine
from tests.api.conftest import sqlite_template  # noqa: F401 - a fixture
from tests.places.nearest_kit import a_place, store

BEAUVAIS = {"insee": "60057", "commune": "Beauvais", "lat": 49.43, "lon": 2.08}
PLACES = [
    a_place("open", programmes=("France Services",), hours="Mo-Fr 09:00-12:00", phone="+33344001122", **BEAUVAIS),
    a_place("unknown", **BEAUVAIS),
    a_place("next", insee="60009", commune="Allonne", lat=49.41, lon=2.12, hours="24/7", services=("Un service",)),
    a_place("reunion", insee="97411", postcode="97400", lat=-20.88, lon=55.45, hours="Th 09:00-12:00"),
]  # fmt: skip


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """A service whose directory holds the places."""
    monkeypatch.chdir(tmp_path)  # no .env of the machine
    monkeypatch.setenv("ALLO_HOME", str(tmp_path / "home"))
    database = shutil.copy(sqlite_template, tmp_path / "allo.db")
    monkeypatch.setenv("ALLO_DATABASE_URL", f"sqlite:///{database}")
    engine = make_engine(f"sqlite:///{database}")
    store(engine, PLACES)
    engine.dispose()


def run(*arguments: str) -> Result:
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(nearest)
    return CliRunner().invoke(app, list(arguments))


def rows(*arguments: str) -> list[dict[str, Any]]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_json_object_a_line() -> None:
    first, second, third = rows("Beauvais", "--organisme", "caf", "--at", "2026-12-24T10:00")
    expected = {
        "id": "open",
        "name": "Lieu open",
        "commune": "Beauvais",
        "postcode": "60000",
        "own_commune": True,
        "open_now": True,
        "next_opening": "2026-12-28T09:00:00+01:00",
        "hours_unverified": True,
        "hours_unverified_since": None,
        "phone": "+33344001122",
        "services": [],
        "why": "Ce lieu France services aide pour la CAF, et il devrait être ouvert maintenant.",
    }
    assert {key: first[key] for key in expected} == expected
    assert (second["id"], second["open_now"], second["own_commune"]) == ("unknown", None, True)
    assert (third["id"], third["services"], third["own_commune"]) == ("next", ["Un service"], False)
    assert 0 <= third["score"] <= 1 and 2 < third["distance_km"] < 8


def test_nobody_is_open_at_christmas() -> None:
    assert [row["open_now"] for row in rows("Beauvais", "--at", "2026-12-25T10:00")] == [False, None, None]


def test_the_hour_is_that_of_the_place() -> None:
    (row,) = rows("97400", "--at", "2026-12-24T10:00")
    assert row["open_now"] is True
    assert rows("97400", "--at", "2026-12-24T10:00+01:00")[0]["open_now"] is False, "one in the afternoon there"


def test_a_point() -> None:
    found = rows(" 49.41, 2.12")
    assert {row["id"]: (row["own_commune"], row["distance_km"]) for row in found}["next"] == (False, 0.0)
    assert len(found) == 3


def test_several_communes_are_asked_about() -> None:
    result = run("Saint-Denis", "--json")
    assert result.exit_code == 1
    asked = json.loads(result.stdout)["ask"]
    assert {"93066", "97411"} <= {one["code"] for one in asked}
    assert {tuple(one) for one in asked} == {("code", "name", "departement", "postcodes")}
    in_words = run("Saint-Denis")
    assert in_words.exit_code == 1 and "Saint-Denis (93)" in in_words.stdout


def test_as_it_is_heard() -> None:
    result = run("bove", "--organisme", "caf", "--at", "2026-12-24T10:00", "--json")
    assert "Beauvais" in result.output


def test_in_words() -> None:
    result = run("Beauvais", "--organisme", "caf", "--at", "2026-12-24T10:00", "--limit", "1")
    assert result.stdout.startswith("1. Lieu open\n   60000 Beauvais")
    assert "03 44 00 11 22" in result.stdout and "ouvert maintenant" in result.stdout
    empty = run("Ajaccio")
    assert empty.exit_code == 0 and empty.stdout == "" and "allo places import" in empty.stderr


def test_an_access_need_is_named_in_the_reason() -> None:
    without, with_need = (rows("97400", "--limit", "1", *more)[0]["why"] for more in ((), ("--access", "wheelchair")))
    assert "fauteuil" in with_need and "fauteuil" not in without


@pytest.mark.parametrize(
    "arguments",
    [
        ("zzzzqq",),
        ("Beauvais", "--access", "xx"),
        ("Beauvais", "--organisme", "xx"),
        ("Beauvais", "--at", "demain"),
        ("99.5,2.0",),
        ("45.0,181.0",),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert isinstance(result.exception, Told) and "\n" not in str(result.exception)
