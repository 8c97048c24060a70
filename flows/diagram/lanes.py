"""Lines that run side by side in a gap between two columns: each bundle gets its lane, with few crossings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from flows.diagram.routes import Side

OVERLAP = 6  # two lines one on the other confuse more than two that cross
TRIES = 8
NEAR = 3.0


@dataclass(frozen=True)
class Stub:
    """Where a line of a bundle touches the gap: by which side of it, and how high."""

    side: Side
    y: float


@dataclass(frozen=True)
class Bundle:
    """Lines with the same target: they share one lane. The stubs are their starts and their end."""

    stubs: tuple[Stub, ...]

    @property
    def low(self) -> float:
        """The upper end of the lane."""
        return min(stub.y for stub in self.stubs)

    @property
    def high(self) -> float:
        """The lower end of the lane."""
        return max(stub.y for stub in self.stubs)


# For two bundles that meet in height: what it costs when the first stands left of the other, and right of it.
Costs = dict[tuple[int, int], tuple[int, int]]


def lanes(bundles: Sequence[Bundle]) -> list[int]:
    """The lane of each bundle, from 0 on the left. Bundles that meet in height never share a lane."""
    costs = {
        (i, k): (_pair(bundles[i], bundles[k]), _pair(bundles[k], bundles[i]))
        for i, k in combinations(range(len(bundles)), 2)
        if _meet(bundles[i], bundles[k])
    }
    chosen = _first_free(bundles)
    for _ in range(TRIES):
        if not _improved(costs, chosen):
            break
    return chosen


def _first_free(bundles: Sequence[Bundle]) -> list[int]:
    """The first free lane for each, from top to bottom: that takes as few lanes as can be."""
    chosen = [-1] * len(bundles)
    for i in sorted(range(len(bundles)), key=lambda i: bundles[i].low):
        taken = {chosen[k] for k, other in enumerate(bundles) if _meet(bundles[i], other)}
        chosen[i] = next(lane for lane in range(len(bundles)) if lane not in taken)
    return chosen


def _improved(costs: Costs, chosen: list[int]) -> bool:
    """Moves one bundle, changing places with those in its way, where that saves crossings; says whether it did."""
    better = False
    cost = _cost(costs, chosen)
    for i in range(len(chosen)):
        meeting = {a + b - i for a, b in costs if i in (a, b)}
        for lane in range(max(chosen) + 1):
            moved = [chosen[i] if k in meeting and c == lane else c for k, c in enumerate(chosen)]
            moved[i] = lane
            found = _cost(costs, moved)
            if found is not None and cost is not None and found < cost:
                chosen[:], cost, better = moved, found, True
    return better


def _cost(costs: Costs, chosen: Sequence[int]) -> int | None:
    """What these lanes cost together, None when two that meet share one."""
    total = 0
    for (i, k), (left, right) in costs.items():
        if chosen[i] == chosen[k]:
            return None
        total += left if chosen[i] < chosen[k] else right
    return total


def _pair(left: Bundle, right: Bundle) -> int:
    """How often the stubs of two bundles cross the other's lane, or lie one on the other."""
    cost = 0
    for one, other, far in ((left, right, "right"), (right, left, "left")):
        for stub in (stub for stub in one.stubs if stub.side == far):
            cost += other.low - NEAR < stub.y < other.high + NEAR
            cost += OVERLAP * sum(s.side != far and abs(s.y - stub.y) < NEAR for s in other.stubs)
    return cost


def _meet(one: Bundle, other: Bundle) -> bool:
    return one.low <= other.high + NEAR and other.low <= one.high + NEAR
