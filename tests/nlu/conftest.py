"""The real Rasa, trained once and kept between runs, started once a session."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.rasa import RasaServer, ensure_model
from bot.understanding import RasaClient

ROOT = Path(__file__).resolve().parents[2]
NLU = ROOT / "nlu"
START_SECONDS = 180


@dataclass(frozen=True)
class RealRasa:
    """The running server, a patient client of it, and where it writes."""

    server: RasaServer
    client: RasaClient
    home: Path


@pytest.fixture(scope="session")
def rasa(nlu_python: Path, models_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealRasa]:
    """The real server with the full pipeline; use it in tests marked `rasa` only."""
    model = ensure_model(NLU, nlu_python, models_dir, False, lambda stage, share: None)
    home = tmp_path_factory.mktemp("rasa-home")
    server = RasaServer(nlu_python, NLU, home)
    server.start(model)
    deadline = time.monotonic() + START_SECONDS
    while server.state != "ready" and time.monotonic() < deadline:
        time.sleep(0.2)
    client = RasaClient(lambda: server.url, lambda: server.token, timeout=10.0)
    try:
        assert server.state == "ready", (home / "logs" / "rasa.log").read_text(encoding="utf-8")[-3000:]
        yield RealRasa(server, client, home)
    finally:
        client.close()
        server.stop()
