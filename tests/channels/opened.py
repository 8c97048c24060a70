"""All that a database holds, its sealed values opened: what a test looks for a word in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, make_url, select

from api.base import Base, Sealing
from api.db import reading
from api.vault import Vault


def rows_of(engine: Engine) -> dict[str, int]:
    """How many rows each table has."""
    with reading(engine) as session:
        tables = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
        return {name: session.scalar(select(func.count()).select_from(one)) or 0 for name, one in tables.items()}


def values(engine: Engine, vault: Vault) -> Iterator[tuple[str, str]]:
    """Every value of every row of every table, with the column it stands in; sealed ones are opened."""
    with reading(engine) as session:
        for mapper in Base.registry.mappers:
            for row in session.scalars(select(mapper.class_)):
                yield from _row(vault, row)


def _row(vault: Vault, row: Any) -> Iterator[tuple[str, str]]:
    for column in row.__table__.columns:
        if column.name.endswith("_sealed"):
            assert isinstance(row, Sealing)
            value = row.unseal(vault, column.name)
        else:
            value = getattr(row, column.name)
        yield f"{row.__tablename__}.{column.name}", str(value)


def holding(engine: Engine, vault: Vault, *secrets: str) -> list[str]:
    """The columns where one of the secrets stands, with or without what people put between its characters."""
    wanted = [bare(secret) for secret in secrets]
    found = [where for where, text in values(engine, vault) if any(one in bare(text) for one in wanted)]
    return sorted(set(found))


def bare(text: str) -> str:
    """Letters and figures only."""
    return re.sub(r"[\W_]", "", text).casefold()


def files_of(engine: Engine) -> dict[str, bytes]:
    """The bytes of a SQLite database, as they stand on the disk, what is not written back yet included."""
    database = make_url(str(engine.url)).database
    assert database
    return {path.name: path.read_bytes() for path in Path(database).parent.glob(f"{Path(database).name}*")}
