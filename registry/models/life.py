"""Decides what is told of a door's life: one row for every act by hand on one door, with what stood there before."""

from datetime import date, datetime
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Date, DateTime, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, BigId


class LifeEvent(Base):
    """One act on one door: a merge is told of both doors, a split of all. The before-images stand in `change`.

    `place_id`, `house_key`, `flat_key` and `point` are those of the door before the act: a file that repeats what was corrected is known
    by them. `fields` holds what changed, by the words of a hand-over: name -> [was, is].
    """

    __tablename__ = "life_event"
    id: Mapped[BigId]
    province_code: Mapped[str] = mapped_column(Text, primary_key=True)
    address_id: Mapped[int] = mapped_column(BigInteger)
    code: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    happened_on: Mapped[date] = mapped_column(Date)
    others: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    fields: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    place_id: Mapped[int | None] = mapped_column(BigInteger)
    house_key: Mapped[str] = mapped_column(Text, server_default="")
    flat_key: Mapped[str] = mapped_column(Text, server_default="")
    point: Mapped[Any] = mapped_column(Geometry("POINT", srid=4326, spatial_index=False))
    actor: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    # The clock, not the start of the transaction: acts of a province wait for one another, and this is the order in which they came.
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))
    __table_args__ = (
        # Serves: history of a door, code show, import (was this door changed by hand), batch rollback.
        Index("ix_life_event_address_id", "address_id"),
        # Serves: import; rows that name a door as it was called before it was corrected.
        Index("ix_life_event_former", "place_id", "house_key", postgresql_where=text("kind IN ('amended', 'moved')")),
        CheckConstraint(
            "kind IN ('amended', 'moved', 'verified', 'notified', 'plated', 'merged', 'absorbed', 'split', 'split_from', 'retired',"
            " 'revived')",
            name="kind",
        ),
        CheckConstraint("actor <> '' AND reason <> ''", name="who_and_why"),
        CheckConstraint("kind NOT IN ('merged', 'absorbed', 'split', 'split_from') OR cardinality(others) > 0", name="others"),
    )
