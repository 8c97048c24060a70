"""A territory's own settings: who calls back, when, and on which days they work."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Self

import holidays
import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

FOLDER = Path(__file__).parent / "territories"


class CallBack(BaseModel):
    """What is promised: a call within so many working days, at these hours (said as written)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    working_days: int
    hours: str


class Transfer(BaseModel):
    """Phones that a call may be passed to, tried in turn, on working days between two hours of the day (« 09:00 »)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    phones: tuple[str, ...]
    opens: time
    closes: time


class Routing(BaseModel):
    """When the team works, and how long a case may wait for somebody before it is passed on to others.

    All is counted in working time. `live_minutes`: for somebody who wants an answer in writing at once; `call_hours`:
    to be called back; `case_days`: working days, for any other case. `silent_hours`: how long the person in charge may
    leave the citizen without a word. `reroutes`: how many times a case is passed on before it is said to be late.
    `noon` parts the two half-days at which one can be called back.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    opens: time = time(9)
    noon: time = time(12)
    closes: time = time(17)
    live_minutes: int = Field(default=15, ge=1)
    call_hours: int = Field(default=4, ge=1)
    case_days: int = Field(default=2, ge=1)
    silent_hours: int = Field(default=4, ge=1)
    reroutes: int = Field(default=2, ge=0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.opens < self.noon < self.closes:
            raise ValueError("the team must open before noon and close after it")
        return self


class Words(BaseModel):
    """What is said of the team in another language."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    team: str
    hours: str


class Territory(BaseModel):
    """One département's settings. Without `callback`, nobody calls back and the citizen is told so; without
    `transfer`, no call is passed on. `communes` are the names that callers will say, for the speech recognition.

    `subdivision` is a holidays subdivision (« Alsace-Moselle », « La Réunion »…) or None.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    team: str
    callback: CallBack | None = None
    transfer: Transfer | None = None
    routing: Routing = Routing()
    communes: tuple[str, ...] = ()
    subdivision: str | None = None
    timezone: str = "Europe/Paris"
    languages: dict[str, Words] = {}

    def said_in(self, language: str | None) -> Territory:
        """The territory with its words in `language`; in French where nobody wrote them."""
        words = self.languages.get(language or "")
        if words is None:
            return self
        callback = self.callback and self.callback.model_copy(update={"hours": words.hours})
        return self.model_copy(update={"team": words.team, "callback": callback})


def load_territory(name: str, folder: Path = FOLDER) -> Territory:
    """The territory called `name`, or written in the file `name` when it ends in .yaml.

    Raises ValueError, saying which exist, when there is none.
    """
    path = Path(name) if name.endswith(".yaml") else folder / f"{name}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in folder.glob("*.yaml")))
        raise ValueError(f"no territory « {name} »; there are: {known}")
    return Territory.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


def call_back_by(territory: Territory, day: date) -> date | None:
    """The last day for the call asked on `day`, working days only; None when nobody calls back."""
    if territory.callback is None:
        return None
    left = territory.callback.working_days
    while left > 0:
        day += timedelta(days=1)
        if is_working_day(territory, day):
            left -= 1
    return day


def is_working_day(territory: Territory, day: date) -> bool:
    """True from Monday to Friday, holidays of the territory aside."""
    return day.weekday() < 5 and not is_holiday(territory, day)


def is_holiday(territory: Territory, day: date) -> bool:
    """True on a French public holiday, those of the territory's subdivision included."""
    return day in _holidays(territory.subdivision, day.year)


@lru_cache(maxsize=256)  # a whole year at once: what is shared by threads never changes once made
def _holidays(subdivision: str | None, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("FR", subdiv=subdivision, years=year))


def takes_calls(territory: Territory, at: datetime) -> bool:
    """True when somebody may pick up a call passed on at this moment (`at`: in the territory's own time)."""
    transfer = territory.transfer
    if transfer is None or not transfer.phones or not is_working_day(territory, at.date()):
        return False
    return transfer.opens <= at.time() < transfer.closes
