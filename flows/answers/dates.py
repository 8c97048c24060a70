"""Reads a day: in figures, in words, or counted back from today. Kept as ISO (2026-11-22)."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from babel.dates import get_day_names, get_month_names

from flows.answers.numbers import small_digits
from flows.answers.reading import NOTHING, Reading
from flows.plain import plain

LANGUAGES = ("fr", "en")
MONTHS = {plain(name): n for code in LANGUAGES for n, name in get_month_names("wide", locale=code).items()}
DAYS = {plain(name): n for code in LANGUAGES for n, name in get_day_names("wide", locale=code).items()}
_BACK = {"avant hier": 2, "apres demain": -2, "hier": 1, "demain": -1, "aujourd hui": 0, "ce matin": 0, "ce soir": 0}
_BACK |= {"yesterday": 1, "tomorrow": -1, "today": 0}
_MONTHS_IN = {"mois": 1, "an": 12}
_FIGURES = re.compile(r"\b(\d{1,2}) (\d{1,2}) (\d{4}|\d{2})\b|\b(\d{2})(\d{2})(\d{4})\b")
_ISO = re.compile(r"\b(\d{4}) (\d{2}) (\d{2})\b")
_WORDS = re.compile(rf"\b(\d{{1,2}}|1 ?er|premier) ?({'|'.join(MONTHS)})(?: ?(\d{{4}}|\d{{2}}))?\b")
_AGO = re.compile(r"\b(il y a|dans) (\d{1,3}) (jour|semaine|mois|an)s?\b")
OLDEST = 120
LEAP_YEARS_APART = 8


def read_date(text: str, day: date, near: bool = False) -> Reading:
    """The day that `text` names, seen from `day`. Without a year: the last such day, or the nearest when `near`.

    Two different days in one answer are unclear.
    """
    said = plain(small_digits(text))
    try:
        found = _figures(said, day) or _words(said, day, near) or _ago(said, day) or _weekday(said, day)
    except ValueError:
        return Reading(problem="date_impossible")
    if len(found) != 1:
        return NOTHING
    read = found.pop()
    return Reading(problem="date_impossible") if abs(read.year - day.year) > OLDEST else Reading(read.isoformat())


def _figures(said: str, day: date) -> set[date]:
    iso = {date(int(m[1]), int(m[2]), int(m[3])) for m in _ISO.finditer(said)}
    return iso or {
        date(_year(m[3] or m[6], day), int(m[2] or m[5]), int(m[1] or m[4])) for m in _FIGURES.finditer(said)
    }


def _words(said: str, day: date, near: bool) -> set[date]:
    found = set()
    for match in _WORDS.finditer(said):
        number = 1 if match[1] in ("1er", "1 er", "premier") else int(match[1])
        month = MONTHS[match[2]]
        found.add(date(_year(match[3], day), month, number) if match[3] else _closest(month, number, day, near))
    return found


def _year(written: str, day: date) -> int:
    """A year in four figures, or in two: « 58 » is 1958, « 26 » is 2026."""
    if len(written) == 4:
        return int(written)
    year = day.year // 100 * 100 + int(written)
    return year if year <= day.year + 1 else year - 100


def _closest(month: int, number: int, day: date, near: bool) -> date:
    """The last such day, or when `near` the next one if it is closer."""
    last = _latest(month, number, day)
    coming = date(last.year + 1, month, number) if near and (month, number) != (2, 29) else last
    return coming if coming > day and coming - day < day - last else last


def _latest(month: int, number: int, day: date) -> date:
    """The last such day up to `day`. Raises ValueError when there is none in any year."""
    for year in range(day.year, day.year - LEAP_YEARS_APART - 1, -1):
        if 1 <= number <= monthrange(year, month)[1] and date(year, month, number) <= day:
            return date(year, month, number)
    raise ValueError(f"{number}/{month}")


def _ago(said: str, day: date) -> set[date]:
    back = next((days for words, days in _BACK.items() if re.search(rf"\b{words}\b", said)), None)
    if back is not None:
        return {day - timedelta(days=back)}
    return {_before(day, int(m[2]) * (1 if m[1] == "il y a" else -1), m[3]) for m in _AGO.finditer(said)}


def _before(day: date, count: int, unit: str) -> date:
    if unit not in _MONTHS_IN:
        return day - timedelta(days=count * (7 if unit == "semaine" else 1))
    index = day.year * 12 + day.month - 1 - count * _MONTHS_IN[unit]
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _weekday(said: str, day: date) -> set[date]:
    said_days = [number for name, number in DAYS.items() if re.search(rf"\b{name}\b", said)]
    return {day - timedelta(days=(day.weekday() - number) % 7 or 7) for number in said_days}
