"""`allo places nearest`: who can help around a commune, as citizens would be told."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from api.cli.failures import Told
from api.cli.operations import open_storage
from api.places.communes import use_communes
from api.places.near import Near, Spot
from api.places.near import nearest as find_nearest
from api.places.telling import kilometres_of, opening_of, phone_of, why_of
from api.settings import load_settings
from mediation.communes.search import where as understand
from mediation.communes.table import Commune, label
from mediation.communes.table import at as commune_at
from mediation.nearest import Need
from mediation.ranking.words import words
from mediation.regions import region_of

_POINT = re.compile(r"\s*(-?\d{1,2}(?:\.\d+)?)\s*[,;]\s*(-?\d{1,3}(?:\.\d+)?)\s*")


def nearest(
    where: Annotated[str, typer.Argument(metavar="WHERE", help="A postcode, a commune, or « latitude,longitude ».")],
    organisme: Annotated[str | None, typer.Option(help="The body it is about: caf, cpam, france_travail…")] = None,
    at: Annotated[str | None, typer.Option(metavar="ISO", help="At this moment, in the time of the place.")] = None,
    access: Annotated[
        list[str] | None, typer.Option(metavar="NEED", help="An access need, once for each: wheelchair, sight…")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=50, help="How many.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Lists the places that can help, best first. Exit code 1 when the commune is not clear: it asks which."""
    known = [*words().bodies, "france_services"]
    if organisme is not None and organisme not in known:
        raise Told(f"there is no body « {organisme} »; there are: {', '.join(known)}.")
    needs = [name for name in access or () if name not in words().access]
    if needs:
        raise Told(f"there is no access need « {needs[0]} »; there are: {', '.join(words().access)}.")
    settings = load_settings()
    use_communes(settings)
    spot, code = _spot(where, as_json)
    moment = _moment(at, region_of(code).timezone)
    engine, _vault = open_storage(settings)
    found = find_nearest(engine, spot, Need(organisme, access=tuple(access or ())), moment, limit)
    for number, near in enumerate(found, 1):
        if as_json:
            typer.echo(json.dumps(as_dict(near, moment, organisme), ensure_ascii=False))
        else:
            typer.echo("\n".join(_lines(number, near, moment, organisme)))
    if not found and not as_json:
        typer.echo("No place is known around there; `allo places import` fills the directory.", err=True)


def as_dict(near: Near, at: datetime, organisme: str | None) -> dict[str, Any]:
    """A place as a JSON object; what is not known is null."""
    times, place = near.times, near.place
    return {
        "id": place.id,
        "name": place.name,
        "commune": place.commune,
        "postcode": place.postcode,
        "own_commune": near.own,
        "distance_km": None if near.distance_km is None else round(near.distance_km, 1),
        "open_now": times.open_now,
        "next_opening": times.next_opening.isoformat() if times.next_opening else None,
        "hours_unverified": times.unverified,
        "hours_unverified_since": times.since.isoformat() if times.since else None,
        "phone": place.phone,
        "services": list(place.services),
        "score": near.score,
        "why": why_of(near, at, organisme),
    }


def _lines(number: int, near: Near, at: datetime, organisme: str | None) -> list[str]:
    place = near.place
    where = [f"{place.postcode} {place.commune}", kilometres_of(near), phone_of(near)]
    return [
        f"{number}. {place.name}",
        f"   {' · '.join(part for part in where if part)}",
        f"   {opening_of(near, at)}",
        f"   {why_of(near, at, organisme)}",
    ]


def _spot(where: str, as_json: bool) -> tuple[Spot, str]:
    """Where to look, and the code of the commune it is in or near. Asks, and ends with 1, when several may be meant."""
    point = _POINT.fullmatch(where)
    if point:
        lat, lon = float(point[1]), float(point[2])
        if abs(lat) > 90 or abs(lon) > 180:
            raise Told(f"« {where} » is no point: latitude goes from -90 to 90, longitude from -180 to 180.")
        return Spot(lat=lat, lon=lon), commune_at(lat, lon).code
    understood = understand(where)
    if not understood.communes:
        raise Told(f"no commune is known by « {where} »; give its postcode, or its name in full.")
    if len(understood.communes) > 1:
        _ask(understood.communes, as_json)
        raise typer.Exit(1)
    commune = understood.communes[0]
    if not understood.sure:
        typer.echo(f"Understood as {label(commune)}.", err=True)
    return Spot.of(commune), commune.code


def _ask(communes: tuple[Commune, ...], as_json: bool) -> None:
    if as_json:
        asked = [
            {"code": one.code, "name": one.name, "departement": one.departement, "postcodes": list(one.postcodes)}
            for one in communes
        ]
        typer.echo(json.dumps({"ask": asked}, ensure_ascii=False))
        return
    typer.echo("Several communes may be meant; name one in full, with its département or its postcode:", err=True)
    for one in communes:
        typer.echo(f"  {label(one)}  {' '.join(one.postcodes[:3])}")


def _moment(at: str | None, timezone: str) -> datetime:
    """The moment written, in the time of the place when it has no zone; now when nothing is written."""
    zone = ZoneInfo(timezone)
    if at is None:
        return datetime.now(zone)
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise Told(f"« {at} » is no moment; write it like 2026-12-24T10:00.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
