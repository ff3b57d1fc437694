"""Decides what is kept of a reform: the table that was applied and by whom, and the doors that wait for an officer's word."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Date, DateTime, ForeignKey, Identity, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, Moment


class Reform(Base):
    """One day of one succession table, applied: its file, its ground, and how many units and doors it touched."""

    __tablename__ = "reform"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    effective: Mapped[date] = mapped_column(Date)
    file_name: Mapped[str] = mapped_column(Text)
    file_sha256: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    applied_at: Mapped[Moment]
    __table_args__ = (
        CheckConstraint("actor <> ''", name="actor"),
        CheckConstraint("reason <> ''", name="reason"),
    )


class ReformWaiting(Base):
    """A door of a split commune that neither its point nor its record decides: it stays in the unit that was, until an officer decides."""

    __tablename__ = "reform_waiting"
    address_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    province_code: Mapped[str] = mapped_column(Text)
    reform_id: Mapped[int] = mapped_column(ForeignKey("reform.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(Integer)
    candidates: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    why: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    chosen_id: Mapped[int | None] = mapped_column(Integer)
    __table_args__ = (
        # Serves: reform waiting and decide, coverage of doors in units that are no more, the gazetteer.
        Index("ix_reform_waiting_open", "unit_id", postgresql_where=text("decided_at IS NULL")),
        CheckConstraint("why IN ('no_area', 'outside', 'near_border', 'overlap')", name="why"),
        CheckConstraint("(decided_at IS NULL) = (chosen_id IS NULL)", name="decided"),
    )
