"""The service but Rasa and the providers: real webhooks, dialogue and database; a mailbox takes what leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.app import Services, create_app
from api.cases.acts import Cases
from api.cases.charging import Charging
from api.cases.presence import staffed
from api.cases.routing import Routing
from api.cases.speaking import Speaker
from api.channels import open_channels
from api.conversations import Conversations
from api.db import make_engine
from api.linking import Links
from api.places.around import places_around
from api.settings import Settings
from api.simulators.desks import Desk, Kept, open_desk, simulated
from api.simulators.mailbox import Mailbox
from api.vault import Vault
from bot.dialogue import Dialogue
from bot.messages import Inbound, Reply
from bot.understanding import Understanding
from mediation.territory import load_territory
from tests.api.conftest import (  # noqa: F401  (fixtures)
    new_database,
    postgres_server,
    postgres_template,
    settings,
    sqlite_template,
)
from tests.player import heard

SUNDAY = datetime(2026, 11, 22, 11, tzinfo=UTC)


@dataclass
class ReadsAsTold:
    """Stands for Rasa: reads each text as the test says, and anything else as nothing."""

    dialogue: Dialogue
    intents: dict[str, str] = field(default_factory=dict)

    def parse(self, text: str) -> Understanding:
        """The reading of a text."""
        return heard(text, self.intents.get(text), self.dialogue)


@dataclass
class Service:
    """One running service, and the desks of its citizens."""

    app: FastAPI
    settings: Settings
    engine: Engine
    vault: Vault
    conversations: Conversations
    understanding: ReadsAsTold
    mailbox: Mailbox
    kept: Kept
    cases: Cases
    now: datetime = SUNDAY

    def clock(self) -> datetime:
        """The time of day."""
        return self.now

    def desk(self, channel: str, who: str) -> Desk:
        """A citizen on a channel."""
        return open_desk(channel, self.app, self.settings, who, self.mailbox, self.kept)

    def browser(self) -> TestClient:
        """A citizen's browser."""
        return TestClient(self.app, base_url="http://localhost:8000")

    def receive(self, inbound: Inbound) -> Reply:
        """Passes a message on, and keeps the reply."""
        return self.kept(inbound)

    def history(self, channel: str, address: str) -> Any:
        """What was said."""
        return self.conversations.history(channel, address)

    def pushed(self, channel: str, address: str, after: str) -> Any:
        """What was said apart from any turn."""
        return self.conversations.pushed(channel, address, after)

    def standing(self, channel: str, address: str) -> Any:
        """Where the case stands."""
        return self.conversations.standing(channel, address)


@pytest.fixture
def service(settings: Settings, dialogue: Dialogue) -> Iterator[Service]:  # noqa: F811
    made = simulated(settings).model_copy(update={"database_url": settings.database_url})
    engine, vault = make_engine(made.database_url), Vault.from_text(made.encryption_keys.get_secret_value())
    mailbox, understanding = Mailbox(), ReadsAsTold(dialogue)
    running: list[Service] = []
    channels = open_channels(
        made, engine, vault, load_territory("demo"), dialogue.library, lambda: running[0].now,
        {name: mailbox.of(name) for name in ("telegram", "sms")},
    )  # fmt: skip
    around = partial(places_around, engine, dialogue.library, load_territory("demo"))
    territory, router = dialogue.territory, Routing(dialogue.library, dialogue.territory)
    charging = Charging(vault, router, territory, partial(staffed, territory=territory))
    conversations = Conversations(
        engine, vault, dialogue.reply_to, understanding, Links(vault, made), channels.outbox, around, charging
    )
    speaker = Speaker(vault, channels.outbox, dialogue.library)
    cases = Cases(engine, vault, dialogue, speaker, router, lambda: running[0].now)
    kept = Kept(conversations.receive)
    service = Service(FastAPI(), made, engine, vault, conversations, understanding, mailbox, kept, cases)
    running.append(service)
    services = Services(service, lambda: True, lambda: True, now=service.clock, channels=channels)
    service.app = create_app(made, services)
    yield service
    channels.close()
    engine.dispose()
