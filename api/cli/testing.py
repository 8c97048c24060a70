"""`allo test`: everything that must hold before a change lands, and loudly what could not be run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Annotated

import typer

from api.settings import CHECKOUT

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
# The suite runs in three parts at once, for much of it waits: for a browser, for a training of Rasa, for processes.
# They take about as long; what stands in none of these is the third.
PARTS = (("tests/api", "tests/e2e"), ("tests/nlu", "tests/sending", "tests/places", "tests/channels"))
MEMORY = Path("/dev/shm")
ROOM = 4_000_000_000  # bytes
CHECKS = (
    ("ruff", ["ruff", "check", "--quiet", "."]),
    ("ruff format", ["ruff", "format", "--check", "--quiet", "."]),
    ("mypy", ["mypy"]),
    ("import rule", ["importlinter.cli", "lint-imports"]),
)


def test(
    arguments: Annotated[list[str] | None, typer.Argument(help="Passed to pytest, after --.")] = None,
) -> None:
    """Runs the linters and the whole suite: SQLite, PostgreSQL, a real browser and the real Rasa."""
    get_browser()
    if arguments:
        raise typer.Exit(_suite(*arguments).wait())
    others = ("tests", *(f"--ignore={folder}" for part in PARTS for folder in part))
    with ExitStack() as opened:
        first = _suite(*PARTS[0])
        outputs = [opened.enter_context(tempfile.TemporaryFile("w+")) for _ in PARTS]
        beside = [_suite(*part, out=out) for part, out in zip((*PARTS[1:], others), outputs, strict=True)]
        failed = [name for name, command in CHECKS if not _passes(name, command)]
        codes = [process.wait() for process in (first, *beside)]
        for output in outputs:
            output.seek(0)
            shutil.copyfileobj(output, sys.stdout)
    if failed:
        typer.echo(f"Failed besides the tests: {', '.join(failed)}.", err=True)
    raise typer.Exit(next(filter(None, codes), 0) or bool(failed))


def _suite(*arguments: str, out: IO[str] | None = None) -> subprocess.Popen[bytes]:
    """Pytest, begun. Its thousands of databases are made in memory where the machine has room for them."""
    command = [sys.executable, "-m", "pytest", *arguments]
    env = {**os.environ, "PYTEST_DEBUG_TEMPROOT": str(MEMORY)} if _roomy(MEMORY) else None
    return subprocess.Popen(command, cwd=CHECKOUT, env=env, stdout=out, stderr=out)


def _roomy(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > ROOM


def get_browser() -> None:
    """Gets a Chromium where there is none: Debian's as root, else Playwright's own. Without one the rest still runs."""
    if os.environ.get("ALLO_CHROMIUM") or any(map(shutil.which, CHROMIUMS)):
        return
    typer.echo("allo: no Chromium here, getting one for the browser tests…", err=True)
    if os.geteuid() == 0 and shutil.which("apt-get"):
        commands = [["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]]
    else:
        commands = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    for command in commands:
        if subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
            typer.echo("allo: no Chromium could be had: the browser tests will not run.", err=True)
            return


def _passes(name: str, command: list[str]) -> bool:
    done = subprocess.run([sys.executable, "-m", *command], cwd=CHECKOUT, check=False, capture_output=True, text=True)
    if done.returncode:
        typer.echo(f"{name}:\n{done.stdout}{done.stderr}", err=True)
    return done.returncode == 0
