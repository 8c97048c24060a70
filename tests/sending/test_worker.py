"""The durable engine by itself: it sends what nobody hurried, tries again in time, and forgets its old jobs."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from api.db import make_engine
from api.sending.backoff import BackOff
from api.sending.jobs import prepare
from api.sending.outbox import Outbox
from api.sending.worker import Worker, tidy
from api.settings import Settings
from api.vault import Vault
from tests.api.fakes import NewDatabase
from tests.sending.desk import CHANNEL, TERRITORY, Desk, reply
from tests.sending.fake_provider import FakeProvider, HttpSender


@pytest.fixture
def desk(engine: Engine, vault: Vault, settings: Settings, provider: FakeProvider) -> Iterator[Desk]:
    """A desk whose time is the real one."""
    desk = Desk(engine, vault, settings, {})
    desk.time = datetime.now(UTC)
    desk.outbox = Outbox(
        engine,
        vault,
        settings,
        TERRITORY,
        {CHANNEL: HttpSender(provider.url, timeout=5)},
        lambda: datetime.now(UTC),
        back_off=BackOff(first=0.1, most=0.2),
    )
    yield desk
    desk.outbox.close()


def table(engine: Engine) -> str:
    return "workflow_status" if engine.dialect.name == "sqlite" else "dbos.workflow_status"


def test_what_nobody_hurried_is_sent_and_tried_again(
    desk: Desk, settings: Settings, provider: FakeProvider, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Outbox, "sweep", lambda self: 0)  # the jobs alone
    worker = Worker(desk.outbox, settings)
    worker.start()
    try:
        person = desk.person()
        provider.script["a"].extend(["500", "ok", "429:2.5"])
        desk.put(person, reply("un", "deux"))
        assert provider.wait_for(accepted=2)
        assert provider.texts("a") == ["un", "deux"]
        with engine.begin() as connection:
            asked = connection.execute(text(f"SELECT count(*) FROM {table(engine)}")).scalar_one()
        assert asked >= 3  # one at first, one a failure
        tidy(datetime.now(UTC) + timedelta(days=2))
        with engine.begin() as connection:
            left = connection.execute(text(f"SELECT status FROM {table(engine)} WHERE status = 'SUCCESS'")).all()
        assert len(left) <= 1  # the last one may just have ended
    finally:
        worker.stop()


def test_a_lost_job_is_swept_up_and_a_worker_may_start_again(
    desk: Desk, settings: Settings, provider: FakeProvider, engine: Engine
) -> None:
    person = desk.person()
    desk.put(person, reply("un"))
    with engine.begin() as connection:
        connection.execute(text(f"DELETE FROM {table(engine)}"))
    for texts in (["un"], ["un", "deux"]):
        worker = Worker(desk.outbox, settings, sweep_seconds=0.2)
        worker.start()
        assert provider.wait_for(accepted=len(texts))
        worker.stop()
        assert provider.texts("a") == texts
        desk.put(person, reply("deux"))


def test_nothing_of_the_engine_goes_to_the_console(
    desk: Desk, settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    worker = Worker(desk.outbox, settings)
    worker.start()
    worker.stop()
    assert capfd.readouterr() == ("", "")


def test_several_processes_that_start_at_once_make_the_tables_once(new_database: NewDatabase) -> None:
    url = new_database(migrated=False)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(prepare, [url] * 3))
    prepare(url)
    engine = make_engine(url)
    with engine.connect() as connection:
        assert connection.execute(text(f"SELECT count(*) FROM {table(engine)}")).scalar_one() == 0
    engine.dispose()
