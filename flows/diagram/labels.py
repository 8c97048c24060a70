"""What is written on a branch: the answer that leads there, as its citizen would say it."""

from __future__ import annotations

from collections.abc import Sequence

from flows.author_words import word
from flows.model import Branch, Question, Step, SubProcedure

MOST_OTHERS = 2
_NUMBERS = ("at_least", "less_than", "days_ago_at_least")


def condition_label(branch: Branch, asked: Step | None) -> str:
    """The conditions of a branch in words; `asked` is the step whose answer they test."""
    answers = answer_labels(asked)
    said = []
    named = [branch.is_] if branch.is_ is not None else list(branch.is_one_of or ())
    if named:
        said.append(either([answers.get(value, value) for value in named]))
    for name in _NUMBERS:
        value = getattr(branch, name)
        said += [word(name, value=f"{value:g}")] if value is not None else []
    if branch.department_in:
        said.append(word("department_in", value=either(list(branch.department_in))))
    if branch.unknown:
        said.append(word("not_known"))
    return ", ".join(said)


def other_answers(step: Step, branches: Sequence[Branch]) -> str:
    """The answers that are left to « else », when they are few and sure; else nothing."""
    named: list[str] = []
    for branch in (b for b in branches if not b.else_):
        values = [branch.is_] if branch.is_ is not None else list(branch.is_one_of or ())
        if branch.step is not None or not values:
            return ""
        named += values
    left = [label for value, label in answer_labels(step).items() if value not in named]
    return either(left) if 0 < len(left) <= MOST_OTHERS else ""


def answer_labels(step: Step | None) -> dict[str, str]:
    """The possible answers of a step: what the file calls them, and their labels."""
    if isinstance(step, SubProcedure):
        return {end: word(f"sub_{end}") for end in ("done", "stop", "handoff")}
    if not isinstance(step, Question):
        return {}
    if step.answer == "yes_no":
        return {"oui": word("answer_yes"), "non": word("answer_no")}
    return {value: choice.label for value, choice in step.choices.items()}


def either(labels: Sequence[str]) -> str:
    """Several answers that lead to the same place."""
    return " / ".join(labels)
