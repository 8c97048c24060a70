"""The content as it stands on the disk, even half-written: what is sound of it, and what is wrong with the rest."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

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
    unreadable = {path: error for path in sorted(folder.rglob("*.yaml")) if (error := _unreadable(path))}
    found = [_trouble("unreadable_file", path.relative_to(folder), error) for path, error in unreadable.items()]
    pages = {path.stem: _empty(path, folder) for path in unreadable if path in loader.procedure_files(folder)}
    with _without(folder, unreadable) as readable:
        for path in loader.procedure_files(readable):
            page, wrong = _page(path, readable)
            pages[page.id] = page
            found += wrong
        library, wrong = _library(readable, {page.id: page.procedure for page in pages.values() if page.procedure})
        found += [*wrong, *_forms(readable)]
        found += _checked(readable, day, {readable / page.file for page in pages.values() if not page.procedure})
    titles = {page.id: page.title for page in pages.values()}
    return Draft(dict(sorted(pages.items(), key=lambda item: item[1].file)), tuple(sorted(set(found))), library, titles)


def _checked(folder: Path, day: date, broken: Collection[Path]) -> list[Problem]:
    """What the checks find; what stops them is a problem too, and then the sound files are checked alone."""
    try:
        return loader.problems(folder, day)
    except Exception as error:
        told = [_trouble("checks_stopped", folder.name, error)]
        if not broken:
            return told
    with _without(folder, broken) as sound:
        return [*told, *_checked(sound, day, ())]


def _unreadable(path: Path) -> Exception | None:
    try:
        path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        return error
    return None


@contextmanager
def _without(folder: Path, files: Collection[Path]) -> Iterator[Path]:
    """The folder as if `files` were not there: the others can then be read and checked as usual."""
    if not files:
        yield folder
        return
    with TemporaryDirectory() as place:
        mirror = Path(place).resolve()
        for path in folder.rglob("*.yaml"):
            if path not in files:
                link = mirror / path.relative_to(folder)
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to(path.resolve())
        yield mirror


def _empty(path: Path, folder: Path) -> DraftPage:
    return DraftPage(path.stem, path.relative_to(folder).as_posix(), Document(), ())


def _page(path: Path, folder: Path) -> tuple[DraftPage, list[Problem]]:
    try:
        procedure, document, found = loader.read_procedure(path, folder)
    except Exception as error:  # YAML of a shape that no check expects
        return _empty(path, folder), [_trouble("unreadable_file", path.relative_to(folder), error)]
    if procedure is None and not found:
        found = [Problem(path.relative_to(folder).as_posix(), 1, author_words()["pages"]["no_procedure"])]
    data = document.data
    id_ = data.get("id") if isinstance(data, dict) else None
    rows = tuple(path.read_text(encoding="utf-8").split("\n"))
    return DraftPage(str(id_ or path.stem), path.relative_to(folder).as_posix(), document, rows, procedure), found


def _library(folder: Path, sound: Mapping[str, Procedure]) -> tuple[Library | None, list[Problem]]:
    """The library of the procedures that are sound: `loader.load` refuses all of them for one that is not."""
    found: list[Problem] = []
    try:
        facts = loader._tables(folder, "facts", Fact, found)
        contacts = loader._tables(folder, "contacts", Contact, found)
        sources = loader._table(folder / "sources.yaml", "sources", Source, found)
        return loader._library(folder, sound, facts, contacts, sources), found
    except Exception as error:  # a missing sentence, a list where a text should be
        return None, [*found, _trouble("common_unreadable", folder.name, error)]


def _forms(folder: Path) -> list[Problem]:
    """Broken YAML in the files that the loader reads without a word."""
    others = set(folder.rglob("*.yaml")) - set(loader.procedure_files(folder)) - set((folder / "facts").glob("*.yaml"))
    found: list[Problem] = []
    for path in sorted(others - {folder / "sources.yaml"}):
        found += form_problems(path.relative_to(folder).as_posix(), read(path.read_text(encoding="utf-8")))
    return found


def _trouble(name: str, file: Path | str, error: Exception) -> Problem:
    kind = f"{type(error).__name__} {error}".strip()[:200]
    return Problem(str(file), 1, put(author_words()["pages"][name], error=kind))
