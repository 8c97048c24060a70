"""Checks of the facts and glossary files: sources, dates, words to say aloud, entries defined twice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from flows.entries import Entry, Kind, entries, sound_facts
from flows.facts_model import Fact, Source
from flows.plain import plain
from flows.positions import read
from flows.problems import Problem, form_problems

# What a voice reads badly: a sign, « 8 h 30 », or a telephone number (« 3230 », « 0 809 401 401 »).
_SIGN = re.compile(r"[€%]|\d{1,2}\s?h(?:\s?\d\d)?\b")
_SHORT_PHONE = re.compile(r"(?:1[01]\d{1,4}|3\d{3})")
_PHONE = re.compile(
    r"(?<!\d)(?:0\s?\d{3}(?:[\s.]?\d{3}){2}|0\s?\d(?:[\s.]?\d{2}){4}|3\d{3}(?!\s?(?:euros|ans|mois|jours|heures)))(?!\d)"
)
_LEAP = 2000
KINDS: dict[Kind, str] = {"facts": "le fait", "contacts": "le contact", "terms": "le mot du glossaire"}


def fact_problems(folder: Path, sources: Mapping[str, Source]) -> list[Problem]:
    """Everything wrong in the facts, contacts and glossary files of `folder`, beyond their form."""
    facts = sound_facts(folder)
    found = [problem for kind in KINDS for problem in _twice(folder, kind)]
    found += [*_form(folder), *_same_words(folder)]
    for entry in entries(folder, "facts"):
        fact = facts.get(entry.name)
        for key, why in _fact(fact, sources) if fact else ():
            found.append(Problem(entry.file, entry.document.line(("facts", entry.name, key)), why))
    for entry in entries(folder, "contacts"):
        for name in map(entry.data.get, ("phone", "hours", "cost")):
            if name and name not in facts:
                found.append(
                    Problem(entry.file, entry.line, f"« {entry.name} » nomme le fait « {name} », qui n'existe pas")
                )
    return found


def next_revision(revised_each: str, after: date) -> date | None:
    """The first day « month-day » after `after`, None when there is no such day. 02-29 is taken as 03-01."""
    month, day = map(int, revised_each.split("-"))
    try:
        date(_LEAP, month, day)
        found = [date(after.year + n, *((3, 1) if (month, day) == (2, 29) else (month, day))) for n in (0, 1)]
    except ValueError:
        return None
    return next(moment for moment in found if moment > after)


def _fact(fact: Fact, sources: Mapping[str, Source]) -> Iterator[tuple[str, str]]:
    if fact.source not in sources:
        yield "source", f"la source « {fact.source} » n'est pas dans sources.yaml : ajoutez-la"
    if not fact.speech and (sign := unspoken(fact)):
        yield "value", f"« {sign} » se lit mal à voix haute : ajoutez « speech », les mots à dire"
    if fact.revised_each:
        due = next_revision(fact.revised_each, fact.checked_on)
        if due is None:
            yield "revised_each", f"« {fact.revised_each} » n'est pas un jour : écrivez le mois puis le jour, « 04-01 »"
        elif fact.review_before > due:
            yield (
                "review_before",
                f"cette valeur change le {due} (« revised_each ») : mettez « review_before » à {due} au plus tard",
            )
    if fact.review_before <= fact.checked_on:
        yield "review_before", "« review_before » vient avant « checked_on » : ce fait ne serait jamais dit"


def unspoken(fact: Fact) -> str:
    """What a voice would read badly in the value of a fact, empty when nothing."""
    written = fact.said()
    if _SHORT_PHONE.fullmatch(written):
        return written
    found = _SIGN.search(written) or _PHONE.search(written)
    return found[0].strip() if found else ""


def _twice(folder: Path, kind: Kind) -> Iterator[Problem]:
    first: dict[str, Entry] = {}
    for entry in entries(folder, kind):
        other = first.setdefault(entry.name, entry)
        if other is not entry:
            yield Problem(
                entry.file,
                entry.line,
                f"{KINDS[kind]} « {entry.name} » est déjà dans {other.place} : gardez-en un seul",
            )


def _form(folder: Path) -> Iterator[Problem]:
    """Broken glossary files (those of facts are read by the loader, which tells theirs)."""
    for path in sorted((folder / "glossary").glob("*.yaml")):
        yield from form_problems(str(path.relative_to(folder)), read(path.read_text(encoding="utf-8")))


def _same_words(folder: Path) -> Iterator[Problem]:
    """A word of the glossary with two definitions: only one of them would be said."""
    first: dict[str, Entry] = {}
    for entry in entries(folder, "terms"):
        also = entry.data.get("also")
        names = [str(entry.data.get("term", "")), *map(str, also if isinstance(also, list) else ())]
        if not entry.data.get("term") or not entry.data.get("say"):
            yield Problem(entry.file, entry.line, f"le mot « {entry.name} » a besoin de « term » et de « say »")
        for name in dict.fromkeys(map(plain, filter(None, names))):
            other = first.setdefault(name, entry)
            if other.name != entry.name:
                yield Problem(
                    entry.file,
                    entry.line,
                    f"« {name} » est déjà expliqué dans {other.place} (« {other.name} ») : gardez une seule définition",
                )


__all__ = ["fact_problems", "next_revision", "unspoken"]
