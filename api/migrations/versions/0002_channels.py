"""The tables of the channels: deliveries, refusals, codes to go on elsewhere, requests seen, calls."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ("deliveries", "opt_outs", "link_codes", "link_tries", "seen", "calls")


def upgrade() -> None:
    """What is sent apart from a response, and what the channels must remember."""
    for create in (_deliveries, _opt_outs, _link_codes, _link_tries, _seen, _calls):
        create()


def downgrade() -> None:
    """Without them; what still had to be sent is lost."""
    for table in reversed(TABLES):
        op.drop_table(table)  # its indexes go with it


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("citizen_id", sa.Uuid(), nullable=True),
        sa.Column("person", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("asked_for", sa.Boolean(), nullable=False),
        sa.Column("to_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=80), nullable=False),
        sa.Column("provider_id", sa.String(length=80), nullable=True),
        sa.Column("error", sa.String(length=80), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("doubts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizens.id"], name="fk_deliveries_citizen_id_citizens", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("person", "sequence", name="uq_deliveries_person_sequence"),
    )
    op.create_index("ix_deliveries_citizen_id", "deliveries", ["citizen_id"])
    op.create_index("ix_deliveries_created_at", "deliveries", ["created_at"])
    op.create_index("ix_deliveries_provider_id", "deliveries", ["provider_id"])
    op.create_index("ix_deliveries_waiting", "deliveries", ["state", "not_before"])


def _opt_outs() -> None:
    op.create_table(
        "opt_outs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("blind_index", sa.String(length=80), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_opt_outs"),
        sa.UniqueConstraint("blind_index", name="uq_opt_outs_blind_index"),
    )


def _link_codes() -> None:
    op.create_table(
        "link_codes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizens.id"], name="fk_link_codes_citizen_id_citizens", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_link_codes"),
        sa.UniqueConstraint("digest", name="uq_link_codes_digest"),
    )
    op.create_index("ix_link_codes_citizen_id", "link_codes", ["citizen_id"])
    op.create_index("ix_link_codes_expires_at", "link_codes", ["expires_at"])


def _link_tries() -> None:
    op.create_table(
        "link_tries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("blind_index", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_link_tries"),
    )
    op.create_index("ix_link_tries_at", "link_tries", ["at"])
    op.create_index("ix_link_tries_blind_index", "link_tries", ["blind_index"])


def _seen() -> None:
    op.create_table(
        "seen",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_seen"),
        sa.UniqueConstraint("digest", name="uq_seen_digest"),
    )
    op.create_index("ix_seen_at", "seen", ["at"])


def _calls() -> None:
    op.create_table(
        "calls",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=True),
        sa.Column("sid", sa.String(length=80), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("transfer", sa.String(length=80), nullable=True),
        sa.Column("transfers", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["citizen_id"], ["citizens.id"], name="fk_calls_citizen_id_citizens", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
        sa.UniqueConstraint("sid", name="uq_calls_sid"),
    )
    op.create_index("ix_calls_citizen_id", "calls", ["citizen_id"])
    op.create_index("ix_calls_started_at", "calls", ["started_at"])
