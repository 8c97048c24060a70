"""The entries of the facts and glossary files with their places, for what is told with file and line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from flows.facts_model import Fact
from flows.positions import Document, read

Kind = Literal["facts", "contacts", "terms"]
_FOLDERS: dict[Kind, str] = {"facts": "facts", "contacts": "facts", "terms": "glossary"}


@dataclass(frozen=True)
class Entry:
    """One entry of a file, sound or not: its name, its data as written, and where it stands."""

    name: str
    data: dict[str, Any]
    file: str
    line: int
    document: Document

    @property
    def place(self) -> str:
        """Where it stands, as told to an author."""
        return f"{self.file}:{self.line}"


def entries(folder: Path, kind: Kind) -> Iterator[Entry]:
    """Every entry of that kind under `folder`, those defined twice included."""
    for path in sorted((folder / _FOLDERS[kind]).glob("*.yaml")):
        document = read(path.read_text(encoding="utf-8"))
        table = document.data.get(kind) if isinstance(document.data, dict) else None
        for name, data in table.items() if isinstance(table, dict) else ():
            if isinstance(data, dict):
                yield Entry(name, data, str(path.relative_to(folder)), document.line((kind, name)), document)


def sound_facts(folder: Path) -> dict[str, Fact]:
    """The facts that can be read, whatever is wrong with the others."""
    found = {}
    for entry in entries(folder, "facts"):
        try:
            found[entry.name] = Fact.model_validate(entry.data)
        except ValidationError:
            continue
    return found
