"""A place where somebody helps with the digital: what the national standard says of it, cleaned, nothing guessed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Place:
    """One place. Empty or None always means « not known », never « no ».

    `insee` is the code of the commune, `lat` and `lon` degrees (WGS84), `phone` in E.164, `hours` in the
    OpenStreetMap form as the source wrote it. The tuples hold the words of the national standard v1.0.2
    (« Aide aux démarches administratives », « France Services »…), others are dropped when it is read.
    `updated` is the day the source last looked at it. `source` says who collected it.
    """

    id: str
    name: str
    commune: str
    postcode: str
    address: str = ""
    extra: str = ""
    insee: str | None = None
    lat: float | None = None
    lon: float | None = None
    phone: str | None = None
    emails: tuple[str, ...] = ()
    website: str | None = None
    hours: str | None = None
    appointment: str | None = None
    accessibility: str | None = None
    typology: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    care: tuple[str, ...] = ()
    cost: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    itinerant: bool | None = None
    updated: date | None = None
    source: str | None = None
