"""Reading a case under the lock of its citizen: what is read there is still true when it is written."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.case_models import Handoff
from api.models import Citizen, Conversation

ROUNDS = 3  # a case changes hands when two citizens turn out to be one


def locked_case(session: Session, case_id: uuid.UUID) -> tuple[Handoff, Conversation] | None:
    """The case and its citizen's conversation, the citizen locked until the transaction ends; None when it is gone.

    The citizen's lock comes first, as in a turn: two transactions that take locks in one order never wait for ever.
    """
    for _ in range(ROUNDS):
        owner = session.scalar(select(Handoff.citizen_id).where(Handoff.id == case_id))
        if owner is None:
            return None
        session.execute(select(Citizen.id).where(Citizen.id == owner).with_for_update())
        mine = select(Handoff).where(Handoff.id == case_id, Handoff.citizen_id == owner)
        case = session.scalars(mine.execution_options(populate_existing=True)).one_or_none()
        if case is not None:
            theirs = select(Conversation).where(Conversation.citizen_id == owner)
            place = session.scalars(theirs.execution_options(populate_existing=True)).one()
            return case, place
    return None
