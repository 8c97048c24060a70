"""kill -9 of a real process in the middle of a send, then a new one: all arrives, in order, and is counted."""

from __future__ import annotations

import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from api.settings import Settings
from api.vault import Vault
from tests.sending.desk import ON_SQLITE, Desk, reply
from tests.sending.fake_provider import FakeProvider

ROOT = Path(__file__).parents[2]
WORDS = ("un", "deux", "trois")
Run = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def run(settings: Settings, provider: FakeProvider) -> Iterator[Run]:
    """Starts a process that sends."""
    running: list[subprocess.Popen[str]] = []

    def start(*options: str) -> subprocess.Popen[str]:
        keys = settings.encryption_keys.get_secret_value().splitlines()[-1]
        command = [sys.executable, "-m", "tests.sending.runner", settings.database_url, keys, provider.url, *options]
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture
def desk(engine: Engine, vault: Vault, settings: Settings) -> Desk:
    """Where messages are put; it sends nothing itself."""
    desk = Desk(engine, vault, settings, {})
    desk.time = datetime.now(UTC)
    return desk


def wait_to_say(process: subprocess.Popen[str], words: str) -> None:
    assert process.stdout
    assert any(line.strip() == words for line in process.stdout)


def people(desk: Desk, *addresses: str) -> dict[str, uuid.UUID]:
    persons = {address: desk.person() for address in addresses}
    for address, person in persons.items():
        desk.put(person, reply(*WORDS), to=address)
    return persons


def test_killed_before_during_and_after_the_request(desk: Desk, provider: FakeProvider, run: Run) -> None:
    persons = people(desk, "before", "during", "after")
    provider.script["during"].append("hang")
    provider.script["after"].append("accept_hang")
    first = run("--stop-before=before")
    wait_to_say(first, "about to send")
    assert provider.wait_for(requests=2)
    first.kill()
    first.wait(10)
    assert provider.accepted == [("after", "un")]
    run()
    assert provider.wait_for(accepted=9)
    for address, person in persons.items():
        assert provider.texts(address) == list(WORDS)
        assert set(desk.states(person)) <= {"sent", "sending"}  # the last one may not be noted yet


@ON_SQLITE
def test_where_the_provider_cannot_be_asked_one_message_is_said_twice_at_most(
    desk: Desk, provider: FakeProvider, run: Run
) -> None:
    people(desk, "after")
    provider.script["after"].append("accept_hang")
    first = run("--blind")
    assert provider.wait_for(accepted=1)
    first.kill()
    first.wait(10)
    run("--blind")
    assert provider.wait_for(accepted=4)
    assert provider.texts("after") == ["un", *WORDS]


def test_two_processes_on_one_database_send_each_message_once(desk: Desk, provider: FakeProvider, run: Run) -> None:
    for process in [run(), run()]:
        wait_to_say(process, "ready")
    addresses = [f"p{number}" for number in range(15)]
    for address in addresses[::5]:
        provider.script[address].extend(["500", "ok", "429:0.1"])
    people(desk, *addresses)
    assert provider.wait_for(accepted=45)
    assert {address: provider.texts(address) for address in addresses} == {key: list(WORDS) for key in addresses}
    assert len(provider.accepted) == 45
