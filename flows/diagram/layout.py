"""Gives every box and line of a drawing its place: rows from top to bottom, never cut by the end of a printed page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flows.author_words import word
from flows.diagram.arrange import COLUMNS, MIDDLE, Part, arrange
from flows.diagram.boxes import WIDTH, Box, box
from flows.diagram.graph import ExitKind, Graph
from flows.diagram.lanes import Bundle, Stub, lanes
from flows.diagram.measure import wrap
from flows.diagram.routes import Bundle as Name
from flows.diagram.routes import Route, Side, routes, side_by_side

MARGIN, GAP, LANE, EDGE = 8.0, 34.0, 11.0, 15.0
A4 = 277 / 190  # height over width of an A4 page held upright, without its margins of 10 mm
TITLE, HEADING = 132.0, 19.0
HEADING_TEXT = 14.0
# Heights of the arrows that enter by the side, all different: two of them never lie one on the other.
ENTRY: Mapping[tuple[Side, bool], float] = {
    ("right", False): 5, ("right", True): 11, ("left", False): 17, ("left", True): 23,
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A line from a box to another. The last point is the tip of its arrow. Lines of one `bundle` join on the way."""

    bundle: tuple[object, ...]
    source: str
    target: str
    kind: ExitKind
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Heading:
    """Lines of text over a part of the drawing."""

    lines: tuple[str, ...]
    y: float


@dataclass(frozen=True)
class Columns:
    """Where the columns begin, and the gaps before them; one gap more than there are columns."""

    lefts: tuple[float, ...]
    gaps: tuple[float, ...]
    width: float


@dataclass(frozen=True)
class Drawing:
    """All that is drawn, in units of which `width` fill an A4 page."""

    graph: Graph
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    headings: tuple[Heading, ...]
    width: float
    height: float


def draw(graph: Graph) -> Drawing:
    """The drawing of a procedure."""
    parts = arrange(graph)
    numbers = _numbers(parts)
    ways = [routes(graph, part) for part in parts]
    jumps = defaultdict(set)
    for route in (route for found in ways for route in found if route.shape == "jump"):
        jumps[route.exit.target].add(numbers[route.source])
    by_name: dict[str, Box] = {}
    for part, found in zip(parts, ways, strict=True):
        for name, cell in part.cells.items():
            mine = [route for route in found if route.source == name]
            by_name[name] = box(graph.nodes[name], numbers, mine, sorted(jumps[name]))
            by_name[name].column = cell.column
    columns = _columns(ways)
    for one in by_name.values():
        one.x = columns.lefts[one.column]
    headings, height = _rows(graph, parts, by_name, numbers, columns.width * A4)
    lines = [line for found in ways for line in _lines(found, by_name, columns.gaps)]
    return Drawing(graph, tuple(by_name.values()), tuple(lines), tuple(headings), columns.width, height)


def _numbers(parts: list[Part]) -> dict[str, int]:
    """The number of each step: from top to bottom, the spine first in its row."""
    ordered = []
    for part in parts:
        places = part.cells.items()
        ordered += sorted(places, key=lambda item: (item[1].row, item[1].column != MIDDLE, item[1].column))
        if part.kind in ("shared", "alone"):
            ordered[-len(places) :] = list(places)
    return {name: number for number, (name, _cell) in enumerate(ordered, 1)}


def _columns(ways: list[list[Route]]) -> Columns:
    """Where each column begins, and the gap left of it: a gap is as wide as its lanes need."""
    x, columns, gaps = MARGIN, [], []
    for gutter in range(COLUMNS + 1):
        count = max((len(here) for found in ways for here in side_by_side(found, gutter)), default=0)
        gaps.append(x)
        x += 2 * EDGE + LANE * (count - 1) if count else EDGE if 0 < gutter < COLUMNS else 0
        columns.append(x)
        x += WIDTH if gutter < COLUMNS else 0
    return Columns(tuple(columns), tuple(gaps), x + MARGIN)


def _rows(
    graph: Graph, parts: list[Part], boxes: Mapping[str, Box], numbers: Mapping[str, int], page: float
) -> tuple[list[Heading], float]:
    """Gives each box its height on the drawing; no row of boxes stands across the end of a page."""
    y, headings = TITLE, []
    for part in parts:
        lines = tuple(wrap(_heading(graph, part, numbers), HEADING_TEXT, 3 * WIDTH, 2, bold=True))
        for row in range(part.rows):
            here = [boxes[name] for name, cell in part.cells.items() if cell.row == row]
            above = HEADING * len(lines) + 12 if row == 0 and lines else 0
            tall = above + max(one.height for one in here)
            if y // page != (y + tall + MARGIN) // page and tall < page:
                y = (y // page + 1) * page + MARGIN
            if above:
                headings.append(Heading(lines, y))
            for one in here:
                one.y = y + above
            y += tall + GAP
    return headings, y - GAP + 2 * MARGIN


def _heading(graph: Graph, part: Part, numbers: Mapping[str, int]) -> str:
    if part.kind == "main":
        return ""
    if part.origin:
        source, way = part.origin
        return word("from_step", number=numbers[source], label=way.label)
    return word({"shared": "shared_ends", "alone": "alone"}.get(part.kind, "unreached"))


def _lines(found: list[Route], boxes: Mapping[str, Box], gaps: Sequence[float]) -> list[Line]:
    lines = [_down(route, boxes) for route in found if route.shape == "down"]
    for gutter in range(COLUMNS + 1):
        bundles: dict[Name, list[Route]] = defaultdict(list)
        for route in found:
            if route.shape == "side" and route.gutter == gutter:
                bundles[route.bundle].append(route)
        stubs = [_stubs(routes_, boxes) for routes_ in bundles.values()]
        for lane, together in zip(lanes(stubs), bundles.values(), strict=True):
            lines += [_aside(route, boxes, gaps[gutter] + EDGE + LANE * lane) for route in together]
    return lines


def _down(route: Route, boxes: Mapping[str, Box]) -> Line:
    here, there = boxes[route.source], boxes[route.exit.target]
    points = ((here.middle, here.bottom), (here.middle, there.y))
    return Line(("down", route.source), route.source, there.node.name, route.exit.kind, points)


def _stubs(together: list[Route], boxes: Mapping[str, Box]) -> Bundle:
    ends = []
    for route in together:
        # A line that leaves by the right comes from the left of the gap.
        ends.append(Stub(_facing(route.leaves), _port(route, boxes)))
        ends.append(Stub(_facing(route.enters), _entry(route, boxes)))
    return Bundle(tuple(dict.fromkeys(ends)))


def _facing(side: Side) -> Side:
    return "left" if side == "right" else "right"


def _port(route: Route, boxes: Mapping[str, Box]) -> float:
    here = boxes[route.source]
    return here.y + next(row.port for row in here.rows if row.route is route)


def _entry(route: Route, boxes: Mapping[str, Box]) -> float:
    return boxes[route.exit.target].y + ENTRY[route.enters, route.exit.kind == "blocked"]


def _aside(route: Route, boxes: Mapping[str, Box], x: float) -> Line:
    """From the side of a box to the lane at `x`, along it, and into the side of the other."""
    here, there = boxes[route.source], boxes[route.exit.target]
    start = here.right if route.leaves == "right" else here.x
    end = there.right if route.enters == "right" else there.x
    port, entry = _port(route, boxes), _entry(route, boxes)
    points = ((start, port), (x, port), (x, entry), (end, entry))
    return Line((route.gutter, *route.bundle), route.source, there.node.name, route.exit.kind, points)
