"""`allo flows`, for authors: plain language, what a procedure costs to say, a new one, what must be read again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from math import ceil
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.failures import Told
from api.settings import CHECKOUT
from flows import linter, loader
from flows.budgets import MAX_BUTTON, MAX_KEYS, MAX_SECONDS, MAX_SEGMENTS
from flows.fresh import fresh as fresh_entries
from flows.library import Library
from flows.model import Procedure
from flows.problems import Problem
from flows.read_aloud import Row, Total, spoken_way
from flows.read_aloud import read_aloud as read_aloud_rows
from flows.skeleton import MARK, Skeleton, skeleton
from flows.style_page import Finding

Day = Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="As if it were that day.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="The procedure's id, as in `allo flows list`.")]


def lint(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Only these procedures.")] = None,
    as_json: AsJson = False,
) -> None:
    """Plain language: long sentences, passives, jargon… File, line, why, what to write. Exit code 1 when found."""
    try:
        found = linter.lint(loader.CONTENT, ids or ())
    except KeyError as error:
        raise Told(f"la démarche « {error.args[0]} » n'existe pas ; `allo flows list` les montre toutes.") from error
    _tell(found, as_json)
    if found:
        raise typer.Exit(1)
    typer.echo("Rien à redire.", err=True)


def tell_style(extra: tuple[Path, ...] = ()) -> int:
    """Prints the findings of plain language in the procedures, and says how many: for `allo flows check --style`."""
    found = [one for one in linter.lint(loader.CONTENT, extra=extra, assistant=False) if isinstance(one, Finding)]
    _tell(found, False)
    return len(found)


def read_aloud(
    procedure: Id,
    on: Day = None,
    as_json: AsJson = False,
    voice: Annotated[bool, typer.Option("--voice", help="Only the spoken texts, as a caller hears them.")] = False,
) -> None:
    """What each step costs by SMS and by phone, and the whole main way; what is over budget is marked."""
    library, day = loader.load(), on.date() if on else date.today()
    page = _page(library, procedure)
    if voice:
        _lines(spoken_way(library, page, day))
        return
    rows, total = read_aloud_rows(library, page, day)
    if as_json:
        _lines([*(_json(row.json()) for row in rows), _json(total.json())])
        return
    for row in rows:
        _tell_row(row)
    _tell_total(total)


def new(
    procedure: Id,
    title: Annotated[str, typer.Option(help="What the procedure does: « Obtenir une attestation ».")] = "",
    organisme: Annotated[str, typer.Option(help="The body it is for, as named in the facts: caf, cpam…")] = "",
) -> None:
    """Writes a procedure to start from, with its scenarios and phrases, and says what to do next."""
    try:
        made = skeleton(loader.load(), procedure, date.today(), title, organisme)
        made.write(CHECKOUT)
    except ValueError as error:
        raise Told(f"{error}.") from error
    _lines(f"écrit : {path}" for path in made.files)
    _lines(_next_steps(made))


def fresh(
    within: Annotated[int, typer.Option(min=0, help="How many days ahead.")] = 60,
    on: Day = None,
    as_json: AsJson = False,
) -> None:
    """What must be read again soon: procedures and facts by date, why, who names them, the sources to open."""
    day = on.date() if on else date.today()
    found = fresh_entries(loader.load(), loader.CONTENT, day, within)
    _lines(_json(due.row()) if as_json else str(due) for due in found)
    if not as_json:
        typer.echo(f"{len(found)} à revoir d'ici {within} jours.", err=True)


def register(app: typer.Typer) -> None:
    """Adds these commands to `allo flows`."""
    for command in (lint, new, fresh):
        app.command()(command)
    app.command("read-aloud")(read_aloud)


def _tell(found: Iterable[Finding | Problem], as_json: bool) -> None:
    counts: dict[str, int] = {}
    for one in found:
        rule = one.rule if isinstance(one, Finding) else "accepted"
        counts[rule] = counts.get(rule, 0) + 1
        row = (
            one.row()
            if isinstance(one, Finding)
            else {"file": one.file, "line": one.line, "rule": rule, "because": one.message}
        )
        typer.echo(_json(row) if as_json else str(one))
    if counts and not as_json:
        ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        typer.echo(f"{sum(counts.values())} à revoir : {', '.join(f'{rule} {n}' for rule, n in ordered)}.", err=True)


def _tell_row(row: Row) -> None:
    cost = row.cost
    way = "→ " if row.on_main_way else "  "
    sms, spoken = f"{cost.segments} SMS", f"{ceil(cost.seconds)} s à écouter"
    typer.echo(f"{way}[{cost.where}] {sms}, {spoken}, {cost.keys} touches, plus long bouton : {cost.button} caractères")
    _lines(f"      {line}" for line in row.sms.split("\n"))
    _lines(f"      TROP : {over}" for over in cost.over())


def _tell_total(total: Total) -> None:
    if total.steps:
        minutes = f"{total.seconds / 60:.1f}".replace(".", ",")
        typer.echo(
            f"\nChemin principal (→) : {len(total.steps)} étapes, {total.segments} SMS, {minutes} minutes à écouter."
        )
    else:
        typer.echo("\nPas de chemin principal : aucune fin « done » ne peut être atteinte.")
    typer.echo(
        f"Au plus, par message : {MAX_SEGMENTS} SMS, {MAX_SECONDS} s, {MAX_KEYS} touches,"
        f" bouton de {MAX_BUTTON} caractères. Messages trop longs : {total.over}."
    )


def _next_steps(made: Skeleton) -> list[str]:
    """What is left to the author, in order."""
    page, scenarios, phrases = map(str, made.files)
    return [
        "\nEnsuite :",
        f"1. Écrivez la démarche : les lignes marquées « {MARK} » dans {page}.",
        f"2. Donnez-lui une place : ajoutez {made.id} sous « menu » dans flows/texts/fr.yaml.",
        f"3. Écrivez quarante phrases dans {phrases}, et cinq ou six autres dans tests/nlu/reach.yml.",
        f"4. Suivez vos étapes dans {scenarios} : cinq conversations au moins.",
        f"5. Vérifiez : ./allo flows check, ./allo flows lint {made.id}, ./allo flows read-aloud {made.id}.",
        f"6. Essayez : ./allo flows play {made.id}, puis ./allo test.",
    ]


def _page(library: Library, id_: str) -> Procedure:
    if id_ not in library.procedures:
        raise Told(f"la démarche « {id_} » n'existe pas ; `allo flows list` les montre toutes.")
    return library.procedures[id_]


def _json(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False)


def _lines(lines: Iterable[str]) -> None:
    for line in lines:
        typer.echo(line)
