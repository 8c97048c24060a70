"""Whether a place is open, when it opens next, and its hours in words. What is not known stays unknown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from babel.dates import format_date
from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]  # its stub forgets the error

from mediation.hours_text import made_safe, with_holidays
from mediation.place import Place
from mediation.regions import region_of

WORDS = Path(__file__).with_name("hours.yaml")
LOOK_AHEAD = timedelta(days=60)  # an opening further away is no help
KEPT = 16_384
# Timetables are made for a school year: after one and a half, a place has had every occasion to change its own.
OLD_AFTER = timedelta(days=548)


@dataclass(frozen=True)
class Moment:
    """Open or not (None: not known), when it opens next, and when it closes if it is open; in the place's own time."""

    open_now: bool | None
    next_opening: datetime | None
    closes: datetime | None


@dataclass(frozen=True)
class Opening:
    """The opening hours `text` (OpenStreetMap form) of a place, in its own time and with its own public holidays.

    `subdivision` names the holidays beyond the national ones (package `holidays`: « 57 », « 974 »), None without.
    Every moment given must bear a time zone (ValueError otherwise); those given back are in the place's own.
    """

    text: str | None
    subdivision: str | None = None
    timezone: str = "Europe/Paris"

    @classmethod
    def of(cls, place: Place) -> Opening:
        """The hours of `place`, its calendar and clock had from where it is."""
        region = region_of(place.insee or place.postcode)
        return cls(place.hours, region.subdivision, region.timezone)

    def open_at(self, moment: datetime) -> bool | None:
        """Whether it is open at `moment`; None when nobody knows."""
        return self.at(moment).open_now

    def next_opening(self, moment: datetime) -> datetime | None:
        """The first time it opens after `moment`, within 60 days; None when it does not, or nobody knows."""
        return self.at(moment).next_opening

    def at(self, moment: datetime) -> Moment:
        """All that the hours say at `moment`."""
        local = self.local(moment).replace(tzinfo=None, fold=0)
        hours = self._hours(local)
        if hours is None:
            return Moment(None, None, None)
        changes = hours.intervals(local, local + LOOK_AHEAD)
        _start, end, state, _said = next(changes)
        open_now = None if state == State.UNKNOWN else bool(state == State.OPEN)
        closes = end if open_now else None
        opens: datetime | None = None
        for start, end, coming, _said in changes:
            if coming == State.OPEN and state == State.OPEN:
                closes = end  # open all along: only what is said of it changed
            elif coming == State.OPEN:
                opens = self._aware(start, moment)
                if opens.replace(tzinfo=None) < end:
                    break
                opens = None  # the whole of it fell in the hour that the clock jumps over
            state = coming
        if closes is None or closes >= local + LOOK_AHEAD:
            return Moment(open_now, opens, None)
        return Moment(open_now, opens, self._aware(closes, moment))

    def spans(self, day: date) -> list[tuple[datetime, datetime]] | None:
        """What is open from on `day`, start and end in local time without a zone; None when it is not known."""
        start = datetime.combine(day, time())
        hours = self._hours(start)
        if hours is None:
            return None
        found = [(a, b, state) for a, b, state, _said in hours.intervals(start - timedelta(days=1), start + 2 * DAY)]
        on_day = [(a, b, state) for a, b, state in found if a < start + DAY and b > start]
        if any(state == State.UNKNOWN for _a, _b, state in on_day):
            return None
        spans = [(a, b) for a, b, state in on_day if state == State.OPEN]
        tonight = [(a, b) for a, b in spans if a >= start or b >= start + DAY]
        return tonight or [(start, b) for _a, b in spans]  # the end of the night before is said when it is all there is

    def in_words(self, day: date, language: str = "fr", spoken: bool = True) -> str | None:
        """« lundi, de 9 heures à midi » (or « 9 h » when not `spoken`), closed days said so; None when not known."""
        spans = self.spans(day)
        if spans is None:
            return None
        words = _words(language)
        name = format_date(day, "EEEE", locale=language)
        if not spans:
            return str(words["closed"]).format(day=name)
        if spans[0][0].date() < day or spans[0][1] - spans[0][0] >= DAY:
            return str(words["all_day"]).format(day=name)
        said = [str(words["span"]).format(start=_hour(a, words, spoken), end=_hour(b, words, spoken)) for a, b in spans]
        return str(words["open"]).format(day=name, spans=_listed(said, str(words["and"])))

    def local(self, moment: datetime) -> datetime:
        """`moment` on the place's own clock."""
        if moment.tzinfo is None:
            raise ValueError("a moment without a time zone says nothing of a place's hours")
        return moment.astimezone(ZoneInfo(self.timezone))

    def _hours(self, local: datetime) -> OpeningHours | None:
        return _parsed(self.text, self.subdivision, local.year if self.subdivision else 0) if self.text else None

    def _aware(self, local: datetime, after: datetime) -> datetime:
        """The moment of a local time: the second one, when it comes twice and the first is over."""
        zone = ZoneInfo(self.timezone)
        for fold in (0, 1):
            found = local.replace(tzinfo=zone, fold=fold).astimezone(UTC)
            if found > after:
                break
        return found.astimezone(zone)


DAY = timedelta(days=1)


def unverified_since(updated: date | None, day: date) -> date | None:
    """The day of the last look at a place when that is too long ago to rely on its hours; None when it is recent.

    A place without a date is for the caller to tell apart: nobody knows since when.
    """
    return updated if updated is not None and day - updated > OLD_AFTER else None


@lru_cache(maxsize=KEPT)
def _parsed(text: str, subdivision: str | None, year: int) -> OpeningHours | None:
    safe = made_safe(text)
    if safe is None:
        return None
    try:
        return OpeningHours(with_holidays(safe, subdivision, year), country="FR")
    except ParserError:
        return None


@lru_cache(maxsize=8)
def _words(language: str) -> dict[str, Any]:
    known = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    words: dict[str, Any] = known.get(language) or known["fr"]
    return words


def hour_in_words(moment: datetime, language: str = "fr", spoken: bool = True) -> str:
    """The hour of `moment`, on the clock that it bears: « 9 heures 30 », « midi », or « 9 h 30 » when not `spoken`."""
    return _hour(moment, _words(language), spoken)


def _hour(moment: datetime, words: dict[str, Any], spoken: bool) -> str:
    named: str | None = words["named"].get(f"{moment:%H:%M}")
    if named:
        return named
    form = words["spoken" if spoken else "written"]["hour" if moment.minute == 0 else "minutes"]
    return str(form).format(h=moment.hour, h12=(moment.hour - 1) % 12 + 1, m=f"{moment.minute:02}", half=f"{moment:%p}")


def _listed(said: list[str], joined: str) -> str:
    return said[0] if len(said) == 1 else ", ".join(said[:-1]) + joined + said[-1]
