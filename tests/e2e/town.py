"""A whole small town for the browser: the service with its console, citizens by SMS and by phone, mediators."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from fastapi import FastAPI
from sqlalchemy import Engine

from api.app import Services, create_app
from api.casework import Casework, open_casework
from api.channels import open_channels
from api.console.gate import COOKIE, PATH
from api.console_models import Mediator
from api.conversations import Conversations
from api.db import make_engine, upgrade, writing
from api.linking import Links
from api.places.around import places_around
from api.places.importing import ensure_demo
from api.settings import load_settings
from api.simulators.desks import Desk, Kept, open_desk, simulated
from api.simulators.mailbox import Mailbox
from api.vault import Vault
from bot.dialogue import Dialogue
from tests.channels.conftest import ReadsAsTold

TUESDAY = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)  # half past ten in Paris: everybody works


T = TypeVar("T")


def apart(work: Callable[..., T], *given: object) -> T:
    """Does something in a thread of its own: the one of the browser has an event loop that runs already."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work, *given).result()


class Clock:
    """The time of day: that of the town when it was made, then as it passes. It may be moved on."""

    def __init__(self, start: datetime) -> None:
        self._ahead = start - datetime.now(UTC)

    def __call__(self) -> datetime:
        """Now."""
        return datetime.now(UTC) + self._ahead

    def wait(self, **time_: float) -> None:
        """Lets time pass."""
        self._ahead += timedelta(**time_)


@dataclass
class Town:
    """The service and its people."""

    app: FastAPI
    engine: Engine
    vault: Vault
    clock: Clock
    mailbox: Mailbox
    kept: Kept
    casework: Casework
    services: Services
    conversations: Conversations

    def desk(self, channel: str, who: str) -> Desk:
        """A citizen on a channel. Not from the thread that drives the browser: see `apart`."""
        return open_desk(channel, self.app, self.casework.console.settings, who, self.mailbox, self.kept)

    def texts(self, within: float = 3.0) -> list[str]:
        """The SMS that left since the last look, once the first one is there."""
        until = time.monotonic() + within
        found: list[str] = []
        while not found and time.monotonic() < until:
            found += [letter.rendered.text for letter in self.mailbox.take()]
            time.sleep(0.05)
        time.sleep(0.2)
        return found + [letter.rendered.text for letter in self.mailbox.take()]

    def mediator(self, first_name: str, role: str = "mediator") -> uuid.UUID:
        """An account that may sign in, with a queue: the territory's."""
        row = Mediator(
            id=uuid.uuid4(), email=f"{first_name.lower()}@exemple.fr", first_name=first_name, last_name="Essai",
            role=role, active=True, territory=True, failures=0, available=True, alert="none", password_hash="none",
            created_at=self.clock(),
        )  # fmt: skip
        with writing(self.engine) as session:
            session.add(row)
        return row.id

    def cookie(self, mediator: uuid.UUID, site: str) -> dict[str, str]:
        """The cookie of a browser where this mediator is signed in."""
        with writing(self.engine) as session:
            value = self.casework.console.gate.sessions.open(session, mediator, second_factor=True)
        return {"name": COOKIE, "value": value, "url": f"{site}{PATH}"}


@contextmanager
def a_town(home: Path, dialogue: Dialogue) -> Iterator[Town]:
    """The town, until the end of the block."""
    settings = simulated(load_settings(_env_file=None, home=home, env="dev"))
    upgrade(settings)
    engine, vault = make_engine(settings.database_url), Vault.from_text(settings.encryption_keys.get_secret_value())
    clock, mailbox = Clock(TUESDAY), Mailbox()
    ensure_demo(engine, clock())
    library, territory = dialogue.library, dialogue.territory
    senders = {name: mailbox.of(name) for name in ("telegram", "sms")}
    channels = open_channels(settings, engine, vault, territory, library, clock, senders)
    casework = open_casework(settings, engine, vault, dialogue, channels.outbox, clock)
    conversations = Conversations(
        engine, vault, dialogue.reply_to, ReadsAsTold(dialogue), Links(vault, settings), channels.outbox,
        partial(places_around, engine, library, territory), casework.charging,
    )  # fmt: skip
    kept = Kept(conversations.receive)
    passing = _Passing(conversations, kept)
    services = Services(passing, _yes, _yes, now=clock, channels=channels, console=casework.console)
    app = create_app(settings, services)
    yield Town(app, engine, vault, clock, mailbox, kept, casework, services, conversations)
    channels.close()
    engine.dispose()


def _yes() -> bool:
    return True


class _Passing:
    """The conversations, the last reply kept on its way for the desks."""

    def __init__(self, conversations: Conversations, kept: Kept) -> None:
        self._conversations, self.receive = conversations, kept

    def __getattr__(self, name: str) -> object:
        return getattr(self._conversations, name)
