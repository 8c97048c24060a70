"""Safety topics: patterns that recognise danger or distress before anything else, and what to say then."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from flows.plain import plain
from flows.positions import Loader
from flows.texts import Say


@dataclass(frozen=True)
class Case:
    """One situation inside a topic: its words choose the answer once the topic has fired, they never fire it."""

    id: str
    patterns: tuple[re.Pattern[str], ...]
    say: tuple[Say, ...]


@dataclass(frozen=True)
class Topic:
    """A safety topic (`detresse`, `violences`…): when it fires and what is said, in one language (None: French)."""

    id: str
    patterns: tuple[re.Pattern[str], ...]
    not_patterns: tuple[re.Pattern[str], ...]
    cases: tuple[Case, ...]
    say: tuple[Say, ...]
    language: str | None = None

    def answer(self, text: str) -> tuple[Say, ...]:
        """What to say to `text` on this topic: the answer of the first case that fits, or the general one."""
        words = plain(text)
        return next((case.say for case in self.cases if _any(case.patterns, words)), self.say)


def topics_for(folder: Path, language: str | None = None) -> tuple[Topic, ...]:
    """The topics of all languages: danger is recognised whatever the language of the talk.

    In the order of priority of the French file; of two that say the same danger, that of `language` first.
    """
    paths = {path.parent.name: path for path in sorted((folder / "languages").glob("*/safety.yaml"))}
    found = (*load_topics(folder / "safety.yaml"), *(t for name in paths for t in load_topics(paths[name], name)))
    order = list(dict.fromkeys(topic.id for topic in found))
    return tuple(sorted(found, key=lambda topic: (order.index(topic.id), topic.language != language)))


def load_topics(path: Path, language: str | None = None) -> tuple[Topic, ...]:
    """The topics of the file, in order of priority. Raises re.error for a broken pattern."""
    data = yaml.load(path.read_text(encoding="utf-8"), Loader) if path.exists() else None
    topics = (_topic(name, body) for name, body in ((data or {}).get("topics") or {}).items())
    return tuple(replace(topic, language=language) for topic in topics)


def spotted(text: str, topics: Sequence[Topic]) -> Topic | None:
    """The first topic whose patterns fire on `text`, None when it is about something else."""
    words = plain(text)
    for topic in topics:
        if _any(topic.patterns, words) and not _any(topic.not_patterns, words):
            return topic
    return None


def _topic(name: str, body: dict[str, Any]) -> Topic:
    cases = tuple(Case(c["id"], _compile(c.get("patterns")), _says(c["say"], name)) for c in body.get("cases") or ())
    return Topic(
        name, _compile(body.get("patterns")), _compile(body.get("not_patterns")), cases, _says(body["say"], name)
    )


def _compile(patterns: Sequence[str] | None) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in patterns or ())


def _says(messages: Sequence[Any], name: str) -> tuple[Say, ...]:
    return tuple(Say(m["text"], m.get("short"), m.get("speech"), key=f"safety.{name}") for m in messages)


def _any(patterns: Sequence[re.Pattern[str]], words: str) -> bool:
    return any(pattern.search(words) for pattern in patterns)
