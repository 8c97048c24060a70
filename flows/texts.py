"""Turns the texts of the YAML files into what may be said on a given day: facts filled in, or left unsaid."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flows.facts_model import Fact

PLACEHOLDER = re.compile(r"\{(?P<name>[a-z][a-z0-9_]*)(?:\|(?P<otherwise>[^{}]*))?\}")


@dataclass(frozen=True)
class Option:
    """A choice offered with a text: its id (what comes back), its label, and other words for it."""

    id: str
    label: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Say:
    """One message to a citizen: the text, its variants, and the choices that go with it."""

    text: str
    short: str | None = None
    speech: str | None = None
    options: tuple[Option, ...] = ()
    key: str = ""


def placeholders(*texts: str | None) -> list[str]:
    """The names of the facts that the texts use, in order, once each."""
    found = [match["name"] for text in texts if text for match in PLACEHOLDER.finditer(text)]
    return list(dict.fromkeys(found))


def bare(text: str) -> list[str]:
    """The facts of `text` that have no words to say instead: the text falls with them."""
    found = [match["name"] for match in PLACEHOLDER.finditer(text) if match["otherwise"] is None]
    return list(dict.fromkeys(found))


def expired(text: str, facts: Mapping[str, Fact], day: date) -> list[str]:
    """The names without other words in `text` that may not be said on `day` (unknown names included)."""
    return [name for name in bare(text) if not _sayable(name, facts, day)]


def _sayable(name: str, facts: Mapping[str, Fact], day: date) -> bool:
    return name in facts and facts[name].sayable(day)


def fill(text: str, facts: Mapping[str, Fact], day: date, spoken: bool = False) -> str:
    """`text` with its facts in place: `{fact}`, or `{fact|other words}` said when the fact is out of date.

    The caller has checked `expired` first.
    """

    def value(match: re.Match[str]) -> str:
        name, otherwise = match["name"], match["otherwise"]
        if otherwise is not None and not _sayable(name, facts, day):
            return str(otherwise)
        return facts[name].on(day, spoken)

    return PLACEHOLDER.sub(value, text)


def say_on(
    day: date,
    facts: Mapping[str, Fact],
    text: str,
    short: str | None = None,
    speech: str | None = None,
    without_facts: str | None = None,
    options: tuple[Option, ...] = (),
    key: str = "",
) -> Say:
    """The message to say on `day`: as written, or its `without_facts` when a fact in it is out of date."""
    if expired(text, facts, day):
        rest = without_facts if without_facts and not expired(without_facts, facts, day) else PLACEHOLDER.sub("…", text)
        return Say(fill(rest, facts, day), options=options, key=key)
    short = None if short is None or expired(short, facts, day) else fill(short, facts, day)
    spoken = speech or (text if placeholders(text) else None)
    spoken = None if spoken is None or expired(spoken, facts, day) else fill(spoken, facts, day, spoken=True)
    return Say(fill(text, facts, day), short, spoken, options, key)
