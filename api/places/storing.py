"""Writing the places of one file in the directory: all in one transaction, so that readers see the old or the new."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Engine, delete, insert, select, text, update
from sqlalchemy.orm import Session

from api.db import writing
from api.place_models import PlaceImport, PlaceRow
from api.places.codec import place_to_json
from api.places.report import Changes, Report
from mediation.directory.journal import Journal
from mediation.place import Place

DEMO = "demo"
CHUNK = 500
FEW = 10  # places of a file: of fewer, most may go at once, though not all
IMPORT_LOCK = 471_930_061
Saving = Callable[[int, int], None]
T = TypeVar("T")


class TooFewPlaces(ValueError):
    """The file has lost more than half of its places, which is rarely meant. Nothing was changed."""


class Stored(NamedTuple):
    """What is known of a stored place before an import."""

    digest: str
    source_file: str
    updated: date | None


@dataclass
class Plan:
    """What an import will write."""

    new: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    unchanged: int = 0
    elsewhere: int = 0
    held: int = 0
    gone: list[str] = field(default_factory=list)
    demo: list[str] = field(default_factory=list)
    spared: int = 0

    def changes(self) -> Changes:
        """In numbers."""
        return Changes(
            new=len(self.new),
            changed=len(self.changed),
            unchanged=self.unchanged,
            elsewhere=self.elsewhere,
            held=self.held,
            removed=len(self.gone),
            spared=self.spared,
            demo_removed=len(self.demo),
        )


def store(
    engine: Engine, name: str, places: Sequence[Place], journal: Journal, now: datetime, force: bool, saving: Saving
) -> Report:
    """Replaces the places of the file `name` by `places`. Raises TooFewPlaces (unless `force`), StorageDown."""
    rows = [row_of(place, name) for place in places]  # before the transaction, which should be short
    with writing(engine) as session:
        one_import_at_a_time(session)
        plan = planned(session, name, rows, journal, force)
        carry_out(session, plan, saving)
        report = Report(name, journal, plan.changes())
        session.add(PlaceImport(name=name, at=now, report=report.as_json()))
    return report


def row_of(place: Place, name: str) -> dict[str, Any]:
    """A place as a row of the table."""
    about = place_to_json(place)
    digest = hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()
    return {
        **{"id": place.id, "name": place.name, "insee": place.insee, "lat": place.lat, "lon": place.lon},
        **{"about": about, "digest": digest, "source_file": name, "updated": place.updated},
    }


def one_import_at_a_time(session: Session) -> None:
    """On PostgreSQL, waits for another import; SQLite has one writer at a time anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL lock_timeout = '60s'"))
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": IMPORT_LOCK})


def planned(session: Session, name: str, rows: Iterable[dict[str, Any]], journal: Journal, force: bool) -> Plan:
    """Compares the rows with what is stored. Raises TooFewPlaces."""
    found = session.execute(select(PlaceRow.id, PlaceRow.digest, PlaceRow.source_file, PlaceRow.updated))
    stored = {id_: Stored(digest, source, updated) for id_, digest, source, updated in found}
    if name == DEMO and any(place.source_file != DEMO for place in stored.values()):
        return Plan(elsewhere=journal.kept)  # what is fictional never stands beside what is real
    plan = Plan()
    seen = set()
    for row in rows:
        seen.add(row["id"])
        sort(plan, row, stored.get(row["id"]), hold=journal.cut is not None and not force)
    mine = [id_ for id_, place in stored.items() if place.source_file == name]
    missing = [id_ for id_ in mine if id_ not in seen]
    kept = journal.incomplete and not force
    plan.gone = [] if kept else [id_ for id_ in missing if id_ not in journal.spared]
    plan.spared = len(missing) - len(plan.gone)
    if not force and 2 * len(plan.gone) > len(mine) and (len(mine) >= FEW or not seen):
        raise TooFewPlaces(
            f"of the {len(mine)} places that {name} had, {len(plan.gone)} are no longer in the file; nothing was "
            "changed. If that is right, import it again with --force."
        )
    if name != DEMO and seen:
        plan.demo = [id_ for id_, place in stored.items() if place.source_file == DEMO and id_ not in seen]
    return plan


def sort(plan: Plan, row: dict[str, Any], stored: Stored | None, hold: bool) -> None:
    """New, changed, the same, or better known by another file. `hold`: what is there stays as it is.

    A cut file lacks rows that were merged in others, and these would lose what the lost ones had said.
    """
    if stored is None:
        plan.new.append(row)
    elif stored.source_file not in (row["source_file"], DEMO):
        if not hold and (row["updated"] or date.min) > (stored.updated or date.min):
            plan.changed.append(row)
        else:
            plan.elsewhere += 1
    elif stored.digest == row["digest"] and stored.source_file == row["source_file"]:
        plan.unchanged += 1
    elif hold:
        plan.held += 1
    else:
        plan.changed.append(row)


def carry_out(session: Session, plan: Plan, saving: Saving) -> None:
    """Writes the plan. `saving` gets how many rows were written, of how many."""
    done, whole = 0, len(plan.gone) + len(plan.demo) + len(plan.changed) + len(plan.new)
    for ids in chunks([*plan.gone, *plan.demo]):
        session.execute(delete(PlaceRow).where(PlaceRow.id.in_(ids)))
        saving(done := done + len(ids), whole)
    for rows in chunks(plan.changed):
        session.execute(update(PlaceRow), list(rows))
        saving(done := done + len(rows), whole)
    for rows in chunks(plan.new):
        session.execute(insert(PlaceRow), list(rows))
        saving(done := done + len(rows), whole)


def chunks(things: Sequence[T]) -> Iterator[Sequence[T]]:
    """A few at a time."""
    return (things[at : at + CHUNK] for at in range(0, len(things), CHUNK))
