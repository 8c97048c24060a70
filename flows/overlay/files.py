"""Reads the files of a language: the same names as the French ones, texts only. Problems in the author's words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from flows.overlay.model import ComputedTexts, FactsTexts, GlossaryTexts, OwnTexts, PageTexts, PlacesTexts, StepTexts
from flows.overlay.words import word
from flows.positions import Document, read
from flows.problems import Problem, form_problems, validation_problems

FRENCH = "fr"
FOLDER = "languages"
PAGES = "procedures"
TABLES: dict[str, type[BaseModel]] = {
    "texts": OwnTexts,
    "facts": FactsTexts,
    "computed": ComputedTexts,
    "glossary": GlossaryTexts,
    "places": PlacesTexts,
}
NOT_TRANSLATED = ("safety",)  # written anew in each language: see flows/safety.py


@dataclass(frozen=True)
class File:
    """One file of a language: `id` is a procedure's, or « texts », « facts », « computed »…."""

    id: str
    file: str
    document: Document
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_page(self) -> bool:
        """True for the texts of a procedure."""
        return self.id not in TABLES

    @property
    def marks(self) -> Mapping[str, str]:
        """What the French texts looked like when they were translated."""
        return self.data.get("from") or {}

    def line(self, address: str) -> int:
        """The line of the text at that address, or of what holds it."""
        return self.document.line(tuple(int(p) if p.isdigit() else p for p in address.split("/")))


def languages(folder: Path) -> tuple[str, ...]:
    """The languages that have a folder, French aside."""
    return tuple(sorted(path.name for path in (folder / FOLDER).glob("*") if path.is_dir()))


def read_language(folder: Path, language: str) -> tuple[dict[str, File], list[Problem]]:
    """The sound files of a language by id, and what is wrong with the form of the others."""
    files: dict[str, File] = {}
    found: list[Problem] = []
    for path in sorted((folder / FOLDER / language).rglob("*.yaml")):
        name = str(path.relative_to(folder))
        is_page = path.parent.name == PAGES
        if not is_page and path.stem in NOT_TRANSLATED:
            continue
        if not is_page and path.stem not in TABLES:
            found.append(Problem(name, 1, word("unknown_file", known=", ".join(sorted((*TABLES, *NOT_TRANSLATED))))))
            continue
        document = read(path.read_text(encoding="utf-8"))
        wrong = list(_problems(document, name, PageTexts if is_page else TABLES[path.stem]))
        found += wrong
        if not wrong:
            files[path.stem] = File(path.stem, name, document, document.data or {})
    return files, found


def _problems(document: Document, file: str, model: type[BaseModel]) -> Iterator[Problem]:
    yield from form_problems(file, document)
    data = document.data if document.data is not None else {}
    if not isinstance(data, dict):
        yield Problem(file, 1, word("not_a_table"))
        return
    steps = data.get("steps") if model is PageTexts else None
    rest = {**data, "steps": {}} if isinstance(steps, dict) else data
    yield from _checked(model, rest, document, file, ())
    for name, step in steps.items() if isinstance(steps, dict) else ():
        yield from _checked(StepTexts, step, document, file, ("steps", str(name)))


def _checked(
    model: type[BaseModel], data: Any, document: Document, file: str, prefix: tuple[str, ...]
) -> Iterator[Problem]:
    try:
        model.model_validate(data)
    except ValidationError as error:
        yield from validation_problems(file, document, error, prefix, model)
