"""Decides what a user's word on a wrong answer is: the question as it was masked, the right place, and what a reviewer made of it."""

from datetime import datetime
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, DateTime, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, BigId, Moment


class Feedback(Base):
    """One report; no address of a sender, no name, no phone number."""

    __tablename__ = "feedback"
    id: Mapped[BigId]
    kind: Mapped[str] = mapped_column(Text)
    query: Mapped[str] = mapped_column(Text)
    answered_code: Mapped[str | None] = mapped_column(Text)
    right_code: Mapped[str | None] = mapped_column(Text)
    right_text: Mapped[str | None] = mapped_column(Text)
    right_point: Mapped[Any | None] = mapped_column(Geometry("POINT", srid=4326, spatial_index=False))
    note: Mapped[str] = mapped_column(Text, server_default="")
    state: Mapped[str] = mapped_column(Text, server_default="open")
    received_at: Mapped[Moment]
    reviewed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    review_note: Mapped[str] = mapped_column(Text, server_default="")
    __table_args__ = (
        # Serves: feedback.reports, the open ones.
        Index("ix_feedback_open", "id", postgresql_where=text("state = 'open'")),
        CheckConstraint("kind IN ('wrong_door', 'wrong_commune', 'missing', 'other')", name="kind"),
        CheckConstraint("state IN ('open', 'accepted', 'refused')", name="state"),
        CheckConstraint("query <> '' AND length(query) <= 1000", name="query"),
        CheckConstraint("right_code IS NOT NULL OR coalesce(right_text, '') <> '' OR right_point IS NOT NULL", name="right_place"),
        CheckConstraint("(state = 'open') = (reviewed_at IS NULL)", name="reviewed_at"),
    )
