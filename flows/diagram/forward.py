"""Which ways of a graph go forward, and the longest way through it: the spine of its drawing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set

from flows.diagram.graph import Graph

Ways = Mapping[str, tuple[str, ...]]
STRAIGHT = ("next", "branch")


def forward_ways(graph: Graph) -> tuple[Ways, Ways]:
    """The forward ways out of each step, and those of them that are no trouble: not « je bloque », not « unknown ».

    A way back to a step that is still being walked is left out: it closes a loop.
    """
    every: dict[str, list[str]] = {}
    straight: dict[str, list[str]] = {}
    walking: list[str] = []

    def walk(name: str) -> None:
        every[name], straight[name] = [], []
        walking.append(name)
        for way in graph.nodes[name].exits:
            if way.target not in graph.nodes or way.target in walking:
                continue
            every[name].append(way.target)
            if way.kind in STRAIGHT:
                straight[name].append(way.target)
            if way.target not in every:
                walk(way.target)
        walking.pop()

    for name in (graph.start, *graph.nodes):
        if name not in every:
            walk(name)
    return _once(every), _once(straight)


def longest_way(start: str, ways: Ways, free: Callable[[str], bool], good_end: Callable[[str], bool]) -> list[str]:
    """The longest way from `start` through free steps, one that ends well rather than a longer one."""
    known: dict[str, list[str]] = {}

    def best(name: str) -> list[str]:
        if name not in known:
            tails = [best(target) for target in ways[name] if free(target)]
            known[name] = [name, *max(tails, key=rank, default=[])]
        return known[name]

    def rank(way: list[str]) -> tuple[bool, int]:
        return good_end(way[-1]), len(way)

    return best(start)


def own_group(root: str, ways: Ways, free: Set[str]) -> list[str]:
    """`root`, and the free steps that only it leads to: the others are left to those that they belong to as well."""
    group = [root]
    more = True
    while more:
        outside = {target for name in free if name not in group for target in ways[name]}
        inside = [target for name in group for target in ways[name]]
        more = False
        for name in inside:
            if name in free and name not in outside and name not in group:
                group.append(name)
                more = True
    return [name for name in _walked(root, ways) if name in group]


def _walked(root: str, ways: Ways) -> list[str]:
    """All the steps after `root`, itself first, each branch to its end before the next."""
    found: list[str] = []
    todo = [root]
    while todo:
        name = todo.pop()
        if name not in found:
            found.append(name)
            todo += reversed(ways[name])
    return found


def _once(ways: Mapping[str, Iterable[str]]) -> Ways:
    return {name: tuple(dict.fromkeys(targets)) for name, targets in ways.items()}
