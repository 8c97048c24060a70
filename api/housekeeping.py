"""What the service does by itself once a day: deletes what has been kept long enough."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy import Engine

from api.db import StorageDown
from api.privacy import purge
from api.settings import Settings

DAY = 24 * 3600.0
FIRST = 60.0  # seconds after the start, when the first citizens have been served

log = structlog.get_logger("allo.housekeeping")


class Housekeeping:
    """A daily purge in the background. A failure is logged and tried again the next day."""

    def __init__(self, engine: Engine, settings: Settings, now: Callable[[], datetime], first: float = FIRST) -> None:
        self._engine, self._settings, self._now, self._first = engine, settings, now, first
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="housekeeping", daemon=True)

    def start(self) -> None:
        """Begins; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Ends, after the purge under way if there is one."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _work(self) -> None:
        wait = self._first
        while not self._stopping.wait(wait):
            wait = DAY
            try:
                purge(self._engine, self._settings, self._now())
                log.info("purged")
            except StorageDown:
                log.error("purge_failed")
