"""The tables. What citizens say or give is sealed (`_sealed` columns); the rest is ids, kinds and dates."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from api.base import ID_LENGTH, Base, Sealing


def of_citizen() -> Any:
    """The column of a row that goes away with its citizen."""
    return mapped_column(ForeignKey("citizens.id", ondelete="CASCADE"), index=True)


class Citizen(Base):
    """Someone who writes or calls. The row that a turn locks."""

    __tablename__ = "citizens"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]


class Address(Sealing, Base):
    """Where a citizen can be reached. `channel` is the one the address was first seen on."""

    __tablename__ = "addresses"
    citizen_id: Mapped[uuid.UUID] = of_citizen()
    channel: Mapped[str]
    blind_index: Mapped[str] = mapped_column(unique=True)
    address_sealed: Mapped[bytes]
    created_at: Mapped[datetime]


class Conversation(Sealing, Base):
    """The one conversation of a citizen, whatever the channels. `revision` counts its turns."""

    __tablename__ = "conversations"
    citizen_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("citizens.id", ondelete="CASCADE"), unique=True)
    channel: Mapped[str]
    talk_sealed: Mapped[bytes | None]
    revision: Mapped[int]
    updated_at: Mapped[datetime] = mapped_column(index=True)


class Message(Sealing, Base):
    """What was said, by either side. In a turn, position 0 is the citizen's message, 1 and on the replies.

    `receipt` is the keyed digest of the provider's id: the id itself may hold a phone number.
    `reply_sealed`, on the citizen's message, is the reply without its sentences, which are rows of their own.
    `case_id`: said while a person was in charge, either way; `mediator_id` when that person wrote it. `seen_at`: when
    the citizen's page showed it, for a message that was pushed there.
    """

    __tablename__ = "messages"
    __table_args__ = (UniqueConstraint("citizen_id", "turn", "position"),)
    citizen_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("citizens.id", ondelete="CASCADE"))
    direction: Mapped[str]
    channel: Mapped[str]
    turn: Mapped[int]
    position: Mapped[int]
    receipt: Mapped[str | None] = mapped_column(unique=True)
    in_reply_to: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), index=True)
    text_sealed: Mapped[bytes]
    reply_sealed: Mapped[bytes | None]
    at: Mapped[datetime] = mapped_column(index=True)
    case_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("handoffs.id", ondelete="SET NULL"), index=True)
    mediator_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("mediators.id", ondelete="SET NULL"))
    seen_at: Mapped[datetime | None]


class Run(Sealing, Base):
    """One citizen in one procedure, for the figures and the mediators; a turn reads the talk instead."""

    __tablename__ = "runs"
    __table_args__ = (
        Index(
            "uq_runs_live",
            "citizen_id",
            "procedure",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    citizen_id: Mapped[uuid.UUID] = of_citizen()
    procedure: Mapped[str]
    versions: Mapped[dict[str, int]]
    step: Mapped[str | None] = mapped_column(String(3 * ID_LENGTH))
    status: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    answers_sealed: Mapped[bytes | None]


class Event(Base):
    """Something that counts for the figures. Stays, without its citizen, when they are forgotten."""

    __tablename__ = "events"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    citizen_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("citizens.id", ondelete="SET NULL"), index=True)
    kind: Mapped[str] = mapped_column(index=True)
    procedure: Mapped[str | None]
    step: Mapped[str | None] = mapped_column(String(3 * ID_LENGTH))
    detail: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(index=True)


class Receipt(Sealing, Base):
    """A message of someone since forgotten: when it comes again it gets the same reply, and brings nothing back."""

    __tablename__ = "receipts"
    digest: Mapped[str] = mapped_column(unique=True)
    reply_sealed: Mapped[bytes]
    at: Mapped[datetime] = mapped_column(index=True)
