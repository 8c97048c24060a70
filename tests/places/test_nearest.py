"""The nearest places from the database: exact, own commune first, the same on SQLite and on PostgreSQL."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from api.db import make_engine, reading
from api.places.codec import place_from_json, place_to_json
from api.places.near import Near, Spot, candidates, nearest
from mediation.communes.earth import kilometres
from mediation.communes.table import by_code
from mediation.nearest import Need
from mediation.place import Place
from tests.api.conftest import (  # noqa: F401 - fixtures
    create_postgres,
    new_database,
    postgres_server,
    postgres_template,
    sqlite_template,
)
from tests.api.fakes import NewDatabase
from tests.places.nearest_kit import a_place, moment, real_places, store

AT = moment("2026-12-24T10:00+01:00")
CAF = Need("caf")
HELPS: dict[str, Any] = {"services": ("Aide aux démarches administratives",)}
BEAUVAIS = Spot(("60057",), 49.43, 2.08)


@pytest.fixture
def engine(new_database: NewDatabase) -> Iterator[Engine]:  # noqa: F811
    """An empty database."""
    engine = make_engine(new_database(migrated=False))
    yield engine
    engine.dispose()


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Engine]:
    """An empty SQLite database."""
    engine = make_engine(f"sqlite:///{tmp_path / 'places.db'}")
    yield engine
    engine.dispose()


def ids(found: list[Near]) -> list[str]:
    return [near.place.id for near in found]


def scattered(count: int, seed: int = 1) -> list[Place]:
    """Places at random around Beauvais, some without a point or a commune; several at the very same point."""
    chance = random.Random(seed)
    places = []
    for number in range(count):
        lat, lon = 49.43 + chance.gauss(0, 0.4), 2.08 + chance.gauss(0, 0.6)
        placed = chance.random() > 0.1
        known = {
            "insee": chance.choice(["60057", "60159", "95500", None]),
            "lat": round(lat, 2) if placed else None,
            "lon": round(lon, 2) if placed else None,
            "hours": chance.choice([None, "Mo-Fr 09:00-17:00", "Th 14:00-18:00"]),
            "programmes": chance.choice([(), ("France Services",), ("Conseillers numériques",)]),
        }
        places.append(a_place(f"p{number:03}", **known))
    return places


def test_json_and_back() -> None:
    for place in [*scattered(50), a_place(emails=("a@b.fr",), updated=AT.date(), itinerant=False), *some_real(200)]:
        assert place_from_json(place_to_json(place)) == place
    assert place_to_json(a_place(itinerant=False))["itinerant"] is False, "no is not unknown"
    assert "hours" not in place_to_json(a_place())
    with pytest.raises(TypeError):
        place_from_json({**place_to_json(a_place()), "horaires": "24/7"})


def some_real(count: int) -> list[Place]:
    try:
        return list(real_places()[:count])
    except pytest.skip.Exception:
        return []


def test_own_commune_first_however_far_and_without_a_point(engine: Engine) -> None:
    mine = [
        a_place("far", lat=46.0, lon=2.0),
        a_place("nowhere"),
        a_place("leisure", lat=49.43, lon=2.08, services=("Loisirs et créations numériques",)),
    ]
    others = [a_place(f"next{n}", insee="60159", lat=49.44, lon=2.08, hours="24/7", **HELPS) for n in range(9)]
    store(engine, [*mine, *others])
    found = nearest(engine, BEAUVAIS, CAF, AT, limit=5)
    assert set(ids(found)[:3]) == {"far", "nowhere", "leisure"}
    assert [near.own for near in found] == [True, True, True, False, False]
    assert {near.place.id: near.distance_km for near in found}["nowhere"] is None


def test_nobody_around_is_nobody(engine: Engine) -> None:
    store(engine, [a_place("reunion", insee="97411", lat=-20.88, lon=55.45, **HELPS)])
    assert nearest(engine, BEAUVAIS, CAF, AT) == []
    assert ids(nearest(engine, Spot(lat=-21.34, lon=55.47), CAF, AT)) == ["reunion"]


def test_without_a_point_the_departement_is_searched(engine: Engine) -> None:
    store(engine, [a_place("a", insee="60159", **HELPS), a_place("b"), a_place("c", insee="95500", **HELPS)])
    assert ids(nearest(engine, Spot(("60057",)), CAF, AT)) == ["b", "a"]
    assert nearest(engine, Spot(), CAF, AT) == []


def test_an_arrondissement_and_its_city(lite: Engine) -> None:
    paris = [
        a_place("here", insee="75056", postcode="75004", lat=48.855, lon=2.36),
        a_place("coded", insee="75104", postcode="75004", lat=48.855, lon=2.36),
        a_place("there", insee="75056", postcode="75019", lat=48.885, lon=2.38, hours="24/7", **HELPS),
    ]
    store(lite, paris)
    fourth, city = by_code("75104"), by_code("75056")
    assert fourth and city
    found = nearest(lite, Spot.of(fourth), CAF, AT)
    assert {near.place.id: near.own for near in found} == {"here": True, "coded": True, "there": False}
    assert all(near.own for near in nearest(lite, Spot.of(city), CAF, AT))


@pytest.mark.parametrize(("lat", "lon"), [(-13.28, -176.18), (-16.5, 179.9), (89.9, 0.0), (-90.0, 12.0)])
def test_at_the_edge_of_the_map(lite: Engine, lat: float, lon: float) -> None:
    across = lon - 360 if lon > 0 else lon + 360
    near_by = a_place("a", insee=None, lat=max(-90.0, lat - 0.05), lon=across if abs(across) <= 180 else lon)
    store(lite, [near_by])
    assert ids(nearest(lite, Spot(lat=lat, lon=lon), CAF, AT)) == ["a"]


def brute(places: list[Place], spot: Spot, wanted: int) -> set[str]:
    """The ids that the search must find, by measuring them all."""
    assert spot.lat is not None and spot.lon is not None
    own = {place.id for place in places if place.insee in spot.codes}
    far = [
        (kilometres((spot.lat, spot.lon), (place.lat, place.lon)), place.id)
        for place in places
        if place.lat is not None and place.lon is not None and place.id not in own
    ]
    return own | {id_ for km, id_ in sorted(far)[:wanted] if km <= 200}


@pytest.mark.parametrize("wanted", [1, 7, 40, 1000])
def test_the_search_finds_exactly_the_nearest(engine: Engine, wanted: int) -> None:
    places = scattered(300)
    store(engine, places)
    for spot in (BEAUVAIS, Spot(("95500",), 49.9, 1.2), Spot(lat=48.0, lon=2.0), Spot((), 49.4300001, 2.08)):
        with reading(engine) as session:
            found = candidates(session, spot, wanted)
        assert {one.place.id for one in found} == brute(places, spot, wanted)
        assert len({one.place.id for one in found}) == len(found)


@pytest.mark.postgres
def test_the_same_answer_on_both_databases(lite: Engine, postgres_server: str) -> None:  # noqa: F811
    other = make_engine(create_postgres(postgres_server, f"places{random.getrandbits(40)}"))
    places = scattered(300, seed=2)
    store(lite, places)
    store(other, reversed(places))
    try:
        for spot in (BEAUVAIS, Spot(("60057",)), Spot(("95500",), 49.2, 2.4), Spot(lat=49.0, lon=2.0)):
            assert nearest(lite, spot, CAF, AT, 20) == nearest(other, spot, CAF, AT, 20)
    finally:
        other.dispose()


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The real rows, in a SQLite database."""
    places = {place.id: place for place in real_places()}
    engine = make_engine(f"sqlite:///{tmp_path_factory.mktemp('real') / 'places.db'}")
    store(engine, places.values())
    yield engine
    engine.dispose()


