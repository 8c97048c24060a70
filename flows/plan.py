"""What is to be done after a life event: the tasks that fit the answers, in order, each with its deadline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Literal

from flows.conditions import holds
from flows.dates import in_words
from flows.edits import bring_up_to_date, makes_sense
from flows.library import Library
from flows.model import Task
from flows.run import Json, Run
from flows.texts import Say, say_on
from flows.walk import walk

Status = Literal["a_faire", "en_cours", "plus_tard", "fait", "personne"]
LEFT: tuple[Status, ...] = ("a_faire", "en_cours", "plus_tard")
_DAYS = {"jour": 1, "jours": 1, "semaine": 7, "semaines": 7}
_MONTHS = {"mois": 1, "an": 12, "ans": 12}


@dataclass(frozen=True)
class Plan:
    """The answers given about a life event, and where each task stands (left out: still to do)."""

    event: Run
    status: Mapping[str, Status] = field(default_factory=dict)

    def marked(self, task: str, status: Status) -> Plan:
        """The plan with a task's status changed."""
        return replace(self, status={**self.status, task: status})

    def to_json(self) -> dict[str, Any]:
        """A JSON object that `from_json` reads back to an equal plan."""
        return {"event": self.event.to_json(), "status": dict(self.status)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Plan:
        """The plan written by `to_json`."""
        return cls(Run.from_json(data["event"]), dict(data["status"]))


@dataclass(frozen=True)
class Todo:
    """One task of somebody's plan. `due` is the day it must be done by, when it can be counted."""

    id: str
    task: Task
    status: Status
    due: date | None = None
    number: int = 0


def todos(library: Library, plan: Plan, day: date) -> list[Todo]:
    """The tasks that concern this person, in the author's order, numbered from 1; [] if the event is gone."""
    event = library.procedures.get(plan.event.procedure)
    if event is None:
        return []
    answers = _answers(library, plan, day)
    found: list[Todo] = []
    for id_, task in event.tasks.items():
        if all(holds(condition, answers.get(condition.step or ""), day) for condition in task.when):
            status = plan.status.get(id_, "a_faire")
            found.append(Todo(id_, task, status, _due(library, task, answers, day), len(found) + 1))
    return found


def next_todo(library: Library, plan: Plan, day: date) -> Todo | None:
    """The first task never offered yet, or the one left in the middle; those put off wait to be asked for."""
    return next((todo for todo in todos(library, plan, day) if todo.status in ("a_faire", "en_cours")), None)


def todo_of(library: Library, plan: Plan, procedure: str, day: date) -> Todo | None:
    """The thing left in the list that `procedure` does: the one begun first, when several have that procedure."""
    left = [t for t in todos(library, plan, day) if t.task.procedure == procedure and t.status in LEFT]
    return min(left, key=lambda todo: todo.status != "en_cours", default=None)


def given(library: Library, plan: Plan, procedure: str, day: date) -> dict[str, Json]:
    """The answers of the event that `procedure` needs not ask again, by step of that procedure."""
    page = library.procedures[procedure]
    answers = _answers(library, plan, day)
    todo = todo_of(library, plan, procedure, day)
    if todo is None:
        return {}
    known = {name: from_.is_ or answers.get(from_.from_ or "") for name, from_ in todo.task.given.items()}
    return {
        name: value for name, value in known.items() if value is not None and makes_sense(page.steps.get(name), value)
    }


def _answers(library: Library, plan: Plan, day: date) -> dict[str, Json]:
    """The answers on the way that the event's file leads through today."""
    run, _lost = bring_up_to_date(library, plan.event)
    met = {node.key for node in walk(library, run, day).nodes}
    return {key: value for key, value in run.answers.items() if key in met}


def _due(library: Library, task: Task, answers: Mapping[str, Json], day: date) -> date | None:
    deadline = task.deadline
    fact = library.facts.get(deadline.within or "") if deadline else None
    if deadline is None or fact is None or not fact.sayable(day):
        return None
    try:
        start = date.fromisoformat(str(answers.get(deadline.of or "")))
        return after(start, int(fact.value), fact.unit or "")
    except ValueError:
        return None


def after(start: date, count: int, unit: str) -> date:
    """The day `count` units after `start`; a month too short gives its last day. ValueError: unknown unit."""
    if unit in _DAYS:
        return start + timedelta(days=count * _DAYS[unit])
    if unit not in _MONTHS:
        raise ValueError(unit)
    months = start.year * 12 + start.month - 1 + count * _MONTHS[unit]
    first = date(months // 12, months % 12 + 1, 1)
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(start.day, last.day))


def when_due(library: Library, todo: Todo, day: date) -> str:
    """By when, in a few words ready for a sentence; empty when there is no deadline to tell."""
    deadline = todo.task.deadline
    if deadline is None:
        return ""
    if todo.due and todo.due < day:
        return library.sentence("task_late", day).text
    if todo.due:
        year = "" if todo.due.year == day.year else " y"
        return library.sentence("task_by", day, date=in_words(todo.due, f"d MMMM{year}", library.language)).text
    return deadline.say or ""


def say_task(library: Library, task: Task, day: date) -> Say:
    """What there is to do, and why."""
    return say_on(day, library.facts, task.say, task.short, task.speech, task.without_facts)
