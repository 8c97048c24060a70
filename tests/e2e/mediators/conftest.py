"""The console of the tests, for a real browser: one kind of database is enough to look at pages."""

from __future__ import annotations

import pytest

from tests.console.conftest import console, service, settings, sqlite_template

__all__ = ["console", "service", "settings", "sqlite_template"]


@pytest.fixture(autouse=True)
def mended() -> None:
    """Nothing is broken here."""
