"""Reads the title of an official letter, as people copy it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rapidfuzz.fuzz import partial_ratio, token_sort_ratio

from flows.answers.reading import NOTHING, Reading
from flows.conditions import UNKNOWN
from flows.library import Letter
from flows.plain import plain

EXACT = 102.0
WHOLE = 101.0
CLOSE = 85.0
FEWEST_WORDS = 2  # a lone word of a title (« notification ») says nothing


def named_letter(text: str, letters: Mapping[str, Letter]) -> str | None:
    """The id of the letter whose title `text` copies, the most precise title first; None when there is none."""
    said = plain(text)
    if len(said.split()) < FEWEST_WORDS:
        return None
    scores = [(_likeness(said, title), id_) for id_, letter in letters.items() for title in letter.titles]
    best = max(scores, default=(0.0, ""))
    return best[1] if best[0] >= CLOSE else None


def _likeness(said: str, title: str) -> float:
    """How well `said` copies `title`: exactly, with words around it (the longer title wins), or with misspellings."""
    if said == title:
        return EXACT
    if set(title.split()) <= set(said.split()):
        return WHOLE + len(title) / 1000
    around = partial_ratio(title, said) if len(said) >= len(title) else 0.0
    return max(token_sort_ratio(said, title), around)


def titled_letter(text: str, letters: Mapping[str, Letter]) -> str | None:
    """The id of the letter whose title is the whole of `text`, or stands in it between quotes."""
    quoted = re.findall(r"«\s*([^»]+)»|\"([^\"]+)\"", text)
    said = {plain(text), *(plain(part) for found in quoted for part in found if part)}
    return next((id_ for id_, letter in letters.items() if said & set(letter.titles)), None)


def read_letter(text: str, letters: Mapping[str, Letter]) -> Reading:
    """The letter, or « unknown » when the words copied are of none that we know."""
    said = plain(text)
    if not said:
        return NOTHING
    return Reading(named_letter(text, letters) or UNKNOWN)
