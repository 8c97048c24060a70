"""`allo bench`: speed and memory, measured here and now, against a stated baseline in the same run."""

from __future__ import annotations

import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated

import httpx
import typer

from api.cli.bench_channels import Bot, Call, Sink, Sms, environment, telegram_sink
from api.cli.bench_places import bench_places
from api.services import nlu_python
from api.settings import CHECKOUT, load_settings
from api.supervisor import model_for
from flows import engine, loader

READY = 120  # seconds to wait for Rasa, its model being trained already
FREE_TEXTS = (
    *("jai pas recu mon rsa", "ma carte vitale est cassée"),
    *("je viens de perdre mon travail", "c'est pour mon loyer"),
)


def bench(
    turns: Annotated[int, typer.Option(min=20, max=2000, help="How many turns to time.")] = 200,
    rasa: Annotated[bool, typer.Option(help="Measure with Rasa too (its model must be trained).")] = True,
    database: Annotated[str | None, typer.Option(metavar="URL", help="An empty PostgreSQL, for the places.")] = None,
) -> None:
    """Times an engine turn, the nearest places, turns over HTTP with and without Rasa, the start-up, and the memory."""
    typer.echo(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {turns} turns each")
    _row("baseline: JSON round trip of a talk", _baseline(turns))
    _row("engine turn", _engine(turns))
    bench_places(turns, _row, database)
    settings = load_settings()
    if rasa and nlu_python().exists():
        model_for(settings, nlu_python(), lambda _stage, _share: None)
    with tempfile.TemporaryDirectory() as home:
        if (settings.home / "models").is_dir():
            (Path(home) / "models").symlink_to(settings.home / "models")
        with telegram_sink() as sink:
            _service(home, turns, rasa, sink)


def _baseline(turns: int) -> list[float]:
    talk = {"run": {"procedure": "caf_dtr", "answers": {f"step_{n}": "oui" for n in range(20)}}, "last": ["texte"] * 4}
    return _times(turns, lambda _n: json.loads(json.dumps(talk)))


def _engine(turns: int) -> list[float]:
    library, day = loader.load(), date.today()
    run = engine.start(library, "caf_dtr", day).run
    answers = ("1", "1", "c'est fait", "c'est fait", "c'est fait", "c'est fait", "c'est fait", "c'est fait", "oui")
    for answer in answers:
        run = engine.advance(library, run, answer, day).run
    return _times(turns, lambda _n: engine.advance(library, run, "non", day))


def _service(home: str, turns: int, rasa: bool, sink: Sink) -> None:
    env = {
        **os.environ,
        **environment(sink),
        "ALLO_HOME": home,
        "ALLO_MESSAGES_PER_MINUTE": "100000",
        "ALLO_LOG_LEVEL": "WARNING",
    }
    if not rasa:
        env["ALLO_RASA_URL"] = "http://127.0.0.1:9"
    started = time.perf_counter()
    port = free_port()
    command = [sys.executable, "-m", "api.cli", "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=CHECKOUT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
            until(lambda: client.get("/healthz").status_code == 200, 60)
            typer.echo(f"{'start-up, until / answers':44} {time.perf_counter() - started:8.1f} s")
            with_rasa = rasa and nlu_python().exists()
            _row(f"in-flow turn{', while Rasa starts' if with_rasa else ''}", _in_flow(client, turns))
            typer.echo(f"{'memory of the application':44} {_memory(process.pid):8.0f} MB")
            _channels(client, turns, sink)
            if with_rasa:
                until(lambda: client.get("/readyz").json()["understanding"] == "up", READY)
                typer.echo(f"{'start-up, until Rasa answers':44} {time.perf_counter() - started:8.1f} s")
                _row("in-flow turn, POST /api/chat", _in_flow(client, turns))
                _row("free text turn, with Rasa", _free_text(client, turns))
                child = rasa_pid(process.pid)
                typer.echo(f"{'memory of Rasa':44} {_memory(child) if child else 0:8.0f} MB")
    finally:
        process.terminate()
        process.wait(30)


def _channels(client: httpx.Client, turns: int, sink: Sink) -> None:
    """In-flow turns by each channel, from the webhook to its answer."""
    sms, call, bot = Sms(client), Call(client), Bot(client, sink)
    for name, turn in (
        ("SMS: webhook to TwiML", sms.turn),
        ("phone: webhook to TwiML", call.turn),
        ("Telegram: webhook to sendMessage", bot.turn),
    ):
        _row(name, _times(turns, lambda n, turn=turn: turn("1" if n % 2 == 0 else "retour")))  # type: ignore[misc]


def _in_flow(client: httpx.Client, turns: int) -> list[float]:
    client.cookies.clear()
    for text in ("caf_dtr", "oui", "1"):
        _say(client, text)
    return _times(turns, lambda n: _say(client, "1" if n % 2 == 0 else "retour"))


def _free_text(client: httpx.Client, turns: int) -> list[float]:
    def turn(n: int) -> None:
        _say(client, FREE_TEXTS[n % len(FREE_TEXTS)] + " " * (n // len(FREE_TEXTS) % 7))

    return _times(turns, turn)


def _say(client: httpx.Client, text: str) -> None:
    client.post("/api/chat", json={"text": text, "id": str(uuid.uuid4())}).raise_for_status()


def _times(turns: int, work: Callable[[int], object]) -> list[float]:
    spent = []
    for n in range(turns):
        started = time.perf_counter()
        work(n)
        spent.append((time.perf_counter() - started) * 1000)
    return spent


def _row(name: str, spent: list[float]) -> None:
    cuts = statistics.quantiles(spent, n=20)
    typer.echo(f"{name:44} {statistics.median(spent):8.2f} ms median {cuts[-1]:8.2f} ms p95")


def until(ready: Callable[[], bool], seconds: float) -> None:
    """Waits until `ready`, for so many seconds. Raises ValueError past them; a refused connection is « not yet »."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        try:
            if ready():
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise ValueError("the service did not become ready in time; see its logs.")


def _memory(pid: int) -> float:
    """Resident memory of a process, in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def rasa_pid(parent: int) -> int | None:
    """The heaviest process below `parent`."""
    children: list[int] = []
    todo = [parent]
    while todo:
        for file in Path(f"/proc/{todo.pop()}/task").glob("*/children"):
            found = [int(pid) for pid in file.read_text().split()]
            children += found
            todo += found
    return max(children, key=_memory, default=None)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
