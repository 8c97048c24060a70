"""`allo places`: importing the directory of places, and bringing it up to date from the internet."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, BinaryIO

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from api.cli.failures import Told
from api.cli.operations import open_storage
from api.cli.places_nearest import nearest
from api.cli.places_report import told
from api.places.communes import API, fetch_communes, use_communes
from api.places.download import NATIONAL_FILE, DownloadFailed, downloaded
from api.places.importing import import_places, source_name
from api.places.storing import DEMO
from api.settings import load_settings

places_app = typer.Typer(
    no_args_is_help=True, help="The directory of places where somebody helps.", add_completion=False
)
places_app.command("nearest")(nearest)
NATIONAL = "national"
STAGES = {"fetching": "Fetching", "reading": "Reading", "saving": "Saving"}
Force = Annotated[
    bool,
    typer.Option(
        "--force", help="Removes what the file no longer lists, even if it is damaged or lost over half of its places."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@places_app.command("import")
def import_(
    source: Annotated[str, typer.Argument(metavar="FILE|URL", help="A list of places: CSV or JSON.")],
    name: Annotated[str | None, typer.Option(help="The source that it is a state of; else the file's name.")] = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Brings the directory up to date with a file: its new places come in, those that it no longer lists go."""
    name = name or source_name(source)
    if name == DEMO:
        raise Told("« demo » is the name of the fictional directory; give another one with --name.")
    run(source, name, force, as_json)


@places_app.command()
def update(
    url: Annotated[str, typer.Option(help="Where the national file is.")] = NATIONAL_FILE,
    communes: Annotated[str, typer.Option(help="Where the official communes are.")] = API,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Downloads the official communes and the national list of places of digital mediation, and imports it."""
    problem = None
    try:
        with Bars() as bars:
            count = fetch_communes(load_settings(), communes, lambda done, whole: bars.show("fetching", done, whole))
        if not as_json:
            typer.echo(f"{count:,} official communes; a service that runs uses them from its next start.")
    except DownloadFailed as error:
        problem = str(error)  # the places may well be had without them
    run(url, NATIONAL, force, as_json)
    if problem:
        raise Told(f"the places are up to date, not the communes: {problem}")


def run(source: str, name: str, force: bool, as_json: bool) -> None:
    """Imports a file or an address, with a progress bar, and says what was done."""
    settings = load_settings()
    use_communes(settings)
    engine, _vault = open_storage(settings)
    began = time.monotonic()
    with Bars() as bars, opened(source, bars) as file:
        bars.size = os.fstat(file.fileno()).st_size
        report = import_places(engine, file, name, datetime.now(UTC), progress=bars.show, force=force)
    seconds = time.monotonic() - began
    if as_json:
        typer.echo(json.dumps({**report.as_json(), "seconds": round(seconds, 1)}, ensure_ascii=False))
        return
    for line in told(report, seconds):
        typer.echo(line)


class Bars(AbstractContextManager["Bars"]):
    """A progress bar for each stage, on stderr, on a terminal only."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
        self.size = 0
        console = Console(stderr=True)
        self._progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._tasks = {name: self._progress.add_task(label, visible=False) for name, label in STAGES.items()}

    def __enter__(self) -> Bars:
        self._progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._progress.stop()

    def show(self, stage: str, done: int, whole: int) -> None:
        """`done` of `whole`; of the file's size when `whole` is 0."""
        total = whole or self.size or None
        self._progress.update(self._tasks[stage], completed=done, total=total, visible=True)


@contextmanager
def opened(source: str, bars: Bars) -> Iterator[BinaryIO]:
    """The file at a path or an address. Raises Told, DownloadFailed."""
    if source.startswith(("http://", "https://")):
        with downloaded(source, lambda done, whole: bars.show("fetching", done, whole)) as file:
            yield file
        return
    try:
        file = Path(source).open("rb")  # noqa: SIM115 - closed below; only the opening may fail here
    except OSError as error:
        raise Told(f"{source} cannot be opened: {error.strerror}.") from error
    with file:
        yield file
