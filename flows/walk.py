"""Finds where a run stands by replaying its answers from the start of the procedure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flows.conditions import UNKNOWN, holds
from flows.library import Library
from flows.model import Information, Instruction, Next, Outcome, Procedure, Question, Step, SubProcedure
from flows.run import Json, Run

MAX_NODES = 300
DONE = "fait"
BLOCKED = "bloque:"


def blocked_reason(value: Json) -> str | None:
    """The reason in an answer « je bloque », None for any other answer."""
    return value.removeprefix(BLOCKED) if isinstance(value, str) and value.startswith(BLOCKED) else None


@dataclass(frozen=True)
class Node:
    """One step met on the way: its key in the run's answers, its procedure and the step itself."""

    key: str
    procedure: Procedure
    step: Step

    @property
    def name(self) -> str:
        """The step's own name."""
        return self.key.rsplit("/", 1)[-1]


@dataclass(frozen=True)
class Path:
    """The steps met in order; the last one waits for an answer, or is the outcome."""

    nodes: tuple[Node, ...]
    outcome: Outcome | None = None

    @property
    def here(self) -> Node:
        """The step the run stands on."""
        return self.nodes[-1]

    def answered(self, run: Run) -> list[Node]:
        """The steps already answered, oldest first."""
        before = self.nodes if self.outcome else self.nodes[:-1]
        return [node for node in before if node.key in run.answers and not isinstance(node.step, SubProcedure)]


class RunawayProcedure(Exception):
    """A procedure that goes on without ever asking anything: refused by the checks, stopped here."""


def walk(library: Library, run: Run, day: date) -> Path:
    """Replays `run` on `day`. A step met a second time is waiting again: that is how loops work.

    Raises KeyError when the procedure no longer exists and RunawayProcedure past MAX_NODES steps.
    """
    frames: list[tuple[Procedure, str, str]] = []
    procedure, prefix = library.procedures[run.procedure], ""
    name: str | None = procedure.start
    nodes: list[Node] = []
    seen: set[str] = set()
    values = dict(run.answers)
    while len(nodes) < MAX_NODES:
        assert name is not None
        node = Node(prefix + name, procedure, procedure.steps[name])
        nodes.append(node)
        step = node.step
        if isinstance(step, Outcome):
            if not frames or step.end in ("handoff", "procedure"):
                return Path(tuple(nodes), step)
            procedure, prefix, used = frames.pop()
            values[prefix + used] = step.end
            name = _next(procedure.steps[used], used, values, prefix, day, step.end)
            continue
        if isinstance(step, SubProcedure):
            frames.append((procedure, prefix, name))
            procedure, prefix = library.procedures[step.use], f"{node.key}/"
            name = procedure.start
            continue
        if not isinstance(step, Information) and (node.key in seen or run.answers.get(node.key) is None):
            return Path(tuple(nodes))
        seen.add(node.key)
        name = _next(step, name, values, prefix, day, run.answers.get(node.key))
    raise RunawayProcedure(run.procedure)


def _next(step: Step, name: str, answers: Mapping[str, Json], prefix: str, day: date, value: Json) -> str:
    reason = blocked_reason(value)
    if isinstance(step, Instruction) and reason is not None:
        return step.blocked[reason].go
    if isinstance(step, Question) and value == UNKNOWN and step.unknown:
        return step.unknown
    assert not isinstance(step, Outcome)
    return choose(step.next, name, answers, prefix, day, value)


def choose(after: Next, name: str, answers: Mapping[str, Json], prefix: str, day: date, value: Json) -> str:
    """The step that follows: the first branch that holds, or the `else`."""
    if isinstance(after, str):
        return after
    for branch in after:
        if branch.else_:
            return branch.else_
        about = value if branch.step in (None, name) else answers.get(f"{prefix}{branch.step}")
        if holds(branch, about, day):
            return branch.target
    raise RunawayProcedure(name)
