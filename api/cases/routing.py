"""Which queue a case waits in: the best place where somebody works, then the next, then the whole team."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.case_models import CaseMove, Handoff
from api.cases.account import takes_cases
from api.cases.clock import waits_for_taker
from api.cases.moves import note_move
from api.cases.standing import load_of, record_of
from api.cases.team import teams_queue
from api.console_models import Mediator, MediatorPlace
from api.place_models import PlaceRow
from api.places.codec import place_from_json
from api.places.near import Spot
from flows.library import Library
from mediation.cases import PLACE
from mediation.communes import by_code, kilometres
from mediation.nearest import Candidate, Need, Ranked, rank
from mediation.routing import next_place
from mediation.territory import Territory

Passed = Literal["rerouted", "late"]
RECORD = timedelta(days=90)
ASKED = ("routed", "rerouted", "transferred")


@dataclass(frozen=True)
class Routing:
    """Puts cases in queues. Each method works in the caller's transaction, which holds the citizen's lock."""

    library: Library
    territory: Territory

    def first(self, session: Session, case: Handoff, recap: Mapping[str, Any], at: datetime) -> None:
        """The queue of a case just opened, or of one about which more is known now.

        `recap` holds what the citizen agreed to give: the `commune` (its code), the `place` they chose (its id). Sets
        the place and when the clock acts, and writes the move when the queue is a new one. A late case stays where
        everybody sees it.
        """
        if case.late_since is not None:
            case.place_id = teams_queue(session, case, _staff(session))
            return
        staff, chosen = _staff(session), recap.get("place")
        asked, last = _last_asked(session, case)
        if chosen in staff:
            case.place_id = chosen
        else:
            tried = _tried(session, case) - {last} if case.rung else set()
            best = next_place(self._ranked(session, case, recap, at, staff), tried, staff.keys())
            case.place_id = best.place.id if best else teams_queue(session, case, staff)
        waits_for_taker(case, self.territory, at)
        if not asked or last != case.place_id:
            note_move(session, case, "routed", at, place_id=case.place_id)

    def next(self, session: Session, case: Handoff, recap: Mapping[str, Any], at: datetime) -> Passed:
        """The next queue of a case that nobody took: a place not asked yet, else the whole team's, where it is late.

        The clock leaves a late case alone: the coordinator sees it first, and anybody may take it.
        """
        staff = _staff(session)
        best = None
        if case.rung < self.territory.routing.reroutes:
            tried = {*_tried(session, case), case.place_id or ""}
            best = next_place(self._ranked(session, case, recap, at, staff), tried, staff.keys())
        if best is None:
            case.place_id, case.late_since, case.answer_by = teams_queue(session, case, staff), at, None
            note_move(session, case, "late", at)
            return "late"
        case.place_id, case.rung = best.place.id, case.rung + 1
        waits_for_taker(case, self.territory, at)
        note_move(session, case, "rerouted", at, place_id=case.place_id)
        return "rerouted"

    def _ranked(
        self, session: Session, case: Handoff, recap: Mapping[str, Any], at: datetime, staff: Mapping[str, int]
    ) -> list[Ranked]:
        commune = by_code(str(recap.get("commune") or ""))
        if commune is None:
            return []
        local = at.astimezone(ZoneInfo(self.territory.timezone))
        spot, load = Spot.of(commune), load_of(session, staff, case.id)
        found = [_candidate(row, spot) for row in session.scalars(select(PlaceRow).where(PlaceRow.id.in_(staff)))]
        return rank(found, self._need(case, recap), local, load, record_of(session, at - RECORD))

    def _need(self, case: Handoff, recap: Mapping[str, Any]) -> Need:
        page = self.library.procedures.get(case.procedure or "")
        language = recap.get("language")
        return Need(
            organisme=page.organisme if page else None,
            languages=(str(language),) if language else (),
            deadline=case.callback_on or case.due,
            remote=case.mode != PLACE,
        )


def _candidate(row: PlaceRow, spot: Spot) -> Candidate:
    place = place_from_json(row.about)
    own = place.insee in spot.codes and spot.holds(place.insee, place.postcode)
    if spot.lat is None or spot.lon is None or row.lat is None or row.lon is None:
        return Candidate(place, None, own)
    return Candidate(place, kilometres((spot.lat, spot.lon), (row.lat, row.lon)), own)


def _staff(session: Session) -> dict[str, int]:
    """How many accounts work at each place."""
    counted = (
        select(MediatorPlace.place_id, func.count())
        .join(Mediator, Mediator.id == MediatorPlace.mediator_id)
        .where(takes_cases())
        .group_by(MediatorPlace.place_id)
    )
    return {place: number for place, number in session.execute(counted)}


def _tried(session: Session, case: Handoff) -> set[str]:
    asked = select(CaseMove.place_id).where(CaseMove.handoff_id == case.id, CaseMove.kind.in_(ASKED))
    return {place for place in session.scalars(asked) if place}


def _last_asked(session: Session, case: Handoff) -> tuple[bool, str | None]:
    """Whether the case was ever put in a queue, and at which place the last time."""
    moves = select(CaseMove.place_id).where(CaseMove.handoff_id == case.id, CaseMove.kind.in_(ASKED))
    last = session.execute(moves.order_by(CaseMove.at.desc()).limit(1)).first()
    return (last is not None, last[0] if last else None)
