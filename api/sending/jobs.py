"""What the durable engine (DBOS) knows of us: one short job, « deliver to this person », put in our own transaction."""

from __future__ import annotations

import logging
import uuid

from dbos import DBOSClient, DBOSConfig, EnqueueOptions
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.db import make_jobs_engine

APPLICATION = "allo-demarches"
VERSION = "1"  # fixed: a job left by an older release is done by the newer one
QUEUE = "deliveries"
DELIVER = "deliver"
POLL_SECONDS = 1.0
AT_ONCE = 16  # persons served at the same time by one process
SCHEMA = "dbos"


def quiet_logger() -> None:
    """DBOS's warnings go with the logs of the service, and nothing goes to the console."""
    logger = logging.getLogger("dbos")
    if not logger.handlers:  # without any, DBOS would bring its own, and stop the propagation
        logger.addHandler(logging.NullHandler())


def configuration(engine: Engine) -> DBOSConfig:
    """DBOS on our own database: no console, no telemetry, no remote control."""
    return {
        "name": APPLICATION,
        "system_database_engine": engine,
        "dbos_system_schema": SCHEMA,
        "application_version": VERSION,
        # The same name for all processes: one that starts takes up the jobs of those that died.
        "executor_id": "local",
        "log_level": "WARNING",
        "enable_otlp": False,
        "use_listen_notify": False,
        "max_executor_threads": AT_ONCE + 4,
        "scheduler_polling_interval_sec": 3600.0,
    }


def prepare(url: str) -> None:
    """Makes the tables of DBOS beside ours, or brings them up to date: on PostgreSQL in a schema of their own."""
    quiet_logger()
    engine = make_jobs_engine(url)
    client = DBOSClient(system_database_engine=engine, dbos_system_schema=SCHEMA, lazy=True)
    try:
        # The client's own engine: `DBOS.migrate` would open a SQLite file with Python's older library.
        client._sys_db.run_migrations()
    finally:
        client.destroy()
        engine.dispose()


class Jobs:
    """Puts jobs in transactions. Needs the tables that `prepare` makes."""

    def __init__(self, engine: Engine) -> None:
        quiet_logger()
        self._client = DBOSClient(
            system_database_engine=engine, dbos_system_schema=SCHEMA, application_name=APPLICATION, lazy=True
        )

    def deliver(self, session: Session, person: uuid.UUID, delay: float = 0.0) -> None:
        """Enqueues a delivery to `person` after `delay` seconds; it exists if the transaction of `session` commits."""
        options: EnqueueOptions = {"workflow_name": DELIVER, "queue_name": QUEUE, "queue_partition_key": str(person)}
        if delay > 0:
            options["delay_seconds"] = delay
        self._client.enqueue_in_transaction(session, options, str(person))
