"""Opening hours as sources write them: kept when they can be read, mended when what is wrong is sure, else dropped."""

from __future__ import annotations

import re
from functools import lru_cache

import opening_hours

from mediation.directory.words import closed_words, fold

MAX_HOURS = 500  # characters; the longest real ones have about 200
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
STARTS = re.compile(r"(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|24/7|week|[A-Z][a-z]{2} \d)\b")
FRENCH_TIME = re.compile(r"(?<![\d:])(\d{1,2})\s?[hH]\s?(\d{2})?(?!\w)")
COMMENT = re.compile(r"^(?P<rule>.*?(?:\d\d:\d\d|off|closed))[\s,]+\(?(?P<words>[^\d:\";|]*[^\W\d_]{3}[^\d:\";|]*)$")
SPAN = re.compile(r"(\d{1,2})[:hH](\d{2})?\s*(?:-|–|à|a)\s*(\d{1,2})[:hH](\d{2})?")


@lru_cache(maxsize=4_096)
def readable(text: str) -> bool:
    """True when these are opening hours in the OpenStreetMap form."""
    return len(text) <= MAX_HOURS and bool(opening_hours.validate(text))


@lru_cache(maxsize=4_096)
def mended(text: str) -> str | None:
    """`text` with its hours written « 09:00 » and its comments quoted again; None when that does not make it readable.

    An hour without its end is not mended: what the place meant is not known.
    """
    if len(text) > MAX_HOURS or not STARTS.match(text):
        return None
    timed = FRENCH_TIME.sub(lambda time: f"{int(time[1]):02d}:{time[2] or '00'}", text)
    rules = [rule if readable(rule) else quoted(rule) for rule in map(str.strip, timed.split(";")) if rule]
    whole = "; ".join(rules)
    return whole if rules and readable(whole) else None


def quoted(rule: str) -> str:
    """The rule with the words at its end as a comment."""
    found = COMMENT.match(rule)
    return f'{found["rule"]} "{found["words"].strip(" ()")}"' if found else rule


def from_days(days: list[str]) -> str:
    """OpenStreetMap hours from seven cells, Monday first (« 09:00 - 12:00 / 14:00 - 17:00 »), days alike together.

    A cell that says something else comes back as it is: the whole is then unreadable, and reported.
    """
    spans = [spans_of(cell) for cell in days]
    rules: list[str] = []
    at = 0
    while at < len(spans):
        end = at
        while end + 1 < len(spans) and spans[end + 1] == spans[at]:
            end += 1
        if spans[at]:
            name = DAYS[at] if end == at else f"{DAYS[at]}{'-' if end > at + 1 else ','}{DAYS[end]}"
            rules.append(f"{name} {spans[at]}")
        at = end + 1
    return "; ".join(rules)


def spans_of(cell: str) -> str:
    """The hours of one day, empty when it is closed."""
    if not cell.strip() or fold(cell) in closed_words():
        return ""
    spans = SPAN.findall(cell)
    left = re.sub(r"[\s/,;&]|et", "", SPAN.sub("", cell))
    if left or not spans:
        return cell.strip()
    return ",".join(f"{int(a):02d}:{b or '00'}-{int(c):02d}:{d or '00'}" for a, b, c, d in spans)
