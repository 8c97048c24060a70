"""The notes that mediators leave on a case for each other: sealed, and never shown to the citizen."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.case_models import CaseNote, Handoff
from api.cases.account import Account
from api.cases.refusals import Refused
from api.console_models import Mediator
from api.vault import Vault
from bot.masking import mask

LONGEST = 2_000  # characters of a note or of a message


@dataclass(frozen=True)
class Note:
    """A note: `who` is a first name, None when the account is gone."""

    who: str | None
    text: str
    at: datetime


def checked(text: str) -> str:
    """A mediator's words as they may be kept and said: numbers and secrets masked in theirs too.

    Raises Refused (`empty_text`, `text_too_long`).
    """
    bare = text.replace("\r\n", "\n").strip()
    if not bare:
        raise Refused("empty_text")
    if len(bare) > LONGEST:
        raise Refused("text_too_long")
    return mask(bare).text


def add_note(session: Session, vault: Vault, case: Handoff, account: Account, text: str, at: datetime) -> None:
    """Adds a note, in the caller's transaction. Raises Refused (`empty_text`, `text_too_long`)."""
    note = CaseNote(id=uuid.uuid4(), handoff_id=case.id, mediator_id=account.id, at=at)
    note.seal(vault, "text_sealed", checked(text))
    session.add(note)


def notes_of(session: Session, vault: Vault, case_id: uuid.UUID) -> tuple[Note, ...]:
    """The notes of a case, the oldest first."""
    found = (
        select(CaseNote, Mediator.first_name)
        .outerjoin(Mediator, Mediator.id == CaseNote.mediator_id)
        .where(CaseNote.handoff_id == case_id)
        .order_by(CaseNote.at, CaseNote.id)
    )
    rows = session.execute(found)
    return tuple(Note(name, note.unseal(vault, "text_sealed"), note.at) for note, name in rows)
