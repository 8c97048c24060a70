"""The tables of the console: accounts, their places, sessions, and the journal of who opened what."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from api.base import Base, Sealing
from api.place_models import LONG_ID


def of_mediator() -> Any:
    """The column of a row that goes away with its account."""
    return mapped_column(ForeignKey("mediators.id", ondelete="CASCADE"), index=True)


class Mediator(Sealing, Base):
    """An account of the console. `role`: mediator, coordinator, administrator. `first_name` is what citizens read.

    `email` is a professional address, lower-case, in clear: it is what one signs in with. `territory`: also sees the
    cases of no place. `totp_step` is the last time step whose code was used, so that none works twice. `failures`
    counts wrong passwords and codes in a row, and `locked_until` follows. `invite_digest` opens the page where the
    password is chosen. `available` is what they say, `present_until` what their open page says. `alert`: none, sms,
    email.
    """

    __tablename__ = "mediators"
    email: Mapped[str] = mapped_column(String(254), unique=True)
    first_name: Mapped[str]
    last_name: Mapped[str]
    role: Mapped[str]
    active: Mapped[bool]
    territory: Mapped[bool]
    password_hash: Mapped[str | None] = mapped_column(String(300))
    totp_sealed: Mapped[bytes | None]
    totp_step: Mapped[int | None]
    oidc_subject: Mapped[str | None] = mapped_column(String(255), unique=True)
    failures: Mapped[int]
    locked_until: Mapped[datetime | None]
    invite_digest: Mapped[str | None] = mapped_column(unique=True)
    invite_until: Mapped[datetime | None]
    available: Mapped[bool]
    present_until: Mapped[datetime | None]
    alert: Mapped[str]
    alert_phone_sealed: Mapped[bytes | None]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]


class MediatorPlace(Base):
    """A place where a mediator works. No foreign key: an import replaces the directory."""

    __tablename__ = "mediator_places"
    mediator_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("mediators.id", ondelete="CASCADE"), primary_key=True)
    place_id: Mapped[str] = mapped_column(String(LONG_ID), primary_key=True, index=True)


class ConsoleSession(Base):
    """A browser that is signed in, known by the digest of its cookie. `second_factor`: the code was given too."""

    __tablename__ = "console_sessions"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    mediator_id: Mapped[uuid.UUID] = of_mediator()
    second_factor: Mapped[bool]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class JournalEntry(Base):
    """Who did what on which case. Rows are only added: the database itself refuses to change them.

    No foreign key: an entry outlives the case and the account it names. `who` is the e-mail of the account.
    """

    __tablename__ = "journal"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(index=True)
    mediator_id: Mapped[uuid.UUID | None]
    who: Mapped[str] = mapped_column(String(254))
    action: Mapped[str]
    handoff_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    detail: Mapped[str | None]
