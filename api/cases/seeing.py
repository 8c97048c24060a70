"""What a mediator sees: the queues, the page of a case, and a digest that changes when any of it does."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.case_models import CaseMove, Handoff
from api.cases import journal
from api.cases.account import COORDINATOR, Account
from api.cases.entries import Entry, entries_of
from api.cases.notes import Note, notes_of
from api.cases.phones import all_hidden, hidden
from api.cases.refusals import NotYours
from api.cases.rights import allowed
from api.cases.rows import CaseRow, rows
from api.cases.scope import visible
from api.channel_models import Delivery
from api.console_models import Mediator
from api.models import Conversation, Message
from api.place_models import PlaceRow
from api.records import talk_of
from api.vault import Vault
from bot.comfort import SLOWEST, Comfort
from bot.phones import spaced
from bot.talk import Talk
from mediation.cases import OPEN, YES

__all__ = ["CasePage", "CaseRow", "Entry", "Moved", "Note", "Queue", "case_page", "queue", "revision"]

MOST = 500  # cases in the lists of one account


@dataclass(frozen=True)
class Queue:
    """The open cases of an account: those it holds, those that wait, and (for a coordinator) those that wait too long.

    Each case stands in one list only, the most urgent first.
    """

    mine: tuple[CaseRow, ...]
    waiting: tuple[CaseRow, ...]
    late: tuple[CaseRow, ...]


@dataclass(frozen=True)
class Moved:
    """Something that happened to a case: a word of `mediation.cases.MOVES`, and who did it (None: the assistant)."""

    at: datetime
    kind: str
    who: str | None
    place: str | None
    detail: str | None


@dataclass(frozen=True)
class CasePage:
    """All that an account may read of a case.

    `phone` is masked until the account holds the case; `number` is then the one to dial (E.164), else None. `answers`
    are empty without the citizen's consent. `comfort`: how to speak to them (slow, slowest, short, echo, discreet)
    and, with their consent, what they need to get in (access_wheelchair…).
    `channel`: the one they used last. `talk`: where they stand, for who holds the case only. `may`: the acts allowed
    now. `report`: what was reported when it was closed.
    """

    row: CaseRow
    recap: dict[str, Any]
    comfort: tuple[str, ...]
    language: str | None
    channel: str
    phone: str | None
    number: str | None
    answers: dict[str, Any]
    entries: tuple[Entry, ...]
    notes: tuple[Note, ...]
    moves: tuple[Moved, ...]
    may: frozenset[str]
    mine: bool
    talk: Talk | None
    report: dict[str, Any] | None


def queue(session: Session, vault: Vault, account: Account, now: datetime) -> Queue:
    """The lists of an account's page. Opening a list is not opening a case: nothing is journaled."""
    open_ = select(Handoff).where(Handoff.status == OPEN, visible(account)).order_by(Handoff.created_at).limit(MOST)
    found = rows(session, vault, list(session.scalars(open_)))
    leads = account.role == COORDINATOR
    mine = tuple(row for row in found if row.holder_id == account.id)
    others = [row for row in found if row.holder_id is None]
    late = tuple(row for row in others if row.late and leads)
    return Queue(mine, tuple(row for row in others if row not in late), late)


def case_page(session: Session, vault: Vault, account: Account, case_id: uuid.UUID, now: datetime) -> CasePage:
    """The page of a case; its opening is written in the journal, so `session` must be one that writes.

    Raises NotYours when the account may not see it, or when there is no such case any more.
    """
    case = session.scalars(select(Handoff).where(Handoff.id == case_id, visible(account))).one_or_none()
    theirs = select(Conversation).where(Conversation.citizen_id == (case.citizen_id if case else None))
    place = session.scalars(theirs).one_or_none()
    if case is None or place is None:  # forgotten meanwhile, at worst
        raise NotYours
    journal.opened(session, account, case.id, now)
    talk, mine = talk_of(vault, place), case.mediator_id == account.id and case.status == OPEN
    phone = case.unseal(vault, "phone_sealed")
    return CasePage(
        row=rows(session, vault, [case])[0],
        recap=case.unseal(vault, "recap_sealed") or {},
        comfort=(*_comfort(talk.comfort), *(f"access_{n}" for n in talk.comfort.access if case.consent == YES)),
        language=talk.language,
        channel=place.channel,
        phone=(spaced(phone) if mine else hidden(phone)) if phone else None,
        number=phone if mine else None,
        answers=_answers(vault, case, mine),
        entries=tuple(one if mine else _covered(one) for one in entries_of(session, vault, case)),
        notes=notes_of(session, vault, case.id),
        moves=_moves(session, case),
        may=allowed(account, case),
        mine=mine,
        talk=talk if mine else None,
        report=case.unseal(vault, "report_sealed"),
    )


def _answers(vault: Vault, case: Handoff, mine: bool) -> dict[str, Any]:
    answers: dict[str, Any] = (case.unseal(vault, "answers_sealed") or {}) if case.consent == YES else {}
    if mine:
        return answers
    return {key: {**one, "answer": _hidden_in(one.get("answer"))} for key, one in answers.items()}


def _covered(entry: Entry) -> Entry:
    return replace(entry, text=all_hidden(entry.text), options=tuple(map(all_hidden, entry.options)))


def _hidden_in(answer: Any) -> Any:
    return all_hidden(answer) if isinstance(answer, str) else answer


def revision(session: Session, account: Account) -> str:
    """A short digest that changes when anything in the account's scope does. Opens no sealed value."""
    open_ = (Handoff.status == OPEN, visible(account))
    seen = (Handoff.id, Handoff.updated_at, Handoff.heard_at, Handoff.mediator_id, Handoff.late_since)
    cases = session.execute(select(*seen).where(*open_).order_by(Handoff.id).limit(MOST))
    mine = select(Handoff.id).where(Handoff.mediator_id == account.id, Handoff.status == OPEN)
    said = (
        select(func.count(), func.max(Message.turn), func.count(Message.seen_at), Delivery.state)
        .select_from(Message)
        .outerjoin(Delivery, Delivery.message_id == Message.id)
        .where(Message.case_id.in_(mine))
        .group_by(Delivery.state)
        .order_by(Delivery.state)
    )
    states = session.execute(said).all()
    return hashlib.sha256(repr(([tuple(row) for row in cases], [tuple(row) for row in states])).encode()).hexdigest()[
        :16
    ]


def _moves(session: Session, case: Handoff) -> tuple[Moved, ...]:
    found = (
        select(CaseMove, Mediator.first_name, PlaceRow.name)
        .outerjoin(Mediator, Mediator.id == CaseMove.mediator_id)
        .outerjoin(PlaceRow, PlaceRow.id == CaseMove.place_id)
        .where(CaseMove.handoff_id == case.id)
        .order_by(CaseMove.at)
    )
    return tuple(Moved(row.at, row.kind, who, place, row.detail) for row, who, place in session.execute(found))


def _comfort(comfort: Comfort) -> tuple[str, ...]:
    flags = {
        "slow": 0 < comfort.pace < SLOWEST,
        "slowest": comfort.pace >= SLOWEST,
        "short": comfort.short,
        "echo": comfort.echo,
        "discreet": comfort.discreet,
    }
    return tuple(name for name, is_on in flags.items() if is_on)
