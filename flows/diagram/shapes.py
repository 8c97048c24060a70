"""The shape and the colours of each kind of step. A shape and a word tell the kind, never a colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flows.diagram.boxes import WIDTH, Box
from flows.diagram.graph import Node

INK, WAY, BLOCKED = "#1a1f21", "#24414a", "#8f2d00"
WHITE = "#fff"
Corner = Literal["square", "cut", "round"]


@dataclass(frozen=True)
class Look:
    """How a kind of step is drawn. Words on a band are at 7:1 or more."""

    corner: Corner
    size: float
    edge: str
    band: str
    ink: str = INK
    stroke: float = 1.6
    double: bool = False


LOOKS = {
    "question": Look("cut", 12, "#1f4e8c", "#d8e6f8"),
    "instruction": Look("square", 0, "#2a5d26", "#dcefd8"),
    "information": Look("round", 14, "#6b5a1e", "#f4ecd2"),
    "sub": Look("square", 0, "#4a2c78", "#e8dff5", double=True),
    "done": Look("round", 22, "#17552d", "#17552d", WHITE, 3),
    "stop": Look("round", 22, "#3b4654", "#3b4654", WHITE, 3),
    "handoff": Look("round", 22, "#7a2e0e", "#7a2e0e", WHITE, 3),
    "procedure": Look("round", 22, "#4a2c78", "#4a2c78", WHITE, 3),
    "plan": Look("round", 22, "#0b4a55", "#0b4a55", WHITE, 3),
}


def look_of(node: Node) -> Look:
    """How a step is drawn; an end of a kind that has no look yet is drawn as « stop »."""
    return LOOKS.get(node.end or node.kind, LOOKS["stop"])


def outline(box: Box, look: Look) -> str:
    """The path of the whole box."""
    return path(look, box.x, box.y, WIDTH, box.height)


def band(box: Box, look: Look) -> str:
    """The path of the band at its top, inside the edge."""
    inset = 0 if look.band == look.edge else look.stroke / 2
    return path(look, box.x + inset, box.y + inset, WIDTH - 2 * inset, box.head_height - inset, flat=True)


def path(look: Look, x: float, y: float, wide: float, high: float, flat: bool = False) -> str:
    """A box with the corners of `look`; `flat` leaves the lower two square."""
    c = min(look.size, high if flat else high / 2)
    lower = 0.0 if flat else c

    def corner(size: float, dx: float, dy: float) -> str:
        if not size:
            return ""
        curve = f"a{size:.1f} {size:.1f} 0 0 1 {dx * size:.1f} {dy * size:.1f}"
        return curve if look.corner == "round" else f"l{dx * size:.1f} {dy * size:.1f}"

    return (
        f"M{x + c:.1f} {y:.1f}h{wide - 2 * c:.1f}{corner(c, 1, 1)}v{high - c - lower:.1f}{corner(lower, -1, 1)}"
        f"h{-(wide - 2 * lower):.1f}{corner(lower, -1, -1)}v{-(high - c - lower):.1f}{corner(c, 1, -1)}z"
    )
