"""The web chat over fake conversations, as a client of the real application."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import Services, create_app
from api.settings import Settings
from tests.web.fakes import FakeConversations


@pytest.fixture
def conversations() -> FakeConversations:
    """Conversations without database or dialogue."""
    return FakeConversations()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a service that touches nothing outside the test."""
    return Settings(_env_file=None, home=tmp_path, public_url="http://testserver")


@pytest.fixture
def services(conversations: FakeConversations) -> Services:
    """What the application leans on."""
    return Services(conversations, database_ok=lambda: True, understanding_ok=lambda: True)


@pytest.fixture
def client(settings: Settings, services: Services) -> Iterator[TestClient]:
    """A browser without script."""
    with TestClient(create_app(settings, services), raise_server_exceptions=False) as client:
        yield client
