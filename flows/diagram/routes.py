"""Decides how each way out is shown: a line straight down, a line in the gap beside, or a number to jump to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from flows.diagram.arrange import COLUMNS, LEFT, MIDDLE, RIGHT, Cell, Part
from flows.diagram.graph import Exit, Graph

Shape = Literal["down", "side", "jump"]
Side = Literal["left", "right"]
Bundle = tuple[str, bool, Side]
FAR_AROUND = 6  # a line that goes around its own column passes at most so many rows
FAR_BESIDE = 3  # and one to the next column
MAX_LANES = 6


@dataclass(frozen=True)
class Route:
    """How one way out is shown. A line « side » runs in the gap `gutter`, which is left of the column `gutter`."""

    source: str
    exit: Exit
    shape: Shape
    gutter: int = 0
    leaves: Side = "right"
    enters: Side = "left"
    span: tuple[int, int] = (0, 0)

    @property
    def bundle(self) -> Bundle:
        """Lines of one bundle share their way: same target, same look, same side of it."""
        return self.exit.target, self.exit.kind == "blocked", self.enters


def routes(graph: Graph, part: Part) -> list[Route]:
    """The routes of all the ways out of the steps of one part."""
    below = _below(part)
    found = []
    for name in part.cells:
        ways = graph.nodes[name].exits
        plain = {way.target for way in ways if way.kind != "blocked"}
        for way in ways:
            down = below.get(name) == way.target and (way.kind != "blocked" or way.target not in plain)
            found.append(Route(name, way, "down") if down else _beside(part, name, way))
    return _uncrowded(found)


def _below(part: Part) -> dict[str, str]:
    """For each step, the next one in its column."""
    below: dict[str, str] = {}
    for column in (LEFT, MIDDLE, RIGHT):
        names = sorted((n for n, cell in part.cells.items() if cell.column == column), key=lambda n: part.cells[n].row)
        below |= dict(pairwise(names))
    return below


def _beside(part: Part, name: str, way: Exit) -> Route:
    here, there = part.cells[name], part.cells.get(way.target)
    if there is None or part.kind in ("shared", "alone"):
        return Route(name, way, "jump")
    distance, aside = abs(there.row - here.row), there.column - here.column
    span = (min(here.row, there.row), max(here.row, there.row))
    if aside == 0 and distance <= FAR_AROUND:
        side = _around(here, way)
        return Route(name, way, "side", here.column + (side == "right"), side, side, span)
    if abs(aside) == 1 and distance <= FAR_BESIDE:
        leaves: Side = "right" if aside > 0 else "left"
        return Route(name, way, "side", max(here.column, there.column), leaves, _other(leaves), span)
    return Route(name, way, "jump")


def _around(here: Cell, way: Exit) -> Side:
    """The side by which a line goes around its own column: outside, and for the spine « je bloque » to the right."""
    if here.column == MIDDLE:
        return "right" if way.kind in ("blocked", "unknown") else "left"
    return "left" if here.column == LEFT else "right"


def _other(side: Side) -> Side:
    return "left" if side == "right" else "right"


def side_by_side(found: Iterable[Route], gutter: int) -> list[list[Bundle]]:
    """For each row, the bundles of lines that pass it in this gap."""
    spans: dict[Bundle, tuple[int, int]] = {}
    for route in found:
        if route.shape == "side" and route.gutter == gutter:
            low, high = spans.get(route.bundle, route.span)
            spans[route.bundle] = (min(low, route.span[0]), max(high, route.span[1]))
    rows = range(max((high for _, high in spans.values()), default=-1) + 1)
    return [[bundle for bundle, (low, high) in spans.items() if low <= row <= high] for row in rows]


def _uncrowded(found: list[Route]) -> list[Route]:
    """The routes with the longest lines turned into jumps where too many would run side by side."""
    for gutter in range(COLUMNS + 1):
        while crowd := next((here for here in side_by_side(found, gutter) if len(here) > MAX_LANES), None):
            lines = [r for r in found if r.shape == "side" and r.gutter == gutter and r.bundle in crowd]
            longest = max(lines, key=lambda route: route.span[1] - route.span[0])
            found = [replace(route, shape="jump") if route is longest else route for route in found]
    return found
