"""A citizen asks for a person: their case is opened, or the open one brought up to date, and sent to who can help."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.base import ID_LENGTH
from api.case_models import Handoff
from api.cases.codes import fresh_code
from api.cases.identifiers import clean_id
from api.cases.moves import end, note_move
from api.place_models import LONG_ID
from api.vault import Vault
from bot.messages import Answer, HandoffRequest
from mediation.cases import CONSENTS, HALVES, LIVE, MODES, OPEN, PLACE, SAFETY, YES

CANCELLED = "sans_suite"  # how a case ends when they want nobody any more
SPOKEN_TO = "aide"  # how a case ends when the call was passed on to a person


class Router(Protocol):
    """What finds the queue of a case."""

    def first(self, session: Session, case: Handoff, recap: Mapping[str, Any], at: datetime) -> None:
        """Sets the place and the moment the clock acts, and writes the move, in the caller's transaction."""


def keep_case(
    session: Session,
    vault: Vault,
    citizen: uuid.UUID,
    wanted: HandoffRequest,
    answer: Answer,
    at: datetime,
    router: Router | None,
) -> tuple[Handoff, str | None]:
    """The citizen's case after this turn, and the fresh code to bring to the place when one was asked for.

    A number once given stays; the consent is the latest one. A case in charge stays where it is; the others are sent
    to a queue when they open, then again when what decides of the queue has changed.
    """
    found = select(Handoff).where(Handoff.citizen_id == citizen, Handoff.status == OPEN)
    case = session.scalars(found).one_or_none()
    before: tuple[Any, ...] | None = None
    if case is None:
        case = Handoff(id=uuid.uuid4(), citizen_id=citizen, status=OPEN, created_at=at, rung=0)
        session.add(case)
        recap: dict[str, Any] = {}
    else:
        recap = case.unseal(vault, "recap_sealed") or {}
        before = _routed_by(case, recap)
    recap = _recap(wanted, recap)
    _describe(case, wanted, answer, at)
    _keep_words(case, vault, wanted, recap)
    session.flush()  # the moves point to it
    if before is None:
        note_move(session, case, "opened", at, detail=case.reason)
    if wanted.closed:
        end(session, case, CANCELLED if wanted.cancelled else SPOKEN_TO, at)
    elif case.mediator_id is None and before != _routed_by(case, recap):
        _route(session, case, recap, at, router)
    return case, fresh_code(session, vault, case) if wanted.code and not wanted.closed else None


def _describe(case: Handoff, wanted: HandoffRequest, answer: Answer, at: datetime) -> None:
    """The columns in clear: ids, words of ours and dates."""
    case.updated_at = at
    if case.reason != SAFETY:  # a danger that was spoken of is not forgotten because they ask again
        case.reason = clean_id(wanted.reason) or "other"
    case.due = _day(wanted.due) or case.due
    known, reply = wanted.recap, answer.reply
    case.procedure = clean_id(known.get("procedure") or reply.procedure) or case.procedure
    case.step = clean_id(known.get("step") or reply.step, 3 * ID_LENGTH) or case.step
    if wanted.mode in MODES:
        case.mode = wanted.mode
    if wanted.mode in (LIVE, PLACE):  # they changed their mind: no call is waited for any more
        case.callback_on = case.callback_half = None
    if wanted.callback_on:
        case.callback_on = _day(wanted.callback_on)
        case.callback_half = wanted.callback_half if wanted.callback_half in HALVES else None


def _keep_words(case: Handoff, vault: Vault, wanted: HandoffRequest, recap: dict[str, Any]) -> None:
    """The sealed columns, and the consent that goes with the answers."""
    case.seal(vault, "recap_sealed", recap)
    if wanted.answers is not None:
        case.seal(vault, "answers_sealed", dict(wanted.answers))
    elif wanted.consent is not None or case.consent != YES:  # not asked again: the yes given for this case still holds
        case.answers_sealed = None
    if wanted.consent in CONSENTS:
        case.consent = wanted.consent
    if wanted.phone:
        case.seal(vault, "phone_sealed", wanted.phone)


def _recap(wanted: HandoffRequest, earlier: Mapping[str, Any]) -> dict[str, Any]:
    """The recap, with the commune and the place only when the citizen was asked for them to be helped there."""
    recap = {name: value for name, value in wanted.recap.items() if name not in ("commune", "place")}
    commune = wanted.commune or earlier.get("commune")
    still_there = wanted.mode in (None, PLACE)  # who is called back instead goes nowhere
    place = wanted.place or (earlier.get("place") if still_there else None)
    return {**recap, **({"commune": commune} if commune else {}), **({"place": place} if place else {})}


def _routed_by(case: Handoff, recap: Mapping[str, Any]) -> tuple[Any, ...]:
    """What decides of the queue."""
    return case.mode, case.callback_on, case.procedure, recap.get("commune"), recap.get("place")


def _route(session: Session, case: Handoff, recap: Mapping[str, Any], at: datetime, router: Router | None) -> None:
    """The place they chose first; else the router looks for one afresh, knowing more than it did."""
    place = recap.get("place")
    case.place_id = place if place and len(place) <= LONG_ID else None
    if router is not None:
        router.first(session, case, recap, at)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None
