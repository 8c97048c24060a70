"""Databases and a fake provider for the tests of sending."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from api.settings import Settings
from api.vault import Vault
from tests.api.conftest import (  # noqa: F401 - fixtures
    count,
    engine,
    new_database,
    postgres_server,
    postgres_template,
    settings,
    sqlite_template,
    vault,
)
from tests.sending.desk import CHANNEL, OTHER, Desk
from tests.sending.fake_provider import FakeProvider, HttpSender


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    """The provider."""
    fake = FakeProvider()
    yield fake
    fake.close()


@pytest.fixture
def desk(engine: Engine, vault: Vault, settings: Settings, provider: FakeProvider) -> Iterator[Desk]:  # noqa: F811
    """An outbox that sends to it, and asks it when in doubt, on both channels."""
    sender = HttpSender(provider.url)
    desk = Desk(engine, vault, settings, {CHANNEL: sender, OTHER: sender})
    yield desk
    desk.outbox.close()
