"""The words of the national standard, and how they are recognised under other spellings and in older files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import yaml
from anyascii import anyascii

FILE = Path(__file__).with_name("vocabulary.yaml")
NOT_WORDS = ("says_nothing", "france_services", "closed")


@dataclass(frozen=True)
class Found:
    """What a cell of several words says: `words` are (field, word of the standard), in the order of the cell."""

    words: tuple[tuple[str, str], ...]
    unknown: tuple[str, ...] = ()
    older: tuple[str, ...] = ()


@cache
def content() -> dict[str, dict[str, list[str]]]:
    """The vocabulary as it is written."""
    loaded: dict[str, dict[str, list[str]]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return loaded


def implied_by_france_services() -> dict[str, str]:
    """Cells that every row of the list of France services has without saying it."""
    return {column: str(cell) for column, cell in content()["france_services"].items()}


@cache
def closed_words() -> frozenset[str]:
    """What a day without hours may say, folded."""
    return frozenset(fold(word) for word in content()["closed"])


@cache
def table(field: str) -> dict[str, str]:
    """Folded word → word of the standard, for one field of a place."""
    return {fold(alias): word for word, aliases in content()[field].items() for alias in (word, *aliases)}


@cache
def says_nothing() -> frozenset[str]:
    """Folded words that say what an empty cell says."""
    return frozenset(fold(word) for word in content()["says_nothing"])


@lru_cache(maxsize=8_192)
def fold(text: str) -> str:
    """`text` without case, accents, kinds of apostrophes nor doubled spaces."""
    return " ".join(anyascii(text).lower().replace("_", " ").split())


def word_of(field: str, text: str) -> str | None:
    """The word of the standard for `text` in this field, None when there is none."""
    known, folded = table(field), fold(text)
    return known.get(folded) or known.get(folded.split(" :")[0].split(": ")[0].strip())


@lru_cache(maxsize=8_192)
def words_in(cell: str, fields: tuple[str, ...]) -> Found:
    """The words of a cell, each looked for in `fields` in turn; separated by « | », « ; » or « , »."""
    words: dict[tuple[str, str], None] = {}
    unknown: list[str] = []
    older: list[str] = []
    for piece in pieces(cell, fields):
        found = find(piece, fields)
        if found is not None:
            words[found] = None
            if found[1] != piece:
                older.append(piece)
        elif fold(piece) not in says_nothing():
            unknown.append(piece)
    return Found(tuple(words), tuple(unknown), tuple(older))


def pieces(cell: str, fields: tuple[str, ...]) -> list[str]:
    """The cell cut at its separators; at commas only what would not be known whole."""
    cut: list[str] = []
    for piece in filter(None, map(str.strip, re.split(r"[|;]", cell))):
        whole = ", " not in piece or (find(piece, fields) is not None and known_parts(piece, fields) < 2)
        cut += [piece] if whole else [part.strip() for part in piece.split(", ") if part.strip()]
    return cut


def known_parts(piece: str, fields: tuple[str, ...]) -> int:
    """How many words there would be, cut at commas."""
    return sum(find(part.strip(), fields) is not None for part in piece.split(", "))


def find(piece: str, fields: tuple[str, ...]) -> tuple[str, str] | None:
    """The field and the word that `piece` is."""
    return next(((field, word) for field in fields if (word := word_of(field, piece)) is not None), None)
