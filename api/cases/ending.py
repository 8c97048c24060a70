"""How a case ends: a word of the shared vocabulary, the activity report, and the assistant that is back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from api.case_models import Handoff
from api.cases import journal
from api.cases.account import Account
from api.cases.acting import Acting
from api.cases.lifting import locked_case
from api.cases.moves import end
from api.cases.refusals import Refused
from api.records import keep_events
from bot.messages import Event
from mediation.cases import OPEN, SAID_CLOSINGS


class Reported(Protocol):
    """An activity report (`api.cases.report.Report`)."""

    def to_json(self) -> Mapping[str, Any]:
        """The report as JSON, to be sealed."""


class Ending(Acting):
    """The act that closes a case."""

    def close(
        self, account: Account, case_id: uuid.UUID, closing: str, report: Reported | None, resume: bool = False
    ) -> None:
        """Closes the case for ever: the assistant says so and helps again.

        `resume`: given back to the assistant, which goes on at the step that waits. Raises Refused
        (`unknown_closing`).
        """
        if closing not in SAID_CLOSINGS:
            raise Refused("unknown_closing")
        with self._act(account, case_id, "close") as act:
            case = act.case
            if report is not None:
                case.seal(self._tools.vault, "report_sealed", dict(report.to_json()))
            case.mediator_id = case.mediator_id or account.id  # who ended it may read it again
            end(act.session, case, closing, act.at, account.id)
            journal.write(act.session, account, "closed", case.id, closing, act.at)
            act.count("case_closed", closing)
            act.tell("given_back" if resume else "closed", name=account.name)


def close_by_operator(session: Session, case_id: uuid.UUID | None, closing: str, at: datetime) -> bool:
    """Closes a case from the command line, where nobody is signed in; False when there is no such open case."""
    found = locked_case(session, case_id) if case_id else None
    if found is None or found[0].status != OPEN:
        return False
    close_alone(session, found[0], closing, at)
    return True


def close_alone(session: Session, case: Handoff, closing: str, at: datetime) -> None:
    """Closes a case that the caller has locked, where nobody is signed in; counted and written down."""
    end(session, case, closing, at)
    journal.write(session, None, "closed", case.id, closing, at)
    keep_events(session, case.citizen_id, (Event("case_closed", case.procedure, case.step, closing),), at)
