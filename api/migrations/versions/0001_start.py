"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The first tables, those that others point to first."""
    for create in (_citizens, _receipts, _addresses, _conversations, _events, _handoffs, _messages, _runs):
        create()


def downgrade() -> None:
    """An empty database."""
    op.drop_index("uq_runs_live", table_name="runs")
    op.drop_index("ix_runs_ended_at", table_name="runs")
    op.drop_index("ix_runs_citizen_id", table_name="runs")
    op.drop_table("runs")
    op.drop_index("ix_messages_in_reply_to", table_name="messages")
    op.drop_index("ix_messages_at", table_name="messages")
    op.drop_table("messages")
    op.drop_index("uq_handoffs_open", table_name="handoffs")
    op.drop_index("ix_handoffs_closed_at", table_name="handoffs")
    op.drop_index("ix_handoffs_citizen_id", table_name="handoffs")
    op.drop_table("handoffs")
    op.drop_index("ix_events_kind", table_name="events")
    op.drop_index("ix_events_citizen_id", table_name="events")
    op.drop_index("ix_events_at", table_name="events")
    op.drop_table("events")
    op.drop_index("ix_conversations_updated_at", table_name="conversations")
    op.drop_table("conversations")
    op.drop_index("ix_addresses_citizen_id", table_name="addresses")
    op.drop_table("addresses")
    op.drop_index("ix_receipts_at", table_name="receipts")
    op.drop_table("receipts")
    op.drop_table("citizens")


def _citizens() -> None:
    op.create_table(
        "citizens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_citizens"),
    )


def _receipts() -> None:
    op.create_table(
        "receipts",
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("reply_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_receipts"),
        sa.UniqueConstraint("digest", name="uq_receipts_digest"),
    )
    op.create_index("ix_receipts_at", "receipts", ["at"], unique=False)


def _addresses() -> None:
    op.create_table(
        "addresses",
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=80), nullable=False),
        sa.Column("blind_index", sa.String(length=80), nullable=False),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizens.id"], name="fk_addresses_citizen_id_citizens", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_addresses"),
        sa.UniqueConstraint("blind_index", name="uq_addresses_blind_index"),
    )
    op.create_index("ix_addresses_citizen_id", "addresses", ["citizen_id"], unique=False)


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.String(length=80), nullable=False),
        sa.Column("talk_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizens.id"], name="fk_conversations_citizen_id_citizens", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
        sa.UniqueConstraint("citizen_id", name="uq_conversations_citizen_id"),
    )
    op.create_index("ix_conversations_updated_at", "conversations", ["updated_at"], unique=False)


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("procedure", sa.String(length=80), nullable=True),
        sa.Column("step", sa.String(length=240), nullable=True),
        sa.Column("detail", sa.String(length=80), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizens.id"], name="fk_events_citizen_id_citizens", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
    )
    op.create_index("ix_events_at", "events", ["at"], unique=False)
    op.create_index("ix_events_citizen_id", "events", ["citizen_id"], unique=False)
    op.create_index("ix_events_kind", "events", ["kind"], unique=False)


def _handoffs() -> None:
    op.create_table(
        "handoffs",
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=80), nullable=False),
        sa.Column("recap_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("answers_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizens.id"], name="fk_handoffs_citizen_id_citizens", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_handoffs"),
    )
    op.create_index("ix_handoffs_citizen_id", "handoffs", ["citizen_id"], unique=False)
    op.create_index("ix_handoffs_closed_at", "handoffs", ["closed_at"], unique=False)
    op.create_index(
        "uq_handoffs_open",
        "handoffs",
        ["citizen_id"],
        unique=True,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("direction", sa.String(length=80), nullable=False),
        sa.Column("channel", sa.String(length=80), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("receipt", sa.String(length=80), nullable=True),
        sa.Column("in_reply_to", sa.Uuid(), nullable=True),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("reply_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizens.id"], name="fk_messages_citizen_id_citizens", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["in_reply_to"], ["messages.id"], name="fk_messages_in_reply_to_messages", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.UniqueConstraint("citizen_id", "turn", "position", name="uq_messages_citizen_id_turn_position"),
        sa.UniqueConstraint("receipt", name="uq_messages_receipt"),
    )
    op.create_index("ix_messages_at", "messages", ["at"], unique=False)
    op.create_index("ix_messages_in_reply_to", "messages", ["in_reply_to"], unique=False)


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("procedure", sa.String(length=80), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("step", sa.String(length=240), nullable=True),
        sa.Column("status", sa.String(length=80), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answers_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizens.id"], name="fk_runs_citizen_id_citizens", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_index("ix_runs_citizen_id", "runs", ["citizen_id"], unique=False)
    op.create_index("ix_runs_ended_at", "runs", ["ended_at"], unique=False)
    op.create_index(
        "uq_runs_live",
        "runs",
        ["citizen_id", "procedure"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
