"""The directory of places: public data, in clear, replaced as a whole by each import."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from api.base import Base

LONG_ID = 2_500  # merged duplicates of the national file join their ids


class PlaceRow(Base):
    """One place. What is searched by is a column; the rest of `mediation.place.Place` is in `about`, as JSON.

    `digest` says whether an import changes anything, `source_file` which file brought it.
    """

    __tablename__ = "places"
    __table_args__ = (Index("ix_places_lat_lon", "lat", "lon"), Index("ix_places_insee", "insee"))
    id: Mapped[str] = mapped_column(String(LONG_ID), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    insee: Mapped[str | None] = mapped_column(String(5))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    about: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))
    source_file: Mapped[str] = mapped_column(String(200))
    updated: Mapped[date | None]


class PlaceImport(Base):
    """One import that was carried out: what was read, kept, repaired, merged and refused."""

    __tablename__ = "place_imports"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    report: Mapped[dict[str, Any]] = mapped_column(JSON)
