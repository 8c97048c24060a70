"""A case as one line of a list: why, how, since when, until when, who has it. Nothing the citizen said."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.case_models import CaseMove, Handoff
from api.console_models import Mediator
from api.place_models import PlaceRow
from api.vault import Vault
from mediation.cases import OPEN

BACK_IN_QUEUE = ("given_back", "timed_out", "left")
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class CaseRow:
    """A case in a list. `title`: of its procedure, in French. `place`: the name of the place whose queue it is in.

    `waiting_since`: since when somebody waits: the citizen for an answer, or the case for who takes it. `unread`: the
    citizen wrote last. `late`: nobody was left to ask. `answer_by`: when the clock acts.
    """

    id: uuid.UUID
    title: str | None
    procedure: str | None
    step: str | None
    reason: str
    status: str
    mode: str | None
    consent: str | None
    place_id: str | None
    place: str | None
    holder_id: uuid.UUID | None
    holder: str | None
    created_at: datetime
    waiting_since: datetime
    taken_at: datetime | None
    closed_at: datetime | None
    closing: str | None
    due: date | None
    callback_on: date | None
    callback_half: str | None
    answer_by: datetime | None
    late: bool
    unread: bool

    @property
    def urgency(self) -> tuple[bool, bool, datetime, date, datetime]:
        """What lists are ordered by: late first, then unread, then by the nearest limit, then the oldest."""
        limit = self.callback_on or self.due or date.max
        return not self.late, not self.unread, self.answer_by or NEVER, limit, self.waiting_since


def rows(session: Session, vault: Vault, cases: Sequence[Handoff]) -> list[CaseRow]:
    """The lines of these cases, the most urgent first. Opens the recaps for their titles only."""
    ids = [case.id for case in cases]
    back = (
        select(CaseMove.handoff_id, func.max(CaseMove.at))
        .where(CaseMove.handoff_id.in_(ids), CaseMove.kind.in_(BACK_IN_QUEUE))
        .group_by(CaseMove.handoff_id)
    )
    since = {id_: at for id_, at in session.execute(back)}
    places = select(PlaceRow.id, PlaceRow.name).where(PlaceRow.id.in_({case.place_id for case in cases}))
    people = select(Mediator.id, Mediator.first_name).where(Mediator.id.in_({case.mediator_id for case in cases}))
    place_names = {id_: name for id_, name in session.execute(places)}
    first_names = {id_: name for id_, name in session.execute(people)}
    found = (_row(vault, case, since.get(case.id), place_names, first_names) for case in cases)
    return sorted(found, key=lambda row: row.urgency)


def _row(
    vault: Vault,
    case: Handoff,
    back: datetime | None,
    places: dict[str, str],
    people: dict[uuid.UUID, str],
) -> CaseRow:
    unread = _unread(case)
    heard = case.heard_at if unread else None
    recap = case.unseal(vault, "recap_sealed") or {}
    title = recap.get("title")
    return CaseRow(
        id=case.id,
        title=title if isinstance(title, str) else None,
        procedure=case.procedure,
        step=case.step,
        reason=case.reason,
        status=case.status,
        mode=case.mode,
        consent=case.consent,
        place_id=case.place_id,
        place=places.get(case.place_id or ""),
        holder_id=case.mediator_id,
        holder=people.get(case.mediator_id) if case.mediator_id else None,
        created_at=case.created_at,
        waiting_since=heard or case.taken_at or back or case.created_at,
        taken_at=case.taken_at,
        closed_at=case.closed_at,
        closing=case.closing,
        due=case.due,
        callback_on=case.callback_on,
        callback_half=case.callback_half,
        answer_by=case.answer_by,
        late=case.late_since is not None,
        unread=unread,
    )


def _unread(case: Handoff) -> bool:
    """True when the citizen wrote after the last word of the person in charge."""
    if case.status != OPEN or case.mediator_id is None or case.heard_at is None:
        return False
    return case.spoken_at is None or case.heard_at > case.spoken_at
