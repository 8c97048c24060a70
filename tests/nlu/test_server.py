"""The supervisor of Rasa, with a small script in its place: it dies, hangs, is deaf, and loses its parent."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from api.rasa import Patience, RasaError, RasaServer

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PYTHON = Path(sys.executable)
QUICK = Patience(first_delay=0.2, longest_delay=0.5, healthy_after=60.0, start=10.0, look=0.05, check=0.1)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the fake server."""
    folder = tmp_path / "nlu"
    folder.mkdir()
    shutil.copy(HERE / "fake_serve.py", folder / "serve.py")
    shutil.copy(ROOT / "nlu" / "parent.py", folder)
    return folder


@pytest.fixture
def start(project: Path) -> Iterator[Callable[..., RasaServer]]:
    """Starts a server whose behaviour is the content of its model."""
    servers: list[RasaServer] = []

    def started(how: str, patience: Patience = QUICK) -> RasaServer:
        (project / "model").write_text(how)
        servers.append(RasaServer(PYTHON, project, project.parent / "home", patience=patience))
        servers[-1].start(project / "model")
        return servers[-1]

    yield started
    for server in servers:
        server.stop()


def _until(true: Callable[[], bool], seconds: float = 15.0) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.02)
    return true()


def _all_dead(project: Path) -> bool:
    with (project / "alive").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _lives(project: Path) -> list[float]:
    path = project / "lives"
    return [float(line) for line in path.read_text().split()] if path.exists() else []


def test_it_becomes_ready_then_stops(start: Callable[..., RasaServer], project: Path) -> None:
    server = start("serves")
    assert server.state == "starting"
    assert _until(lambda: server.state == "ready")
    assert server.url.startswith("http://127.0.0.1:")
    server.stop()
    assert server.state == "stopped"
    assert _all_dead(project)
    assert len(_lives(project)) == 1


def test_killed_it_comes_back_on_the_same_address(start: Callable[..., RasaServer], project: Path) -> None:
    server = start("serves")
    assert _until(lambda: server.state == "ready")
    url, pid = server.url, server.pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    assert _until(lambda: server.state in ("down", "starting"))
    assert _until(lambda: server.state == "ready")
    assert server.pid != pid
    assert server.url == url
    assert server.restarts == 1


def test_restarts_are_further_and_further_apart(start: Callable[..., RasaServer], project: Path) -> None:
    server = start("dies")
    assert _until(lambda: len(_lives(project)) >= 4)
    server.stop()
    lives = _lives(project)
    gaps = [after - before for before, after in pairwise(lives)]
    assert gaps[0] >= 0.2
    assert gaps[1] >= 0.4
    assert gaps[2] >= 0.5
    assert server.state == "stopped"


def test_a_long_healthy_life_resets_the_delay(start: Callable[..., RasaServer], project: Path) -> None:
    server = start("dies", Patience(first_delay=0.1, longest_delay=30.0, healthy_after=0.0, look=0.02))
    assert _until(lambda: len(_lives(project)) >= 6), "without the reset the sixth life is three seconds away"
    server.stop()


def test_a_hung_server_is_replaced(start: Callable[..., RasaServer], project: Path) -> None:
    server = start("hangs", Patience(first_delay=0.1, look=0.05, check=0.05, missed_checks=1, start=20.0))
    assert _until(lambda: len(_lives(project)) >= 2, 30.0)
    server.stop()
    assert _all_dead(project)


def test_stop_ends_the_whole_group_even_when_deaf(start: Callable[..., RasaServer], project: Path) -> None:
    server = start("deaf")
    assert _until(lambda: server.state == "ready")
    assert not _all_dead(project)
    server.stop()
    assert _until(lambda: _all_dead(project), 2.0)


def test_it_dies_with_its_parent(project: Path) -> None:
    (project / "model").write_text("serves")
    script = (
        "import sys, time; from pathlib import Path; from api.rasa import RasaServer\n"
        f"p = Path({str(project)!r}); s = RasaServer(Path(sys.executable), p, p.parent / 'home')\n"
        "s.start(p / 'model')\nwhile s.state != 'ready': time.sleep(0.05)\nprint('ready', flush=True); time.sleep(600)"
    )
    parent = subprocess.Popen([PYTHON, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert parent.stdout
        assert parent.stdout.readline() == "ready\n"
        assert not _all_dead(project)
    finally:
        parent.kill()
        parent.wait()
    assert _until(lambda: _all_dead(project), 5.0)


def test_its_log_is_private_and_holds_no_token(start: Callable[..., RasaServer], project: Path) -> None:
    os.environ["ALLO_SECRET_KEY"] = "never-given"
    try:
        server = start("serves")
        assert _until(lambda: server.state == "ready")
    finally:
        del os.environ["ALLO_SECRET_KEY"]
    log = project.parent / "home" / "logs" / "rasa.log"
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    text = log.read_text()
    assert "ALLO_RASA_TOKEN" in text
    assert "ALLO_SECRET_KEY" not in text
    assert server.token not in text


def test_nothing_to_start_is_said(project: Path) -> None:
    server = RasaServer(PYTHON, project, project.parent / "home")
    with pytest.raises(RasaError, match="model is missing"):
        server.start(project / "model")
    assert server.state == "stopped"
    server.stop()
