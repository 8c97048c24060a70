"""Encryption keys in use: a check that they are those of this database, and their rotation."""

from __future__ import annotations

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from api.base import Base, Sealing
from api.db import reading, writing
from api.models import Address
from api.vault import Vault, VaultError

BATCH = 200


def check_keys(engine: Engine, vault: Vault) -> None:
    """Raises VaultError when the database was written with other keys: serving would lose every citizen."""
    with reading(engine) as session:
        row = session.scalars(select(Address).order_by(Address.created_at).limit(1)).one_or_none()
        if row is None:
            return
        if vault.index(row.channel, row.unseal(vault, "address_sealed")) != row.blind_index:
            raise VaultError("the first encryption key is not the one this database was made with.")


def rotate_keys(engine: Engine, vault: Vault) -> int:
    """Seals again with the newest key all that an older one sealed; says how many values.

    By small transactions, so that the service goes on meanwhile; stopped half-way, it is simply run again.
    """
    return sum(
        _rotate_table(engine, vault, mapper.class_) for mapper in Base.registry.mappers if _sealed(mapper.class_)
    )


def _sealed(table: type[Base]) -> list[str]:
    names = table.__table__.columns.keys()
    return [name for name in names if name.endswith("_sealed")] if issubclass(table, Sealing) else []


def _rotate_table(engine: Engine, vault: Vault, table: type[Base]) -> int:
    with reading(engine) as session:
        ids = list(session.scalars(select(table.id)))  # type: ignore[attr-defined]
    done = 0
    for start in range(0, len(ids), BATCH):
        with writing(engine) as session:
            done += _rotate_rows(session, vault, table, ids[start : start + BATCH])
    return done


def _rotate_rows(session: Session, vault: Vault, table: type[Base], ids: list[object]) -> int:
    done = 0
    # Locked: a turn that changes a row meanwhile must not be undone by the value read before it.
    for row in session.scalars(select(table).where(table.id.in_(ids)).with_for_update()):  # type: ignore[attr-defined]
        assert isinstance(row, Sealing)
        for column in _sealed(table):
            blob = getattr(row, column)
            fresh = vault.rotate(blob, *row.context(column)) if blob else None
            if fresh is not None:
                setattr(row, column, fresh)
                done += 1
    return done
