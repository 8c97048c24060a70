"""Opening hours as sources write them, made safe: what would be read as « open » by mistake no longer is."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

import holidays

LONGEST_NIGHT = 14 * 60  # minutes: beyond, « 19:00-11:00 » is a slip and not a shelter's night
_RULES = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')
_SPAN = re.compile(r"(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d)(\+?)")
_TIMES = re.compile(r"\d{1,2}:\d\d(?:\s*-\s*\d{1,2}:\d\d)?\+?\s*,?\s*")
_EMPTY_SPAN = re.compile(r"\b(\d{1,2}:\d\d)\s*-\s*\1\b(?!\+)\s*,?\s*")
_SAID = re.compile(r"\b(?:off|closed|unknown)\b|24/7|(?:sunrise|sunset|dawn|dusk)")
_HOLIDAYS = re.compile(r"\bPH\b")
_SCHOOL = re.compile(r"\bSH\b")
_HOLIDAYS_OFF = re.compile(r"\bPH\s*(?:off|closed)\b")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def made_safe(text: str) -> str | None:
    """`text` without its traps, None when it says nothing that can be relied on.

    In the OpenStreetMap form « 00:00-00:00 » and « Mo-Fr » alone mean the whole day, and a lone comment means always;
    sources mean nothing of the kind. School holidays are of no calendar that we have.
    """
    if _SCHOOL.search(text):
        return None
    rules = [safe for rule in _RULES.split(text) if (safe := _rule(rule.strip()))]
    return "; ".join(rules) or None


def _rule(rule: str) -> str:
    spans_gone = _EMPTY_SPAN.sub("", rule).strip().rstrip(",").strip()
    if spans_gone != rule and not _SPAN.search(spans_gone):
        return ""
    said, quote, comment = spans_gone.partition('"')
    if not said or _SAID.search(said):
        return "" if not said else spans_gone
    if _SPAN.search(said) and not any(_doubtful(*span) for span in _SPAN.findall(said)):
        return spans_gone
    days = _TIMES.sub("", said).strip().rstrip(",").strip()
    return f"{days} unknown {quote}{comment}".strip()


def _doubtful(hour: str, minute: str, end_hour: str, end_minute: str, more: str) -> bool:
    """True for a span without a known end, or for a night too long to be one."""
    minutes = int(end_hour) * 60 + int(end_minute) - int(hour) * 60 - int(minute)
    return bool(more) or (minutes < 0 and minutes + 24 * 60 > LONGEST_NIGHT)


def with_holidays(text: str, subdivision: str | None, year: int) -> str:
    """`text` with what it leaves unsaid of public holidays: closed, or unknown for a place said to be always open.

    The holidays of the nation are known to the reader of the text (« PH »); those that only `subdivision` has are
    added for `year` and the next, by their dates.
    """
    silent = not _HOLIDAYS.search(text)
    state = "unknown" if "24/7" in text else "off"
    if silent:
        text = f"{text}; PH {state}"
    elif not _HOLIDAYS_OFF.search(text):
        state = "unknown"  # open on some holidays: whether on these too, nobody said
    days = ",".join(f"{day.year} {_MONTHS[day.month - 1]} {day.day:02}" for day in own_holidays(subdivision, year))
    return f"{text}; {days} {state}" if days else text


@cache
def own_holidays(subdivision: str | None, year: int) -> tuple[date, ...]:
    """The holidays that only `subdivision` has, in `year` and the next."""
    if subdivision is None:
        return ()
    years = (year, year + 1)
    national = holidays.country_holidays("FR", years=years)
    return tuple(sorted(set(holidays.country_holidays("FR", subdiv=subdivision, years=years)) - set(national)))
