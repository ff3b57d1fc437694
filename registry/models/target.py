"""Decides what a plan's target and a population figure are: a number for a unit and a year, with the document that says so."""

from sqlalchemy import Boolean, CheckConstraint, Float, ForeignKey, Identity, Index, Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, Moment


class Target(Base):
    """What a plan wants of a unit in a year; `unit_id` is null for the whole country. `reported`: the state that the plan began from."""

    __tablename__ = "target"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    level: Mapped[str] = mapped_column(Text)
    indicator: Mapped[str] = mapped_column(Text)
    year: Mapped[int] = mapped_column(Integer)
    value: Mapped[float] = mapped_column(Float)
    sense: Mapped[str] = mapped_column(Text)
    measure: Mapped[str] = mapped_column(Text)
    # Which definition of coverage the document's words mean; empty for other indicators.
    definition: Mapped[str] = mapped_column(Text)
    reported: Mapped[bool] = mapped_column(Boolean)
    document: Mapped[str] = mapped_column(Text)
    article: Mapped[str] = mapped_column(Text)
    origin: Mapped[str] = mapped_column(Text)
    loaded_at: Mapped[Moment]
    __table_args__ = (
        # Serves: targets.load; a document says one number of a unit, an indicator and a year.
        UniqueConstraint("unit_id", "indicator", "year", "document", postgresql_nulls_not_distinct=True),
        CheckConstraint("level IN ('country', 'province')", name="level"),
        CheckConstraint("(level = 'country') = (unit_id IS NULL)", name="unit_id"),
        CheckConstraint("sense IN ('at_least', 'at_most')", name="sense"),
        CheckConstraint("value >= 0", name="value"),
        CheckConstraint("document <> '' AND article <> ''", name="document"),
        CheckConstraint("definition IN ('', 'a', 'b')", name="definition"),
        CheckConstraint("origin IN ('reference', 'file')", name="origin"),
    )


class Population(Base):
    """How many people a unit had in a year by a source; `unit_id` is null for the whole country."""

    __tablename__ = "population"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    year: Mapped[int] = mapped_column(Integer)
    people: Mapped[int] = mapped_column(Integer)
    estimated: Mapped[bool] = mapped_column(Boolean)
    source: Mapped[str] = mapped_column(Text)
    loaded_at: Mapped[Moment]
    __table_args__ = (
        # Serves: population.load; a source says one number of a unit and a year.
        UniqueConstraint("unit_id", "year", "source", postgresql_nulls_not_distinct=True),
        # Serves: infrastructure.indicators; the newest figure of a unit.
        Index("ix_population_unit_id", "unit_id", "year"),
        CheckConstraint("people >= 0", name="people"),
        CheckConstraint("source <> ''", name="source"),
    )
