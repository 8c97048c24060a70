"""The tables. What citizens say or give is sealed (`_sealed` columns); the rest is ids, kinds and dates."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, ForeignKey, Index, LargeBinary, MetaData, String, UniqueConstraint, Uuid, text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from api.vault import Vault

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
ID_LENGTH = 80  # ids of channels, procedures, steps and kinds


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware in Python whatever the database, kept in UTC. A naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: SQLite has no zones, so it always gets UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database: always aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All the tables, with names for the constraints that a migration can rely on."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {
        str: String(ID_LENGTH),
        datetime: UtcDateTime,
        bytes: LargeBinary,
        uuid.UUID: Uuid,
        dict[str, int]: JSON,
    }


class Sealing:
    """Rows with sealed columns: each value opens only in its own table, column and row."""

    __tablename__: str
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)

    def seal(self, vault: Vault, column: str, value: Any) -> None:
        """Puts `value` (anything JSON can say) in a sealed column; None empties it."""
        blob = None if value is None else vault.seal(json.dumps(value, ensure_ascii=False), *self.context(column))
        setattr(self, column, blob)

    def unseal(self, vault: Vault, column: str) -> Any:
        """The value of a sealed column, None when it is empty."""
        blob = getattr(self, column)
        return None if blob is None else json.loads(vault.open(blob, *self.context(column)))

    def context(self, column: str) -> tuple[str, str, str]:
        """What a sealed value is tied to."""
        return self.__tablename__, column, str(self.id)


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


class Handoff(Sealing, Base):
    """A case for a mediator. A citizen has one open at most."""

    __tablename__ = "handoffs"
    __table_args__ = (
        Index(
            "uq_handoffs_open",
            "citizen_id",
            unique=True,
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
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


class Receipt(Sealing, Base):
    """A message of someone since forgotten: when it comes again it gets the same reply, and brings nothing back."""

    __tablename__ = "receipts"
    digest: Mapped[str] = mapped_column(unique=True)
    reply_sealed: Mapped[bytes]
    at: Mapped[datetime] = mapped_column(index=True)
