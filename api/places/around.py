"""The places near somebody who sends a position, in words."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from api.places.near import Spot, nearest
from api.places.telling import tell
from bot.messages import Nearby
from flows.library import Library
from mediation.nearest import Need
from mediation.territory import Territory

SHOWN = 2
FAR_KM = 60.0  # beyond, it is no help to know


def places_around(
    engine: Engine,
    library: Library,
    territory: Territory,
    point: tuple[float, float],
    procedure: str | None,
    at: datetime,
) -> tuple[Nearby, ...]:
    """The nearest places that help with `procedure` (None: with any), best first. Raises StorageDown."""
    page = library.procedures.get(procedure or "")
    body = page.organisme if page else None
    local = at.astimezone(ZoneInfo(territory.timezone))
    found = nearest(engine, Spot(lat=point[0], lon=point[1]), Need(organisme=body), local, SHOWN)
    near = [one for one in found if one.distance_km is not None and one.distance_km <= FAR_KM]
    told = [tell(one, local, body, page.documents if page else ()) for one in near]
    return tuple(Nearby(f"{one.why}\n{one.sms}", one.spoken) for one in told)
