"""Decides what a frozen period holds: every figure of every unit as it was counted, under the code and the name of that day."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, DateTime, ForeignKey, Identity, Index, Integer, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, BigId, Moment


class Snapshot(Base):
    """One period, frozen: a later revision never replaces an earlier one. `moment` is the instant before which all counts."""

    __tablename__ = "snapshot"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    period: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(Integer)
    day: Mapped[date] = mapped_column(Date)
    moment: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    actor: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    # The words of the definitions, notes and sources that the figures were published under.
    definitions: Mapped[list[Any]] = mapped_column(JSONB)
    notes: Mapped[list[Any]] = mapped_column(JSONB)
    sources: Mapped[list[Any]] = mapped_column(JSONB)
    figures: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(Text)
    taken_at: Mapped[Moment]
    __table_args__ = (
        # Serves: snapshots.find; a period is frozen once, then only as a new revision.
        UniqueConstraint("period", "revision"),
        CheckConstraint("revision >= 1", name="revision"),
        CheckConstraint("revision = 1 OR reason <> ''", name="reason"),
    )


class SnapshotFigure(Base):
    """The figures of a commune, of a province or of the country, as they were counted."""

    __tablename__ = "snapshot_figure"
    id: Mapped[BigId]
    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshot.id", ondelete="CASCADE"))
    level: Mapped[str] = mapped_column(Text)
    province_code: Mapped[str] = mapped_column(Text)
    unit_id: Mapped[int | None] = mapped_column(Integer)
    code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    line: Mapped[dict[str, Any]] = mapped_column(JSONB)
    __table_args__ = (
        # Serves: snapshots.report, trends.series.
        Index("ix_snapshot_figure_snapshot_id", "snapshot_id", "province_code"),
        CheckConstraint("level IN ('commune', 'province', 'country')", name="level"),
        CheckConstraint("(level = 'commune') = (unit_id IS NOT NULL)", name="unit_id"),
    )
