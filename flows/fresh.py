"""`allo flows fresh`: what must be read again soon, procedures and facts, why, and the source to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from flows.entries import entries
from flows.facts_model import Fact
from flows.library import Library
from flows.loader import procedure_files
from flows.model import Procedure
from flows.texts import placeholders


@dataclass(frozen=True)
class Due:
    """One thing to read again: when it falls due, why, who names it, and the sources to open."""

    date: date
    kind: str
    id: str
    file: str
    why: tuple[str, ...]
    used_by: tuple[str, ...]
    sources: tuple[str, ...]

    def __str__(self) -> str:
        named = f" Nommé par : {', '.join(self.used_by)}." if self.used_by else ""
        read = " ; ".join(self.sources)
        return f"{self.date} {self.kind} « {self.id} » ({self.file}) : {', '.join(self.why)}.{named} À relire : {read}"

    def row(self) -> dict[str, Any]:
        """As a JSON object."""
        return {**asdict(self), "date": self.date.isoformat()}


def fresh(library: Library, folder: Path, day: date, within: int) -> list[Due]:
    """What falls due up to `within` days after `day`, what is uncertain, and the facts that nothing names; by date."""
    last, uses = day + timedelta(days=within), fact_uses(library)
    places = {entry.name: entry.place for entry in entries(folder, "facts")}
    files = {path.stem: str(path.relative_to(folder)) for path in procedure_files(folder)}
    found = [*_facts(library, places, uses, last), *_pages(library, files, last)]
    return sorted(found, key=lambda due: (due.date, due.kind, due.id))


def fact_uses(library: Library) -> dict[str, set[str]]:
    """Which procedures, contacts and sentences name each fact."""
    uses: dict[str, set[str]] = {}
    for user, names in _users(library):
        for name in names:
            uses.setdefault(name, set()).add(user)
    return uses


def _users(library: Library) -> Iterator[tuple[str, Iterable[str]]]:
    for page in library.procedures.values():
        data = page.model_dump(by_alias=True)
        deadlines = (task.deadline.within for task in page.tasks.values() if task.deadline)
        yield page.id, {*placeholders(*_strings(data)), *filter(None, deadlines)}
    for key, contact in library.contacts.items():
        yield f"contact {key}", filter(None, (contact.phone, contact.hours, contact.cost))
    for key, sentence in library.sentences.items():
        yield f"phrase {key}", placeholders(*sentence.values())


def _strings(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    for value in data.values() if isinstance(data, dict) else data if isinstance(data, list | tuple) else ():
        yield from _strings(value)


def _facts(library: Library, places: dict[str, str], uses: dict[str, set[str]], last: date) -> Iterator[Due]:
    for name, fact in library.facts.items():
        used = tuple(sorted(uses.get(name, ())))
        why = [*_why(fact, last), *([] if used else ["aucun texte ne le nomme : enlevez-le, ou nommez-le"])]
        if why:
            when = min(filter(None, (fact.review_before, fact.valid_until)))
            yield Due(when, "fait", name, places.get(name, ""), tuple(why), used, _sources(library, [fact.source]))


def _pages(library: Library, places: dict[str, str], last: date) -> Iterator[Due]:
    for page in library.procedures.values():
        if why := _why(page, last):
            file = places.get(page.id, "")
            yield Due(page.review_before, "démarche", page.id, file, tuple(why), (), _sources(library, page.sources))


def _why(page: Fact | Procedure, last: date) -> list[str]:
    why = []
    if page.review_before <= last:
        why.append(f"à relire avant le {page.review_before}, lu le {page.checked_on}")
    until = page.valid_until if isinstance(page, Fact) else None
    if until and until <= last:
        why.append(f"n'est plus vrai après le {until}")
    if page.confidence == "low":
        why.append("confiance basse : cherchez une source officielle")
    return why


def _sources(library: Library, names: Iterable[str]) -> tuple[str, ...]:
    """Each source as told to who reads it again: its name, title and address."""
    found = []
    for name in names:
        source = library.sources.get(name)
        said = " ".join(filter(None, (source.title, source.url))) if source else "absente de sources.yaml"
        found.append(f"{name} ({said})")
    return tuple(found)
