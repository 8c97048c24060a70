"""All that is said against a page, at its step: problems of the content, and findings of plain language.

The one place where another check's findings join the pages of the authors: add them to `page_findings`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from flows import linter
from flows.draft import Draft, DraftPage
from flows.problems import Problem
from flows.style_page import Finding

OUTSIDE = ""  # the place of what stands outside the steps


def page_findings(folder: Path, page: DraftPage) -> list[Problem]:
    """The findings of one page that are no problems of the content: today, those of plain language."""
    try:
        return [_told(one) for one in linter.lint(folder, (page.id,))]
    except Exception:  # a file that the linter cannot read has problems of form, which say what to do
        return []


def _told(one: Finding | Problem) -> Problem:
    if isinstance(one, Problem):
        return one
    return Problem(one.file, one.line, str(one).partition(" : ")[2])


def own_problems(draft: Draft, page: DraftPage) -> list[Problem]:
    """The problems of this page's file."""
    return [problem for problem in draft.problems if problem.file == page.file]


def other_problems(draft: Draft) -> list[Problem]:
    """The problems of files that are no procedures: facts, sources, sentences."""
    files = {page.file for page in draft.pages.values()}
    return [problem for problem in draft.problems if problem.file not in files]


def by_step(page: DraftPage, problems: Iterable[Problem]) -> Mapping[str, list[Problem]]:
    """The problems by the step whose lines they stand in; OUTSIDE for the others."""
    lines = page.document.lines
    starts = sorted((lines[path], path) for path in lines if len(path) == 1 or (len(path) == 2 and path[0] == "steps"))
    found: dict[str, list[Problem]] = {}
    for problem in problems:
        before = [path for line, path in starts if line <= problem.line]
        path = before[-1] if before else ()
        found.setdefault(str(path[1]) if len(path) == 2 else OUTSIDE, []).append(problem)
    return found
