"""Turns the texts of the YAML files into what may be said on a given day: facts filled in, or left unsaid."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flows.computed import COMPUTED
from flows.facts_model import Fact

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


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
    found = [name for text in texts if text for name in PLACEHOLDER.findall(text)]
    return list(dict.fromkeys(found))


def expired(text: str, facts: Mapping[str, Fact], day: date) -> list[str]:
    """The names in `text` that may not be said on `day` (unknown names included)."""
    return [
        name for name in placeholders(text) if name not in COMPUTED and not (name in facts and facts[name].sayable(day))
    ]


def fill(text: str, facts: Mapping[str, Fact], day: date, spoken: bool = False) -> str:
    """`text` with its facts in place. The caller has checked `expired` first."""

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name in COMPUTED:
            return COMPUTED[name](day)
        return (facts[name].speech if spoken else None) or facts[name].value

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
        return Say(without_facts or PLACEHOLDER.sub("…", text), options=options, key=key)
    short = None if short is None or expired(short, facts, day) else fill(short, facts, day)
    spoken = speech or (text if placeholders(text) else None)
    spoken = None if spoken is None or expired(spoken, facts, day) else fill(spoken, facts, day, spoken=True)
    return Say(fill(text, facts, day), short, spoken, options, key)
