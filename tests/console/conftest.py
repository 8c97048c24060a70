"""The console of a running service, with an account of each role and browsers that are signed in."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from httpx import Response
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.testclient import TestClient

from api.cases.account import Account, account_of
from api.cases.acts import Cases
from api.cases.charging import Charging
from api.cases.routing import Routing
from api.cases.speaking import Speaker
from api.console.app import mount_console, open_console
from api.console.desk import Console
from api.console.gate import COOKIE, FIELD, PATH
from api.console_models import Mediator, MediatorPlace
from api.db import reading, writing
from api.vault import Vault
from bot.dialogue import Dialogue
from mediation.territory import load_territory
from tests.channels.conftest import (  # noqa: F401  (fixtures)
    Service,
    new_database,
    postgres_server,
    postgres_template,
    service,
    settings,
    sqlite_template,
)

BASE = "http://localhost:8000"
ROLES = ("mediator", "coordinator", "administrator")


class Browser:
    """A browser without script on the console. It follows no redirect, and puts the hidden field in its forms."""

    def __init__(self, running: RunningConsole) -> None:
        self.running = running
        self.client = TestClient(
            running.service.app, base_url=BASE, follow_redirects=False, raise_server_exceptions=False
        )
        self.cookies = self.client.cookies

    @property
    def cookie(self) -> str:
        """The value of the console's cookie."""
        return self.cookies.get(COOKIE, path=PATH) or ""

    @property
    def jeton(self) -> str:
        """What our forms carry for this browser."""
        headers = [(b"cookie", f"{COOKIE}={self.cookie}".encode())]
        return self.running.console.gate.csrf_token(Request({"type": "http", "headers": headers}))

    def get(self, url: str, **how: Any) -> Response:
        """Asks for a page."""
        return self.client.get(url, **how)

    def post(self, url: str, **how: Any) -> Response:
        """Posts what a stranger may: without the hidden field."""
        return self.client.post(url, **how)

    def send(self, url: str, **data: Any) -> Response:
        """Sends a form of ours."""
        return self.client.post(url, data={FIELD: self.jeton, **data})


@dataclass
class RunningConsole:
    """A service with its console. `service` has the citizens' side: desks, mailbox, clock (`service.now`)."""

    service: Service
    console: Console
    accounts: dict[str, uuid.UUID] = field(default_factory=dict)

    @property
    def engine(self) -> Engine:
        """The database."""
        return self.console.engine

    @property
    def vault(self) -> Vault:
        """Its keys."""
        return self.console.vault

    def add(
        self, name: str, role: str = "mediator", places: tuple[str, ...] = (), territory: bool = False, **more: Any
    ) -> uuid.UUID:
        """Makes an account, known by `name` from now on: its first name is that name with a capital."""
        id_ = uuid.uuid4()
        given = {
            "email": f"{name}@exemple.fr", "first_name": name.capitalize(), "last_name": "Martin", "role": role,
            "active": True, "territory": territory, "failures": 0, "available": True, "alert": "none",
            "password_hash": "none", "created_at": self.service.now,
        }  # fmt: skip
        with writing(self.engine) as session:
            session.add(Mediator(id=id_, **{**given, **more}))
            session.flush()
            session.add_all(MediatorPlace(mediator_id=id_, place_id=place) for place in places)
        self.accounts[name] = id_
        return id_

    def account(self, name: str) -> Account:
        """An account as the cases know it."""
        with reading(self.engine) as session:
            return account_of(session, session.get_one(Mediator, self.accounts[name]))

    def mediator(self, name: str) -> Mediator:
        """The row of an account, as it is now."""
        with reading(self.engine) as session:
            return session.get_one(Mediator, self.accounts[name])

    def routes(self) -> list[tuple[str, str]]:
        """Every route of the console as (method, path), with its parameters as `{names}`."""
        found = [(route.path or "", route.methods or set()) for route in iter_route_contexts(self.service.app.routes)]
        return sorted((method, path) for path, methods in found if path.startswith(PATH) for method in methods)

    def browser(self) -> Browser:
        """A browser that nobody is signed in with."""
        return Browser(self)

    def as_(self, name: str) -> Browser:
        """A browser where this account is signed in, its code given."""
        browser = self.browser()
        with writing(self.engine) as session:
            cookie = self.console.gate.sessions.open(session, self.accounts[name], second_factor=True)
        browser.cookies.set(COOKIE, cookie, domain="localhost.local", path=PATH)
        return browser


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Pages say the same whatever the database: only tests marked `both` run on PostgreSQL too, here."""
    ours = Path(__file__).parent
    extra = [
        one for one in items
        if ours in one.path.parents and one.get_closest_marker("postgres") and not one.get_closest_marker("both")
    ]  # fmt: skip
    config.hook.pytest_deselected(items=extra)
    items[:] = [one for one in items if one not in set(extra)]


@pytest.fixture
def console(service: Service, dialogue: Dialogue) -> Iterator[RunningConsole]:  # noqa: F811
    """A console with accounts named as their roles; the mediator sees the cases of no place."""
    territory = load_territory("demo")
    # The citizens' side as the service runs it, with the same queues and the same outbox.
    speaker = Speaker(service.vault, service.conversations._outbox, dialogue.library)
    routing = Routing(dialogue.library, territory)
    service.conversations._cases = Charging(service.vault, routing, territory)
    cases = Cases(service.engine, service.vault, dialogue, speaker, routing, service.clock)
    parts = open_console(
        service.settings, service.engine, service.vault, dialogue, territory, cases, speaker, service.clock
    )
    mount_console(service.app, parts)
    running = RunningConsole(service, parts)
    for role in ROLES:
        running.add(role, role, territory=role == "mediator")
    yield running
