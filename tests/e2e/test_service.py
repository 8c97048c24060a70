"""The whole service as a process: killed between any two turns, or its Rasa killed, it loses and repeats nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.cli.bench import free_port, until
from api.rasa import ensure_model
from tests.nlu.conftest import NLU

ROOT = Path(__file__).resolve().parents[2]
READY = 120  # seconds
NO_RASA = "http://127.0.0.1:9"
TURNS = ("cpam_carte_vitale", "oui", "la secu", "perdue", "je bloque", "retour")


@dataclass
class Service:
    """`allo serve` in a process of its own, on a home that outlives it."""

    home: Path
    rasa_url: str | None = None
    process: subprocess.Popen[bytes] | None = None
    port: int = 0

    def start(self) -> None:
        """Starts it and waits until the page answers."""
        self.port = free_port()
        env = {**os.environ, "ALLO_HOME": str(self.home), "ALLO_LOG_LEVEL": "DEBUG"}
        env |= {"ALLO_RASA_URL": self.rasa_url} if self.rasa_url else {}
        command = [sys.executable, "-m", "api.cli", "serve", "--port", str(self.port)]
        with (self.home / "service.log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
        until(lambda: httpx.get(f"{self.url}/healthz").status_code == 200, READY)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def kill(self) -> None:
        """kill -9."""
        assert self.process
        self.process.kill()
        self.process.wait(10)

    def say(self, cookies: dict[str, str], text: str, id_: str) -> dict[str, Any]:
        """One message of the citizen who holds `cookies`."""
        response = httpx.post(f"{self.url}/api/chat", json={"text": text, "id": id_}, cookies=cookies, timeout=30)
        response.raise_for_status()
        cookies.update(response.cookies)
        return dict(response.json())

    def understands(self) -> bool:
        """True when Rasa answers."""
        return bool(httpx.get(f"{self.url}/readyz").json()["understanding"] == "up")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = Service(tmp_path, NO_RASA)
    yield service
    if service.process and service.process.poll() is None:
        service.process.terminate()
        service.process.wait(30)


def test_kill_9_between_any_two_turns_loses_and_repeats_nothing(service: Service) -> None:
    service.start()
    spared: dict[str, str] = {}
    whole = [service.say(spared, text, f"whole-message-{n}") for n, text in enumerate(TURNS)]
    killed: dict[str, str] = {}
    for number, text in enumerate(TURNS):
        said = service.say(killed, text, f"killed-message-{number}")
        service.kill()
        service.start()
        assert service.say(killed, text, f"killed-message-{number}") == said, "the same message gets the same reply"
        assert said == whole[number], f"turn {number} is as if nothing had happened"


def rasa_pids(parent: int) -> list[int]:
    found, todo = [], [parent]
    while todo:
        for file in Path(f"/proc/{todo.pop()}/task").glob("*/children"):
            children = [int(pid) for pid in file.read_text().split()]
            found += children
            todo += children
    return found


@pytest.mark.rasa
def test_a_killed_rasa_costs_no_step_and_comes_back(
    service: Service, nlu_python: Path, models_dir: Path, tmp_path: Path
) -> None:
    ensure_model(NLU, nlu_python, models_dir, False, lambda _stage, _share: None)
    (tmp_path / "models").symlink_to(models_dir)
    service.rasa_url = None
    service.start()
    until(service.understands, READY)
    citizen: dict[str, str] = {}
    begun = service.say(citizen, "bonjour jai pas recu mon rsa et on me demande une declaration", "rasa-message-1")
    assert begun["procedure"] == "caf_dtr"
    assert service.say(citizen, "oui", "rasa-message-2")["step"] == "caisse"
    assert service.process
    for pid in rasa_pids(service.process.pid):
        os.kill(pid, signal.SIGKILL)
    until(lambda: not service.understands(), READY)
    away = service.say(citizen, "heu je sais plus trop laquelle des deux", "rasa-message-3")
    assert "mots exacts" in away["replies"][0]["text"] and away["step"] == "caisse"
    assert service.say(citizen, "la caf", "rasa-message-4")["step"] == "aide"
    until(service.understands, READY)
    changed = service.say(citizen, "finalement je voudrais plutot minscrire au chomage", "rasa-message-5")
    assert "Je garde de côté" in changed["replies"][-1]["text"] and changed["step"] == "aide"
    children = rasa_pids(service.process.pid)
    service.kill()
    until(lambda: not any(Path(f"/proc/{pid}/cmdline").exists() for pid in children), 20)


def test_nothing_said_is_in_the_files_of_the_home(service: Service) -> None:
    service.start()
    citizen: dict[str, str] = {}
    secrets = ("0612345699", "612345699", "zygomatique", "2550460057012")
    for number, text in enumerate(
        ("un humain", "06 12 34 56 99", "ma voisine zygomatique", "ma sécu 2 55 04 60 057 012 38")
    ):
        service.say(citizen, text, f"secret-message-{number}")
    service.kill()
    for file in service.home.rglob("*"):
        if file.is_file():
            content = file.read_bytes().replace(b" ", b"")
            assert not [secret for secret in secrets if secret.encode() in content], file.name
