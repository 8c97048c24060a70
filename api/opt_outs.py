"""Who wants no more text messages: numbers that wrote STOP, known by their blind index only."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.channel_models import Seen
from api.db import reading, writing
from api.sending.optouts import opt_in, opt_out, opted_out
from api.vault import PHONE_SPACE, Vault

CHANNEL = "sms"


class OptOuts:
    """The numbers that wrote STOP. They stay when their citizen is forgotten. Everything here raises StorageDown."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self._engine, self._vault = engine, vault

    def who(self, number: str) -> str:
        """What a number is known by: says nothing of it to who lacks the key."""
        return self._vault.index(CHANNEL, number)

    def stopped(self, number: str) -> bool:
        """True when this number wants no more messages."""
        with reading(self._engine) as session:
            return opted_out(session, self._vault, CHANNEL, number)

    def stop(self, number: str, provider_id: str, source: str, at: datetime) -> None:
        """No more messages to this number. `source` says how we know; the same message again does nothing."""
        self._once(number, provider_id, at, lambda s: opt_out(s, self._vault, CHANNEL, number, source, at))

    def start(self, number: str, provider_id: str, at: datetime) -> None:
        """Messages again. The same message again does nothing: it may come after a newer STOP."""
        self._once(number, provider_id, at, lambda s: opt_in(s, self._vault, CHANNEL, number))

    def _once(self, number: str, provider_id: str, at: datetime, write: Callable[[Session], None]) -> None:
        digest = self._vault.receipt(PHONE_SPACE, number, f"opt-out {provider_id}")
        try:
            with writing(self._engine) as session:
                if session.scalar(select(Seen.id).where(Seen.digest == digest)) is None:
                    session.add(Seen(id=uuid.uuid4(), digest=digest, at=at))
                    write(session)
        except IntegrityError:
            # The same message was handled at the very same time.
            return
