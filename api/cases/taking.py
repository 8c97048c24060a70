"""Who holds a case: taken from a queue or by its code, released, passed on to a colleague or to a place."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.cases import journal
from api.cases.account import HELPERS, Account, helper, staffed_place
from api.cases.acting import Act, Acting
from api.cases.codes import case_of_code
from api.cases.notes import add_note
from api.cases.refusals import NotYours, Refused
from api.console_models import Mediator
from api.db import writing
from api.place_models import PlaceRow
from mediation.cases import OPEN

# Wrong codes allowed: to one account in ten minutes and in a day (who is patient would find one), and to all together.
OF_ONE = ((5, timedelta(minutes=10)), (30, timedelta(days=1)))
OF_ALL = (60, timedelta(hours=1))


class Taking(Acting):
    """The acts that change who holds a case."""

    def take(self, account: Account, case_id: uuid.UUID) -> None:
        """The account holds the case; nothing changes when it already does.

        Raises NotYours, Over, and Taken with the first name of who was faster.
        """
        with self._act(account, case_id, None) as act:
            if act.mine and act.case.status == OPEN:
                return
            act.require("take")
            _hold(act, "taken")

    def take_by_code(self, account: Account, code: str) -> uuid.UUID:
        """The account holds the case whose code the citizen gave, wherever it was; the id of the case.

        Raises NotYours for an administrator, Refused (`wrong_code`, `too_many_codes`).
        """
        if account.role not in HELPERS:
            raise NotYours
        case_id = self._by_code(account, code)
        with self._act(account, case_id, None) as act:
            if act.case.status != OPEN or act.case.code_digest is None:
                raise Refused("wrong_code")
            if not act.mine:
                _hold(act, "transferred" if act.case.mediator_id else "taken", "code")
        return case_id

    def _by_code(self, account: Account, code: str) -> uuid.UUID:
        """The case of a code. A wrong one is written down before it is refused, so that tries are counted."""
        tools = self._tools
        with writing(tools.engine) as session:
            # Tries of one account wait for each other; the weaker lock lets its other acts go on.
            session.execute(select(Mediator.id).where(Mediator.id == account.id).with_for_update(key_share=True))
            at = tools.now()
            if _tried_too_often(session, account, at):
                raise Refused("too_many_codes")
            case = case_of_code(session, tools.vault, code)
            if case is not None:
                return case.id
            journal.write(session, account, "wrong_code", at=at)
        raise Refused("wrong_code")

    def release(self, account: Account, case_id: uuid.UUID) -> None:
        """Who holds the case cannot go on: it waits again in its queue, the citizen is told, the assistant is back."""
        with self._act(account, case_id, "release") as act:
            act.back_in_queue()
            act.note("given_back", place_id=act.case.place_id)
            act.count("case_given_back")
            act.tell("released", name=account.name)

    def transfer(
        self, account: Account, case_id: uuid.UUID, to_mediator: uuid.UUID | None, to_place: str | None, why: str
    ) -> None:
        """The case goes to a colleague, who then holds it, or to the queue of a place. `why` is kept as a note.

        Raises Refused (`unknown_colleague`, `unknown_place`, `empty_place`, `held_already`).
        """
        with self._act(account, case_id, "transfer") as act:
            if to_mediator is not None:
                _to_colleague(act, to_mediator)
            elif to_place is not None:
                _to_place(act, to_place)
            else:
                raise Refused("unknown_colleague")
            act.count("case_transferred", "mediator" if to_mediator else "place")
            if why.strip():
                add_note(act.session, self._tools.vault, act.case, account, why, act.at)


def _tried_too_often(session: Session, account: Account, at: datetime) -> bool:
    limits = [(account.id, *limit) for limit in OF_ONE] + [(None, *OF_ALL)]
    return any(journal.count(session, who, "wrong_code", at - within) >= most for who, most, within in limits)


def _hold(act: Act, kind: str, detail: str | None = None) -> None:
    """The account holds the case from now on, and the citizen knows by what name."""
    act.held_by(act.account.id)
    act.note(kind, detail, act.case.place_id)
    act.count("case_taken", act.case.mode)
    act.tell("taken", name=act.account.name, mode=act.case.mode or "")


def _to_colleague(act: Act, to: uuid.UUID) -> None:
    colleague = helper(act.session, to)
    if colleague is None:
        raise Refused("unknown_colleague")
    if act.case.mediator_id == colleague.id:
        raise Refused("held_already")
    act.held_by(colleague.id)
    act.note("transferred", "mediator", act.case.place_id)
    act.tell("transferred", name=colleague.first_name, mode=act.case.mode or "")


def _to_place(act: Act, place_id: str) -> None:
    place = act.session.get(PlaceRow, place_id)
    if place is None:
        raise Refused("unknown_place")
    if not staffed_place(act.session, place_id):
        raise Refused("empty_place")
    act.case.place_id = place_id
    act.back_in_queue()
    act.note("transferred", "place", place_id)
    act.tell("transferred", name=act.account.name, place=place.name)
