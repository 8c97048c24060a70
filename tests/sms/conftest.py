"""The webhooks of SMS over the real conversations and dialogue, as Twilio reaches them through a proxy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from xml.etree import ElementTree

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from api import db
from api.conversations import Conversations
from api.opt_outs import OptOuts
from api.providers.twilio_signature import Signature
from api.routes.sms import sms_router
from api.settings import Settings, load_settings
from api.vault import Vault
from bot.dialogue import Dialogue
from bot.messages import Inbound, Reply
from bot.understanding import Understanding
from tests.sms.reading import ALLOWED_TEXTS
from tests.twilio_api import ACCOUNT, NUMBER, TOKEN

PUBLIC = "https://allo.example.org"
CITIZEN = "+33612345678"
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


class NoRasa:
    """An understanding that is away."""

    def parse(self, text: str) -> Understanding:
        """Nothing understood."""
        return Understanding(text, "incompris", 0.0, None, {}, (), False)


@dataclass
class Spied:
    """The real conversations, with what they were given; `broken` is raised instead of an answer."""

    conversations: Conversations
    given: list[Inbound] = field(default_factory=list)
    broken: Exception | None = None

    def receive(self, inbound: Inbound) -> Reply:
        """The real reply."""
        self.given.append(inbound)
        if self.broken:
            raise self.broken
        return self.conversations.receive(inbound)


@dataclass
class Line:
    """Twilio's side of the line: signs what it posts."""

    client: TestClient
    signature: Signature
    ids: Iterator[int] = field(default_factory=lambda: count(1))

    def form(self, body: str, **fields: str) -> dict[str, str]:
        """A message as Twilio posts it."""
        usual = {"AccountSid": ACCOUNT, "From": CITIZEN, "To": NUMBER, "NumMedia": "0", "NumSegments": "1"}
        return {**usual, "MessageSid": f"SM{next(self.ids):032x}", "Body": body, **fields}

    def post(self, form: dict[str, str], path: str = "/webhooks/sms", **headers: str) -> httpx.Response:
        """Posts a signed form."""
        signed = {"X-Twilio-Signature": self.signature.sign(path, form), **headers}
        return self.client.post(path, data=form, headers=signed)

    def writes(self, body: str, **fields: str) -> list[str]:
        """The texts that answer a message."""
        response = self.post(self.form(body, **fields))
        assert response.status_code == 200
        assert response.headers["content-type"] == "application/xml"
        return texts(response)


def texts(response: httpx.Response) -> list[str]:
    """The SMS of a TwiML answer."""
    return [message.text or "" for message in ElementTree.fromstring(response.content)]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database, to copy."""
    path = tmp_path_factory.mktemp("sms") / "allo.db"
    db.upgrade(Settings(_env_file=None, database_url=f"sqlite:///{path}"))
    return path


@pytest.fixture
def settings(tmp_path: Path, template: Path) -> Settings:
    """A service with a Twilio account, behind a proxy."""
    file = tmp_path / "allo.db"
    file.write_bytes(template.read_bytes())
    return load_settings(
        _env_file=None,
        home=tmp_path,
        database_url=f"sqlite:///{file}",
        public_url=PUBLIC,
        twilio_account_sid=ACCOUNT,
        twilio_auth_token=TOKEN,
        twilio_number=NUMBER,
    )


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """Its database."""
    engine = db.make_engine(settings.database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def vault(settings: Settings) -> Vault:
    """Its keys."""
    return Vault.from_text(settings.encryption_keys.get_secret_value())


@pytest.fixture
def spied(engine: Engine, vault: Vault, dialogue: Dialogue) -> Spied:
    """The real conversations and dialogue, without Rasa."""
    return Spied(Conversations(engine, vault, dialogue.reply_to, NoRasa()))


@pytest.fixture
def opt_outs(engine: Engine, vault: Vault) -> OptOuts:
    """Who wrote STOP."""
    return OptOuts(engine, vault)


@pytest.fixture
def told() -> list[tuple[str, str, str | None]]:
    """What became of messages, as the service was told."""
    return []


@pytest.fixture
def open_line(
    settings: Settings, spied: Spied, opt_outs: OptOuts, told: list[tuple[str, str, str | None]]
) -> Iterator[Callable[..., Line]]:
    """Opens a line on settings that a test may change."""
    clients: list[TestClient] = []

    def opened(**changed: object) -> Line:
        chosen = settings.model_copy(update=changed)
        signature = Signature(settings.model_copy(update={"public_url": chosen.public_url}))
        app = FastAPI()
        router = sms_router(
            chosen,
            spied.receive,
            Signature(chosen),
            opt_outs,
            lambda: MONDAY,
            ALLOWED_TEXTS.__getitem__,
            status=lambda sid, word, code: told.append((sid, word, code)),
            urgent=lambda text: "mourir" in text,
        )
        app.include_router(router)
        clients.append(TestClient(app, base_url="http://10.0.0.5:8000"))  # the proxy's Host is not ours
        return Line(clients[-1], signature)

    yield opened
    for client in clients:
        client.close()


@pytest.fixture
def line(open_line: Callable[..., Line]) -> Line:
    """The line."""
    return open_line()


@pytest.fixture
def rows(engine: Engine) -> Callable[[str], int]:
    """How many rows a table has."""

    def counted(table: str) -> int:
        with engine.connect() as connection:
            return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())

    return counted


__all__ = ["Line", "Spied"]
