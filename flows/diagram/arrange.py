"""Puts the steps of a graph in rows and columns: the longest way down the middle, what helps beside it."""

from __future__ import annotations

from dataclasses import dataclass, field

from flows.diagram.forward import forward_ways, longest_way, own_group
from flows.diagram.graph import Exit, Graph

LEFT, MIDDLE, RIGHT = range(3)
COLUMNS = 3
BESIDE = 5  # a group of at most so many steps stands beside the spine; a longer one is drawn after it
SHARED = 3  # an end that so many steps lead to is drawn once, after all the rest
DRIFT = 1  # how many rows below its step a group beside may begin


@dataclass(frozen=True)
class Cell:
    """A place of the drawing."""

    row: int
    column: int


@dataclass
class Part:
    """A piece of the drawing: a spine and what stands beside it. `origin` is the way that leads here."""

    kind: str
    cells: dict[str, Cell] = field(default_factory=dict)
    origin: tuple[str, Exit] | None = None

    @property
    def rows(self) -> int:
        """How many rows it takes."""
        return 1 + max((cell.row for cell in self.cells.values()), default=-1)


def arrange(graph: Graph) -> list[Part]:
    """The parts of the drawing, in order; each step of the graph is in one of them, once."""
    return _Arranger(graph).parts()


class _Arranger:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.ways, self.straight = forward_ways(graph)
        self.placed: set[str] = set()
        self.waiting: list[tuple[str, str, Exit]] = []
        self.held: set[str] = set()

    def parts(self) -> list[Part]:
        """The parts, in order."""
        spine = self._spine(self.graph.start)
        shared = [
            name
            for name, node in self.graph.nodes.items()
            if node.kind == "end" and name not in spine and len(self.graph.sources(name)) >= SHARED
        ]
        self.held = set(shared)
        found = [self._part(self.graph.start, "main", None)]
        while self.waiting:
            root, source, way = self.waiting.pop(0)
            if root not in self.placed:
                found.append(self._part(root, "after", (source, way)))
        alone = [name for part in found[1:] if len(part.cells) == 1 for name in part.cells]
        found = [found[0], *(part for part in found[1:] if len(part.cells) > 1)]
        for name in self.graph.nodes:
            if self._free(name):
                found.append(self._part(name, "unreached", None))
        return [*found, *(_grid(kind, names) for kind, names in (("alone", alone), ("shared", shared)) if names)]

    def _free(self, name: str) -> bool:
        return name not in self.placed and name not in self.held

    def _spine(self, root: str) -> list[str]:
        nodes = self.graph.nodes
        return longest_way(root, self.straight, self._free, lambda name: nodes[name].end == "done")

    def _part(self, root: str, kind: str, origin: tuple[str, Exit] | None) -> Part:
        part, way = Part(kind, origin=origin), self._spine(root)
        self.placed |= set(way)
        next_free = [0] * COLUMNS
        for name in way:
            groups = self._groups(name)
            wanted = [next_free[_side(exit_)] - DRIFT for exit_, _ in groups]
            row = max(next_free[MIDDLE], *wanted, 0)
            part.cells[name] = Cell(row, MIDDLE)
            next_free[MIDDLE] = row + 1
            for exit_, group in groups:
                column = _roomier(_side(exit_), next_free, row)
                self._put(part, group, column, next_free, row)
        return part

    def _groups(self, name: str) -> list[tuple[Exit, list[str]]]:
        """The groups that stand beside this step of a spine; the longer ones wait for a part of their own."""
        groups = []
        taken: set[str] = set()
        for way in self.graph.nodes[name].exits:
            if way.target not in self.ways[name] or way.target in taken or not self._free(way.target):
                continue
            group = own_group(way.target, self.ways, {step for step in self.ways if self._free(step)} - taken)
            if len(group) > BESIDE:
                self.waiting.append((way.target, name, way))
                continue
            taken |= set(group)
            groups.append((way, group))
        return sorted(groups, key=lambda item: len(item[1]))

    def _put(self, part: Part, group: list[str], column: int, next_free: list[int], row: int) -> None:
        for name in group:
            part.cells[name] = Cell(max(next_free[column], row), column)
            next_free[column] = part.cells[name].row + 1
            self.placed.add(name)


def _side(way: Exit) -> int:
    return LEFT if way.kind in ("next", "branch") else RIGHT


def _roomier(side: int, next_free: list[int], row: int) -> int:
    """The side meant, or the other one when it is full here and the other is not."""
    other = RIGHT if side == LEFT else LEFT
    return other if next_free[side] > row + DRIFT and next_free[other] <= row else side


def _grid(kind: str, names: list[str]) -> Part:
    return Part(kind, {name: Cell(i // COLUMNS, i % COLUMNS) for i, name in enumerate(names)})
