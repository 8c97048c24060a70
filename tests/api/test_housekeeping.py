"""The daily purge: it is run by the service itself, and a failure of it stops nothing."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from api import housekeeping
from api.db import StorageDown, make_engine, upgrade
from api.housekeeping import Housekeeping
from api.settings import load_settings


@pytest.mark.parametrize("failing", [False, True])
def test_it_purges_soon_after_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: bool) -> None:
    settings = load_settings(home=tmp_path)
    upgrade(settings)
    done, real = threading.Event(), housekeeping.purge

    def watched(*arguments: Any) -> None:
        if failing:
            done.set()
            raise StorageDown("the database does not answer")
        real(*arguments)
        done.set()

    monkeypatch.setattr(housekeeping, "purge", watched)
    engine = make_engine(settings.database_url)
    keeper = Housekeeping(engine, settings, lambda: datetime.now(UTC), first=0.0)
    keeper.start()
    assert done.wait(10)
    keeper.stop()
    engine.dispose()
