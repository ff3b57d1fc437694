"""Decides how changes are numbered: one row a committed transaction, numbered in the order of the commits, and where the numbers stand."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import UUID as UUID_TYPE
from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, Integer, SmallInteger, func, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, BigId


class Feed(Base):
    """A transaction that changed doors, codes or units: its number and the range of its events; written by triggers (migration 0013).

    Events `first_event` to `last_event` are, in this order: `changes` rows of table change with this `feed_id`, by id; `doors` created by
    the batch, by row of the file; `codes` created with them, by row of the file. The numbers are null only inside the writing transaction.
    """

    __tablename__ = "feed"
    id: Mapped[BigId]
    no: Mapped[int | None] = mapped_column(BigInteger)
    first_event: Mapped[int | None] = mapped_column(BigInteger)
    last_event: Mapped[int | None] = mapped_column(BigInteger)
    changes: Mapped[int] = mapped_column(Integer, server_default="0")
    doors: Mapped[int] = mapped_column(Integer, server_default="0")
    codes: Mapped[int] = mapped_column(Integer, server_default="0")
    # The batch whose new doors and codes this transaction brought.
    batch_id: Mapped[int | None] = mapped_column(BigInteger)
    # Between which ids of table change its rows lie, among those of transactions that ran beside it.
    first_change: Mapped[int | None] = mapped_column(BigInteger)
    last_change: Mapped[int | None] = mapped_column(BigInteger)
    at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    __table_args__ = (
        # Serves: changes.read (the state of a door at the end of a transaction); two transactions never share a number.
        Index("uq_feed_no", "no", unique=True),
        # Serves: changes.read; from the number of an event to its transaction.
        Index("uq_feed_last_event", "last_event", unique=True),
        # Serves: changes.snapshot; what a batch created later was not there yet.
        Index("uq_feed_batch_id", "batch_id", unique=True, postgresql_where=text("batch_id IS NOT NULL")),
        CheckConstraint("last_event - first_event + 1 = changes + doors + codes", name="events"),
    )


class FeedHead(Base):
    """The one row that says how far the numbers have come, and which registry they are numbers of."""

    __tablename__ = "feed_head"
    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False, server_default="1")
    installation: Mapped[UUID] = mapped_column(UUID_TYPE(as_uuid=True), server_default=func.gen_random_uuid())
    no: Mapped[int] = mapped_column(BigInteger, server_default="0")
    event: Mapped[int] = mapped_column(BigInteger, server_default="0")
    __table_args__ = (CheckConstraint("id = 1", name="one"),)
