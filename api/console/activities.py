"""The closed cases of a period with their activity report, as the activity page and La Coop's file want them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.base import Sealing
from api.case_models import Handoff
from api.cases.account import COORDINATOR, Account
from api.cases.report import Report
from api.console.coop_csv import Activity
from api.console.titles import title_of
from api.console_models import Mediator
from api.place_models import PlaceRow
from api.places.codec import place_from_json
from api.vault import Vault
from flows.library import Library
from mediation.cases import CLOSED
from mediation.communes import by_code

MOST = 2_000  # cases shown or exported at once

# Moments of days outside these cannot be told in every time zone.
EARLIEST, LATEST = date(2020, 1, 1), date(2999, 12, 31)


@dataclass(frozen=True)
class Closed:
    """A closed case: when, how it ended (`mediation.cases.CLOSINGS`), who held it, and its activity if reported."""

    id: uuid.UUID
    title: str
    closed_at: datetime
    closing: str | None
    name: str
    activity: Activity | None


@dataclass(frozen=True)
class Desk:
    """What reading the activity takes, besides a session."""

    vault: Vault
    library: Library
    zone: ZoneInfo
    closings: Mapping[str, str]


def closed_cases(
    session: Session, desk: Desk, account: Account, since: datetime, until: datetime, team: bool = False
) -> Sequence[Closed]:
    """The cases closed from `since` to before `until`, the newest first.

    One's own, or with `team` those of the whole territory, for a coordinator only.
    """
    found = select(Handoff).where(Handoff.status == CLOSED, Handoff.closed_at >= since, Handoff.closed_at < until)
    if not (team and account.role == COORDINATOR):
        found = found.where(Handoff.mediator_id == account.id)
    rows = session.scalars(found.order_by(Handoff.closed_at.desc(), Handoff.id).limit(MOST)).all()
    people = _people(session, {row.mediator_id for row in rows if row.mediator_id})
    places = _places(session, {row.place_id for row in rows if row.place_id})
    return [_closed(row, desk, people.get(row.mediator_id or row.id), places.get(row.place_id or "")) for row in rows]


def _closed(row: Handoff, desk: Desk, mediator: Mediator | None, place: Mapping[str, str] | None) -> Closed:
    local = (row.closed_at or row.updated_at).astimezone(desk.zone)
    title = title_of(desk.library, row.procedure)
    first, last = (mediator.first_name, mediator.last_name) if mediator else ("", "")
    kept = _unsealed(row, desk.vault, "report_sealed")
    activity = None
    if kept:
        activity = Activity(
            id=str(row.id),
            report=Report.from_json(kept),
            saved=local,
            first_name=first,
            last_name=last,
            procedure=title,
            outcome=desk.closings.get(row.closing or "", ""),
            place=place,
            home=_home(_unsealed(row, desk.vault, "recap_sealed") or {}),
        )
    return Closed(row.id, title, local, row.closing, first, activity)


def _unsealed(row: Sealing, vault: Vault, column: str) -> dict[str, object] | None:
    value = row.unseal(vault, column)
    return value if isinstance(value, dict) else None


def _home(recap: Mapping[str, object]) -> Mapping[str, str] | None:
    """The commune that the citizen named, when it was kept."""
    code = recap.get("commune")
    commune = by_code(code) if isinstance(code, str) else None
    if commune is None:
        return None
    postcode = commune.postcodes[0] if len(commune.postcodes) == 1 else ""
    return {"commune": commune.name, "postcode": postcode, "insee": commune.code}


def _people(session: Session, ids: set[uuid.UUID]) -> Mapping[uuid.UUID, Mediator]:
    return {row.id: row for row in session.scalars(select(Mediator).where(Mediator.id.in_(ids)))}


def _places(session: Session, ids: set[str]) -> Mapping[str, Mapping[str, str]]:
    found: dict[str, Mapping[str, str]] = {}
    for row in session.scalars(select(PlaceRow).where(PlaceRow.id.in_(ids))):
        place = place_from_json(row.about)
        found[row.id] = {
            "name": place.name,
            "address": place.address,
            "commune": place.commune,
            "postcode": place.postcode,
            "insee": place.insee or "",
        }
    return found


def period(since: str | None, until: str | None, today: date) -> tuple[date, date]:
    """The days of a form, both included; the month so far where they are missing, wrong or the wrong way round."""
    first, last = _day(since) or today.replace(day=1), _day(until) or today
    return (first, last) if first <= last else (today.replace(day=1), today)


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return min(max(day, EARLIEST), LATEST)
