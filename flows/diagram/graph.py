"""A procedure as a graph: one node a step, with the beginning of its text, and one exit a way out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from flows.author_words import word
from flows.diagram.labels import condition_label, other_answers
from flows.model import Branch, Information, Instruction, Outcome, Procedure, Question, Step, SubProcedure
from flows.texts import PLACEHOLDER

ExitKind = Literal["next", "branch", "unknown", "blocked"]
NodeKind = Literal["question", "instruction", "information", "sub", "end"]
KINDS: dict[type, NodeKind] = {
    Question: "question",
    Instruction: "instruction",
    Information: "information",
    SubProcedure: "sub",
    Outcome: "end",
}


@dataclass(frozen=True)
class Exit:
    """One way out of a step. `about` is the step whose answer decides, when it is another one."""

    kind: ExitKind
    label: str
    target: str
    about: str | None = None


@dataclass(frozen=True)
class Node:
    """One step. `end` says how an outcome ends; `link` names the procedure that a step leads to or walks through."""

    name: str
    kind: NodeKind
    text: str
    exits: tuple[Exit, ...] = ()
    end: str | None = None
    link: str = ""

    @property
    def kind_label(self) -> str:
        """What the step is, in a word or two."""
        return word(self.end or "end") if self.kind == "end" else word(self.kind)


@dataclass(frozen=True)
class Graph:
    """The steps in the order of the file."""

    procedure: Procedure
    nodes: Mapping[str, Node]
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def start(self) -> str:
        """The first step, the first of the file when the one named does not exist."""
        named = self.procedure.start
        return named if named in self.nodes else next(iter(self.nodes))

    def sources(self, name: str) -> list[str]:
        """The steps that lead to `name`, once each."""
        return [node.name for node in self.nodes.values() if any(way.target == name for way in node.exits)]


def graph_of(procedure: Procedure, titles: Mapping[str, str] | None = None) -> Graph:
    """The graph of `procedure`; `titles` gives the names of the other procedures it leads to."""
    titles = titles or {}
    nodes = {name: _node(procedure, name, step, titles) for name, step in procedure.steps.items()}
    return Graph(procedure, nodes, titles)


def _node(procedure: Procedure, name: str, step: Step, titles: Mapping[str, str]) -> Node:
    end = step.end if isinstance(step, Outcome) else None
    return Node(name, KINDS[type(step)], _text(step), _exits(procedure, step), end, _link(step, titles))


def _text(step: Step) -> str:
    if isinstance(step, SubProcedure):
        return ""
    text = step.ask if isinstance(step, Question) else step.do if isinstance(step, Instruction) else step.say
    return " ".join(PLACEHOLDER.sub(lambda fact: fact["otherwise"] or f"[{fact['name']}]", text).split())


def _link(step: Step, titles: Mapping[str, str]) -> str:
    if isinstance(step, SubProcedure):
        return word("sub_text", title=titles.get(step.use, step.use), id=step.use)
    other = getattr(step, "procedure", None)
    return word("leads_to", title=titles.get(other, other), id=other) if other else ""


def _exits(procedure: Procedure, step: Step) -> tuple[Exit, ...]:
    if isinstance(step, Outcome):
        return ()
    if isinstance(step.next, str):
        found = [Exit("next", word("then"), step.next)]
    else:
        found = [_branch(procedure, step, branch, step.next) for branch in step.next]
    if isinstance(step, Question) and step.unknown:
        found.append(Exit("unknown", word("unknown"), step.unknown))
    if isinstance(step, Instruction):
        found += [Exit("blocked", reason.label, reason.go) for reason in step.blocked.values()]
    return tuple(found)


def _branch(procedure: Procedure, step: Step, branch: Branch, all_: tuple[Branch, ...]) -> Exit:
    if branch.else_:
        return Exit("branch", other_answers(step, all_) or word("otherwise"), branch.else_)
    about = None if branch.step is None or procedure.steps.get(branch.step) is step else branch.step
    asked = procedure.steps.get(branch.step) if branch.step else step
    return Exit("branch", condition_label(branch, asked), branch.target, about)
