"""What the files of facts and sources may say: numbers and hours with where and when they were read."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from flows.computed import COMPUTED
from flows.model import Confidence, Strict


class Fact(Strict):
    """A number, amount, date or hour that texts name as `{id}`, said only before `review_before`.

    `revised_each` is the day of the year (month-day) when the law changes the value: the fact must
    be reviewed before the next one. `unit` follows the value (« 5 » « jours »), when there is one.
    `rule`, in place of a value, names the calculation that gives it for the day.
    """

    value: Annotated[str, Field(max_length=120)] = ""
    rule: Literal["mois_dtr", "fenetre_actualisation", "mois_actualisation", "paiement_caf"] | None = None
    unit: Annotated[str, Field(min_length=1, max_length=30)] | None = None
    speech: str | None = None
    source: str
    checked_on: date
    review_before: date
    valid_from: date | None = None
    valid_until: date | None = None
    confidence: Confidence
    revised_each: Annotated[str, Field(pattern=r"^\d\d-\d\d$")] | None = None

    @model_validator(mode="after")
    def _value_or_rule(self) -> Fact:
        if bool(self.value) == bool(self.rule):
            raise ValueError("écrivez « value », ou « rule » pour un calcul, pas les deux")
        return self

    def on(self, day: date, spoken: bool = False) -> str:
        """The fact as it stands in a sentence said on `day`."""
        return COMPUTED[self.rule](day) if self.rule else self.said(spoken)

    def said(self, spoken: bool = False) -> str:
        """The fact as it stands in a sentence: value and unit, or the words to say aloud."""
        written = f"{self.value} {self.unit}" if self.unit else self.value
        return (self.speech if spoken else None) or written

    def sayable(self, day: date) -> bool:
        """True when the fact may be said on that day."""
        started = self.valid_from is None or self.valid_from <= day
        ended = self.valid_until is not None and day > self.valid_until
        return started and not ended and day < self.review_before


class TranslatedFact(Fact):
    """A fact whose words are in another language. Its number, source and dates are those of the French one."""

    language: str

    def on(self, day: date, spoken: bool = False) -> str:
        """The fact as it stands in a sentence of its language said on `day`."""
        return COMPUTED[self.rule](day, self.language) if self.rule else self.said(spoken)


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
