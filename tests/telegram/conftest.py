"""The webhook over a recorder, and the Bot API's stand-in."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr

from api.providers.telegram_api import TelegramApi
from api.routes.telegram import PATH, SECRET_HEADER, telegram_router
from api.settings import Settings
from bot.messages import Inbound, Reply
from tests.telegram.fake_bot_api import TOKEN, FakeBotApi
from tests.telegram.updates import NOW

SECRET = "a-secret-of-the-webhook_1"


@dataclass
class Recorder:
    """Stands for the conversations: a repeated message is known. `failing` is raised by the next calls."""

    received: list[Inbound] = field(default_factory=list)
    turns: int = 0
    failing: Exception | None = None
    _seen: dict[tuple[str, str], Reply] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def receive(self, inbound: Inbound) -> Reply:
        """The same reply to the same message."""
        with self._lock:
            if self.failing:
                raise self.failing
            self.received.append(inbound)
            key = (inbound.address, inbound.provider_id)
            if key not in self._seen:
                self.turns += 1
                self._seen[key] = Reply(())
            return self._seen[key]


@pytest.fixture
def bot_api(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeBotApi]:
    """Telegram, on this machine."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with FakeBotApi() as fake:
        yield fake


@pytest.fixture
def settings(tmp_path: Path, bot_api: FakeBotApi) -> Settings:
    """Settings of a service that talks with it."""
    return Settings(
        _env_file=None,
        home=tmp_path,
        telegram_token=SecretStr(TOKEN),
        telegram_secret=SecretStr(SECRET),
        telegram_api_url=bot_api.url,
    )


@pytest.fixture
def api(settings: Settings) -> Iterator[TelegramApi]:
    """Our client of it."""
    api = TelegramApi(settings)
    yield api
    api.close()


@pytest.fixture
def recorder() -> Recorder:
    """What was received."""
    return Recorder()


def client_of(settings: Settings, recorder: Recorder, api: TelegramApi | None, hear: object = None) -> TestClient:
    """Telegram's side of the webhook, with the right secret."""
    app = FastAPI()
    app.include_router(telegram_router(settings, recorder.receive, api, lambda: NOW, hear))  # type: ignore[arg-type]
    return TestClient(app, headers={SECRET_HEADER: SECRET}, raise_server_exceptions=False)


@pytest.fixture
def client(settings: Settings, recorder: Recorder, api: TelegramApi) -> Iterator[TestClient]:
    """The webhook."""
    with client_of(settings, recorder, api) as client:
        yield client


def until(condition: Callable[[], Any]) -> bool:
    """True once `condition` is; False when it takes more than thirty seconds (a busy machine)."""
    deadline = time.monotonic() + 30
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return bool(condition())


__all__ = ["PATH", "SECRET_HEADER"]
