"""What the pages of the authors show: procedures with their state, steps with their texts by channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from api.author.findings import OUTSIDE, by_step, other_problems, own_problems
from api.author.workshop import Workshop
from flows.budgets import procedure_costs
from flows.diagram import Drawing
from flows.diagram.graph import Exit, Node
from flows.draft import Draft, DraftPage
from flows.library import Library
from flows.problems import Problem
from flows.read_aloud import Row, row

SOON = timedelta(days=30)


@dataclass(frozen=True)
class Listed:
    """One procedure in the list. `review` is « due », « soon » or « later », « unknown » for a broken file."""

    page: DraftPage
    problems: int
    review: str


@dataclass(frozen=True)
class Told:
    """A problem with the line of the file that it is about."""

    problem: Problem
    extract: str


@dataclass(frozen=True)
class StepView:
    """One step: its box in the drawing, its texts, its problems, its lines in the file."""

    name: str
    line: int
    number: int = 0
    node: Node | None = None
    rows: tuple[Row, ...] = ()
    problems: tuple[Told, ...] = ()
    source: str = ""
    exits: tuple[tuple[Exit, int], ...] = ()


@dataclass(frozen=True)
class PageView:
    """All that a page shows of one procedure, the simulator aside."""

    page: DraftPage
    drawing: Drawing | None
    steps: tuple[StepView, ...] = ()
    problems: tuple[Told, ...] = ()
    others: tuple[Problem, ...] = ()
    review: str = "unknown"
    count: int = 0
    remarks: int = 0
    numbers: Mapping[str, int] = field(default_factory=dict)


def listed(draft: Draft, day: date) -> list[Listed]:
    """The procedures in the order of their files."""
    return [Listed(page, len(own_problems(draft, page)), review(page, day)) for page in draft.pages.values()]


def review(page: DraftPage, day: date) -> str:
    """Whether a procedure is due for review on `day`."""
    if page.procedure is None:
        return "unknown"
    left = page.procedure.review_before - day
    return "due" if left <= timedelta(0) else "soon" if left <= SOON else "later"


def page_view(workshop: Workshop, draft: Draft, page: DraftPage, day: date) -> PageView:
    """The view of one procedure on `day`."""
    drawing = workshop.drawing(draft, page)
    wrong, remarks = own_problems(draft, page), workshop.findings(page)
    placed = {step: tuple(_told(page, one) for one in ones) for step, ones in by_step(page, [*wrong, *remarks]).items()}
    numbers = {box.node.name: box.number for box in drawing.boxes} if drawing else {}
    rows = _rows(workshop.library(draft), page, day)
    views = [_step(page, name, drawing, numbers, rows, placed.get(name, ())) for name in page.step_names]
    views.sort(key=lambda view: view.number)
    others = tuple(other_problems(draft))
    outside = placed.get(OUTSIDE, ())
    return PageView(page, drawing, tuple(views), outside, others, review(page, day), len(wrong), len(remarks), numbers)


def _step(
    page: DraftPage,
    name: str,
    drawing: Drawing | None,
    numbers: Mapping[str, int],
    rows: Mapping[str, list[Row]],
    problems: tuple[Told, ...],
) -> StepView:
    line = page.document.line(("steps", name))
    node = drawing.graph.nodes[name] if drawing else None
    exits = tuple((way, numbers.get(way.target, 0)) for way in node.exits) if node else ()
    source = "" if node else _source(page, name)
    return StepView(name, line, numbers.get(name, 0), node, tuple(rows.get(name, ())), problems, source, exits)


def _rows(library: Library | None, page: DraftPage, day: date) -> dict[str, list[Row]]:
    """The messages of each step, with what they cost."""
    found: dict[str, list[Row]] = {}
    if library is None or page.procedure is None:
        return found
    try:
        for cost in procedure_costs(library, page.procedure, day):
            found.setdefault(cost.where.split(" ")[0], []).append(row(library, cost, day))
    except Exception:  # a common sentence that is missing: said by the problems, the rest of the page stays useful
        return found
    return found


def _told(page: DraftPage, problem: Problem) -> Told:
    known = 0 < problem.line <= len(page.rows)
    return Told(problem, page.rows[problem.line - 1].strip()[:160] if known else "")


def _source(page: DraftPage, name: str) -> str:
    """The lines of a step as written, for a file that cannot be read whole."""
    first = page.document.line(("steps", name))
    starts = [line for path, line in page.document.lines.items() if line > first and len(path) <= 2]
    last = min(starts, default=len(page.rows) + 1)
    return "\n".join(page.rows[first - 1 : last - 1]).rstrip()
