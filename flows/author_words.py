"""The words that authors read, from flows/texts/author.yaml: in the drawings, and on the pages at /auteur."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

import yaml
from babel.dates import format_date

TEXTS = Path(__file__).parent / "texts" / "author.yaml"


@cache
def author_words() -> Mapping[str, Mapping[str, str]]:
    """All the words: those of the drawings and those of the pages, by name."""
    written: dict[str, dict[str, str]] = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))
    return written


def word(name: str, /, **values: object) -> str:
    """A word of the drawings with `values` put in; the name itself when nobody wrote a word for it."""
    return put(author_words()["drawing"].get(name, name), **values)


def in_words(day: date) -> str:
    """A day as it is written in a sentence."""
    return str(format_date(day, "d MMMM y", locale="fr"))


def put(text: str, /, **values: object) -> str:
    """`text` with its values in place."""
    for key, value in values.items():
        text = text.replace("{" + key + "}", str(value))
    return text
