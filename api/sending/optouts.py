"""Who wants nothing more at an address (STOP, bot blocked): known by its blind index only."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from api.channel_models import OptOut
from api.vault import Vault


def opted_out(session: Session, vault: Vault, channel: str, address: str) -> bool:
    """True when nothing that was not just asked for may go to that address."""
    index = vault.index(channel, address)
    return session.scalars(select(OptOut.id).where(OptOut.blind_index == index)).first() is not None


def opt_out(session: Session, vault: Vault, channel: str, address: str, source: str, at: datetime) -> None:
    """Notes that nothing more is wanted there; `source` is who said so (« person », « provider »). Twice is once."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = {"id": uuid.uuid4(), "blind_index": vault.index(channel, address), "source": source, "at": at}
    session.execute(insert(OptOut).values(row).on_conflict_do_nothing(index_elements=["blind_index"]))


def opt_in(session: Session, vault: Vault, channel: str, address: str) -> None:
    """The person writes START, or comes back: messages are wanted again."""
    session.execute(delete(OptOut).where(OptOut.blind_index == vault.index(channel, address)))
