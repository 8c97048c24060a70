"""`allo flows check` on the translations: form, orphans, facts, numbers, and the budgets of the French texts."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path

from flows.budgets import procedure_costs
from flows.library import Library
from flows.overlay.files import File, languages, read_language
from flows.overlay.library import in_language
from flows.overlay.report import compared
from flows.problems import ContentError, Problem

NO_FACT_HOLDS = date(2200, 1, 1)


def overlay_problems(library: Library, folder: Path, day: date, written: Collection[str] = ()) -> list[Problem]:
    """Everything wrong in the files of all languages. What is not translated yet is no problem: see the report.

    `written` are the procedures that have a French file, sound or not: a broken one cannot be compared.
    """
    broken = set(written) - set(library.procedures)
    return [found for language in languages(folder) for found in _language(library, folder, language, day, broken)]


def _language(library: Library, folder: Path, language: str, day: date, broken: Collection[str]) -> Iterator[Problem]:
    files, of_form = read_language(folder, language)
    yield from of_form
    for found in (one for one in compared(library, folder, files, everything=False) if one.id not in broken):
        file = files.get(found.id)
        for address, why in found.problems if file else ():
            assert file
            yield Problem(file.file, file.line(address), why)
    if not of_form:
        yield from _too_long(library, folder, language, files, day)


def _too_long(library: Library, folder: Path, language: str, files: dict[str, File], day: date) -> Iterator[Problem]:
    try:
        other = in_language(library, folder, language)
    except (ContentError, ValueError):  # told above: a text that does not fit its place
        return
    for id_ in sorted(other.translated):
        for moment in (day, NO_FACT_HOLDS):
            for cost in procedure_costs(other, other.procedures[id_], moment):
                line = files[id_].document.line(("steps", cost.where.split(" ")[0]))
                yield from (Problem(files[id_].file, line, f"« {cost.where} » : {over}") for over in cost.over())
