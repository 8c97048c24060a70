"""Fixtures of the cases: a database of each kind, and the office of the mediators on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from api.settings import Settings
from api.vault import Vault
from bot.dialogue import Dialogue
from tests.api.conftest import (  # noqa: F401  (fixtures)
    count,
    engine,
    new_database,
    postgres_server,
    postgres_template,
    settings,
    sqlite_template,
    understanding,
    vault,
)
from tests.cases.desk_kit import Office


@pytest.fixture
def office(
    engine: Engine,  # noqa: F811
    vault: Vault,  # noqa: F811
    settings: Settings,  # noqa: F811
    dialogue: Dialogue,
) -> Iterator[Office]:
    """An office without accounts or cases."""
    made = Office(engine, vault, settings, dialogue)
    yield made
    made.close()
