"""What a citizen's turn has to do with their case: who is in charge, words passed on, the way back to the assistant."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.case_models import Handoff
from api.cases.account import first_name
from api.cases.clock import waits_for_answer, waits_for_taker
from api.cases.moves import free, note_move
from api.cases.opening import Router, keep_case
from api.place_models import PlaceRow
from api.vault import Vault
from bot.messages import RECAP_CODE, Answer, Inbound
from bot.owners import Charge, Waiting
from mediation.cases import OPEN, SAFETY
from mediation.territory import Territory

Staffed = Callable[[Session, datetime], bool]
Helped = Callable[[Session], bool]


@dataclass(frozen=True)
class Charging:
    """The case of a turn. Without `router` a case waits in the whole team's queue; without `territory`, for ever."""

    vault: Vault
    router: Router | None = None
    territory: Territory | None = None
    staffed: Staffed | None = None
    helped: Helped | None = None

    def known(self, session: Session, citizen: uuid.UUID, inbound: Inbound) -> Inbound:
        """The message, with who has the citizen's case or where it waits, and whether somebody could answer now."""
        case = open_case(session, citizen)
        if case and case.mediator_id:
            return replace(inbound, charge=_charge(session, case), waiting=None, staffed=False)
        staffed = bool(self.staffed and self.staffed(session, inbound.at))
        waiting = _waiting(session, case) if case else None
        helped = staffed or self.helped is None or self.helped(session)
        return replace(inbound, charge=None, waiting=waiting, staffed=staffed, helped=helped)

    def keep(
        self, session: Session, citizen: uuid.UUID, answer: Answer, at: datetime
    ) -> tuple[Answer, uuid.UUID | None]:
        """Writes what the turn does to the case; the answer as it is to be said, and the case it was said about.

        The case of a message is the one that a person had in charge when it was said.
        """
        before = open_case(session, citizen)
        about = before.id if before and before.mediator_id else None
        if answer.handoff:
            _case, code = keep_case(session, self.vault, citizen, answer.handoff, answer, at, self.router)
            answer = replace(answer.with_mark(RECAP_CODE, code) if code else answer, handoff=None)
        if before and about and answer.relayed:
            self._heard(before, at)
            if any(event.kind == SAFETY for event in answer.events):  # seen first, whoever holds the case next
                before.reason = SAFETY
        if before and about and answer.takes_back:
            self._left(session, before, at)
        return answer, about

    def _heard(self, case: Handoff, at: datetime) -> None:
        """The citizen wrote to the person in charge, who owes them a word."""
        case.heard_at = case.updated_at = at
        if self.territory:
            waits_for_answer(case, self.territory, at)

    def _left(self, session: Session, case: Handoff, at: datetime) -> None:
        """The citizen went back to the assistant: the case waits in its queue, for whoever can go on."""
        held = case.mediator_id
        free(case)
        note_move(session, case, "left", at, held, case.place_id)
        if self.territory:
            waits_for_taker(case, self.territory, at)


def _charge(session: Session, case: Handoff) -> Charge:
    here_at = max((at for at in (case.taken_at, case.spoken_at) if at), default=None)
    return Charge(first_name(session, case.mediator_id) or "", case.mode, here_at)


def _waiting(session: Session, case: Handoff) -> Waiting:
    place = session.get(PlaceRow, case.place_id) if case.place_id else None
    name, late = place.name if place else None, case.late_since is not None
    return Waiting(name, case.due, case.callback_on, case.callback_half, case.answer_by, late)


def open_case(session: Session, citizen: uuid.UUID) -> Handoff | None:
    """The open case of a citizen: there is one at most. What another transaction wrote meanwhile is seen."""
    found = select(Handoff).where(Handoff.citizen_id == citizen, Handoff.status == OPEN)
    return session.scalars(found.execution_options(populate_existing=True)).one_or_none()
