"""All that a procedure file may say, as strict and frozen models. Nothing else is accepted."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from flows.step_model import (
    ELSE,
    STEP_KINDS,
    AnswerKind,
    Branch,
    Choice,
    Condition,
    Confidence,
    Information,
    Instruction,
    Label,
    Next,
    Outcome,
    Question,
    Reason,
    Spoken,
    Step,
    StepName,
    Strict,
    SubProcedure,
    Words,
)

__all__ = [
    "ELSE",
    "STEP_KINDS",
    "Accepted",
    "AnswerKind",
    "Branch",
    "Choice",
    "Condition",
    "Confidence",
    "Deadline",
    "Given",
    "Information",
    "Instruction",
    "Label",
    "Next",
    "Outcome",
    "Procedure",
    "Question",
    "Reason",
    "Renaming",
    "Spoken",
    "Step",
    "StepName",
    "Strict",
    "SubProcedure",
    "Task",
    "Words",
]


class Renaming(Strict):
    """What became of step names when the file went from the version before `version` to it."""

    version: int
    steps: dict[StepName, StepName]


class Deadline(Strict):
    """By when a task is due: `within` names a fact (« 5 » « jours ») counted from the date answered at `of`.

    `say` is said when no date can be computed.
    """

    within: StepName | None = None
    of: StepName | None = None
    say: Annotated[str, Field(min_length=1, max_length=100)] | None = None


class Given(Strict):
    """An answer known before a procedure starts: the one given to the event's question, or a fixed one."""

    from_: StepName | None = Field(None, alias="from")
    is_: str | None = Field(None, alias="is")


class Task(Spoken):
    """One thing to do after a life event, for those whose answers fit every condition of `when`."""

    label: Annotated[str, Field(min_length=5, max_length=60)]
    say: Words
    when: tuple[Condition, ...] = ()
    deadline: Deadline | None = None
    procedure: StepName | None = None
    given: dict[StepName, Given] = Field(default={})


class Accepted(Strict):
    """A finding of `allo flows lint` kept on purpose: its rule, where (no step: texts outside steps), and why."""

    step: StepName | None = None
    rule: StepName
    because: Annotated[str, Field(min_length=10, max_length=300)]


class Procedure(Strict):
    """A whole procedure file: one page that a mediator can read.

    An event is a life event (a birth, a loss): its questions lead to a plan, the list of its `tasks`.
    The orientation is for who cannot name a procedure.
    """

    id: StepName
    kind: Literal["procedure", "event", "orientation"] = "procedure"
    title: Annotated[str, Field(min_length=5, max_length=120)]
    button: Label
    organisme: StepName
    version: Annotated[int, Field(ge=1)]
    words: tuple[str, ...] = ()
    intro: Words
    intro_speech: Words | None = None
    minutes: Annotated[int, Field(ge=1, le=180)]
    documents: tuple[Words, ...] = ()
    contact: StepName
    without_internet: Words
    sources: Annotated[tuple[str, ...], Field(min_length=1)]
    checked_on: date
    review_before: date
    confidence: Confidence
    renamed: tuple[Renaming, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    start: StepName
    steps: Annotated[dict[StepName, Step], Field(min_length=1, max_length=100)]
    tasks: dict[StepName, Task] = Field(default={})
