"""Decides what a proposed correction is: a door as it was seen, what is said to be right, and what the province made of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, BigId, Moment


class Correction(Base):
    """One proposal; nothing of it holds until the province accepts it, and nothing in it names or reaches a person.

    `proposed` holds what is right by the words of a hand-over (so_nha, duong, thon_to …), besides `toa_do`, `trung` (the code of the door
    that this one repeats) and `khong_con` (the door is gone); `seen` the same fields as the registry had them that day.
    """

    __tablename__ = "correction"
    id: Mapped[BigId]
    province_code: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    address_id: Mapped[int] = mapped_column(BigInteger)
    proposed: Mapped[dict[str, Any]] = mapped_column(JSONB)
    seen: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, server_default="waiting")
    proposed_by: Mapped[str] = mapped_column(Text, server_default="")
    proposed_at: Mapped[Moment]
    decided_by: Mapped[str] = mapped_column(Text, server_default="")
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decision: Mapped[str] = mapped_column(Text, server_default="")
    feedback_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("feedback.id"))
    __table_args__ = (
        # Serves: corrections.waiting, those of a province, oldest first.
        Index("ix_correction_waiting", "province_code", "id", postgresql_where=text("state = 'waiting'")),
        CheckConstraint("state IN ('waiting', 'accepted', 'refused')", name="state"),
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided_at"),
        CheckConstraint("state = 'waiting' OR decided_by <> ''", name="decided_by"),
        CheckConstraint("state <> 'refused' OR decision <> ''", name="refused"),
        CheckConstraint("proposed <> '{}' AND reason <> ''", name="proposed"),
    )
