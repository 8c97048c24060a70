"""What somebody needs of a place, and what is known of a place at a given moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from mediation.place import Place


@dataclass(frozen=True)
class Need:
    """What a person is looking for. Everything is optional: an empty need is help with any administrative procedure.

    `organisme` is a body as in bot/bodies.yaml (« caf »), `services` are words of the national standard (« Accès
    internet et matériel informatique »), `access` names of access needs as in words.yaml (« wheelchair »; others count
    for nothing), `languages` codes of two letters, `deadline` the last useful day, `remote` whether help from afar (by
    phone, on line) is of use.
    """

    organisme: str | None = None
    services: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    deadline: date | None = None
    remote: bool = False


@dataclass(frozen=True)
class Candidate:
    """A place to rank. `distance_km` is None when a point is not known; `own`: in the person's commune."""

    place: Place
    distance_km: float | None = None
    own: bool = False


@dataclass(frozen=True)
class Times:
    """What the hours say at a moment. `open_now` None: not known. `unverified`: too old to rely on (`since`: a day)."""

    open_now: bool | None = None
    next_opening: datetime | None = None
    closes: datetime | None = None
    unverified: bool = False
    since: date | None = None
