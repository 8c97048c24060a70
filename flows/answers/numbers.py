"""Reads whole numbers and amounts, in digits or in French words."""

from __future__ import annotations

import re

from text_to_num import alpha2digit

from flows.answers.reading import NOTHING, Reading
from flows.plain import plain

_NUMBER = re.compile(r"(?<![\d,.])-?\d{1,3}(?:[ \u00a0\u202f.]\d{3})+(?![\d])(?:,\d{1,2})?|-?\d+(?:[.,]\d{1,2})?")
_EUROS_CENTS = re.compile(r"(\d+) ?(?:euros?|€|e) ?(?:et )?(\d{1,2})(?!\d)")


SMALL = {"un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9}
_SMALL = re.compile(rf"\b({'|'.join(SMALL)})\b")
_NOT_ARTICLES = re.compile(rf"\b({'|'.join(word for word, value in SMALL.items() if value > 1)})\b")
_ONE_OR = re.compile(r"\bune? (?:ou|et|à|a) \d|\d (?:ou|et|à|a) une?\b")
_NONE = re.compile(r"(?:(?:j|je n) en ai )?(?:zero|aucune?)")
HIGHEST = 1e9  # more than any answer, and far from what a float no longer counts


def digits(text: str) -> str:
    """`text` with the numbers written in words turned into digits (« vingt-trois ans » → « 23 ans »).

    Small numbers stay words when alone, since « un » is mostly an article: see `small_digits`.
    """
    if not re.search(r"[a-zA-Z]", text):
        return text
    return str(alpha2digit(text.lower().replace("-", " "), "fr"))


def small_digits(text: str) -> str:
    """`digits`, small numbers included."""
    return _SMALL.sub(lambda match: str(SMALL[match[1]]), digits(text))


def read_number(text: str, low: float | None = None, high: float | None = None) -> Reading:
    """A whole number. Two different numbers in one answer are unclear; « aucun » and « zéro » are 0."""
    if _NONE.fullmatch(plain(text)):
        return _within(0, low, high)
    found = _values(text)
    if len(found) != 1:
        return NOTHING
    value = found.pop()
    if value != int(value):
        return NOTHING
    return _within(int(value), low, high)


def read_amount(text: str, low: float | None = 0, high: float | None = None) -> Reading:
    """An amount in euros, to the cent. « zéro », « rien » and « 0 € » are amounts."""
    said = digits(text.lower())
    if re.fullmatch(r"\W*(rien|rien du tout|aucun|pas d'argent|zero|zéro)\W*", said):
        return Reading(0.0)
    if re.search(r"\bdemie?\b", said) or ("centime" in said and not _EUROS_CENTS.search(said)):
        return NOTHING
    said = _EUROS_CENTS.sub(lambda m: f"{m[1]},{int(m[2]):02d}", said)
    found = _values(said)
    if len(found) != 1:
        return NOTHING
    return _within(round(found.pop(), 2), 0 if low is None else low, high)


def _values(text: str) -> set[float]:
    """The different numbers in `text`. « un » counts when it is the only number, or beside another (« un ou deux »)."""
    said = _NOT_ARTICLES.sub(lambda match: str(SMALL[match[1]]), digits(text))
    found = _NUMBER.findall(said)
    if not found or _ONE_OR.search(said):
        found = _NUMBER.findall(small_digits(text))
    return {min(_value(match), HIGHEST) for match in found}


def _value(match: str) -> float:
    bare = re.sub(r"[ \u00a0\u202f]", "", match)
    if re.fullmatch(r"-?\d{1,3}(\.\d{3})+(,\d{1,2})?", bare):
        bare = bare.replace(".", "")
    return float(bare.replace(",", "."))


def _within(value: float | int, low: float | None, high: float | None) -> Reading:
    if low is not None and value < low:
        return Reading(problem="number_too_small")
    if value >= HIGHEST or (high is not None and value > high):
        return Reading(problem="number_too_big")
    return Reading(value)
