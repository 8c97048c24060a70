"""The tables of the cases that mediators take up: the case, what happened to it, their notes on it."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from api.base import ID_LENGTH, Base, Sealing
from api.models import of_citizen
from api.place_models import LONG_ID


def of_case() -> Any:
    """The column of a row that goes away with its case."""
    return mapped_column(ForeignKey("handoffs.id", ondelete="CASCADE"), index=True)


def by_mediator() -> Any:
    """The column that names a mediator, emptied when their account is deleted."""
    return mapped_column(ForeignKey("mediators.id", ondelete="SET NULL"), index=True)


class Handoff(Sealing, Base):
    """A case for a mediator. A citizen has one open at most; it waits while `mediator_id` is empty.

    `mode`: how help is wanted (`mediation.cases.MODES`). `consent` to show what was said before: `oui`, `non`,
    `pas_clair`, None while it was not asked. `callback_on` and `callback_half` (`morning`, `afternoon`, None: any) are
    the half-day that was chosen. `place_id` is the place whose mediators see it, None: the whole team of the territory.
    `answer_by` is when the clock acts if nobody took it, or if who took it stays silent; `rung` how many times it was
    passed on by that clock, `late_since` when there was nobody left to pass it on to. `heard_at` is the citizen's last
    message to the person in charge, `spoken_at` that person's last one. `code_digest`: the code that the citizen brings
    to a place, keyed. `closing` and `report_sealed`: how it ended, and the activity report.
    """

    __tablename__ = "handoffs"
    __table_args__ = (
        Index(
            "uq_handoffs_open",
            "citizen_id",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
        Index("ix_handoffs_waiting", "status", "answer_by"),
    )
    citizen_id: Mapped[uuid.UUID] = of_citizen()
    reason: Mapped[str]
    status: Mapped[str]
    recap_sealed: Mapped[bytes]
    phone_sealed: Mapped[bytes | None]
    answers_sealed: Mapped[bytes | None]
    due: Mapped[date | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    closed_at: Mapped[datetime | None] = mapped_column(index=True)
    procedure: Mapped[str | None]
    step: Mapped[str | None] = mapped_column(String(3 * ID_LENGTH))
    mode: Mapped[str | None]
    consent: Mapped[str | None]
    callback_on: Mapped[date | None]
    callback_half: Mapped[str | None]
    place_id: Mapped[str | None] = mapped_column(String(LONG_ID), index=True)
    mediator_id: Mapped[uuid.UUID | None] = by_mediator()
    taken_at: Mapped[datetime | None]
    answer_by: Mapped[datetime | None]
    rung: Mapped[int] = mapped_column(default=0)
    late_since: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]
    spoken_at: Mapped[datetime | None]
    code_digest: Mapped[str | None] = mapped_column(unique=True)
    closing: Mapped[str | None]
    report_sealed: Mapped[bytes | None]


class CaseMove(Base):
    """Something that happened to a case (`mediation.cases.MOVES`), for its page, the coordinator and the figures."""

    __tablename__ = "case_moves"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    handoff_id: Mapped[uuid.UUID] = of_case()
    at: Mapped[datetime]
    kind: Mapped[str]
    mediator_id: Mapped[uuid.UUID | None] = by_mediator()
    place_id: Mapped[str | None] = mapped_column(String(LONG_ID))
    detail: Mapped[str | None]


class CaseNote(Sealing, Base):
    """A mediator's own note on a case: the citizen never sees it, their colleagues on the case do."""

    __tablename__ = "case_notes"
    handoff_id: Mapped[uuid.UUID] = of_case()
    mediator_id: Mapped[uuid.UUID | None] = by_mediator()
    text_sealed: Mapped[bytes]
    at: Mapped[datetime]
