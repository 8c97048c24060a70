"""The copy that someone may ask for: all that is kept of them, opened, table by table."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, Uuid, select
from sqlalchemy.orm import Session

from api.base import Base, Sealing
from api.case_models import Handoff
from api.cases import journal
from api.db import writing
from api.privacy import citizens_of
from api.vault import Vault

SEALED = "_sealed"
# Keyed digests and ids of providers: they say nothing to a reader.
MEANINGLESS = frozenset({"blind_index", "digest", "receipt", "code_digest", "provider_id", "sid", "sequence"})


def personal_copy(engine: Engine, vault: Vault, address: str, channel: str | None = None) -> list[dict[str, Any]]:
    """All that is kept of those known by `address`: one dict of tables a citizen. Each copy is noted in the journal."""
    with writing(engine) as session:
        found = citizens_of(session, vault, address, channel)
        for _ in found:
            journal.write(session, None, "copied")
        return [dict(_tables(session, vault, citizen)) for citizen in found]


def _tables(session: Session, vault: Vault, citizen: uuid.UUID) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    cases = select(Handoff.id).where(Handoff.citizen_id == citizen)
    for mapper in sorted(Base.registry.mappers, key=lambda one: one.class_.__tablename__):
        table = mapper.class_
        if hasattr(table, "citizen_id"):
            theirs = select(table).where(table.citizen_id == citizen)
        elif hasattr(table, "handoff_id") and table.__table__.c.handoff_id.foreign_keys:
            theirs = select(table).where(table.handoff_id.in_(cases))
        else:
            continue
        yield table.__tablename__, [_row(vault, row) for row in session.scalars(theirs)]


def _row(vault: Vault, row: Any) -> dict[str, Any]:
    """The columns that mean something, opened. Ids of rows and of accounts are left out."""
    data = {}
    for column in row.__table__.columns:
        if isinstance(column.type, Uuid) or column.name in MEANINGLESS:
            continue
        if column.name.endswith(SEALED):
            assert isinstance(row, Sealing)
            data[column.name.removesuffix(SEALED)] = row.unseal(vault, column.name)
        else:
            value = getattr(row, column.name)
            data[column.name] = value.isoformat() if isinstance(value, date | datetime) else value
    return data
