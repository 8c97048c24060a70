"""What all the tables share: names of constraints, moments in UTC, and sealed columns."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, LargeBinary, MetaData, String, Uuid
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
