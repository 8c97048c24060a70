"""How we write, read from texts/style.yaml: the rules of plain language, their words and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from flows.model import Accepted
from flows.plain import plain

# Every word of an expression may be feminine or plural: « pièce justificative » also finds « pièces justificatives ».
_ENDING = r"(?:e?s?|x)"


@dataclass(frozen=True)
class Rule:
    """A rule of plain language: why it is there, and what to do. {names} in both are filled in at each finding."""

    name: str
    because: str
    suggestion: str
    no_cut: str = ""


@dataclass(frozen=True)
class Word:
    """A word to avoid and what to write instead. `always`: even when the glossary explains it."""

    pattern: re.Pattern[str]
    instead: str
    always: bool = False


@dataclass(frozen=True)
class Passive:
    """The words that tell a passive (« est envoyé ») from a state (« est fermé »)."""

    present: frozenset[str]
    other: frozenset[str]
    have: frozenset[str]
    have_states: frozenset[str]
    been: frozenset[str]
    by: frozenset[str]
    reflexive: frozenset[str]
    result: frozenset[str]
    if_: frozenset[str]
    it: frozenset[str]
    between: frozenset[str]
    between_pairs: frozenset[str]
    irregular: frozenset[str]
    intransitive: frozenset[str]
    states: frozenset[str]
    actions: frozenset[str]


@dataclass(frozen=True)
class Gestures:
    """The words that tell how many gestures an instruction asks for."""

    light: frozenset[str]
    not_orders: frozenset[str]
    others: frozenset[str]
    openers: frozenset[str]
    only_if: tuple[str, ...]


@dataclass(frozen=True)
class Style:
    """The whole file, ready to be used."""

    rules: Mapping[str, Rule]
    words_at_most: int
    cuts: tuple[frozenset[str], frozenset[str]]
    patterns: Mapping[str, tuple[re.Pattern[str], ...]]
    words: Mapping[str, tuple[Word, ...]]
    acronyms: frozenset[str]
    passive: Passive
    gestures: Gestures
    accepted: tuple[tuple[str, Accepted], ...]


@cache
def load_style() -> Style:
    """The rules as shipped."""
    path = Path(__file__).parent / "texts" / "style.yaml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    cuts, actions = data["cuts"], data["actions"]
    return Style(
        rules={name: Rule(name, **texts) for name, texts in data["rules"].items()},
        words_at_most=data["words_at_most"],
        cuts=(frozenset(cuts["words"]), frozenset(cuts["weak_words"])),
        patterns={name: _compiled(found["patterns"]) for name, found in data["found"].items()},
        words={name: tuple(map(_word, data[name])) for name in ("jargon", "mot_anglais")},
        acronyms=frozenset(data["acronyms"]["words"]),
        passive=Passive(**{"if_" if key == "if" else key: frozenset(words) for key, words in data["passive"].items()}),
        gestures=Gestures(
            **{key: frozenset(words) for key, words in actions.items() if key != "only_if"},
            only_if=tuple(actions["only_if"]),
        ),
        accepted=tuple((entry.pop("text"), Accepted.model_validate(entry)) for entry in data["accepted"]),
    )


def explained_words(terms: Iterable[tuple[str, Iterable[str]]]) -> frozenset[str]:
    """The names of the glossary in plain letters, from (term, other names): whole, and word by word."""
    names = {plain(name) for term, also in terms for name in (term, *also)}
    return frozenset(names | {word for name in names for word in name.split() if len(word) > 1})


def _compiled(patterns: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


def _word(entry: Mapping[str, Any]) -> Word:
    forms = "|".join(_form(form) for form in entry["words"])
    other = "".join(rf"(?<!\b{re.escape(word)}\s)" for word in entry.get("not_after", ()))
    pattern = re.compile(rf"(?<![\w-]){other}(?:{forms})(?![\w-])", re.IGNORECASE)
    return Word(pattern, entry["instead"], entry.get("always", False))


def _form(form: str) -> str:
    """One form as a pattern. An expression that ends with an apostrophe (« afin d' ») goes on with any word."""
    if form.endswith("'"):
        return re.escape(form[:-1]).replace("'", "['’]") + r"['’](?=\w)(?:\w+)"
    return r"\s".join(re.escape(word).replace("'", "['’]") + _ENDING for word in form.split())


__all__ = ["Gestures", "Passive", "Rule", "Style", "Word", "explained_words", "load_style"]
