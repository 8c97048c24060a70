"""`allo flows`: what authors use to check, read and try their procedures."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from api.cli import authoring, translating
from api.cli.failures import Told
from api.cli.play import play_in_terminal
from flows import diagram, loader
from flows.draw import mermaid
from flows.library import Library
from flows.model import Information, Instruction, Outcome, Question, SubProcedure
from flows.texts import expired, fill
from flows.walk import Node

app = typer.Typer(
    no_args_is_help=True, help="For authors: check, list, show, draw and play the procedures.", add_completion=False
)
authoring.register(app)
translating.register(app)
Day = Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="As if it were that day.")]
Format = Literal["mermaid", "svg"]
Id = Annotated[str, typer.Argument(metavar="ID", help="The procedure's id, as in `allo flows list`.")]


@app.command()
def check(
    files: Annotated[list[Path] | None, typer.Argument(help="Other procedure files to check with the content.")] = None,
    on: Day = None,
    style: Annotated[bool, typer.Option("--style", help="Also the findings of `allo flows lint`.")] = False,
) -> None:
    """Lists every problem of the content: file, line, what to do. Exit code 1 when there is one."""
    missing = [str(file) for file in files or () if not file.is_file()]
    if missing:
        raise typer.BadParameter(f"there is no file {', '.join(missing)}")
    found = loader.problems(day=_day(on), extra=tuple(files or ()))
    for problem in found:
        typer.echo(str(problem))
    if found:
        typer.echo(f"{len(found)} problème{'s' if len(found) > 1 else ''}.", err=True)
    reworded = authoring.tell_style(tuple(files or ())) if style else 0
    if found or reworded:
        raise typer.Exit(1)
    typer.echo(f"{len(loader.procedure_files(loader.CONTENT))} démarches et événements, aucun problème.", err=True)


@app.command("list")
def list_procedures(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Life events and the orientation too.")] = False,
) -> None:
    """Lists the procedures."""
    for procedure in loader.load().procedures.values():
        if procedure.kind != "procedure" and not everything:
            continue
        row = {
            "id": procedure.id,
            **({"kind": procedure.kind} if everything else {}),
            "title": procedure.title,
            "organisme": procedure.organisme,
            "checked_on": procedure.checked_on.isoformat(),
            "review_before": procedure.review_before.isoformat(),
            "confidence": procedure.confidence,
            "steps": len(procedure.steps),
        }
        line = json.dumps(row, ensure_ascii=False) if as_json else f"{procedure.id:26} {procedure.title}"
        typer.echo(line)


@app.command()
def show(procedure: Id, on: Day = None) -> None:
    """Prints a procedure's texts in the order of the file, facts filled in for the day."""
    library, day = loader.load(), _day(on)
    page = _procedure(library, procedure)
    console = Console(soft_wrap=True, highlight=False, markup=False)
    console.print(f"{page.title} ({page.id}, version {page.version}, relue le {page.checked_on})\n{page.intro}\n")
    for name, step in page.steps.items():
        console.print(f"[{name}]")
        for label in ("ask", "do", "see", "say", "why", "without_facts"):
            text = getattr(step, label, None)
            if text:
                stale = " (périmé)" if expired(text, library.facts, day) else ""
                console.print(f"  {label}{stale} : {text if stale else fill(text, library.facts, day)}")
        for line in _ways(Node(name, page, step)):
            console.print(f"    {line}")
    for name, task in page.tasks.items():
        console.print(f"[{name}] {task.label}\n  {fill_or_bare(task.say, library, day)}\n    → {task.procedure or '—'}")


@app.command()
def draw(
    procedure: Id,
    format_: Annotated[Format, typer.Option("--format", help="A text for Mermaid, or a picture to print.")] = "mermaid",
    output: Annotated[Path | None, typer.Option(help="A file to write, instead of printing.")] = None,
) -> None:
    """Draws a procedure: each step with the beginning of its text, each way out with its answer."""
    library = loader.load()
    page = _procedure(library, procedure)
    titles = {id_: other.title for id_, other in library.procedures.items()}
    drawn = mermaid(page, titles) + "\n" if format_ == "mermaid" else diagram.svg_of(page, titles)
    if output is None:
        typer.echo(drawn, nl=False)
        return
    try:
        output.write_text(drawn, encoding="utf-8")
    except OSError as error:
        raise Told(f"cannot write {output}: {error.strerror}.") from None


@app.command()
def play(procedure: Id, on: Day = None) -> None:
    """Plays a procedure in the terminal, nothing stored; not a terminal: one answer a line."""
    library = loader.load()
    _procedure(library, procedure)
    moment = datetime.combine(_day(on), time(12), tzinfo=UTC) if on else datetime.now(UTC)
    play_in_terminal(library, procedure, moment, sys.stdin)


def _procedure(library: Library, id_: str):  # type: ignore[no-untyped-def]
    if id_ not in library.procedures:
        raise Told(f"there is no procedure « {id_} »; `allo flows list` shows them.")
    return library.procedures[id_]


def fill_or_bare(text: str, library: Library, day: date) -> str:
    """The text with its facts, or as written when one of them is out of date."""
    return text if expired(text, library.facts, day) else fill(text, library.facts, day)


def _ways(node: Node) -> list[str]:
    step = node.step
    if isinstance(step, Outcome):
        return [f"fin : {step.end}"]
    ways = [f"je bloque, {reason.label} → {reason.go}" for reason in getattr(step, "blocked", {}).values()]
    if isinstance(step, Question):
        ways += [f"{id_} : {choice.label}" for id_, choice in step.choices.items()]
    if isinstance(step, SubProcedure):
        ways.append(f"démarche {step.use}")
    assert isinstance(step, Question | Instruction | Information | SubProcedure)
    after = step.next
    if isinstance(after, str):
        return [*ways, f"→ {after}"]
    return [*ways, *(f"{branch.model_dump(by_alias=True, exclude_none=True)}" for branch in after)]


def _day(on: datetime | None) -> date:
    return on.date() if on else date.today()
