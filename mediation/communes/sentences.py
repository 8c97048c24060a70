"""Finds names of communes inside a longer sentence, without taking plain words for them (« Contre » is a commune)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

PLAIN_WORDS = Path(__file__).parent / "plain_words.txt"
LONGEST_NAME = 7
SHORTEST = 4
SHORT_ANSWER = 4
_LITTLE = {
    "a",
    "au",
    "aux",
    "d",
    "de",
    "des",
    "du",
    "en",
    "et",
    "l",
    "la",
    "le",
    "les",
    "sur",
    "un",
    "une",
    "je",
    "suis",
    "ne",
    "se",
    "me",
    "y",
    "on",
    "il",
    "c",
    "j",
    "m",
    "t",
    "s",
    "qu",
}
_LEADS = {"a", "au", "sur", "vers", "de", "d", "du", "pres", "pour", "dans", "habite", "commune", "ville", "village"}
_HIDDEN = {"au": "le", "du": "le", "aux": "les", "des": "les"}


@cache
def plain_words() -> frozenset[str]:
    """Words that are also, or nearly, names of communes, and that citizens say of everything else."""
    lines = PLAIN_WORDS.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def all_plain(words: list[str]) -> bool:
    """True when no word could be a name."""
    return all(word in _LITTLE or word in plain_words() for word in words)


def names_within(words: list[str], is_name: Callable[[list[str], bool], bool]) -> list[list[str]]:
    """The longest names in `words`; several when as many words make each.

    `is_name` is asked whether words are a name, and told whether what stands before them leads to a place (« à … »).
    """
    for length in range(min(LONGEST_NAME, len(words)), 0, -1):
        found = []
        for start in range(len(words) - length + 1):
            window = _with_article(words[start : start + length])
            led = words[start - 1] in _LEADS if start else len(words) <= SHORT_ANSWER
            if _may_be(window) and is_name(window, led or window != words[start : start + length]):
                found.append(window)
        if found:
            return found
    return []


def _with_article(words: list[str]) -> list[str]:
    """« au havre » is « le havre »."""
    return [_HIDDEN[words[0]], *words[1:]] if len(words) > 1 and words[0] in _HIDDEN else words


def _may_be(words: list[str]) -> bool:
    return not all_plain(words) and any(len(word) >= SHORTEST for word in words)
