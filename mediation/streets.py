"""An address in the words that a voice says: « 12B AV DU GAL LECLERC » is « 12 bis avenue du général Leclerc »."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

WORDS = Path(__file__).with_name("streets.yaml")
SMALL = 3  # letters of « rue », « de », « les », which keep no capital
_BOX = re.compile(r"[\s,-]*\b(?:BP|CS|B\.P\.|C\.S\.)\s?\d+(?:\s\d+)*\b", re.IGNORECASE)
_HOUSE = re.compile(r"(\d+)\s?([A-Za-z])(?=\s|,|$)")


def spoken_address(address: str) -> str:
    """`address` with its short forms said whole, without letter boxes nor words all in capitals."""
    text = _HOUSE.sub(_house, _BOX.sub("", address).strip(" ,"), count=1)
    shouted, said, opening = _shouted(address), [], True
    for token in text.split():
        word = token.rstrip(".,")
        kept = _quiet(word) if shouted and word.isupper() else word
        said.append((_whole(word, opening) or kept) + ("," if token.endswith(",") else ""))
        opening = opening and (word.isdigit() or word.lower() in _words()["numbers"].values())
    return " ".join(said)


def _shouted(address: str) -> bool:
    letters = [char for char in address if char.isalpha()]
    return sum(map(str.isupper, letters)) > len(letters) / 2


def _house(match: re.Match[str]) -> str:
    letter = match[2].lower()
    return f"{match[1]} {_words()['numbers'].get(letter, match[2])}"


def _whole(word: str, opening: bool) -> str | None:
    key, words = word.lower(), _words()
    found: str | None = words["short"].get(key) if opening or key not in words["opening"] else None
    return found


def _quiet(word: str) -> str:
    return word.lower() if len(word) <= SMALL else "-".join(part.capitalize() for part in word.split("-"))


@cache
def _words() -> dict[str, Any]:
    words: dict[str, Any] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return words
