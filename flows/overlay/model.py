"""All that the files of a language may say: the texts of the French files, by the same names, and nothing else."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, RootModel

from flows.model import Label, StepName, Strict, Words

WordList = Annotated[tuple[str, ...], Field(min_length=1)]


class OptionTexts(Strict):
    """A choice, a reason or a heading of the menu."""

    label: Label | None = None
    words: tuple[str, ...] = ()


class StepTexts(Strict):
    """The texts of a step. Where it leads stays in the French file."""

    ask: Words | None = None
    do: Words | None = None
    say: Words | None = None
    see: Words | None = None
    why: Words | None = None
    short: Words | None = None
    speech: Words | None = None
    without_facts: Words | None = None
    choices: dict[StepName, OptionTexts] = Field(default_factory=dict)
    blocked: dict[StepName, OptionTexts] = Field(default_factory=dict)


class DeadlineTexts(Strict):
    """By when, where no date can be computed."""

    say: Annotated[str, Field(min_length=1, max_length=100)]


class TaskTexts(Strict):
    """The texts of one thing to do after a life event."""

    label: Annotated[str, Field(min_length=5, max_length=60)] | None = None
    say: Words | None = None
    short: Words | None = None
    speech: Words | None = None
    without_facts: Words | None = None
    deadline: DeadlineTexts | None = None


class Marked(Strict):
    """A file of translations: `from` keeps a mark of the French texts it was made from, written by the tool."""

    from_: dict[str, str] = Field(default_factory=dict, alias="from")


class PageTexts(Marked):
    """The texts of a procedure."""

    title: Annotated[str, Field(min_length=5, max_length=120)] | None = None
    button: Label | None = None
    words: tuple[str, ...] = ()
    intro: Words | None = None
    intro_speech: Words | None = None
    documents: tuple[Words, ...] = ()
    without_internet: Words | None = None
    steps: dict[StepName, StepTexts] = Field(default_factory=dict)
    tasks: dict[StepName, TaskTexts] = Field(default_factory=dict)


class SentenceTexts(Strict):
    """One of the assistant's own sentences, with its variants."""

    text: str
    short: str | None = None
    speech: str | None = None
    without_facts: str | None = None


class AmbiguityTexts(Strict):
    """Words of this language that mean several procedures."""

    words: WordList
    procedures: Annotated[tuple[StepName, ...], Field(min_length=2)]


class OwnTexts(Marked):
    """The assistant's own sentences and the words it knows, as in texts/fr.yaml.

    `langue` among the words are those that ask for this language; `signs` are small words that give it away.
    """

    sentences: dict[StepName, str | SentenceTexts] = Field(default_factory=dict)
    words: dict[StepName, WordList] = Field(default_factory=dict)
    menu: dict[StepName, OptionTexts] = Field(default_factory=dict)
    ambiguous: tuple[AmbiguityTexts, ...] = ()
    definition_starts: tuple[str, ...] = ()
    correction_starts: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()


class FactTexts(Strict):
    """The words of a fact's value. Its number, source and dates stay in the French file."""

    value: Annotated[str, Field(min_length=1, max_length=120)] | None = None
    unit: Annotated[str, Field(min_length=1, max_length=30)] | None = None
    speech: str | None = None


class ContactTexts(Strict):
    """What a body is called."""

    name: str


class FactsTexts(Marked):
    """Facts and contacts."""

    facts: dict[StepName, FactTexts] = Field(default_factory=dict)
    contacts: dict[StepName, ContactTexts] = Field(default_factory=dict)


class TermTexts(Strict):
    """A word of the administration and what it means."""

    term: str
    say: Words
    also: tuple[str, ...] = ()


class GlossaryTexts(Marked):
    """The glossary."""

    terms: dict[StepName, TermTexts] = Field(default_factory=dict)


class PlacesTexts(RootModel[dict[str, str | dict[str, str | dict[str, str]]]]):
    """How places are told, as in texts/places.yaml."""


class ComputedTexts(RootModel[dict[str, str | dict[str, str]]]):
    """How the facts computed for the day are said, as in texts/computed.yaml."""
