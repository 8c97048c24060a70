"""The directory of one database given to another: that of the service, to the simulated people beside it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.orm import Session

from api.base import Base
from api.db import reading, writing
from api.place_models import PlaceImport, PlaceRow
from api.places.importing import ensure_demo
from api.places.storing import chunks


def share_directory(source: Engine, target: Engine, now: datetime) -> None:
    """Makes the directory of `target` that of `source`, when another import came since. An empty one gets the demo.

    Raises StorageDown; nothing was changed then.
    """
    ensure_demo(source, now)
    with reading(source) as ours, reading(target) as theirs:
        if _imports(ours) == _imports(theirs):
            return
        tables = {table: _all(ours, table) for table in (PlaceImport, PlaceRow)}
    with writing(target) as session:
        for table, rows in tables.items():
            session.execute(delete(table))
            for some in chunks(rows):
                session.execute(insert(table), list(some))


def _imports(session: Session) -> list[tuple[int, datetime]]:
    return [(id_, at) for id_, at in session.execute(select(PlaceImport.id, PlaceImport.at).order_by(PlaceImport.id))]


def _all(session: Session, table: type[Base]) -> list[dict[str, Any]]:
    return [dict(row) for row in session.execute(select(table.__table__)).mappings()]
