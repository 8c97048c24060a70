"""The main way through a procedure: the shortest one from its start to its end, as everybody hopes to walk it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from heapq import heappop, heappush
from itertools import count

from flows.library import Library
from flows.model import Branch, Instruction, Outcome, Procedure, Question, Step, SubProcedure
from flows.run import Json
from flows.walk import DONE, Node, RunawayProcedure, choose

ENDS = ("done", "plan")
ANY = "*"  # an answer that is not in a list (a date, an amount): whatever it leads to is possible
Answers = frozenset[tuple[str, str]]


def main_way(library: Library, procedure: Procedure, day: date, prefix: str = "") -> tuple[Node, ...] | None:
    """The steps of the shortest way to `end: done`, those of the sub-procedures included; None when there is none.

    Nobody is blocked on it and nobody answers « je ne sais pas ». An answer given once holds for the later steps
    that test it, so that the way can really be walked.
    """
    tested = _tested(procedure)
    order = count()
    todo: list[tuple[int, int, str, Answers, tuple[Node, ...]]] = [(0, 0, procedure.start, frozenset(), ())]
    seen: set[tuple[str, Answers]] = set()
    while todo:
        length, _, name, answers, before = heappop(todo)
        if (name, answers) in seen:
            continue
        seen.add((name, answers))
        step = procedure.steps[name]
        nodes = _nodes(library, Node(prefix + name, procedure, step), day)
        if isinstance(step, Outcome):
            if step.end in ENDS:
                return (*before, *nodes)
            continue
        for value in _values(step) if nodes else ():
            known = answers | {(name, value)} if name in tested and value else answers
            for target in _targets(step, name, value, dict(known), day):
                heappush(todo, (length + len(nodes), next(order), target, known, (*before, *nodes)))
    return None


def _nodes(library: Library, node: Node, day: date) -> tuple[Node, ...]:
    """The step itself, or the main way of the sub-procedure that it uses; () when that one never ends well."""
    if not isinstance(node.step, SubProcedure):
        return (node,)
    used = library.procedures.get(node.step.use)
    # The checks refuse procedures that use each other in a circle; a key so long only comes from one.
    inside = main_way(library, used, day, f"{node.key}/") if used and node.key.count("/") < 5 else None
    return inside or ()


def _tested(procedure: Procedure) -> set[str]:
    """The steps whose answers are tested by other steps."""
    return {branch.step for step in procedure.steps.values() for branch in _branches(step) if branch.step}


def _branches(step: Step) -> tuple[Branch, ...]:
    after = getattr(step, "next", "")
    return () if isinstance(after, str) else after


def _values(step: Step) -> tuple[str, ...]:
    """The answers that a step may get on the main way; one empty answer where nothing is asked."""
    if isinstance(step, Question) and step.answer == "yes_no":
        return ("oui", "non")
    if isinstance(step, Question):
        return tuple(step.choices) or (ANY,)
    if isinstance(step, Instruction):
        return (DONE,)
    return ("done",) if isinstance(step, SubProcedure) else ("",)


def _targets(step: Step, name: str, value: Json, answers: Mapping[str, Json], day: date) -> Iterator[str]:
    assert not isinstance(step, Outcome)
    tests = {branch.step or name for branch in _branches(step)}
    if (value == ANY and name in tests) or any(answers.get(test) == ANY for test in tests):
        yield from dict.fromkeys(branch.target for branch in _branches(step))
        return
    try:
        yield choose(step.next, name, answers, "", day, value or None)
    except RunawayProcedure:  # no branch holds: refused by the checks
        return
