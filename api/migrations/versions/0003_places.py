"""The directory of places, and the imports that filled it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Empty tables: `allo places import` fills them."""
    _places()
    op.create_table(
        "place_imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_place_imports"),
    )


def downgrade() -> None:
    """Without them; the files can be imported again."""
    op.drop_table("place_imports")
    op.drop_table("places")


def _places() -> None:
    op.create_table(
        "places",
        sa.Column("id", sa.String(length=2_500), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("insee", sa.String(length=5), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("source_file", sa.String(length=200), nullable=False),
        sa.Column("updated", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_places"),
    )
    op.create_index("ix_places_lat_lon", "places", ["lat", "lon"])
    op.create_index("ix_places_insee", "places", ["insee"])
