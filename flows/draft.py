"""The content as it stands on the disk, even half-written: what is sound of it, and what is wrong with the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from flows import loader
from flows.author_words import author_words, put
from flows.facts_model import Contact, Fact, Source
from flows.library import Library
from flows.model import Procedure
from flows.positions import Document, read
from flows.problems import Problem, form_problems


@dataclass(frozen=True)
class DraftPage:
    """One procedure file: the procedure when the file is sound, its lines, and what its text holds anyway."""

    id: str
    file: str
    document: Document
    rows: tuple[str, ...]
    procedure: Procedure | None = None

    @property
    def title(self) -> str:
        """The title written in the file, or its id."""
        data = self.document.data
        return str(data.get("title") or self.id) if isinstance(data, dict) else self.id

    @property
    def step_names(self) -> list[str]:
        """The names of its steps, those of a broken file too."""
        data = self.document.data
        steps = data.get("steps") if isinstance(data, dict) else None
        return [str(name) for name in steps] if isinstance(steps, dict) else []


@dataclass(frozen=True)
class Draft:
    """All the procedures by id, and every problem. `library` is None when what is common to all cannot be read."""

    pages: Mapping[str, DraftPage]
    problems: tuple[Problem, ...]
    library: Library | None = None
    titles: Mapping[str, str] = field(default_factory=dict)


def read_draft(folder: Path, day: date) -> Draft:
    """Reads the whole of `folder`. Never raises for what an author wrote: it becomes a problem."""
    pages: dict[str, DraftPage] = {}
    found: list[Problem] = []
    for path in loader.procedure_files(folder):
        page, wrong = _page(path, folder)
        pages[page.id] = page
        found += wrong
    sound = {page.id: page.procedure for page in pages.values() if page.procedure}
    library, wrong = _library(folder, sound)
    found += [*wrong, *_common_forms(folder)]
    try:
        found += loader.problems(folder, day)
    except Exception as error:  # whatever stops the checks, the author is told, and sees what was found so far
        found.append(_trouble("checks_stopped", str(folder.name), error))
    titles = {page.id: page.title for page in pages.values()}
    return Draft(pages, tuple(sorted(set(found))), library, titles)


def _page(path: Path, folder: Path) -> tuple[DraftPage, list[Problem]]:
    file = path.relative_to(folder).as_posix()
    try:
        procedure, document, found = loader.read_procedure(path, folder)
        rows = tuple(path.read_text(encoding="utf-8").split("\n"))
    except Exception as error:  # not even text, or YAML of a shape that no check expects
        return DraftPage(path.stem, file, Document(), ()), [_trouble("unreadable_file", file, error)]
    data = document.data
    id_ = data.get("id") if isinstance(data, dict) else None
    return DraftPage(str(id_ or path.stem), file, document, rows, procedure), found


def _library(folder: Path, sound: Mapping[str, Procedure]) -> tuple[Library | None, list[Problem]]:
    """The library of the procedures that are sound: `loader.load` refuses all of them for one that is not."""
    found: list[Problem] = []
    try:
        facts = loader._tables(folder, "facts", Fact, found)
        contacts = loader._tables(folder, "contacts", Contact, found)
        sources = loader._table(folder / "sources.yaml", "sources", Source, found)
        return loader._library(folder, sound, facts, contacts, sources), found
    except Exception as error:  # the same: a missing sentence, a list where a text should be
        return None, [*found, _trouble("common_unreadable", str(folder.name), error)]


def _common_forms(folder: Path) -> list[Problem]:
    """Broken YAML in the files that stand beside the procedures."""
    found: list[Problem] = []
    procedures = set(loader.procedure_files(folder))
    for path in sorted(set(folder.rglob("*.yaml")) - procedures):
        file = path.relative_to(folder).as_posix()
        try:
            found += form_problems(file, read(path.read_text(encoding="utf-8")))
        except Exception as error:
            found.append(_trouble("unreadable_file", file, error))
    return found


def _trouble(name: str, file: str, error: Exception) -> Problem:
    kind = f"{type(error).__name__} {error}".strip()[:200]
    return Problem(file, 1, put(author_words()["pages"][name], error=kind))
