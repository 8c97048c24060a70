"""The directory's part of `allo bench`: the nearest of 30,000 made-up places, against looking at all of them."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, insert, select, text

from api import db
from api.place_models import PlaceRow
from api.places.codec import place_to_json
from api.places.near import Spot, nearest
from api.places.warming import warm_up
from api.settings import Settings
from mediation.communes import Commune, communes, kilometres
from mediation.nearest import Need
from mediation.place import Place
from mediation.territory import load_territory

PLACES = 30_000
SEED = 47
AT = datetime(2026, 11, 24, 10, tzinfo=ZoneInfo("Europe/Paris"))
DAYS = ("Mo-Fr", "Tu-Sa", "Mo,We,Fr", "Mo-Th", "Tu,Th")
KINDS = ("MAIRIE", "ASSO", "RFS", "BIB", "CAF", "CCAS")

Row = Callable[[str, list[float]], None]


def bench_places(times: int, row: Row, database_url: str | None) -> None:
    """Says how long the nearest takes, on SQLite and on the empty PostgreSQL of `database_url` if there is one."""
    warm_up(load_territory("demo"), (), AT)  # as a service does once it listens
    made, chosen = _places(), random.Random(SEED).choices(_real(), k=times)
    with tempfile.TemporaryDirectory() as folder:
        urls = {"SQLite": f"sqlite:///{Path(folder) / 'places.db'}"}
        if database_url:
            urls["PostgreSQL"] = database_url
        for name, url in urls.items():
            engine = _filled(url, made)
            row(f"{PLACES:,} distances, {name} (baseline)", _each(chosen[:20], partial(_all, engine)))
            row(f"nearest of {PLACES:,} places, {name}", _each(chosen, partial(_nearest, engine)))
            engine.dispose()


def _real() -> list[Commune]:
    return [commune for commune in communes() if not commune.old]


def _places() -> list[Place]:
    """As many more in a commune as people live there; 1 to 4 kilometres around its middle."""
    dice = random.Random(SEED)
    there = _real()
    drawn = dice.choices(there, weights=[max(200, commune.population) for commune in there], k=PLACES)
    return [_place(number, commune, dice) for number, commune in enumerate(drawn)]


def _place(number: int, commune: Commune, dice: random.Random) -> Place:
    place = Place(
        id=f"bench_{number}",
        name=f"Lieu {number}",
        commune=commune.name,
        postcode=commune.postcodes[0] if commune.postcodes else "",
        insee=commune.code,
        lat=round(commune.lat + dice.uniform(-0.03, 0.03), 5),
        lon=round(commune.lon + dice.uniform(-0.03, 0.03), 5),
        typology=(dice.choice(KINDS),),
        hours=_hours(dice),
        phone="+33199000000",
    )
    return replace(place, programmes=("France Services",)) if place.typology == ("RFS",) else place


def _hours(dice: random.Random) -> str | None:
    """Almost as many as there are places, as in the real directory: reading them is what takes time."""
    if dice.random() < 0.3:
        return None
    opens, closes = dice.choice(("08", "09", "10")), dice.choice(("17", "18"))
    minutes = [f"{dice.randrange(0, 60, 5):02}" for _ in range(4)]
    am, pm = f"{opens}:{minutes[0]}-12:{minutes[1]}", f"13:{minutes[2]}-{closes}:{minutes[3]}"
    return f"{dice.choice(DAYS)} {am},{pm}; We {am}"


def _filled(url: str, places: list[Place]) -> Engine:
    db.upgrade(Settings(_env_file=None, database_url=url))
    engine = db.make_engine(url)
    rows = [
        {
            **{name: getattr(place, name) for name in ("id", "name", "insee", "lat", "lon", "updated")},
            **{"about": place_to_json(place), "digest": str(number), "source_file": "bench"},
        }
        for number, place in enumerate(places)
    ]
    with db.writing(engine) as session:
        session.execute(insert(PlaceRow), rows)
    with db.writing(engine) as session:
        session.execute(text("ANALYZE"))
    return engine


def _all(engine: Engine, commune: Commune) -> object:
    with db.reading(engine) as session:
        rows = session.execute(select(PlaceRow.id, PlaceRow.lat, PlaceRow.lon)).all()
    return min((kilometres(commune.point, (lat, lon)), id_) for id_, lat, lon in rows if lat and lon)


def _nearest(engine: Engine, commune: Commune) -> object:
    return nearest(engine, Spot.of(commune), Need("caf"), AT)


def _each(chosen: list[Commune], work: Callable[[Commune], object]) -> list[float]:
    work(chosen[0])
    spent = []
    for commune in chosen:
        started = time.perf_counter()
        work(commune)
        spent.append((time.perf_counter() - started) * 1000)
    return spent
