"""The coordinator's figures on the cases of a period: counts, time before a case is taken. No name, no word."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.case_models import CaseMove, Handoff

FEW = 5
PASSED_ON = frozenset({"rerouted", "late"})


@dataclass(frozen=True)
class Life:
    """What counts in the life of one case. `body`: the organisme of its procedure. `moves` in the order of time."""

    opened: datetime
    reason: str
    mode: str | None = None
    body: str | None = None
    closing: str | None = None
    moves: tuple[tuple[datetime, str], ...] = ()

    @property
    def wait(self) -> timedelta | None:
        """How long before somebody took it; None while nobody has."""
        return next((at - self.opened for at, kind in self.moves if kind == "taken"), None)

    @property
    def in_time(self) -> bool | None:
        """Whether it was taken before the clock had to pass it on; None while neither has happened."""
        first = next((kind for _, kind in self.moves if kind == "taken" or kind in PASSED_ON), None)
        return None if first is None else first == "taken"


@dataclass(frozen=True)
class Figures:
    """The figures of a period. Tables go from the most frequent to the least; « » is what nobody said.

    `in_time` is a share, 0 to 1. `in_time`, `median` and `ninth` are None for fewer than five cases.
    """

    cases: int
    taken: int
    rerouted: int
    late: int
    by_reason: Mapping[str, int]
    by_mode: Mapping[str, int]
    by_body: Mapping[str, int]
    by_closing: Mapping[str, int]
    in_time: float | None
    median: timedelta | None
    ninth: timedelta | None


def figures(lives: Sequence[Life]) -> Figures:
    """The figures of these cases. The time waited is that of the clock, nights and week-ends included."""
    waits = sorted(life.wait for life in lives if life.wait is not None)
    settled = [life.in_time for life in lives if life.in_time is not None]
    kinds = [{kind for _, kind in life.moves} for life in lives]
    return Figures(
        cases=len(lives),
        taken=len(waits),
        rerouted=sum("rerouted" in each for each in kinds),
        late=sum("late" in each for each in kinds),
        by_reason=_counted(life.reason for life in lives),
        by_mode=_counted(life.mode or "" for life in lives),
        by_body=_counted(life.body or "" for life in lives),
        by_closing=_counted(life.closing for life in lives if life.closing),
        in_time=sum(settled) / len(settled) if len(settled) >= FEW else None,
        median=percentile(waits, 50),
        ninth=percentile(waits, 90),
    )


def percentile(ordered: Sequence[timedelta], rank: int) -> timedelta | None:
    """The value that `rank` per cent of `ordered` do not exceed; None for fewer than five of them."""
    if len(ordered) < FEW:
        return None
    return ordered[max(0, ceil(len(ordered) * rank / 100) - 1)]


def lives(session: Session, since: datetime, until: datetime, bodies: Mapping[str, str]) -> list[Life]:
    """The cases opened from `since` to before `until`. `bodies`: the organisme of each procedure."""
    found = select(
        Handoff.id, Handoff.created_at, Handoff.reason, Handoff.mode, Handoff.procedure, Handoff.closing
    ).where(Handoff.created_at >= since, Handoff.created_at < until)
    opened = select(Handoff.id).where(Handoff.created_at >= since, Handoff.created_at < until)
    moves: dict[uuid.UUID, list[tuple[datetime, str]]] = {}
    kept = select(CaseMove.handoff_id, CaseMove.at, CaseMove.kind).where(CaseMove.handoff_id.in_(opened))
    for case_id, at, kind in session.execute(kept.order_by(CaseMove.at)):
        moves.setdefault(case_id, []).append((at, kind))
    return [
        Life(at, reason, mode, bodies.get(procedure or ""), closing, tuple(moves.get(case_id, ())))
        for case_id, at, reason, mode, procedure, closing in session.execute(found)
    ]


def _counted(words: Iterable[str]) -> Mapping[str, int]:
    counts = Counter(words)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
