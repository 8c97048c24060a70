"""The places near somebody who sends a position, or names a commune, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from api.places.near import Near, Spot, nearest
from api.places.telling import tell
from api.places.wording import translated
from bot.messages import Nearby
from bot.wanted import Wanted
from flows.dates import FRENCH
from flows.library import Library
from flows.model import Procedure
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
    wanted: Wanted,
    at: datetime,
    languages: Mapping[str, Library] | None = None,
) -> tuple[Nearby, ...]:
    """The nearest places that give what is `wanted`, best first, in its language. Raises StorageDown.

    `where` is a point (latitude, longitude) or the code of a commune; none is near a code that no commune has.
    `languages`: the content in other languages than that of `library`, for the names of documents.
    """
    language = wanted.language if wanted.language and translated(wanted.language) else FRENCH
    page = (languages or {}).get(language, library).procedures.get(wanted.procedure or "")
    need = Need(page.organisme if page else None, access=wanted.access, languages=(language,))
    local = at.astimezone(ZoneInfo(territory.timezone))
    spot = _spot(where)
    found = nearest(engine, spot, need, local, SHOWN) if spot else []
    near = [one for one in found if one.own or (one.distance_km is not None and one.distance_km <= FAR_KM)]
    return tuple(_told(one, local, page, language) for one in near)


def _told(near: Near, at: datetime, page: Procedure | None, language: str) -> Nearby:
    said = tell(near, at, page.organisme if page else None, page.documents if page else (), language)
    place = near.place
    return Nearby(f"{said.why}\n{said.card}", said.spoken, place.id, place.name, said.sms, said.whole)


def _spot(where: tuple[float, float] | str) -> Spot | None:
    if not isinstance(where, str):
        return Spot(lat=where[0], lon=where[1])
    commune = by_code(where)
    return Spot.of(commune) if commune else None
