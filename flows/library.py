"""All the content of the product, loaded and frozen: procedures, facts, contacts, sources, sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from flows.facts_model import Contact, Fact, Source
from flows.model import Procedure
from flows.texts import Say, say_on

ROOT = "racine"


@dataclass(frozen=True)
class Term:
    """A glossary entry: a word of the administration and what it means in plain French."""

    term: str
    say: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Theme:
    """A heading of the menu and what stands under it, most asked first: procedures, or other headings."""

    id: str
    label: str
    items: tuple[str, ...]
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Letter:
    """An official letter: the titles it goes by, in plain letters, and the procedures that answer it."""

    titles: tuple[str, ...]
    procedures: tuple[str, ...]


@dataclass(frozen=True)
class Ambiguity:
    """Words that mean several procedures."""

    words: tuple[str, ...]
    procedures: tuple[str, ...]


@dataclass(frozen=True)
class Library:
    """What a conversation may say and walk. Built by `loader.load`; never changes afterwards.

    `language` is None in French. In another language, the procedures `translated` have their own texts, and
    `signs` are small words that give the language away.
    """

    procedures: Mapping[str, Procedure]
    facts: Mapping[str, Fact]
    contacts: Mapping[str, Contact]
    sources: Mapping[str, Source]
    glossary: Mapping[str, Term] = field(default_factory=dict)
    safety: tuple[Any, ...] = ()
    sentences: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    menu: Mapping[str, Theme] = field(default_factory=dict)
    letters: Mapping[str, Letter] = field(default_factory=dict)
    ambiguous: tuple[Ambiguity, ...] = ()
    definition_starts: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    correction_starts: tuple[str, ...] = ()
    need_starts: tuple[str, ...] = ()
    language: str | None = None
    translated: frozenset[str] = frozenset()
    signs: tuple[str, ...] = ()

    def only_french(self, procedure: str) -> bool:
        """True when this is the library of another language, and nobody has translated that procedure."""
        return self.language is not None and procedure not in self.translated

    def sentence(self, name: str, day: date, /, **values: str) -> Say:
        """One of the assistant's own sentences (texts/fr.yaml), with `values` and facts filled in.

        Raises KeyError for an unknown name: a guard test calls every name used in the code.
        """
        written = {key: _put(text, values) for key, text in self.sentences[name].items()}
        variants = (written.get("short"), written.get("speech"), written.get("without_facts"))
        return say_on(day, self.facts, written["text"], *variants, key=name)

    def theme(self, id_: str) -> Theme:
        """The heading of the menu of that name; its items that lead nowhere are left out."""
        theme = self.menu[id_]
        return replace(theme, items=tuple(item for item in theme.items if self._leads(item)))

    def _leads(self, item: str) -> bool:
        """True for a procedure that can be done in this language, or a heading above one."""
        if item in self.procedures:
            return not self.only_french(item)
        return item in self.menu and any(map(self._leads, self.menu[item].items))

    @property
    def first_menu(self) -> tuple[str, ...]:
        """The headings offered to who says nothing."""
        return self.theme(ROOT).items if ROOT in self.menu else ()

    def after_colon(self, text: str) -> str:
        """`text` as it reads after a colon: its first letter small when it opens with an article."""
        first = text.replace("'", "' ").split(" ", 1)[0].lower()
        return text[0].lower() + text[1:] if first in self.articles else text


def _put(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text
