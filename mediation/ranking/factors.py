"""Each thing that makes a place the right one, as a number from 0 (no) to 1 (yes); unknown stands between."""

from __future__ import annotations

from datetime import datetime, timedelta

from mediation.hours import Opening, unverified_since
from mediation.place import Place
from mediation.ranking.need import Candidate, Need, Times
from mediation.ranking.words import words

UNKNOWN = 0.5
HOURS_UNKNOWN = 0.4  # below a place known to open within the week
SOON_CLOSED = timedelta(minutes=45)  # by the time one is there, nobody takes a new person
HALF_WAY_KM = 10.0
FROM_AFAR = 0.8
DESCRIBED = 0.6  # an accessibility page is worth a look, and says nothing yet
OTHERS_NAMED = 0.4  # hardly below a place that names none: what is not said is not « no »

# How well each way of helping fits, and the name of its reason.
HELP = {
    "own_body": 1.0,
    "body_point": 0.95,
    "france_services": 0.95,
    "administrative": 0.85,
    "carers": 0.85,
    "services": 1.0,
    "advisers": 0.6,
    "unknown": 0.35,
    "other": 0.2,
    "other_body": 0.1,
}


def help_of(place: Place, need: Need) -> tuple[float, str]:
    """How well the place handles this body and these services, and the name of the reason."""
    by_body = _for_body(place, need.organisme)
    if not need.services:
        return HELP[by_body], by_body
    known = bool(place.services)
    listed = sum(service in place.services for service in need.services) / len(need.services)
    reason = "services" if listed == 1 else "advisers" if _advised(place) else "other" if known else "unknown"
    by_services = max(listed * HELP["services"], HELP[reason])
    if need.organisme is None:
        return by_services, reason
    return (HELP[by_body] + by_services) / 2, by_body


def _for_body(place: Place, organisme: str | None) -> str:
    known, kinds, programmes = words(), set(place.typology), set(place.programmes)
    body = known.bodies.get(organisme or "")
    if body and body.typology & kinds:
        return "own_body"
    if body and body.programmes & programmes:
        return "body_point"
    if known.france_services.programme in programmes or known.france_services.typology in kinds:
        return "france_services"
    if known.administrative in place.services:
        return "administrative"
    if known.carers in programmes:
        return "carers"
    if _advised(place):
        return "advisers"
    if any(other.typology & kinds for other in known.bodies.values()):
        return "other_body"
    return "other" if place.services else "unknown"


def _advised(place: Place) -> bool:
    # Their rows never list the help with procedures, which is nevertheless what they do all day.
    return words().advisers in place.programmes


def times_of(place: Place, at: datetime) -> Times:
    """What the place's hours say at `at` (with a time zone)."""
    said = Opening.of(place).at(at)
    if said.open_now is None and said.next_opening is None:
        return Times()
    since = unverified_since(place.updated, at.date())
    unverified = place.updated is None or since is not None
    return Times(said.open_now, said.next_opening, said.closes, unverified, since)


def opening_of(place: Place, times: Times, need: Need, at: datetime) -> float:
    """Open now, or soon, or at least before the deadline. Hours that may be wrong are worth half as much either way."""
    value = _when(times, need, at)
    return (value + HOURS_UNKNOWN) / 2 if times.unverified or place.itinerant else value


def _when(times: Times, need: Need, at: datetime) -> float:
    if times.open_now:
        return 0.75 if times.closes is not None and times.closes - at < SOON_CLOSED else 1.0
    opens = times.next_opening
    if opens is None:
        return HOURS_UNKNOWN if times.open_now is None else 0.0
    if need.deadline is not None and opens.date() > need.deadline:
        return 0.0
    wait = opens - at
    steps = ((timedelta(hours=12), 0.85), (timedelta(days=2), 0.7), (timedelta(days=7), 0.5))
    return next((value for longest, value in steps if wait <= longest), 0.2)


def reach_of(place: Place, need: Need) -> float:
    """How easily one gets in touch: walking in, then by phone, by appointment, by mail; by referral only hardly."""
    known = words()
    if known.no_public in place.access:
        return 0.3 if need.remote and place.phone else 0.0
    ways = {known.walk_in: 1.0, known.by_phone: 0.8, known.online_appointment: 0.7, known.by_mail: 0.4}
    ways[known.by_referral] = 0.1
    stated = [ways[way] for way in place.access if way in ways]
    if stated:
        return max(stated)
    return 0.6 if place.phone or place.appointment else UNKNOWN


def cost_of(place: Place) -> float:
    """Free first, unknown in between."""
    known = words()
    values = {known.free: 1.0, known.free_for_some: 0.6, known.paying: 0.1}
    stated = [values[word] for word in place.cost if word in values]
    return max(stated) if stated else UNKNOWN


def care_of(place: Place, need: Need) -> tuple[float, str, tuple[str, ...]]:
    """Whether it welcomes the access needs stated by the person, the name of the reason, and the needs to name with it.

    What a place does not say stays unknown, never « no »; one that names other needs only is somewhat less likely.
    """
    known = words().access
    wanted = [name for name in need.access if name in known]
    if not wanted:
        return UNKNOWN, "", ()
    lacking = [name for name in wanted if known[name].care not in place.care]
    described = bool(place.accessibility) and any(known[name].page for name in lacking)
    least = DESCRIBED if described else OTHERS_NAMED if place.care else UNKNOWN
    value = least + (1 - least) * (1 - len(lacking) / len(wanted))
    unsaid = tuple(name for name in wanted if name in lacking or not known[name].said)
    return value, "care_unknown" if unsaid else "care_known", unsaid or tuple(wanted)


def language_of(place: Place, need: Need) -> float:
    """Whether one of the person's languages is spoken there; French is everywhere."""
    named = words().languages
    asked = {named.get(language, named["other"]) for language in need.languages if language != "fr"}
    if not asked:
        return UNKNOWN
    return 1.0 if asked & set(place.care) else 0.4


def nearness_of(candidate: Candidate, need: Need) -> float:
    """1 next door, 0.5 at ten kilometres. From afar, distance hardly counts."""
    kilometres = candidate.distance_km
    near = UNKNOWN if kilometres is None else 1 / (1 + kilometres / HALF_WAY_KM)
    return max(near, FROM_AFAR) if need.remote and words().remote in candidate.place.support else near
