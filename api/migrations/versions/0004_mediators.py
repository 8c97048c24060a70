"""The mediators: accounts, sessions and journal, the life of a case, and what a person in charge says and hears."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

LONG_ID = 2_500
KEPT_DAYS = 180  # before which nobody, not even the purge, can delete a line of the journal
MOMENT = sa.DateTime(timezone=True)
ID = sa.String(length=80)


def upgrade() -> None:
    """Accounts first: cases and messages point to them."""
    for create in (
        _mediators,
        _mediator_places,
        _console_sessions,
        _journal,
        _more_of_a_case,
        _case_moves,
        _case_notes,
    ):
        create()
    _said_by_a_person()


def downgrade() -> None:
    """Without them: cases are again only open or closed."""
    with op.batch_alter_table("deliveries") as table:
        table.drop_index("ix_deliveries_message_id")
        table.drop_constraint("fk_deliveries_message_id_messages", type_="foreignkey")
        table.drop_column("message_id")
    with op.batch_alter_table("messages") as table:
        table.drop_index("ix_messages_case_id")
        table.drop_constraint("fk_messages_case_id_handoffs", type_="foreignkey")
        table.drop_constraint("fk_messages_mediator_id_mediators", type_="foreignkey")
        for column in ("case_id", "mediator_id", "seen_at"):
            table.drop_column(column)
    op.drop_table("case_notes")
    op.drop_table("case_moves")
    with op.batch_alter_table("handoffs") as table:
        for index in ("ix_handoffs_waiting", "ix_handoffs_place_id", "ix_handoffs_mediator_id"):
            table.drop_index(index)
        table.drop_constraint("fk_handoffs_mediator_id_mediators", type_="foreignkey")
        table.drop_constraint("uq_handoffs_code_digest", type_="unique")
        for added in _of_a_case():
            table.drop_column(added.name)
    _journal_may_be_dropped()
    for name in ("journal", "console_sessions", "mediator_places", "mediators"):
        op.drop_table(name)


def _mediators() -> None:
    op.create_table(
        "mediators",
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("first_name", ID, nullable=False),
        sa.Column("last_name", ID, nullable=False),
        sa.Column("role", ID, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("territory", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.String(length=300), nullable=True),
        sa.Column("totp_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("totp_step", sa.Integer(), nullable=True),
        sa.Column("oidc_subject", sa.String(length=255), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", MOMENT, nullable=True),
        sa.Column("invite_digest", ID, nullable=True),
        sa.Column("invite_until", MOMENT, nullable=True),
        sa.Column("available", sa.Boolean(), nullable=False),
        sa.Column("present_until", MOMENT, nullable=True),
        sa.Column("alert", ID, nullable=False),
        sa.Column("alert_phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mediators"),
        sa.UniqueConstraint("email", name="uq_mediators_email"),
        sa.UniqueConstraint("invite_digest", name="uq_mediators_invite_digest"),
        sa.UniqueConstraint("oidc_subject", name="uq_mediators_oidc_subject"),
    )


def _mediator_places() -> None:
    op.create_table(
        "mediator_places",
        sa.Column("mediator_id", sa.Uuid(), nullable=False),
        sa.Column("place_id", sa.String(length=LONG_ID), nullable=False),
        sa.ForeignKeyConstraint(
            ["mediator_id"], ["mediators.id"], name="fk_mediator_places_mediator_id_mediators", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mediator_id", "place_id", name="pk_mediator_places"),
    )
    op.create_index("ix_mediator_places_place_id", "mediator_places", ["place_id"])


def _console_sessions() -> None:
    op.create_table(
        "console_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("digest", ID, nullable=False),
        sa.Column("mediator_id", sa.Uuid(), nullable=False),
        sa.Column("second_factor", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["mediator_id"], ["mediators.id"], name="fk_console_sessions_mediator_id_mediators", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_console_sessions"),
        sa.UniqueConstraint("digest", name="uq_console_sessions_digest"),
    )
    op.create_index("ix_console_sessions_mediator_id", "console_sessions", ["mediator_id"])
    op.create_index("ix_console_sessions_expires_at", "console_sessions", ["expires_at"])


def _journal() -> None:
    op.create_table(
        "journal",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("mediator_id", sa.Uuid(), nullable=True),
        sa.Column("who", sa.String(length=254), nullable=False),
        sa.Column("action", ID, nullable=False),
        sa.Column("handoff_id", sa.Uuid(), nullable=True),
        sa.Column("detail", ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_journal"),
    )
    op.create_index("ix_journal_at", "journal", ["at"])
    op.create_index("ix_journal_handoff_id", "journal", ["handoff_id"])
    for statement in SQLITE_GUARDS if op.get_bind().dialect.name == "sqlite" else POSTGRES_GUARDS:
        op.execute(statement)


SQLITE_GUARDS = (
    "CREATE TRIGGER journal_is_not_changed BEFORE UPDATE ON journal "
    "BEGIN SELECT RAISE(ABORT, 'the journal is only added to'); END",
    "CREATE TRIGGER journal_is_not_deleted BEFORE DELETE ON journal "
    f"WHEN OLD.at > datetime('now', '-{KEPT_DAYS} days') "
    "BEGIN SELECT RAISE(ABORT, 'the journal is only added to'); END",
    # INSERT OR REPLACE deletes without the trigger above.
    "CREATE TRIGGER journal_is_not_replaced BEFORE INSERT ON journal "
    "WHEN EXISTS (SELECT 1 FROM journal WHERE id = NEW.id) "
    "BEGIN SELECT RAISE(ABORT, 'the journal is only added to'); END",
)
POSTGRES_GUARDS = (
    "CREATE FUNCTION journal_is_only_added_to() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF TG_OP = 'DELETE' AND OLD.at < now() - interval '{KEPT_DAYS} days' THEN RETURN OLD; END IF; "
    "RAISE EXCEPTION 'the journal is only added to'; END $$",
    "CREATE TRIGGER journal_guard BEFORE UPDATE OR DELETE ON journal "
    "FOR EACH ROW EXECUTE FUNCTION journal_is_only_added_to()",
    "CREATE TRIGGER journal_truncate_guard BEFORE TRUNCATE ON journal "
    "FOR EACH STATEMENT EXECUTE FUNCTION journal_is_only_added_to()",
)


def _journal_may_be_dropped() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER journal_is_not_replaced")
        op.execute("DROP TRIGGER journal_is_not_deleted")
        op.execute("DROP TRIGGER journal_is_not_changed")
    else:
        op.execute("DROP TRIGGER journal_truncate_guard ON journal")
        op.execute("DROP TRIGGER journal_guard ON journal")
        op.execute("DROP FUNCTION journal_is_only_added_to()")


def _of_a_case() -> list[sa.Column[object]]:
    return [
        sa.Column("procedure", ID, nullable=True),
        sa.Column("step", sa.String(length=240), nullable=True),
        sa.Column("mode", ID, nullable=True),
        sa.Column("consent", ID, nullable=True),
        sa.Column("callback_on", sa.Date(), nullable=True),
        sa.Column("callback_half", ID, nullable=True),
        sa.Column("place_id", sa.String(length=LONG_ID), nullable=True),
        sa.Column("mediator_id", sa.Uuid(), nullable=True),
        sa.Column("taken_at", MOMENT, nullable=True),
        sa.Column("answer_by", MOMENT, nullable=True),
        sa.Column("rung", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("late_since", MOMENT, nullable=True),
        sa.Column("heard_at", MOMENT, nullable=True),
        sa.Column("spoken_at", MOMENT, nullable=True),
        sa.Column("code_digest", ID, nullable=True),
        sa.Column("closing", ID, nullable=True),
        sa.Column("report_sealed", sa.LargeBinary(), nullable=True),
    ]


def _more_of_a_case() -> None:
    with op.batch_alter_table("handoffs") as table:
        for column in _of_a_case():
            table.add_column(column)
        table.create_foreign_key(
            "fk_handoffs_mediator_id_mediators", "mediators", ["mediator_id"], ["id"], ondelete="SET NULL"
        )
        table.create_unique_constraint("uq_handoffs_code_digest", ["code_digest"])
    op.create_index("ix_handoffs_waiting", "handoffs", ["status", "answer_by"])
    op.create_index("ix_handoffs_place_id", "handoffs", ["place_id"])
    op.create_index("ix_handoffs_mediator_id", "handoffs", ["mediator_id"])


def _case_moves() -> None:
    op.create_table(
        "case_moves",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("handoff_id", sa.Uuid(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kind", ID, nullable=False),
        sa.Column("mediator_id", sa.Uuid(), nullable=True),
        sa.Column("place_id", sa.String(length=LONG_ID), nullable=True),
        sa.Column("detail", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoffs.id"], name="fk_case_moves_handoff_id_handoffs", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["mediator_id"], ["mediators.id"], name="fk_case_moves_mediator_id_mediators", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_case_moves"),
    )
    op.create_index("ix_case_moves_handoff_id", "case_moves", ["handoff_id"])
    op.create_index("ix_case_moves_mediator_id", "case_moves", ["mediator_id"])


def _case_notes() -> None:
    op.create_table(
        "case_notes",
        sa.Column("handoff_id", sa.Uuid(), nullable=False),
        sa.Column("mediator_id", sa.Uuid(), nullable=True),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoffs.id"], name="fk_case_notes_handoff_id_handoffs", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["mediator_id"], ["mediators.id"], name="fk_case_notes_mediator_id_mediators", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_case_notes"),
    )
    op.create_index("ix_case_notes_handoff_id", "case_notes", ["handoff_id"])
    op.create_index("ix_case_notes_mediator_id", "case_notes", ["mediator_id"])


def _said_by_a_person() -> None:
    with op.batch_alter_table("messages") as table:
        for name in ("case_id", "mediator_id"):
            table.add_column(sa.Column(name, sa.Uuid(), nullable=True))
        table.add_column(sa.Column("seen_at", MOMENT, nullable=True))
        table.create_foreign_key("fk_messages_case_id_handoffs", "handoffs", ["case_id"], ["id"], ondelete="SET NULL")
        table.create_foreign_key(
            "fk_messages_mediator_id_mediators", "mediators", ["mediator_id"], ["id"], ondelete="SET NULL"
        )
    op.create_index("ix_messages_case_id", "messages", ["case_id"])
    with op.batch_alter_table("deliveries") as table:
        table.add_column(sa.Column("message_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(
            "fk_deliveries_message_id_messages", "messages", ["message_id"], ["id"], ondelete="SET NULL"
        )
    op.create_index("ix_deliveries_message_id", "deliveries", ["message_id"])
