"""Who has a citizen's case: the person in charge, or the queue where it waits for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Charge:
    """The person who has this citizen's case in hand: the first name citizens read, and how help is given.

    `here_at`: when they last took the case or wrote to the citizen, None when that is not known.
    """

    name: str
    mode: str | None
    here_at: datetime | None = None


@dataclass(frozen=True)
class Waiting:
    """A case that nobody has in hand. `place`: the name of the place whose queue it is in, None: the whole team's.

    `due` is the last day promised for an answer; `on` and `half` the half-day of the call (`mediation.cases.HALVES`).
    `by`: when it is passed on to others if nobody takes it. `late`: nobody was left to ask, it stands first in line.
    """

    place: str | None = None
    due: date | None = None
    on: date | None = None
    half: str | None = None
    by: datetime | None = None
    late: bool = False
