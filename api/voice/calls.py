"""What is kept of a phone call: its two ends, and which person accepted to take it over."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.channel_models import Call
from api.db import reading, writing

RINGING, ACCEPTED, FAILED = "ringing", "accepted", "failed"


@dataclass(frozen=True)
class CallState:
    """A call as it stands. `transfer` is a state and the dial it is about (« accepted 4.1 »)."""

    started_at: datetime
    ended_at: datetime | None
    transfer: str | None

    def accepted(self, dial: str) -> bool:
        """True when the person rung by `dial` pressed the key that takes the call."""
        return self.transfer == f"{ACCEPTED} {dial}"


class Calls:
    """The calls, known by the provider's id. Every method raises StorageDown when the database does not answer.

    A `dial` names one ringing of one phone (« 4.1 »: asked at turn 4, first phone), so that a request delivered twice
    never undoes what a later one did.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, sid: str, at: datetime) -> None:
        """A call begins; nothing changes when it already had."""
        try:
            with writing(self._engine) as session:
                session.add(Call(id=uuid.uuid4(), sid=sid, started_at=at, transfers=0))
        except IntegrityError:  # the same request once more, perhaps at this very moment
            pass

    def find(self, sid: str) -> CallState | None:
        """The call of that id, None when it never began."""
        with reading(self._engine) as session:
            row = _row(session, sid)
            return CallState(row.started_at, row.ended_at, row.transfer) if row else None

    def ringing(self, sid: str, dial: str) -> None:
        """A phone rings for this call. Counted once a dial."""
        with writing(self._engine) as session:
            row = _row(session, sid)
            if row and not _about(row, dial):
                row.transfer, row.transfers = f"{RINGING} {dial}", row.transfers + 1

    def accept(self, sid: str, dial: str) -> bool:
        """The person rung takes the call. False when this phone is not the one ringing any more."""
        with writing(self._engine) as session:
            row = _row(session, sid)
            if row is None or row.transfer not in (f"{RINGING} {dial}", f"{ACCEPTED} {dial}"):
                return False
            row.transfer = f"{ACCEPTED} {dial}"
            return True

    def failed(self, sid: str, dial: str) -> None:
        """Nobody took the call, and no other phone is left to try."""
        with writing(self._engine) as session:
            row = _row(session, sid)
            if row and row.transfer == f"{RINGING} {dial}":
                row.transfer = f"{FAILED} {dial}"

    def end(self, sid: str, at: datetime) -> bool:
        """The call is over. The first end said is kept. False for a call that never began."""
        with writing(self._engine) as session:
            row = _row(session, sid)
            if row and row.ended_at is None:
                row.ended_at = at
            return row is not None


def _row(session: Session, sid: str) -> Call | None:
    return session.scalars(select(Call).where(Call.sid == sid)).one_or_none()


def _about(row: Call, dial: str) -> bool:
    """True when the row already speaks of this dial, or of a later one."""
    _, _, known = (row.transfer or "").partition(" ")
    return bool(known) and _order(known) >= _order(dial)


def _order(dial: str) -> tuple[int, ...]:
    return tuple(int(part) for part in dial.split("."))
