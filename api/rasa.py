"""Rasa as a child process on loopback: watched, restarted with back-off when it dies, stopped with the service."""

from __future__ import annotations

import contextlib
import http.client
import os
import secrets
import signal
import socket
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import structlog

from api.rasa_model import RasaError, child_environment, ensure_model, model_hash

__all__ = ["Patience", "RasaError", "RasaServer", "ensure_model", "model_hash"]

HOST = "127.0.0.1"
LOG_BYTES = 1_000_000
TERM_SECONDS = 3.0

log = structlog.get_logger("allo.rasa")


@dataclass(frozen=True)
class Patience:
    """How long to wait for what, in seconds."""

    first_delay: float = 1.0
    longest_delay: float = 30.0
    healthy_after: float = 60.0  # a process that lasted this long is forgiven: the next delay is the first one
    start: float = 180.0  # importing Rasa takes 10 to 40 s, more on a busy machine
    look: float = 0.25
    check: float = 5.0
    missed_checks: int = 3


class RasaServer:
    """One Rasa server. `start` returns at once; `state` is starting, ready, down or stopped."""

    def __init__(
        self, python: Path, nlu_dir: Path, home_dir: Path, port: int = 0, patience: Patience | None = None
    ) -> None:
        self._python = python
        self._nlu_dir = nlu_dir
        self._home = home_dir
        self._fixed_port = port
        self._port = port or _free_port()
        self._patience = patience or Patience()
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        self.token = secrets.token_urlsafe(32)
        self.state = "stopped"
        self.restarts = 0

    @property
    def url(self) -> str:
        """Where it listens, once ready."""
        return f"http://{HOST}:{self._port}"

    @property
    def pid(self) -> int | None:
        """The child's process id, for those who measure it."""
        return self._process.pid if self._process else None

    def start(self, model: Path) -> None:
        """Starts and watches the server. Raises RasaError when there is nothing to start."""
        for needed in (self._python, self._nlu_dir / "serve.py", model):
            if not needed.exists():
                raise RasaError(f"The French understanding cannot start: {needed} is missing.")
        self._stopping.clear()
        self.state = "starting"
        self._thread = threading.Thread(target=self._watch, args=(model,), name="rasa-watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stops the server and all it started; returns when they are gone."""
        self._stopping.set()
        if self._thread:
            self._thread.join()
            self._thread = None
        self.state = "stopped"

    def _watch(self, model: Path) -> None:
        delay = self._patience.first_delay
        while not self._stopping.is_set():
            started = time.monotonic()
            try:
                self._live(model)
            except OSError as error:
                log.error("rasa_not_started", error=type(error).__name__)
            if self._stopping.is_set():
                break
            if time.monotonic() - started >= self._patience.healthy_after:
                delay = self._patience.first_delay
            self.state = "down"
            log.warning("rasa_down", restart_in=delay)
            self._stopping.wait(delay)
            delay = min(delay * 2, self._patience.longest_delay)
            self.restarts += 1
        self.state = "stopped"

    def _live(self, model: Path) -> None:
        """One life of the process, from its start to its end."""
        self.state = "starting"
        if not self._fixed_port and not _is_free(self._port):
            self._port = _free_port()
        with self._log_file() as file:
            self._process = process = self._spawn(model, file)
        try:
            self._follow(process)
        finally:
            _end(process)

    def _spawn(self, model: Path, file: IO[bytes]) -> subprocess.Popen[bytes]:
        home = self._home / "rasa"
        command = [str(self._python), str(self._nlu_dir / "serve.py"), "--with-parent", "--model", str(model)]
        command += ["--host", HOST, "--port", str(self._port), "--home", str(home)]
        environment = {**child_environment(home), "ALLO_RASA_TOKEN": self.token}
        # The pipe on its standard input is how it learns of our death; the session is what `stop` kills.
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=file, stderr=file, env=environment, start_new_session=True
        )

    def _follow(self, process: subprocess.Popen[bytes]) -> None:
        """Returns when the process is dead, hung, too long to start, or to be stopped."""
        began = checked = time.monotonic()
        missed = 0
        while not self._stopping.wait(self._patience.look) and process.poll() is None:
            now = time.monotonic()
            if self.state == "ready" and now - checked < self._patience.check:
                continue
            checked = now
            if self._answers():
                self.state, missed = "ready", 0
                continue
            missed += 1
            if self.state == "starting" and now - began > self._patience.start:
                return
            if self.state == "ready" and missed >= self._patience.missed_checks:
                return

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(HOST, self._port, timeout=2.0)
        try:
            connection.request("GET", "/status", headers={"Authorization": f"Bearer {self.token}"})
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _log_file(self) -> IO[bytes]:
        path = self._home / "logs" / "rasa.log"
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.exists() and path.stat().st_size > LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends the whole process group, politely then not."""
    for sign, patience in ((signal.SIGTERM, TERM_SECONDS), (signal.SIGKILL, None)):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    if process.stdin:
        process.stdin.close()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError:
            return False
    return True
