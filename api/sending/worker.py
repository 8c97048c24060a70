"""The durable engine at work: takes up what is to be sent after a restart, a failure or a wait, and sweeps behind."""

from __future__ import annotations

import threading
import uuid
from datetime import UTC, datetime, timedelta

import structlog
from dbos import DBOS
from sqlalchemy import Engine

from api.db import StorageDown, make_jobs_engine
from api.sending.jobs import AT_ONCE, DELIVER, POLL_SECONDS, QUEUE, configuration, quiet_logger
from api.sending.outbox import Outbox
from api.settings import Settings

SWEEP_SECONDS = 60.0
TIDY_EVERY = 60  # sweeps
KEEP_JOBS = timedelta(days=1)
TIDY_MOST = 1_000
OVER = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]

log = structlog.get_logger("allo.sending")
# DBOS is one a process: so is the outbox that its jobs empty.
_serving: Outbox | None = None


@DBOS.workflow(name=DELIVER)
def deliver(person: str) -> None:
    """Sends what may leave now for this person. What may not has, or will be given, a later job."""
    if _serving is None:
        return
    try:
        _serving.drain(uuid.UUID(person))
    except StorageDown:
        log.warning("delivery_put_off")  # the sweep comes back to it


class Worker:
    """Runs the jobs of `outbox` in this process. One at a time in a process."""

    def __init__(self, outbox: Outbox, settings: Settings, sweep_seconds: float = SWEEP_SECONDS) -> None:
        self._outbox, self._url, self._every = outbox, settings.database_url, sweep_seconds
        self._engine: Engine | None = None
        self._stopping = threading.Event()
        self._sweeper = threading.Thread(target=self._sweep, name="sweep", daemon=True)

    def start(self) -> None:
        """Begins; returns once the jobs left by a dead process are being taken up. Raises what the database says."""
        global _serving  # noqa: PLW0603
        _serving = self._outbox
        quiet_logger()
        self._engine = make_jobs_engine(self._url)
        DBOS(config=configuration(self._engine))
        DBOS.launch()
        DBOS.register_queue(
            QUEUE,
            partition_concurrency=1,
            worker_concurrency=AT_ONCE,
            polling_interval_sec=POLL_SECONDS,
            on_conflict="always_update",
        )
        self._sweeper.start()

    def stop(self) -> None:
        """Ends; the sends under way are finished by `Outbox.close`, the others wait for the next start."""
        global _serving  # noqa: PLW0603
        self._stopping.set()
        if self._sweeper.is_alive():
            self._sweeper.join()
        DBOS.destroy()
        _serving = None
        if self._engine is not None:
            self._engine.dispose()

    def _sweep(self) -> None:
        sweeps, wait = 0, 0.0
        while not self._stopping.wait(wait):
            wait = self._every
            try:
                self._outbox.sweep()
                if sweeps % TIDY_EVERY == 0:
                    tidy(datetime.now(UTC))
            except Exception as error:
                log.warning("sweep_failed", error=type(error).__name__)
            sweeps += 1


def tidy(now: datetime) -> None:
    """Deletes the jobs done long ago, of which only ids and dates are left."""
    before, full = (now - KEEP_JOBS).isoformat(), True
    while full:
        old = DBOS.list_workflows(
            status=OVER, completed_before=before, limit=TIDY_MOST, load_input=False, load_output=False
        )
        if old:
            DBOS.delete_workflows([job.workflow_id for job in old])
        full = len(old) == TIDY_MOST
