"""Small contents for the tests: procedures written in the test, loaded like the shipped ones."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from flows import engine
from flows.library import Library
from flows.loader import CONTENT, load
from flows.run import Run
from flows.walk import walk

DAY = date(2026, 11, 22)

HEAD = """\
id: {id}
title: "Essai : {id}"
button: Essai
organisme: caf
version: {version}
intro: Un essai.
minutes: 5
contact: caf
without_internet: Appelez.
sources: [SRC]
checked_on: 2026-11-22
review_before: 2027-05-22
confidence: high
"""

FACTS = """\
facts:
  tel_caf:
    {value: "3230", speech: "32 30", source: SRC, checked_on: 2026-11-22, review_before: 2027-11-22, confidence: high}
  montant:
    {value: 500 €, speech: 500 euros, source: SRC, checked_on: 2026-11-22, review_before: 2027-04-01, confidence: high}
contacts:
  caf: {name: la CAF, phone: tel_caf, site: caf.fr}
"""


def page(id_: str, steps: str, version: int = 1, renamed: str = "") -> str:
    """The text of a procedure file; the first step is the start."""
    body = textwrap.dedent(steps).strip("\n")
    start = body.split(":", 1)[0]
    return f"{HEAD.format(id=id_, version=version)}{renamed}start: {start}\nsteps:\n{textwrap.indent(body, '  ')}\n"


def write(folder: Path, pages: Iterable[str]) -> Path:
    """A content folder with these procedure files, and the assistant's real sentences."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "procedures" / "caf").mkdir(parents=True)
    (folder / "facts").mkdir()
    (folder / "texts").mkdir()
    (folder / "facts" / "common.yaml").write_text(FACTS, encoding="utf-8")
    (folder / "sources.yaml").write_text("sources:\n  SRC: {title: Une source}\n", encoding="utf-8")
    shutil.copy(CONTENT / "texts" / "fr.yaml", folder / "texts" / "fr.yaml")
    for text in pages:
        name = text.split("\n", 1)[0].removeprefix("id: ")
        (folder / "procedures" / "caf" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def library_of(folder: Path, *pages: str) -> Library:
    """The content made of these procedure files."""
    return load(write(folder, pages))


def play(library: Library, procedure: str, *texts: str, day: date = DAY) -> engine.Turn:
    """The last turn of a run where the citizen says `texts`. « bloque » and « retour » do what they say."""
    return play_on(library, engine.start(library, procedure, day), *texts, day=day)


def play_on(library: Library, turn: engine.Turn, *texts: str, day: date = DAY) -> engine.Turn:
    """The same, from `turn` on. Every text must be understood."""
    for text in texts:
        before = turn
        if text == "bloque":
            turn = engine.block(library, turn.run, day)
        elif text == "retour":
            turn = engine.back(library, turn.run, day)
        else:
            turn = engine.advance(library, turn.run, text, day)
        assert turn.understood, f"« {text} » is not understood at {before.key}"
        assert Run.from_json(turn.run.to_json()) == turn.run
        assert walk(library, turn.run, day).here.key == turn.key
    return turn


def texts(turn: engine.Turn) -> list[str]:
    """What a turn says."""
    return [say.text for say in turn.says]
