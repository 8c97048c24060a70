"""One conversation on several channels: short-lived codes, and two citizens who turn out to be one."""

from __future__ import annotations

import re
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from api.case_models import Handoff
from api.cases.charging import open_case
from api.cases.moves import end
from api.channel_models import Call, Delivery, LinkCode, LinkTry
from api.citizens import erase
from api.models import Address, Citizen, Conversation, Event, Message, Run
from api.records import talk_of
from api.settings import Settings
from api.vault import Vault
from bot.linking_talks import joined
from bot.messages import LINK_CODE, Answer, Inbound
from bot.talk import Talk

DIGITS = 6
HOUR = timedelta(hours=1)
JOINED = "sans_suite"  # how the case ends that is not kept
ALL_TRIES = 200  # an hour, for everybody: guesses from many addresses stop there
_FIGURES = rf"((?:\d[\s.,-]*){{{DIGITS}}})"
_CODE = re.compile(rf"(?:.{{0,30}}\bcode\b\D{{0,20}})?{_FIGURES}\W*")
_CODE_ASKED = re.compile(rf"\D*{_FIGURES}\D*")

Outcome = Literal["linked", "linked_already", "code_refused", "code_too_many"]


@dataclass(frozen=True)
class Links:
    """Gives codes and redeems them, inside the transaction of a turn."""

    vault: Vault
    settings: Settings

    def give(self, session: Session, citizen: uuid.UUID, answer: Answer, at: datetime) -> Answer:
        """The answer with a fresh code in place of its mark; the citizen's earlier codes stop working."""
        session.execute(delete(LinkCode).where(LinkCode.citizen_id == citizen))
        session.execute(delete(LinkCode).where(LinkCode.expires_at <= at))
        code = self._fresh(session)
        until = at + timedelta(minutes=self.settings.link_code_minutes)
        session.add(LinkCode(id=uuid.uuid4(), citizen_id=citizen, digest=self._digest(code), expires_at=until))
        return answer.with_mark(LINK_CODE, code)

    def redeem(self, session: Session, inbound: Inbound, citizen: Citizen, talk: Talk) -> Outcome | None:
        """What became of a code written in the message; None when the message is not one.

        Six figures that are no living code are an ordinary message, unless a code was asked for; all wrong ones are
        counted, so that nobody can try many.
        """
        expected = bool(talk.asked and talk.asked.kind == "code")
        found = (_CODE_ASKED if expected else _CODE).fullmatch(inbound.text.strip().casefold())
        if inbound.signal or inbound.choice or not found:
            return None
        index = self.vault.index(inbound.channel, inbound.address)
        if self._tried_too_often(session, index, inbound.at):
            return "code_too_many" if expected else None
        digest = self._digest(re.sub(r"\D", "", found[1]))
        row = session.scalars(select(LinkCode).where(LinkCode.digest == digest)).one_or_none()
        if row is None or row.expires_at <= inbound.at:
            session.add(LinkTry(id=uuid.uuid4(), blind_index=index, at=inbound.at))
            return "code_refused" if expected else None
        if row.citizen_id == citizen.id:
            return "linked_already"
        self._join(session, citizen, row.citizen_id, inbound.at)
        session.delete(row)
        return "linked"

    def _fresh(self, session: Session) -> str:
        """A code that no one holds now."""
        while True:
            code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
            if session.scalar(select(LinkCode.id).where(LinkCode.digest == self._digest(code))) is None:
                return code

    def _digest(self, code: str) -> str:
        return self.vault.receipt("code", "", code)

    def _tried_too_often(self, session: Session, index: str, at: datetime) -> bool:
        recent = select(func.count()).select_from(LinkTry).where(LinkTry.at > at - HOUR)
        mine = session.scalar(recent.where(LinkTry.blind_index == index)) or 0
        return mine >= self.settings.link_tries or (session.scalar(recent) or 0) >= ALL_TRIES

    def _join(self, session: Session, newcomer: Citizen, owner: uuid.UUID, at: datetime) -> None:
        """Makes `newcomer` one with the owner of the code: their address, past and runs move there."""
        session.execute(select(Citizen).where(Citizen.id == owner).with_for_update()).one()
        old, kept = (
            session.scalars(select(Conversation).where(Conversation.citizen_id == id_)).one()
            for id_ in (newcomer.id, owner)
        )
        session.refresh(kept)
        kept.seal(self.vault, "talk_sealed", joined(talk_of(self.vault, kept), talk_of(self.vault, old)).to_json())
        moved = update(Message).where(Message.citizen_id == newcomer.id)
        session.execute(moved.values(citizen_id=owner, turn=Message.turn + kept.revision))
        kept.revision += old.revision
        self._move_runs(session, newcomer.id, owner, at)
        for table in (Address, Event, Call, Delivery, LinkCode):
            session.execute(update(table).where(table.citizen_id == newcomer.id).values(citizen_id=owner))
        session.flush()
        session.expunge(newcomer)
        erase(session, newcomer.id)

    def _move_runs(self, session: Session, newcomer: uuid.UUID, owner: uuid.UUID, at: datetime) -> None:
        """What both had at hand stays the owner's."""
        theirs = select(Run.procedure).where(Run.citizen_id == owner, Run.ended_at.is_(None))
        twice = update(Run).where(Run.citizen_id == newcomer, Run.ended_at.is_(None), Run.procedure.in_(theirs))
        session.execute(twice.values(status="abandoned", ended_at=at), execution_options={"synchronize_session": False})
        session.execute(update(Run).where(Run.citizen_id == newcomer).values(citizen_id=owner))
        _join_cases(session, newcomer, owner, at)


def _join_cases(session: Session, newcomer: uuid.UUID, owner: uuid.UUID, at: datetime) -> None:
    """Of two open cases one stays: the one a person has in charge, else the owner's. What was said goes with it."""
    both = {id_: open_case(session, id_) for id_ in (owner, newcomer)}
    ours, theirs = both[owner], both[newcomer]
    if ours and theirs:
        kept, dropped = (theirs, ours) if theirs.mediator_id and not ours.mediator_id else (ours, theirs)
        end(session, dropped, JOINED, at)
        session.flush()  # one is closed before both are the same citizen's
        session.execute(update(Message).where(Message.case_id == dropped.id).values(case_id=kept.id))
    session.execute(update(Handoff).where(Handoff.citizen_id == newcomer).values(citizen_id=owner))
