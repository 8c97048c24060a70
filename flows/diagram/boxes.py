"""The boxes of a drawing: their texts broken in lines, their ways out one under the other, their size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flows.author_words import word
from flows.diagram.graph import Node
from flows.diagram.measure import width, wrap
from flows.diagram.routes import Route

WIDTH = 244.0
PAD = 10.0
HEAD, NAME, TEXT, ROW = 13.0, 11.5, 13.0, 12.5  # letter sizes
HEAD_LINE, TEXT_LINE, ROW_LINE = 17.0, 16.5, 16.0
MAX_TEXT, MAX_LINK, MAX_ROW = 5, 4, 3
ROOM = WIDTH - 2 * PAD
TARGET_ROOM = 40.0


@dataclass(frozen=True)
class Row:
    """One way out, as a row of its box: its label in lines, and where its first line stands (from the box's top)."""

    route: Route
    lines: tuple[str, ...]
    target: str
    top: float

    @property
    def port(self) -> float:
        """Where a line leaves, from the box's top."""
        return self.top + ROW_LINE / 2


@dataclass
class Box:
    """One step. `x` and `y` come once all sizes are known; positions inside count from its top."""

    node: Node
    number: int
    head: tuple[str, ...]
    text: tuple[str, ...]
    rows: tuple[Row, ...]
    blocked_top: float | None
    origins: tuple[str, ...]
    height: float
    column: int = 0
    x: float = field(default=0.0)
    y: float = field(default=0.0)

    @property
    def head_height(self) -> float:
        """The height of the band at the top."""
        return 8 + HEAD_LINE * len(self.head)

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + WIDTH

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height

    @property
    def middle(self) -> float:
        """The middle, from the left of the drawing."""
        return self.x + WIDTH / 2


def box(node: Node, numbers: Mapping[str, int], ways: Sequence[Route], jumps: Sequence[int]) -> Box:
    """The box of a step; `ways` are its routes, `jumps` the numbers of the steps that jump to it."""
    head = _head(node, numbers[node.name])
    text = (*wrap(node.text, TEXT, ROOM, MAX_TEXT), *wrap(node.link, TEXT, ROOM, MAX_LINK))
    top = 8 + HEAD_LINE * len(head) + 6 + TEXT_LINE * len(text) + 3
    # A way straight down from a plain « next » needs no words: the line is enough.
    told = [r for r in ways if not (r.exit.kind == "next" and r.shape == "down")]
    rows: list[Row] = []
    blocked_top = None
    top += 6 if told else 0
    for route in sorted(told, key=lambda one: one.exit.kind == "blocked"):
        if route.exit.kind == "blocked" and blocked_top is None:
            blocked_top = top + 2
            top += ROW_LINE + 4
        rows.append(_row(route, numbers, top))
        top += ROW_LINE * len(rows[-1].lines) + 2
    said = word("comes_from", numbers=", ".join(map(str, jumps)))
    origins = tuple(wrap(said, NAME, ROOM, 3)) if jumps else ()
    height = top + (3 + 15 * len(origins) if origins else 0) + 6
    return Box(node, numbers[node.name], head, text, tuple(rows), blocked_top, origins, height)


def _head(node: Node, number: int) -> tuple[str, ...]:
    kind = f"{number} · {node.kind_label}"
    both = width(kind, HEAD, bold=True) + 10 + width(node.name, NAME) <= ROOM
    return (kind,) if both else (kind, node.name)


def _row(route: Route, numbers: Mapping[str, int], top: float) -> Row:
    way = route.exit
    label = way.label
    if way.about:
        label = word("about", step=numbers.get(way.about, way.about), label=label)
    if way.target not in numbers:
        label = f"{label} → {word('nowhere', step=way.target)}"
    lines = tuple(wrap(label, ROW, ROOM - TARGET_ROOM, MAX_ROW)) or ("",)
    return Row(route, lines, str(numbers.get(way.target, "?")), top)
