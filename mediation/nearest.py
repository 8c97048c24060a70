"""The places that can really help somebody, best first, and the one reason to say for each. Pure."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf

from mediation.place import Place
from mediation.ranking import factors
from mediation.ranking.need import Candidate, Need, Times
from mediation.ranking.words import words

__all__ = ["Candidate", "Need", "Ranked", "Times", "Why", "rank"]

# What counts, and how much. Distance comes last: it only parts places that help about as well.
WEIGHTS = {
    "help": 0.34,
    "opening": 0.15,
    "reach": 0.10,
    "care": 0.12,
    "cost": 0.06,
    "language": 0.05,
    "load": 0.04,
    "record": 0.04,
    "near": 0.10,
}
SAID_AS_SOON = timedelta(days=7)
CLOSE_BY_KM = 5.0
OWN, OTHER, NO_PUBLIC = 0, 1, 2


@dataclass(frozen=True)
class Why:
    """The reason to say: how the place helps, and one thing more. Names of texts, the second may be empty.

    `access`: the access needs that the second is about, if it is about any.
    """

    helps: str
    more: str = ""
    access: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ranked:
    """A place in its rank. `score` from 0 to 1; `distance_km` None when not known; `own`: in the person's commune."""

    place: Place
    distance_km: float | None
    own: bool
    times: Times
    score: float
    why: Why


@dataclass(frozen=True)
class _Weighed:
    """A candidate with all that counts but its hours, which take longer to read."""

    candidate: Candidate
    group: int
    sure: float
    helps: str
    care: str
    access: tuple[str, ...]


def rank(
    candidates: Iterable[Candidate],
    need: Need,
    at: datetime,
    load: Mapping[str, float] | None = None,
    record: Mapping[str, float] | None = None,
    limit: int | None = None,
) -> list[Ranked]:
    """The candidates, best first: own commune, then the others, then the places that receive nobody.

    None is dropped but those after the first `limit`. The order is the same whatever the order given. `load` says by
    place how busy its mediators are (0 free, 1 full) and `record` what share of cases they answered in time; places
    not in them are neutral. `at` must bear a time zone (ValueError otherwise).
    """
    weighed = [_weighed(candidate, need, load or {}, record or {}) for candidate in candidates]
    ranked: list[Ranked] = []
    best: list[tuple[int, float]] = []
    for one in sorted(weighed, key=lambda one: (one.group, -one.sure)):
        at_best = (one.group, -_score(one.sure, 1.0))
        if limit is not None and len(best) >= limit and (not limit or best[limit - 1] < at_best):
            break  # neither this one nor any after it can be among the first, even open
        ranked.append(_ranked(one, need, at))
        insort(best, (one.group, -ranked[-1].score))
    return sorted(ranked, key=_order)[:limit]


def _group(place: Place, own: bool) -> int:
    return NO_PUBLIC if words().no_public in place.access else OWN if own else OTHER


def _order(ranked: Ranked) -> tuple[int, float, float, str]:
    distance = inf if ranked.distance_km is None else ranked.distance_km
    return _group(ranked.place, ranked.own), -ranked.score, distance, ranked.place.id


def _weighed(candidate: Candidate, need: Need, load: Mapping[str, float], record: Mapping[str, float]) -> _Weighed:
    place = candidate.place
    helps, reason = factors.help_of(place, need)
    care, care_reason, access = factors.care_of(place, need)
    values = {
        "help": helps,
        "reach": factors.reach_of(place, need),
        "care": care,
        "cost": factors.cost_of(place),
        "language": factors.language_of(place, need),
        "load": 1 - _share(load.get(place.id, factors.UNKNOWN)),
        "record": _share(record.get(place.id, factors.UNKNOWN)),
        "near": factors.nearness_of(candidate, need),
    }
    sure = sum(WEIGHTS[name] * value for name, value in values.items())
    return _Weighed(candidate, _group(place, candidate.own), sure, reason, care_reason, access)


def _ranked(one: _Weighed, need: Need, at: datetime) -> Ranked:
    candidate, place = one.candidate, one.candidate.place
    times = factors.times_of(place, at)
    score = _score(one.sure, factors.opening_of(place, times, need, at))
    more = _more(one, times, need, at)
    why = Why(one.helps, more, one.access if more == one.care else ())
    return Ranked(place, candidate.distance_km, candidate.own, times, score, why)


def _score(sure: float, opening: float) -> float:
    return round(sure + WEIGHTS["opening"] * opening, 4)


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))


def _more(one: _Weighed, times: Times, need: Need, at: datetime) -> str:
    """The name of the most useful thing to add for somebody who hesitates to go."""
    candidate, place, known = one.candidate, one.candidate.place, words()
    if known.no_public in place.access:
        return "no_public"
    if one.care:
        return one.care
    if factors.language_of(place, need) == 1.0:
        return "language"
    if times.open_now and times.closes and times.closes - at < factors.SOON_CLOSED:
        return "closes_soon"
    if times.open_now:
        return "open_now_unverified" if times.unverified else "open_now"
    if times.next_opening and times.next_opening - at <= SAID_AS_SOON:
        return "opens_unverified" if times.unverified else "opens"
    if candidate.own:
        return "own"
    if known.walk_in in place.access:
        return "walk_in"
    if known.free in place.cost:
        return "free"
    near = candidate.distance_km is not None and candidate.distance_km <= CLOSE_BY_KM
    return "near" if near else "hours_unknown" if times.open_now is None else ""
