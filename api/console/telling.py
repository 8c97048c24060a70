"""Moments, days and spans in words, for the mediators' pages."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_time

from api.cases.rows import CaseRow
from flows.author_words import put
from flows.dates import in_words
from mediation.cases import CALLBACK

LOCALE = "fr"
NO_BREAK = "\u00a0"
NUMBER = re.compile(r"\+[0-9]{4,15}")
ISO = re.compile(r"\d{4}-\d\d-\d\d")
MINUTE, HOUR, DAY = 60, 3600, 86_400


@dataclass(frozen=True)
class Telling:
    """Says times as one does on the day of `now`. `words`: those of flows/texts/mediateur_dossier.yaml."""

    words: Mapping[str, Any]
    zone: ZoneInfo
    now: datetime

    @property
    def today(self) -> date:
        """The citizens' day."""
        return self.now.astimezone(self.zone).date()

    def span(self, since: datetime) -> str:
        """How long since a moment: « 5 min », « 2 h 10 », « 3 jours »."""
        seconds, span = (self.now - since).total_seconds(), self.words["span"]
        if seconds < MINUTE:
            return str(span["now"])
        if seconds < HOUR:
            return put(span["minutes"], n=int(seconds // MINUTE))
        if seconds < DAY:
            hours, minutes = int(seconds // HOUR), int(seconds % HOUR // MINUTE)
            return put(span["hours_minutes"], h=hours, n=f"{minutes:02d}") if minutes else put(span["hours"], n=hours)
        days = int(seconds // DAY)
        return str(span["day"]) if days == 1 else put(span["days"], n=days)

    def day(self, day: date) -> str:
        """A day: « aujourd'hui », « demain », « mardi 24 novembre », with its year when it is another one."""
        near = {0: "today", 1: "tomorrow", -1: "yesterday"}.get((day - self.today).days)
        if near:
            return str(self.words[near])
        form = "EEEE d MMMM" if day.year == self.today.year else "EEEE d MMMM y"
        return in_words(day, form)

    def time(self, at: datetime) -> str:
        """The hour of a moment: « 9 h 05 »."""
        return str(format_time(at.astimezone(self.zone), f"H{NO_BREAK}'h'{NO_BREAK}mm", locale=LOCALE))

    def when(self, at: datetime) -> str:
        """A moment: the hour alone today, else the day and the hour."""
        local = at.astimezone(self.zone)
        if local.date() == self.today:
            return self.time(at)
        return put(self.words["at_time"], day=self.day(local.date()), time=self.time(at))

    def iso(self, at: datetime) -> str:
        """A moment for machines."""
        return at.astimezone(self.zone).isoformat(timespec="minutes")

    def half_day(self, day: date, half: str | None) -> str:
        """A half-day: « mardi 24 novembre matin », or the day alone."""
        return f"{self.day(day)} {self.words['halves'][half]}" if half in self.words["halves"] else self.day(day)

    def is_to_call(self, row: CaseRow) -> bool:
        """True when all that is owed is a call, on the day and the half-day that are shown."""
        return bool(row.holder_id and row.mode == CALLBACK and row.callback_on and not row.unread)

    def wanted(self, mode: str | None, day: date | None, half: str | None) -> str:
        """How help is wanted: « Ici, par écrit », « Rappel mardi 24 novembre matin »."""
        if mode == "callback" and day:
            return put(self.words["callback_on"], when=self.half_day(day, half))
        if mode == "callback":
            return str(self.words["callback_any"])
        return str(self.words["modes"].get(mode or "unknown", self.words["modes"]["unknown"]))

    def dialled(self, phone: str | None) -> str:
        """What a link to a number calls; empty when it is no number: what citizens give makes no other link."""
        return phone if phone and NUMBER.fullmatch(phone) else ""

    def number(self, case_id: uuid.UUID) -> str:
        """A short number to name a case by between colleagues: two cases may share it, it opens nothing."""
        return put(self.words["number"], number=case_id.hex[:4].upper())

    def value(self, given: object) -> str:
        """An answer of the citizen as one reads it: a date in words, anything else as it is."""
        text = str(given)
        try:
            return in_words(date.fromisoformat(text), "d MMMM y") if ISO.fullmatch(text) else text
        except ValueError:
            return text