def test_own_commune_first_for_200_communes(real: Engine) -> None:
    here = sorted({place.insee for place in real_places() if place.insee and by_code(place.insee)})
    for insee in random.Random(5).sample(here, 200):
        commune = by_code(insee)
        assert commune
        mine = [place for place in real_places() if place.insee == insee]
        found = nearest(real, Spot.of(commune), CAF, AT, limit=5)
        expected = min(5, len(mine))
        assert sum(near.own for near in found) >= expected, insee
        assert [near.own for near in found] == sorted((near.own for near in found), reverse=True)


@pytest.mark.parametrize("day", ["2026-12-25", "2027-01-01", "2027-05-01"])
def test_nobody_around_beauvais_is_open_on_a_holiday(real: Engine, day: str) -> None:
    for hour in (10, 15):
        found = nearest(real, BEAUVAIS, CAF, moment(f"{day}T{hour}:00+01:00"), limit=50)
        assert len(found) == 50
        assert [near.place.id for near in found if near.times.open_now] == []
    the_day_before = nearest(real, BEAUVAIS, CAF, AT, limit=50)
    assert any(near.times.open_now for near in the_day_before)
    opens = [near.times.next_opening for near in the_day_before if near.times.next_opening]
    assert [at for at in opens if f"{at:%m-%d}" == "12-25"] == []
