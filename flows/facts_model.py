"""What the files of facts and sources may say: numbers and hours with where and when they were read."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from flows.model import Confidence, Strict


class Fact(Strict):
    """A number, amount, date or hour that texts name as `{id}`, said only before `review_before`."""

    value: Annotated[str, Field(min_length=1, max_length=120)]
    speech: str | None = None
    source: str
    checked_on: date
    review_before: date
    valid_from: date | None = None
    valid_until: date | None = None
    confidence: Confidence

    def sayable(self, day: date) -> bool:
        """True when the fact may be said on that day."""
        started = self.valid_from is None or self.valid_from <= day
        ended = self.valid_until is not None and day > self.valid_until
        return started and not ended and day < self.review_before


class Contact(Strict):
    """How to reach a body without us: names of facts for its number and hours."""

    name: str
    phone: str | None = None
    hours: str | None = None
    cost: str | None = None
    site: str | None = None


class Source(Strict):
    """Where something was read."""

    title: str
    url: str = ""
    date: str = ""
