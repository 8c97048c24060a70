"""The places near somebody who sends a position, in words."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from api.places.near import Spot, nearest
from api.places.telling import tell
from bot.messages import Nearby
from flows.library import Library
from mediation.communes import by_code
from mediation.nearest import Need
from mediation.territory import Territory

SHOWN = 2
FAR_KM = 60.0  # beyond, it is no help to know


def places_around(
    engine: Engine,
    library: Library,
    territory: Territory,
    where: tuple[float, float] | str,
    procedure: str | None,
    at: datetime,
) -> tuple[Nearby, ...]:
    """The nearest places that help with `procedure` (None: with any), best first. Raises StorageDown.

    `where` is a point (latitude, longitude) or the code of a commune; none is near a code that no commune has.
    """
    page = library.procedures.get(procedure or "")
    body = page.organisme if page else None
    local = at.astimezone(ZoneInfo(territory.timezone))
    spot = _spot(where)
    found = nearest(engine, spot, Need(organisme=body), local, SHOWN) if spot else []
    near = [one for one in found if one.own or (one.distance_km is not None and one.distance_km <= FAR_KM)]
    told = [(one, tell(one, local, body, page.documents if page else ())) for one in near]
    return tuple(
        Nearby(f"{why.why}\n{why.sms}", why.spoken, one.place.id, one.place.name, why.sms) for one, why in told
    )


def _spot(where: tuple[float, float] | str) -> Spot | None:
    if not isinstance(where, str):
        return Spot(lat=where[0], lon=where[1])
    commune = by_code(where)
    return Spot.of(commune) if commune else None
