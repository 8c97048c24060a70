"""The steps that a procedure is made of, as strict and frozen models: all that each kind may say."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

StepName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Words = Annotated[str, Field(min_length=1, max_length=400)]
Label = Annotated[str, Field(min_length=1, max_length=32)]
Confidence = Literal["high", "medium", "low"]

ELSE = "else"


class Strict(BaseModel):
    """Base of all models: unknown keys are errors, values never change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Condition(Strict):
    """Named conditions on the answer to `step`; all of them must hold."""

    step: StepName | None = None
    is_: str | None = Field(None, alias="is")
    is_one_of: tuple[str, ...] | None = None
    at_least: float | None = None
    less_than: float | None = None
    days_ago_at_least: int | None = None
    department_in: tuple[str, ...] | None = None
    unknown: Literal[True] | None = None


class Branch(Condition):
    """One way out of a step: conditions on an answer and a target, or the obligatory `else`.

    `step` left out, the answer tested is that of the step the branch belongs to.
    """

    go: StepName | None = None
    else_: StepName | None = Field(None, alias=ELSE)

    @property
    def target(self) -> str:
        """The step this branch leads to."""
        return self.else_ or self.go or ""


Next = StepName | tuple[Branch, ...]


class Choice(Strict):
    """One answer of a choice question: its button (32 characters at most) and other words for it."""

    label: Label
    words: tuple[str, ...] = ()


class Reason(Strict):
    """One reason for « je bloque »: its button and the step that helps."""

    label: Label
    go: StepName
    words: tuple[str, ...] = ()


class Spoken(Strict):
    """What every step that says something may add to its main text."""

    short: Words | None = None
    speech: Words | None = None
    without_facts: Words | None = None
    sources: tuple[str, ...] = ()


AnswerKind = Literal["yes_no", "choice", "number", "amount", "date", "place", "phone", "free_text", "letter"]


class Question(Spoken):
    """A question with a typed answer. « Je ne sais pas » goes to `unknown`, or to help and a person.

    `when` says which day « 31 décembre » is, without a year: the last one, or the nearest one.
    """

    ask: Words
    answer: AnswerKind
    why: Words
    choices: dict[StepName, Choice] = {}
    min: float | None = None
    max: float | None = None
    unknown: StepName | None = None
    when: Literal["past", "near"] = "past"
    next: Next


class Instruction(Spoken):
    """One thing to do alone, with the « c'est fait / je bloque / répétez / pourquoi » rhythm.

    `see` says what the person should see afterwards; `blocked` gives the exits for « je bloque »
    (« Autre chose » → a person is always added).
    """

    do: Words
    see: Words | None = None
    why: Words
    blocked: dict[StepName, Reason]
    next: Next


class Information(Spoken):
    """Something to know, said on the way to the next step without waiting."""

    say: Words
    next: Next


class SubProcedure(Strict):
    """Another procedure walked from inside this one; `next` may test how it ended (`is: done`)."""

    use: StepName
    next: Next


class Outcome(Spoken):
    """The end: done, stop (nothing to do here), handoff (a person), procedure (go to another) or plan.

    `contact` names who to call meanwhile when it is not the procedure's own body (the MSA, say).
    `procedure` names the one to go to, or `letter` the question whose letter leads to it. A plan is the
    list of things to do after a life event: the `tasks` of its file.
    """

    end: Literal["done", "stop", "handoff", "procedure", "plan"]
    say: Words
    procedure: StepName | None = None
    letter: StepName | None = None
    contact: StepName | None = None


Step = Question | Instruction | Information | SubProcedure | Outcome
STEP_KINDS: dict[str, type[Strict]] = {
    "ask": Question,
    "do": Instruction,
    "end": Outcome,
    "use": SubProcedure,
    "say": Information,
}
