"""The database: engines for SQLite and PostgreSQL, transactions, and migrations run from the program."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlcipher3 import dbapi2 as sqlite  # type: ignore[import-untyped]

from api import case_models, channel_models, console_models, models, place_models  # noqa: F401  (tables point to others)
from api.settings import Settings

WAIT_SECONDS = 5  # for a lock or a connection: a provider gives up on a webhook after about 15
WAIT_FOR_MIGRATION = 60  # seconds: another process may be at it, on a slow disk
MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATION_LOCK = 471_930_060
READ_ONLY = "allo_read_only"
# Threads of a process queue here for SQLite's lock: its own wait sleeps longer and longer, and starves some.
_queues: WeakKeyDictionary[Engine, Lock] = WeakKeyDictionary()


class StorageDown(Exception):
    """The database does not answer. Nothing was stored: the same message may be sent again."""


def make_engine(url: str, foreign_keys: bool = True, wait: int = WAIT_SECONDS) -> Engine:
    """An engine for the service; it waits so many seconds for a lock.

    Nothing is opened before the first use, but a SQLite file is made private.
    """
    if make_url(url).get_backend_name() != "sqlite":
        return _postgres(url, wait)
    engine = _sqlite(url, foreign_keys, begins=None, wait=wait)  # the driver's own BEGIN comes too late to be a lock

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # IMMEDIATE: the lock is had before the first read, so what a turn read is still true when it writes.
        read_only = connection.get_execution_options().get(READ_ONLY)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    _queues[engine] = Lock()
    return engine


def make_jobs_engine(url: str) -> Engine:
    """An engine for DBOS on the same database: it begins its transactions in its own way."""
    if make_url(url).get_backend_name() != "sqlite":
        return _postgres(url)
    return _sqlite(url, foreign_keys=True, begins="IMMEDIATE")


def _postgres(url: str, wait: int = WAIT_SECONDS) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() in ("postgresql", "postgres"):
        options = {"connect_timeout": WAIT_SECONDS, "options": f"-c lock_timeout={wait}s -c timezone=UTC"}
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            hide_parameters=True,
            pool_pre_ping=True,
            pool_timeout=WAIT_SECONDS,
            connect_args=options,
        )
    raise ValueError("the database must be sqlite:///… or postgresql://…")


def _sqlite(url: str, foreign_keys: bool, begins: str | None, wait: int = WAIT_SECONDS) -> Engine:
    file = make_url(url).database
    if not file or file == ":memory:":
        raise ValueError("the SQLite database must be a file: sqlite:////path/to/allo.db")
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    Path(file).touch(mode=0o600)
    waiting = {"timeout": wait}
    # Not Python's own SQLite, too old on many systems for the engine of durable jobs. The file stays a plain one.
    engine = create_engine(url, module=sqlite, hide_parameters=True, pool_timeout=WAIT_SECONDS, connect_args=waiting)

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, record: Any) -> None:
        connection.isolation_level = begins
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")  # a commit that was said survives a power cut
        connection.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")
        connection.execute("PRAGMA secure_delete=ON")

    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """One transaction that writes: all of it, or nothing when anything fails. Raises StorageDown."""
    with _queued(engine), _named(), Session(engine, expire_on_commit=False) as session, session.begin():
        session.connection()  # begins now: SQLite's lock is held from the first line of the block
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """One transaction that only reads, and never waits for those that write. Raises StorageDown."""
    quiet = engine.execution_options(**{READ_ONLY: True})
    with _named(), Session(quiet, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def _queued(engine: Engine) -> Iterator[None]:
    queue = _queues.get(engine)
    if queue is None:
        yield
    elif queue.acquire(timeout=WAIT_SECONDS):
        try:
            yield
        finally:
            queue.release()
    else:
        raise StorageDown("the database is busy")


@contextmanager
def _named() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        raise StorageDown("the database does not answer") from error


def ping(engine: Engine) -> None:
    """Returns when the database answers. Raises StorageDown."""
    with reading(engine) as session:
        session.execute(text("SELECT 1"))


def upgrade(settings: Settings, revision: str = "head") -> None:
    """Brings the database to `revision`, in one transaction; of two processes that try, one waits."""
    _migrate(settings.database_url, command.upgrade, revision)


def downgrade(settings: Settings, revision: str) -> None:
    """Brings the database back to `revision` (`base`: no table left)."""
    _migrate(settings.database_url, command.downgrade, revision)


def heads() -> list[str]:
    """The latest migrations: there must be one."""
    return list(ScriptDirectory.from_config(_config()).get_heads())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _migrate(url: str, run: Any, revision: str) -> None:
    # Without foreign keys: SQLite alters a table by making it anew, and dropping the old one would cascade.
    engine = make_engine(url, foreign_keys=False, wait=WAIT_FOR_MIGRATION)
    try:
        with _named(), engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
            config = _config()
            config.attributes["connection"] = connection
            run(config, revision)
            if engine.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise RuntimeError("the migration would leave rows that point nowhere: nothing was changed")
    finally:
        engine.dispose()
