"""The places around somebody, from the database: growing boxes on the index, then exact distances and the ranking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import cos, radians
from typing import Any

from sqlalchemy import Engine, bindparam, select
from sqlalchemy.orm import Session

from api.db import reading
from api.place_models import PlaceRow
from api.places.codec import place_from_json
from mediation.communes.earth import kilometres
from mediation.communes.table import Commune
from mediation.nearest import Candidate, Need, Ranked, rank
from mediation.regions import departement_of

Near = Ranked
RINGS_KM = (1.5, 4.0, 12.0, 36.0, 100.0, 200.0)  # beyond the last nobody goes: only one's own commune is shown
CANDIDATES = 6  # how many are weighed for each one shown
LEAST = 30
KM_A_DEGREE = 110.5  # of latitude, the least it is worth: the boxes are never too small

# Written once: making a query takes longer than the database takes to answer it.
_PLACES = PlaceRow.__table__.c
_KNOWN = select(_PLACES.id, _PLACES.lat, _PLACES.lon, _PLACES.about)
OF_COMMUNES = _KNOWN.where(_PLACES.insee.in_(bindparam("codes", expanding=True)))
BY_ID = _KNOWN.where(_PLACES.id.in_(bindparam("ids", expanding=True)))
OF_DEPARTEMENT = (
    _KNOWN.where(_PLACES.insee.between(bindparam("first"), bindparam("last")))
    .order_by(_PLACES.id)
    .limit(bindparam("wanted"))
)
IN_BOX = select(_PLACES.id, _PLACES.lat, _PLACES.lon).where(
    _PLACES.lat.between(bindparam("south"), bindparam("north")),
    _PLACES.lon.between(bindparam("west"), bindparam("east")),
)


@dataclass(frozen=True)
class Spot:
    """Where somebody is: the codes that a place of their commune may bear, a point in degrees (WGS84), or both.

    With `postcodes`, a place that bears another code than the first is of the commune only at one of them.
    """

    codes: tuple[str, ...] = ()
    lat: float | None = None
    lon: float | None = None
    postcodes: tuple[str, ...] = ()

    @classmethod
    def of(cls, commune: Commune) -> Spot:
        """In this commune and those merged into it. Places of an arrondissement often bear the code of the city."""
        part = bool(commune.within) and not commune.old
        return cls(commune.codes, commune.lat, commune.lon, commune.postcodes if part else ())

    def holds(self, insee: str | None, postcode: str | None) -> bool:
        """Whether a place with one of the codes is of the commune."""
        return not self.postcodes or insee == self.codes[0] or postcode in self.postcodes


def nearest(
    engine: Engine,
    spot: Spot,
    need: Need,
    at: datetime,
    limit: int = 5,
    load: Mapping[str, float] | None = None,
    record: Mapping[str, float] | None = None,
) -> list[Near]:
    """The `limit` places that help best around `spot`, those of its own commune first, however far they are.

    `at` must bear a time zone (ValueError otherwise). `load` and `record`: see `mediation.nearest.rank`.
    Raises StorageDown.
    """
    with reading(engine) as session:
        found = candidates(session, spot, max(LEAST, limit * CANDIDATES))
    return rank(found, need, at, load, record, limit)


def candidates(session: Session, spot: Spot, wanted: int) -> list[Candidate]:
    """All the places of one's commune, and the `wanted` nearest others; of the département when no point is known."""
    mine = session.execute(OF_COMMUNES, {"codes": spot.codes}).all() if spot.codes else []
    own = {
        row.id: Candidate(place_from_json(row.about), _distance(spot, row), own=True)
        for row in mine
        if spot.holds(row.about.get("insee"), row.about.get("postcode"))
    }
    if spot.lat is None or spot.lon is None:
        others = _of_departement(session, spot.codes[0], wanted) if spot.codes else []
        return [*own.values(), *(one for one in others if one.place.id not in own)]
    around = _around(session, spot.lat, spot.lon, wanted, set(own))
    rows = session.execute(BY_ID, {"ids": list(around)}).all() if around else []
    return [*own.values(), *(Candidate(place_from_json(row.about), around[row.id]) for row in rows)]


def _distance(spot: Spot, row: Any) -> float | None:
    if spot.lat is None or spot.lon is None or row.lat is None or row.lon is None:
        return None
    return kilometres((spot.lat, spot.lon), (row.lat, row.lon))


def _of_departement(session: Session, insee: str, wanted: int) -> list[Candidate]:
    departement = departement_of(insee)
    values = {"first": departement.ljust(5, "0"), "last": departement.ljust(5, "9"), "wanted": wanted}
    return [Candidate(place_from_json(row.about)) for row in session.execute(OF_DEPARTEMENT, values)]


def _around(session: Session, lat: float, lon: float, wanted: int, without: set[str]) -> dict[str, float]:
    """The `wanted` nearest places and how far they are; fewer when there are not so many around."""
    found: list[tuple[float, str]] = []
    for ring in RINGS_KM:
        rows = session.execute(IN_BOX, _box(lat, lon, ring)).all()
        measured = ((kilometres((lat, lon), (row[1], row[2])), row[0]) for row in rows)
        found = sorted(one for one in measured if one[0] <= ring and one[1] not in without)
        if len(found) >= wanted:
            break
    return {id_: far for far, id_ in found[:wanted]}


def _box(lat: float, lon: float, ring: float) -> dict[str, float]:
    """The sides of a box that holds the whole circle of `ring` kilometres."""
    up = ring / KM_A_DEGREE
    along = up / max(0.01, cos(radians(min(89.0, abs(lat) + up))))
    if abs(lon) + along > 180:  # the box would go over the edge of the map: near Wallis and Fiji
        lon, along = 0.0, 180.0
    return {"south": lat - up, "north": lat + up, "west": lon - along, "east": lon + along}
