"""`allo flows translate`: what is translated in a language, what is missing, what must be read again."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Annotated, Any

import typer

from api.cli.failures import Told
from flows import loader
from flows.library import Library
from flows.overlay import languages
from flows.overlay.compare import Compared, row
from flows.overlay.files import TABLES, File, read_language
from flows.overlay.report import compared
from flows.overlay.template import marked, template

ALL = "all"
SAID = {"missing": "manque", "to_read_again": "à relire", "orphans": "n'existe pas en français"}
Language = Annotated[str, typer.Argument(metavar="LANG", help="The folder of the language in flows/languages: en.")]
Accept = Annotated[
    str | None,
    typer.Option("--accept", metavar="ID", help="A procedure, texts, facts, places… or all: read again."),
]


def translate(
    language: Language,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    skeleton: Annotated[
        str | None, typer.Option("--template", metavar="ID", help="Prints what to fill in for a procedure.")
    ] = None,
    accept: Accept = None,
) -> None:
    """What is translated, missing, to be read again; exit code 1 when a translation fits nothing in French."""
    library = loader.load()
    if skeleton is not None:
        _tell_template(library, skeleton)
        return
    if language not in languages(loader.CONTENT):
        known = ", ".join(languages(loader.CONTENT)) or "none"
        raise Told(f"there is no language « {language} » ({known}); make its folder in flows/languages to begin one.")
    files, of_form = read_language(loader.CONTENT, language)
    for problem in of_form:
        typer.echo(str(problem), err=True)
    found = compared(library, loader.CONTENT, files)
    if accept:
        _accept(found, files, accept)
        return
    rows = [row(one) for one in found]
    _tell_json(rows) if as_json else _tell(rows, {one.id for one in found if one.exists or one.id in TABLES})
    if of_form or any(one["orphans"] or one["invalid"] for one in rows):
        raise typer.Exit(1)


def _tell_template(library: Library, id_: str) -> None:
    if id_ not in library.procedures:
        raise Told(f"there is no procedure « {id_} »; `allo flows list` shows them.")
    for line in template(library, id_):
        typer.echo(line)


def _accept(found: list[Compared], files: dict[str, File], id_: str) -> None:
    """Marks translations as read against the French of today."""
    wanted = [one for one in found if one.id in files and id_ in (one.id, ALL)]
    if not wanted:
        raise Told(f"there is no translation « {id_} »; they are: {', '.join(sorted(files))}.")
    for one in wanted:
        path = loader.CONTENT / files[one.id].file
        path.write_text(marked(path.read_text(encoding="utf-8"), one), encoding="utf-8")
        typer.echo(f"{files[one.id].file} : {len(one.units)}", err=True)


def _tell_json(rows: list[dict[str, Any]]) -> None:
    for one in rows:
        typer.echo(json.dumps(one, ensure_ascii=False))


def _tell(rows: list[dict[str, Any]], begun: Collection[str]) -> None:
    for one in rows:
        if one["id"] not in begun:
            continue
        typer.echo(f"{one['id']:26} {one['translated']}/{one['texts']}")
        for name, said in SAID.items():
            for address in one[name]:
                typer.echo(f"  {said} : {address}")
        for why in one["invalid"]:
            typer.echo(f"  {why}")
    others = [one for one in rows if one["id"] not in begun]
    texts = sum(one["texts"] for one in others)
    typer.echo(f"{len(begun)} fichiers traduits ; {len(others)} en français seulement ({texts} textes).", err=True)


def register(app: typer.Typer) -> None:
    """Adds this command to `allo flows`."""
    app.command()(translate)
