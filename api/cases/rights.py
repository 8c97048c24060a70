"""What an account may do with a case that it sees, given who holds it: the buttons shown, and the acts allowed."""

from __future__ import annotations

from sqlalchemy.orm import Session

from api.case_models import Handoff
from api.cases.account import COORDINATOR, MEDIATOR, Account, first_name
from api.cases.refusals import NotYours, Over, Refused, Taken
from api.cases.scope import may_compete, may_open
from mediation.cases import OPEN, YES

HELD = frozenset({"reply", "note", "drive", "send_step", "release", "transfer", "schedule", "called", "close"})
SEEN = frozenset({"note"})
WAITING = SEEN | {"take"}
LEADING = frozenset({"transfer", "close"})  # a coordinator, for a colleague who is away


def allowed(account: Account, case: Handoff) -> frozenset[str]:
    """The names of the acts this account may do now on a case it sees; none once it is closed."""
    if case.status != OPEN or account.role not in (MEDIATOR, COORDINATOR):
        return frozenset()
    if case.mediator_id == account.id:
        return HELD if case.consent == YES else HELD | {"ask_consent"}
    acts = WAITING if case.mediator_id is None else SEEN
    if account.role != COORDINATOR:
        return acts
    return acts | LEADING if case.mediator_id is None else acts | LEADING | {"release"}


def require(session: Session, account: Account, case: Handoff, act: str) -> None:
    """Returns when the act is allowed. Raises NotYours, Over, Taken or Refused (`take_first`)."""
    if not may_open(session, account, case):
        lost = act == "take" and case.status == OPEN and case.mediator_id and may_compete(session, account, case)
        raise Taken(first_name(session, case.mediator_id)) if lost else NotYours
    if act in allowed(account, case):
        return
    if case.status != OPEN:
        raise Over
    if case.mediator_id == account.id:
        raise Refused("consent_given" if act == "ask_consent" else "held_already")
    raise Taken(first_name(session, case.mediator_id)) if case.mediator_id else Refused("take_first")
