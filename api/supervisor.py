"""Rasa beside the service: trained when the data changed, started, watched, shared with the other commands."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path

import structlog

from api.rasa import RasaError, RasaServer, ensure_model
from api.settings import CHECKOUT, Settings

NLU = CHECKOUT / "nlu"
SHARED = "rasa.json"

log = structlog.get_logger("allo.understanding")


def model_for(settings: Settings, python: Path, progress: Callable[[str, float], None]) -> Path:
    """The model of today's data, trained when there is none yet. Raises RasaError."""
    return ensure_model(NLU, python, settings.home / "models", settings.light_nlu, progress)


class Supervisor:
    """Where Rasa is and how it does. `state`: waiting, training, starting, ready, down or failed."""

    def __init__(self, settings: Settings, python: Path, share: bool) -> None:
        self._settings = settings
        self._python = python
        self._share = share
        self._server: RasaServer | None = None
        self._elsewhere = self._found_elsewhere()
        self._state = "waiting"
        self.progress = "starting the understanding…"
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._prepare, name="understanding", daemon=True)

    @property
    def state(self) -> str:
        """How the understanding does now."""
        if self._elsewhere:
            return "ready"
        return self._server.state if self._server and self._state == "started" else self._state

    @property
    def url(self) -> str | None:
        """Rasa's address, None while there is none."""
        return self._elsewhere[0] if self._elsewhere else (self._server.url if self._server else None)

    @property
    def token(self) -> str:
        """Rasa's token."""
        return self._elsewhere[1] if self._elsewhere else (self._server.token if self._server else "")

    def start(self) -> None:
        """Begins in the background; returns at once."""
        if not self._elsewhere:
            self._thread.start()

    def stop(self) -> None:
        """Stops what was started here."""
        self._stopping.set()
        if self._server:
            self._server.stop()
            if self._share:
                (self._settings.home / SHARED).unlink(missing_ok=True)

    def _prepare(self) -> None:
        try:
            self._state = "training"
            model = model_for(self._settings, self._python, self._say)
            if self._stopping.is_set():
                return
            self.progress = "starting the understanding…"
            self._server = RasaServer(self._python, NLU, self._settings.home)
            self._server.start(model)
            self._state = "started"
            if self._share:
                self._write_shared(self._server)
        except RasaError as error:
            self._state = "failed"
            self.progress = str(error)
            log.error("understanding_failed", reason=str(error))

    def _say(self, stage: str, share: float) -> None:
        self.progress = f"teaching the understanding: {stage} {share:.0%}"
        log.info("training", stage=stage, share=round(share, 2))

    def _write_shared(self, server: RasaServer) -> None:
        path = self._settings.home / SHARED
        path.unlink(missing_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"url": server.url, "token": server.token, "pid": os.getpid()}, file)

    def _found_elsewhere(self) -> tuple[str, str] | None:
        """The Rasa of the settings, or the one of the service that runs on this machine."""
        if self._settings.rasa_url:
            return self._settings.rasa_url, self._settings.rasa_token.get_secret_value()
        if self._share:
            return None
        try:
            shared = json.loads((self._settings.home / SHARED).read_text(encoding="utf-8"))
            os.kill(shared["pid"], 0)
            return shared["url"], shared["token"]
        except (OSError, ValueError, KeyError):
            return None
