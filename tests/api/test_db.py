"""Migrations go up and down on both databases and say the same as the models; transactions and moments are sound."""

from __future__ import annotations

import sqlite3
import stat
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from api.base import Base
from api.db import StorageDown, downgrade, heads, make_engine, ping, reading, upgrade, writing
from api.models import Address, Citizen
from api.settings import Settings
from tests.api.fakes import START, NewDatabase

TABLES = {"deliveries", "opt_outs", "link_codes", "link_tries", "seen", "calls"}


def settings_of(url: str) -> Settings:
    return Settings(_env_file=None, database_url=url)


def differences(url: str) -> tuple[list[object], set[str]]:
    engine = make_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, Base.metadata), set(inspect(connection).get_table_names())
    engine.dispose()
    return found


def test_there_is_one_latest_migration_and_they_are_numbered() -> None:
    assert len(heads()) == 1
    files = sorted((Path(__file__).parents[2] / "api/migrations/versions").glob("*.py"))
    assert [path.name[:4] for path in files] == [f"{n:04}" for n in range(1, len(files) + 1)]


def test_migrations_go_up_down_and_up_and_equal_the_models(new_database: NewDatabase) -> None:
    url = new_database(migrated=False)
    upgrade(settings_of(url))
    assert differences(url)[0] == []
    assert differences(url)[1] >= TABLES
    downgrade(settings_of(url), "0001")
    assert not differences(url)[1] & TABLES
    downgrade(settings_of(url), "base")
    assert differences(url)[1] == {"alembic_version"}
    upgrade(settings_of(url))
    upgrade(settings_of(url))  # nothing left to do
    assert differences(url)[0] == []


def test_two_processes_that_migrate_at_once_wait_for_each_other(new_database: NewDatabase) -> None:
    url = new_database(migrated=False)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(upgrade, [settings_of(url)] * 3))
    assert differences(url)[0] == []


def test_a_moment_comes_back_aware_and_equal(engine: Engine) -> None:
    paris = datetime(2026, 7, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    with writing(engine) as session:
        session.add(Citizen(id=uuid.uuid4(), created_at=paris))
    with reading(engine) as session:
        found = session.scalars(select(Citizen)).one().created_at
    assert (found, found.tzinfo) == (paris, UTC)


def test_a_moment_without_a_zone_is_refused(engine: Engine) -> None:
    with pytest.raises(StatementError), writing(engine) as session:
        session.add(Citizen(id=uuid.uuid4(), created_at=datetime(2026, 7, 1)))


def test_foreign_keys_hold(engine: Engine) -> None:
    lost = Address(
        id=uuid.uuid4(), citizen_id=uuid.uuid4(), channel="sms", blind_index="a", address_sealed=b"", created_at=START
    )
    with pytest.raises(IntegrityError), writing(engine) as session:
        session.add(lost)


def test_an_address_belongs_to_one_citizen(engine: Engine) -> None:
    with pytest.raises(IntegrityError), writing(engine) as session:
        for _ in range(2):
            citizen = Citizen(id=uuid.uuid4(), created_at=START)
            session.add(citizen)
            session.flush()
            session.add(
                Address(
                    id=uuid.uuid4(),
                    citizen_id=citizen.id,
                    channel="sms",
                    blind_index="a",
                    address_sealed=b"",
                    created_at=START,
                )
            )


def test_reading_does_not_wait_for_a_writer(engine: Engine) -> None:
    with writing(engine) as writer:
        writer.add(Citizen(id=uuid.uuid4(), created_at=START))
        writer.flush()
        with reading(engine) as reader:
            assert list(reader.scalars(select(Citizen))) == []


def test_a_sqlite_file_is_private_durable_and_in_wal(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'a' / 'allo.db'}")
    with engine.connect() as connection:
        asked = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete")
        }
    assert asked == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
        "secure_delete": 1,
    }
    assert stat.S_IMODE((tmp_path / "a" / "allo.db").stat().st_mode) == 0o600
    engine.dispose()


@pytest.mark.parametrize("same_process", [True, False])
def test_a_database_locked_for_too_long_is_told_as_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, same_process: bool
) -> None:
    monkeypatch.setattr("api.db.WAIT_SECONDS", 0.1)
    one, two = (make_engine(f"sqlite:///{tmp_path / 'allo.db'}") for _ in range(2))
    with writing(one), pytest.raises(StorageDown), writing(one if same_process else two):
        pass
    with writing(two):
        ping(one)
    one.dispose()
    two.dispose()


def test_a_sqlite_file_is_a_plain_one_and_its_library_is_not_pythons(tmp_path: Path) -> None:
    path = tmp_path / "allo.db"
    with closing(sqlite3.connect(path)) as older:
        older.execute("CREATE TABLE kept (id INTEGER)")
        older.execute("INSERT INTO kept VALUES (7)")
        older.commit()
    engine = make_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT id FROM kept")).scalar() == 7
        version = connection.execute(text("SELECT sqlite_version()")).scalar_one()
    engine.dispose()
    assert tuple(int(part) for part in version.split(".")) >= (3, 42)


def test_what_the_driver_says_of_a_broken_file_is_told_as_down(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'allo.db'}")
    with pytest.raises(StorageDown), reading(engine) as session:
        session.execute(text("SELECT * FROM missing"))
    with pytest.raises(StorageDown), writing(engine) as session:
        session.execute(text("SELECT * FROM missing"))
    engine.dispose()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://root@localhost/allo"])
def test_a_database_that_cannot_serve_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="database must be"):
        make_engine(url)
