"""Decides what a postal service point is: an office or a commune's post and culture point, with its equipment."""

from sqlalchemy import Boolean, ForeignKey, Index, Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, BigId


class ServicePoint(Base):
    """One point of service as a plan or list names it, placed in today's commune."""

    __tablename__ = "service_point"
    id: Mapped[BigId]
    province_code: Mapped[str] = mapped_column(Text)
    commune_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    recorded_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    code: Mapped[str | None] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    recorded_name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    building: Mapped[str | None] = mapped_column(Text)
    internet: Mapped[bool] = mapped_column(Boolean)
    multi_service: Mapped[bool] = mapped_column(Boolean)
    # Whether somebody serves there; null where the list does not say.
    staffed: Mapped[bool | None] = mapped_column(Boolean)
    planned: Mapped[bool] = mapped_column(Boolean)
    year: Mapped[int] = mapped_column(Integer)
    source: Mapped[str] = mapped_column(Text)
    __table_args__ = (
        # Serves: loading the same list twice changes nothing.
        UniqueConstraint("recorded_unit_id", "recorded_name", "source"),
        # Serves: points of a commune.
        Index("ix_service_point_commune_id", "commune_id"),
    )
