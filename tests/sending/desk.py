"""Where the tests of sending put messages: an outbox with a clock in hand, and persons to write to."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from api.channel_models import Delivery
from api.db import reading, writing
from api.models import Citizen
from api.sending.backoff import BackOff
from api.sending.errors import Sender
from api.sending.outbox import Outbox
from api.settings import Settings
from api.vault import Vault
from bot.messages import Send
from flows.texts import Say
from mediation.territory import Territory

NOON = datetime(2026, 3, 3, 11, 0, tzinfo=UTC)  # a Tuesday, noon in Paris
TERRITORY = Territory(name="Essai", team="Une équipe")
ON_SQLITE = pytest.mark.parametrize("new_database", ["sqlite"], indirect=True)  # what no database decides of
CHANNEL, OTHER = "web", "terminal"  # any two that exist: the outbox never asks which


def push(*texts: str, **more: object) -> Send:
    """Something that we start."""
    return Send("push", CHANNEL, tuple(Say(text) for text in texts), **more)  # type: ignore[arg-type]


def reply(*texts: str, channel: str = CHANNEL) -> Send:
    """An answer to what has just been said."""
    return Send("reply", channel, tuple(Say(text) for text in texts))


class Desk:
    """An outbox over `engine`, whose time only moves by hand."""

    def __init__(self, engine: Engine, vault: Vault, settings: Settings, senders: Mapping[str, Sender]) -> None:
        self.engine, self.time = engine, NOON
        self.outbox = Outbox(
            engine, vault, settings, TERRITORY, senders, lambda: self.time, BackOff(), timedelta(seconds=60)
        )

    def person(self) -> uuid.UUID:
        """Somebody new."""
        id_ = uuid.uuid4()
        with writing(self.engine) as session:
            session.add(Citizen(id=id_, created_at=NOON))
        return id_

    def put(self, person: uuid.UUID, *sends: Send, to: str = "a") -> None:
        """Puts messages, in one transaction."""
        with writing(self.engine) as session:
            for send in sends:
                self.outbox.put(session, person, person, send, to, self.time)

    def rows(self, person: uuid.UUID) -> list[Delivery]:
        """The messages of somebody, in order."""
        with reading(self.engine) as session:
            return list(session.scalars(select(Delivery).where(Delivery.person == person).order_by(Delivery.sequence)))

    def states(self, person: uuid.UUID) -> list[str]:
        """Their states, in order."""
        return [row.state for row in self.rows(person)]

    def next_try(self, person: uuid.UUID) -> None:
        """Moves the clock to the moment of the next try of their first message, and sends."""
        first = next(row for row in self.rows(person) if row.state in ("queued", "sending"))
        self.time = max(self.time, first.lease_until or first.not_before)
        self.outbox.drain(person)
