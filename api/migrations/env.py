"""Runs the migrations on the connection given by `api.db`."""

from __future__ import annotations

from alembic import context

from api.base import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
