"""All the content of the product, loaded and frozen: procedures, facts, contacts, sources, sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flows.facts_model import Contact, Fact, Source
from flows.model import Procedure
from flows.texts import Say, say_on


@dataclass(frozen=True)
class Term:
    """A glossary entry: a word of the administration and what it means in plain French."""

    term: str
    say: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Theme:
    """A heading of the menu and the procedures under it, most asked first."""

    id: str
    label: str
    procedures: tuple[str, ...]
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ambiguity:
    """Words that mean several procedures."""

    words: tuple[str, ...]
    procedures: tuple[str, ...]


@dataclass(frozen=True)
class Library:
    """What a conversation may say and walk. Built by `loader.load`; never changes afterwards."""

    procedures: Mapping[str, Procedure]
    facts: Mapping[str, Fact]
    contacts: Mapping[str, Contact]
    sources: Mapping[str, Source]
    glossary: Mapping[str, Term] = field(default_factory=dict)
    safety: tuple[Any, ...] = ()
    sentences: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    menu: tuple[Theme, ...] = ()
    ambiguous: tuple[Ambiguity, ...] = ()
    definition_starts: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    correction_starts: tuple[str, ...] = ()

    def sentence(self, name: str, day: date, /, **values: str) -> Say:
        """One of the assistant's own sentences (texts/fr.yaml), with `values` and facts filled in.

        Raises KeyError for an unknown name: a guard test calls every name used in the code.
        """
        written = {key: _put(text, values) for key, text in self.sentences[name].items()}
        variants = (written.get("short"), written.get("speech"), written.get("without_facts"))
        return say_on(day, self.facts, written["text"], *variants, key=name)

    def after_colon(self, text: str) -> str:
        """`text` as it reads after a colon: its first letter small when it opens with an article."""
        first = text.replace("'", "' ").split(" ", 1)[0].lower()
        return text[0].lower() + text[1:] if first in self.articles else text


def _put(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text
