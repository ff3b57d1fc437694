"""Decides what the national ledger holds: what a source said on a day of the addresses to be handed over, and of those that were."""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Identity, Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, Moment


class Ledger(Base):
    """One line of a source: a province of that day's map, or the whole country where `unit_id` is null; what it does not say is null."""

    __tablename__ = "ledger"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    as_of: Mapped[date] = mapped_column(Date)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    expected: Mapped[int | None] = mapped_column(BigInteger)
    handed_over: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    loaded_at: Mapped[Moment]
    __table_args__ = (
        # Serves: ledger.load and ledger.show; one line a day and unit.
        UniqueConstraint("as_of", "unit_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("state IN ('complete', 'partial', 'none')", name="state"),
        CheckConstraint("expected >= 0", name="expected"),
        CheckConstraint("handed_over >= 0", name="handed_over"),
        CheckConstraint("source <> ''", name="source"),
        CheckConstraint("expected IS NOT NULL OR handed_over IS NOT NULL OR state IS NOT NULL", name="says_something"),
    )
