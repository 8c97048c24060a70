"""Brings a run up to date after its procedure's file changed, keeping every answer that still makes sense."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flows.answers import SAID, read_phone
from flows.answers.places import read_place
from flows.conditions import UNKNOWN
from flows.library import Library
from flows.model import Instruction, Procedure, Question, SubProcedure
from flows.run import Json, Run
from flows.walk import BLOCKED, DONE


def bring_up_to_date(library: Library, run: Run) -> tuple[Run, bool]:
    """The run for the files as they are now, and whether an answer given to a question was lost.

    Renamed steps follow the author's mapping, version by version; answers to steps or choices that no
    longer exist are dropped. Raises KeyError when the procedure itself is gone.
    """
    library.procedures[run.procedure]  # gone: the caller says so
    kept: dict[str, Json] = {}
    lost = False
    for key, value in run.answers.items():
        new_key, step, owner = _follow(library, run, key)
        if step is None or not makes_sense(step, value):
            lost = lost or _was_given(value)
        elif owner is not None:
            kept[new_key] = value
    known = {name: library.procedures[name].version for name in run.versions if name in library.procedures}
    return replace(run, answers=kept, versions=known), lost


def makes_sense(step: object, value: Json) -> bool:
    """True when `value` is still a possible answer to `step`."""
    if isinstance(step, Instruction):
        blocked = isinstance(value, str) and value.startswith(BLOCKED) and value.removeprefix(BLOCKED) in step.blocked
        return value == DONE or blocked
    if not isinstance(step, Question):
        return False
    if value == UNKNOWN:
        return step.unknown is not None
    return _fits(step, value)


def _fits(step: Question, value: Json) -> bool:
    if step.answer == "yes_no":
        return value in ("oui", "non")
    if step.answer == "choice":
        return value in step.choices
    if step.answer == "letter":
        return isinstance(value, str)
    if step.answer in ("number", "amount"):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return is_number and (step.min is None or value >= step.min) and (step.max is None or value <= step.max)  # type: ignore[operator]
    return isinstance(value, str) and _reads(step.answer, value)


def _reads(kind: str, value: str) -> bool:
    """True when `value` is what the reader of this kind of answer would have kept."""
    if kind == "place":
        return read_place(value).value == value
    if kind == "phone":
        return read_phone(value).value == value
    if kind == "free_text":
        return value == SAID
    try:
        return bool(date.fromisoformat(value))
    except ValueError:
        return False


def _was_given(value: Json) -> bool:
    return not (value == DONE or (isinstance(value, str) and value.startswith(BLOCKED)))


def _follow(library: Library, run: Run, key: str) -> tuple[str, object | None, Procedure | None]:
    """The key, step and procedure that `key` names today."""
    procedure: Procedure | None = library.procedures[run.procedure]
    names = []
    step: object | None = None
    for old in key.split("/"):
        if procedure is None:
            return key, None, None
        name = renamed(procedure, old, run.versions.get(procedure.id, procedure.version))
        names.append(name)
        step = procedure.steps.get(name)
        owner = procedure
        procedure = library.procedures.get(step.use) if isinstance(step, SubProcedure) else None
    return "/".join(names), step, owner


def renamed(procedure: Procedure, name: str, version: int) -> str:
    """What the step `name` of `version` is called today."""
    for change in sorted(procedure.renamed, key=lambda renaming: renaming.version):
        if change.version > version:
            name = change.steps.get(name, name)
    return name
