"""Sessions of the console, kept on the server: a cookie opens nothing once its row is gone."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from api.console.digests import Digests, new_token
from api.console_models import ConsoleSession, Mediator
from api.settings import Settings

HALF = timedelta(minutes=15)
"""How long the code may be waited for once the password was given."""
TOUCH = timedelta(minutes=1)
_PURPOSE = "session"


@dataclass(frozen=True)
class Listed:
    """One session as its owner sees it."""

    id: uuid.UUID
    created_at: datetime
    seen_at: datetime
    here: bool


class Sessions:
    """Opens, finds and ends sessions, inside the caller's transaction."""

    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        self._digests = Digests.of(settings.secret_key.get_secret_value())
        self._idle = timedelta(minutes=settings.console_idle_minutes)
        self._longest = timedelta(hours=settings.console_session_hours)
        self._now = now

    def open(self, session: Session, mediator_id: uuid.UUID, second_factor: bool, replaces: str = "") -> str:
        """A new session, and the value of its cookie. Always a new one: an id known before is worth nothing after.

        Without `second_factor` it only leads to the page that asks for the code. `replaces`: the cookie that ends.
        """
        at, cookie = self._now(), new_token()
        self.end(session, replaces)
        session.execute(delete(ConsoleSession).where(ConsoleSession.expires_at <= at))
        session.add(
            ConsoleSession(
                id=uuid.uuid4(),
                digest=self._digests.digest(_PURPOSE, cookie),
                mediator_id=mediator_id,
                second_factor=second_factor,
                created_at=at,
                seen_at=at,
                expires_at=at + (self._longest if second_factor else HALF),
            )
        )
        return cookie

    def find(self, session: Session, cookie: str) -> tuple[ConsoleSession, Mediator] | None:
        """The living session of a cookie with its account; None when it ended, or when the account was disabled."""
        if not cookie:
            return None
        row = session.scalars(select(ConsoleSession).where(self._is(cookie))).one_or_none()
        at = self._now()
        if row is None or row.expires_at <= at or row.seen_at + self._idle <= at:
            return None
        mediator = session.get(Mediator, row.mediator_id)
        return (row, mediator) if mediator is not None and mediator.active else None

    def stale(self, row: ConsoleSession) -> bool:
        """True when `touch` is due: once a minute is enough, and spares the database."""
        return self._now() - row.seen_at >= TOUCH

    def touch(self, session: Session, cookie: str) -> None:
        """The session was used now: it stays open, and the account was seen."""
        found = self.find(session, cookie)
        if found:
            found[0].seen_at = found[1].seen_at = self._now()

    def end(self, session: Session, cookie: str) -> None:
        """Ends the session of a cookie; nothing when it has none."""
        if cookie:
            session.execute(delete(ConsoleSession).where(self._is(cookie)))

    def end_one(self, session: Session, mediator_id: uuid.UUID, id_: uuid.UUID) -> None:
        """Ends one session of this account; nothing when it is somebody else's."""
        session.execute(
            delete(ConsoleSession).where(ConsoleSession.id == id_, ConsoleSession.mediator_id == mediator_id)
        )

    def end_all(self, session: Session, mediator_id: uuid.UUID) -> None:
        """Ends every session of the account."""
        session.execute(delete(ConsoleSession).where(ConsoleSession.mediator_id == mediator_id))

    def listed(self, session: Session, mediator_id: uuid.UUID, cookie: str) -> list[Listed]:
        """The living sessions of an account, the latest used first."""
        here, at = self._digests.digest(_PURPOSE, cookie), self._now()
        rows = session.scalars(
            select(ConsoleSession)
            .where(ConsoleSession.mediator_id == mediator_id, ConsoleSession.second_factor)
            .where(ConsoleSession.expires_at > at, ConsoleSession.seen_at > at - self._idle)
            .order_by(ConsoleSession.seen_at.desc())
        )
        return [Listed(row.id, row.created_at, row.seen_at, row.digest == here) for row in rows]

    def _is(self, cookie: str) -> ColumnElement[bool]:
        return ConsoleSession.digest == self._digests.digest(_PURPOSE, cookie)
