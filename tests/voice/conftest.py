"""What the tests of the phone line share: settings with a token, a database, a clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

import api.channel_models  # noqa: F401 - its tables are made too
from api.base import Base
from api.db import make_engine
from api.settings import Settings, load_settings
from api.voice.calls import Calls
from bot.messages import Inbound, Reply
from tests.voice.kit import OURS, Clock, Desk, Scripted, echo


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A service with a phone line."""
    return load_settings(
        _env_file=None,
        home=tmp_path,
        public_url="https://allo.example.fr",
        twilio_account_sid="AC" + "0" * 32,
        twilio_auth_token="a token of the tests",
        twilio_number=OURS,
    )


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """A database with every table."""
    engine = make_engine(settings.database_url)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def calls(engine: Engine) -> Calls:
    """The calls."""
    return Calls(engine)


@pytest.fixture
def clock() -> Clock:
    """The time of day."""
    return Clock()


@pytest.fixture
def desk(settings: Settings, calls: Calls, clock: Clock) -> Callable[[Callable[[Inbound], Reply]], Desk]:
    """Opens a phone line over a conversation."""
    return lambda receive: Desk(settings, receive, calls, clock)


@pytest.fixture
def scripted() -> Scripted:
    """A conversation that says again what it hears."""
    return Scripted(echo)


@pytest.fixture
def line(desk: Callable[[Callable[[Inbound], Reply]], Desk], scripted: Scripted) -> Desk:
    """A phone line over that conversation."""
    return desk(scripted.receive)
