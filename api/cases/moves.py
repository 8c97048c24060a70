"""What happened to a case, written down for its page, the coordinator and the figures."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from api.case_models import CaseMove, Handoff
from api.cases.identifiers import clean_id
from mediation.cases import CLOSED, CLOSINGS, MOVES


def note_move(
    session: Session,
    case: Handoff,
    kind: str,
    at: datetime,
    mediator_id: uuid.UUID | None = None,
    place_id: str | None = None,
    detail: str | None = None,
) -> None:
    """Adds a move, and marks the case as changed. `detail` is a word of ours: a sentence is left out."""
    if kind not in MOVES:
        raise ValueError(f"no such move: {kind}")
    case.updated_at = at
    move = CaseMove(
        id=uuid.uuid4(),
        handoff_id=case.id,
        at=at,
        kind=kind,
        mediator_id=mediator_id,
        place_id=place_id,
        detail=clean_id(detail),
    )
    session.add(move)


def free(case: Handoff) -> None:
    """Nobody is in charge any more: the case waits."""
    case.mediator_id = case.taken_at = case.heard_at = case.spoken_at = None


def end(session: Session, case: Handoff, closing: str, at: datetime, mediator_id: uuid.UUID | None = None) -> None:
    """Closes the case, for ever: no clock, no code. Raises ValueError for a closing that is not a word of ours."""
    if closing not in CLOSINGS:
        raise ValueError(f"no such closing: {closing}")
    case.status, case.closing, case.closed_at = CLOSED, closing, at
    case.answer_by = case.late_since = case.code_digest = None
    note_move(session, case, "closed", at, mediator_id, detail=closing)
