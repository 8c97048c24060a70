"""The tables of the channels: what must be sent, who wants nothing more, codes to go on elsewhere, calls."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.base import Base, Sealing
from api.models import of_citizen


class Delivery(Sealing, Base):
    """One message to send. Those of a `person` leave in the order of `sequence`.

    `person` is the citizen's id; `citizen_id` is empty for the last word to someone who is being forgotten.
    `state`: queued, sending (someone has it until `lease_until`), sent, delivered, failed, dropped. `error` is a
    word of `api.sending.errors`. `tried_at` is the first try; `doubts` counts the tries that ended without our knowing
    whether the message had left. `message_id`: the message of a person that it carries, whose fate they want to know.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("person", "sequence"),
        Index("ix_deliveries_waiting", "state", "not_before"),
    )
    citizen_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("citizens.id", ondelete="CASCADE"), index=True)
    person: Mapped[uuid.UUID]
    sequence: Mapped[int]
    channel: Mapped[str]
    kind: Mapped[str]
    asked_for: Mapped[bool]
    to_sealed: Mapped[bytes]
    body_sealed: Mapped[bytes]
    state: Mapped[str]
    provider_id: Mapped[str | None] = mapped_column(index=True)
    error: Mapped[str | None]
    attempts: Mapped[int]
    doubts: Mapped[int]
    not_before: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(index=True)
    tried_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    message_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("messages.id", ondelete="SET NULL"), index=True)


class OptOut(Base):
    """A number that wrote STOP, known by its blind index only. Stays when its citizen is forgotten."""

    __tablename__ = "opt_outs"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    blind_index: Mapped[str] = mapped_column(unique=True)
    source: Mapped[str]
    at: Mapped[datetime]


class LinkCode(Base):
    """A code that brings a conversation to another channel; only its keyed digest is kept."""

    __tablename__ = "link_codes"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    citizen_id: Mapped[uuid.UUID] = of_citizen()
    digest: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class LinkTry(Base):
    """A code that was tried in vain: by which address (its blind index), and when."""

    __tablename__ = "link_tries"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    blind_index: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(index=True)


class Seen(Base):
    """A request of a provider, by its keyed digest: known again long after, it is refused as replayed."""

    __tablename__ = "seen"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime] = mapped_column(index=True)


class Call(Base):
    """A phone call: when it began and ended, and where its transfer stands: « accepted 4.1 » (turn 4, first phone)."""

    __tablename__ = "calls"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    citizen_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("citizens.id", ondelete="CASCADE"), index=True)
    sid: Mapped[str] = mapped_column(unique=True)
    started_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    transfer: Mapped[str | None]
    transfers: Mapped[int]
