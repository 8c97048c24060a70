"""Checks of a life event: its tasks, their conditions, deadlines, answers handed on, and what they cost to say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flows.budgets import Cost, cost
from flows.edits import makes_sense
from flows.library import Library
from flows.model import Procedure, Task
from flows.plan import say_task
from flows.positions import Path

Found = Iterator[tuple[Path, str]]


def plan_problems(page: Procedure, library: Library) -> Found:
    """What does not hold between an event's tasks and the rest of the content: place and message."""
    for id_, task in page.tasks.items():
        for where, why in (*_links(page, task, library), *_given(page, task, library), *_deadline(page, task, library)):
            yield ("tasks", id_, *where), why
    if bool(page.tasks) != any(getattr(step, "end", "") == "plan" for step in page.steps.values()):
        yield ("tasks",), "une fin « plan » va avec des « tasks », et des « tasks » avec une fin « plan »"


def task_costs(page: Procedure, library: Library, day: date) -> list[Cost]:
    """What it costs to say each task."""
    return [cost(library, f"tasks/{id_}", say_task(library, task, day), day) for id_, task in page.tasks.items()]


def _links(page: Procedure, task: Task, library: Library) -> Found:
    if task.procedure and task.procedure not in library.procedures:
        yield ("procedure",), f"la démarche « {task.procedure} » n'existe pas : corrigez le nom"
    for i, condition in enumerate(task.when):
        if condition.step not in page.steps:
            yield ("when", i), f"la question « {condition.step} » n'existe pas dans ce fichier"


def _given(page: Procedure, task: Task, library: Library) -> Found:
    target = library.procedures.get(task.procedure or "")
    for name, known in task.given.items():
        step = target.steps.get(name) if target else None
        if step is None:
            yield ("given", name), f"« {task.procedure} » n'a pas de question « {name} »"
        elif known.is_ is not None and not makes_sense(step, known.is_):
            yield ("given", name), f"« {known.is_} » n'est pas une réponse possible à « {name} »"
        elif known.from_ is not None and known.from_ not in page.steps:
            yield ("given", name), f"la question « {known.from_} » n'existe pas dans ce fichier"


def _deadline(page: Procedure, task: Task, library: Library) -> Found:
    deadline = task.deadline
    if deadline is None:
        return
    if deadline.within and deadline.within not in library.facts:
        yield ("deadline",), f"le fait « {deadline.within} » n'est dans aucun fichier de faits"
    if deadline.of and deadline.of not in page.steps:
        yield ("deadline",), f"la question « {deadline.of} » n'existe pas dans ce fichier"
    if not deadline.say:
        yield ("deadline",), "écrivez aussi « say » : les mots à dire quand la date ne se calcule pas"
