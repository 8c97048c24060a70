"""Numbers written by hand in a text: each should be a fact, with its source and its dates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flows.positions import Path
from flows.texts import PLACEHOLDER

_NUMBER = re.compile(r"\d[\d\s.,]*")
# Digits that are part of a name: a site, a letter of a form. They state nothing that changes.
NAMES = re.compile(r"1jeune1solution|\bC2S\b|FranceConnect\+")
TOP = ("title", "button", "intro", "intro_speech", "without_internet")
TEXTS = ("label", "ask", "do", "say", "see", "why", "short", "speech", "without_facts")


def numbers(text: str) -> list[str]:
    """The numbers in `text` that are not facts, as written."""
    rest = PLACEHOLDER.sub(lambda match: match["otherwise"] or "", text)
    return [found.strip() for found in _NUMBER.findall(NAMES.sub("", rest))]


def number_problems(raw: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Where a procedure's texts state a number that no fact holds."""
    for path, text in procedure_texts(raw):
        for number in numbers(text):
            yield (
                path,
                f"« {number} » est écrit à la main : mettez-le dans un fichier de faits, ou écrivez-le en lettres"
                " si ce n'est pas une règle qui peut changer",
            )


def procedure_texts(raw: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Every text of a procedure that a citizen may read or hear, with where it stands."""
    for key in TOP:
        if isinstance(raw.get(key), str):
            yield (key,), raw[key]
    for i, document in enumerate(raw.get("documents") or ()):
        yield ("documents", i), str(document)
    for part in ("steps", "tasks"):
        steps = raw.get(part)
        for name, step in steps.items() if isinstance(steps, dict) else ():
            if isinstance(step, dict):
                yield from (((part, name, *path), text) for path, text in step_texts(step))


def step_texts(step: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Every text of one step."""
    for key in TEXTS:
        if isinstance(step.get(key), str):
            yield (key,), step[key]
    for key in ("choices", "blocked"):
        options = step.get(key)
        for id_, option in options.items() if isinstance(options, dict) else ():
            if isinstance(option, dict) and isinstance(option.get("label"), str):
                yield (key, id_, "label"), option["label"]
