"""A citizen with a row in every table that may speak of them, and a mediator with a row in every table of theirs."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from api.case_models import CaseMove, CaseNote, Handoff
from api.channel_models import Call, Delivery, LinkCode
from api.console_models import ConsoleSession, JournalEntry, Mediator, MediatorPlace
from api.models import Address, Citizen, Conversation, Event, Message, Run
from api.vault import Vault

WORDS = "le zygomatique du crépuscule"


@dataclass(frozen=True)
class Life:
    """The ids of what was made."""

    citizen: uuid.UUID
    case: uuid.UUID
    mediator: uuid.UUID


def sealed(vault: Vault, row: Any, **values: Any) -> Any:
    """The row, with an id and with its sealed columns."""
    row.id = uuid.uuid4()
    for column, value in values.items():
        row.seal(vault, column, value)
    return row


def a_mediator(session: Session, vault: Vault, at: datetime, email: str = "nadia@exemple.fr") -> uuid.UUID:
    """An account with a place and a session."""
    row = Mediator(
        email=email, first_name="Nadia", last_name="Martin", role="mediator", active=True, territory=True,
        failures=0, available=True, alert="sms", password_hash="none", created_at=at, seen_at=at,
    )  # fmt: skip
    session.add(sealed(vault, row, alert_phone_sealed="+33611111111"))
    session.flush()
    session.add(MediatorPlace(mediator_id=row.id, place_id=f"place-{email}"))
    session.add(
        ConsoleSession(
            id=uuid.uuid4(), digest=uuid.uuid4().hex, mediator_id=row.id, second_factor=True,
            created_at=at, seen_at=at, expires_at=at,
        )
    )  # fmt: skip
    return row.id


def a_life(session: Session, vault: Vault, at: datetime, phone: str = "+33612345678", status: str = "open") -> Life:
    """A citizen who has some of everything, all of it at one moment, helped by an account of their own."""
    citizen = Citizen(id=uuid.uuid4(), created_at=at)
    session.add(citizen)
    session.flush()
    mediator = a_mediator(session, vault, at, f"nadia-{citizen.id.hex[:8]}@exemple.fr")
    who = {"citizen_id": citizen.id}
    place = Address(**who, channel="sms", blind_index=vault.index("sms", phone), created_at=at)
    conversation = Conversation(**who, channel="sms", revision=1, updated_at=at)
    run = Run(**who, procedure="rsa", versions={"rsa": 1}, status="done", started_at=at, ended_at=at)
    case = Handoff(
        **who, reason="asked", status=status, created_at=at, updated_at=at, procedure="rsa", mode="callback",
        consent="oui", mediator_id=mediator, taken_at=at, rung=0, closed_at=None if status == "open" else at,
    )  # fmt: skip
    recap = {"title": "RSA", "said": WORDS, "commune": "60057"}
    session.add_all(
        (
            sealed(vault, place, address_sealed=phone),
            sealed(vault, conversation, talk_sealed={"case": {"phone": phone}}),
            sealed(vault, run, answers_sealed={"revenu": WORDS}),
            sealed(
                vault, case, recap_sealed=recap, phone_sealed=phone, answers_sealed={"a": WORDS}, report_sealed=[WORDS]
            ),
        )
    )
    session.flush()
    _said(session, vault, citizen.id, case, at, phone)
    session.add(JournalEntry(at=at, mediator_id=mediator, who="nadia@exemple.fr", action="opened", handoff_id=case.id))
    session.flush()
    return Life(citizen.id, case.id, mediator)


def _said(session: Session, vault: Vault, citizen: uuid.UUID, case: Handoff, at: datetime, phone: str) -> None:
    said = {"citizen_id": citizen, "channel": "sms", "turn": 1, "at": at, "case_id": case.id}
    heard = Message(**said, direction="in", position=0, receipt=uuid.uuid4().hex)
    session.add(sealed(vault, heard, text_sealed=WORDS, reply_sealed={}))
    session.flush()
    told = Message(**said, direction="out", position=1, in_reply_to=heard.id, mediator_id=case.mediator_id)
    session.add(sealed(vault, told, text_sealed={"text": WORDS}))
    session.flush()
    note = CaseNote(handoff_id=case.id, mediator_id=case.mediator_id, at=at)
    session.add(sealed(vault, note, text_sealed=WORDS))
    session.add(CaseMove(id=uuid.uuid4(), handoff_id=case.id, at=at, kind="taken", mediator_id=case.mediator_id))
    for sequence, (state, owner) in enumerate((("sent", citizen), ("queued", citizen)), 1):
        letter = Delivery(
            citizen_id=owner, person=citizen, sequence=sequence, channel="sms", kind="push", asked_for=False,
            state=state, attempts=0, doubts=0, not_before=at, created_at=at, message_id=told.id,
        )  # fmt: skip
        session.add(sealed(vault, letter, to_sealed=phone, body_sealed={"text": WORDS}))
    code = uuid.uuid4().hex
    session.add(LinkCode(id=uuid.uuid4(), citizen_id=citizen, digest=code, expires_at=at))
    session.add(Call(id=uuid.uuid4(), citizen_id=citizen, sid=uuid.uuid4().hex, started_at=at, transfers=0))
    session.add(Event(id=uuid.uuid4(), citizen_id=citizen, kind="turn", procedure="rsa", at=at))
