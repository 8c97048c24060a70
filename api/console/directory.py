"""The directory of places as the console shows it: a search by name or commune, and one place in full."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from api.console_models import Mediator, MediatorPlace
from api.place_models import PlaceImport, PlaceRow
from api.places.codec import place_from_json
from bot.phones import spaced
from flows.plain import plain
from mediation.communes import where
from mediation.hours import OLD_AFTER, Opening
from mediation.place import Place

SHOWN = 40
IMPORTS = 5
DAYS = 7
# Letters that may bear an accent, which the databases do not compare alike: any letter, then looked at here.
ACCENTED = re.compile(r"oe|ae|[aeiouycn]")
WEB = ("http", "https")


@dataclass(frozen=True)
class Found:
    """A place in a list."""

    id: str
    name: str
    commune: str
    postcode: str


@dataclass(frozen=True)
class Card:
    """A place in full. `phone`: as people dial it. `hours`: the seven days to come, empty when nobody knows them.

    `appointment` and `website` are web addresses, None for anything else. `old`: its hours were last looked at too
    long ago to rely on them, or nobody knows when. `staff`: the names of those who work there.
    """

    place: Place
    phone: str
    hours: tuple[str, ...]
    appointment: str | None
    website: str | None
    old: bool
    staff: tuple[str, ...]


def search(session: Session, text: str) -> list[Found]:
    """The places of the commune that `text` names, then those whose name has its words; forty at most."""
    words = plain(text).split()
    if not words:
        return []
    named = where(text)
    codes = [code for commune in named.communes for code in commune.codes] if named.sure else []
    columns = (PlaceRow.id, PlaceRow.name, PlaceRow.about)
    there = select(*columns).where(PlaceRow.insee.in_(codes)).order_by(PlaceRow.name, PlaceRow.id).limit(SHOWN)
    called = select(*columns).order_by(PlaceRow.name, PlaceRow.id)
    for word in words:
        called = called.where(PlaceRow.name.ilike(f"%{ACCENTED.sub('%', word)}%"))
    by_name = (row for row in session.execute(called) if all(word in plain(row.name) for word in words))
    found = {row.id: _found(row) for row in session.execute(there)} if codes else {}
    for row in by_name:
        if len(found) >= SHOWN:
            break
        found.setdefault(row.id, _found(row))
    return list(found.values())


def named(session: Session, ids: Sequence[str]) -> dict[str, str]:
    """The names of places by id; a place that has left the directory goes by its id."""
    rows = session.execute(select(PlaceRow.id, PlaceRow.name).where(PlaceRow.id.in_(ids)))
    return {id_: id_ for id_ in ids} | {id_: name for id_, name in rows}


def card(session: Session, id_: str, now: datetime) -> Card | None:
    """All that is known of a place at the moment `now`, None when there is none of this id."""
    row = session.get(PlaceRow, id_)
    if row is None:
        return None
    place = place_from_json(row.about)
    opening = Opening.of(place)
    today = opening.local(now).date()
    days = [opening.in_words(today + timedelta(days=ahead), spoken=False) for ahead in range(DAYS)]
    staff = (
        select(Mediator.first_name, Mediator.last_name)
        .join(MediatorPlace, MediatorPlace.mediator_id == Mediator.id)
        .where(MediatorPlace.place_id == id_, Mediator.active)
        .order_by(Mediator.first_name, Mediator.last_name)
    )
    return Card(
        place=place,
        phone=spaced(place.phone) if place.phone else "",
        hours=tuple(day for day in days if day),
        appointment=web_address(place.appointment),
        website=web_address(place.website),
        old=place.updated is None or today - place.updated > OLD_AFTER,
        staff=tuple(f"{first} {last}".strip() for first, last in session.execute(staff)),
    )


def imports(session: Session) -> list[PlaceImport]:
    """The last imports, the newest first."""
    return list(session.scalars(select(PlaceImport).order_by(PlaceImport.id.desc()).limit(IMPORTS)))


def web_address(text: str | None) -> str | None:
    """`text` if it is an address of the web with a host: nothing else becomes a link."""
    try:
        parts = urlsplit(text or "")
    except ValueError:
        return None
    return text if parts.scheme.lower() in WEB and parts.hostname else None


def _found(row: Row[Any]) -> Found:
    return Found(row.id, row.name, row.about.get("commune", ""), row.about.get("postcode", ""))
