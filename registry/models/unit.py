"""Decides how administrative units live in time: identity is level, code and validity; a reform adds rows, never updates."""

from datetime import date
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import ARRAY, Boolean, CheckConstraint, Computed, Date, Float, ForeignKey, Identity, Index, Integer, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, Moment


class Unit(Base):
    """A province, district (until 2025-06-30) or commune in force over a range of days."""

    __tablename__ = "unit"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    level: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    full_name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    parent_code: Mapped[str | None] = mapped_column(Text)
    province_code: Mapped[str] = mapped_column(Text)
    postal_code: Mapped[str | None] = mapped_column(Text)
    valid: Mapped[Range[date]] = mapped_column(DATERANGE)
    centre: Mapped[Any | None] = mapped_column(Geometry("POINT", srid=4326, spatial_index=False))
    area_km2: Mapped[float | None] = mapped_column(Float)
    population: Mapped[int | None] = mapped_column(Integer)
    source: Mapped[str] = mapped_column(Text)
    in_force: Mapped[bool] = mapped_column(Boolean, Computed("upper_inf(valid)", persisted=True))
    # The reform that made the unit; null where the reference tables know it.
    reform_id: Mapped[int | None] = mapped_column(ForeignKey("reform.id"))
    __table_args__ = (
        # Serves: identity in time; no two units share a code on one day, although codes are reused across reforms.
        ExcludeConstraint(("level", "="), ("code", "="), ("valid", "&&"), using="gist", name="ex_unit_code_valid"),
        CheckConstraint("level IN ('province', 'district', 'commune')", name="level"),
        CheckConstraint("postal_code ~ '^[0-9]{5}$'", name="postal_code"),
        CheckConstraint("NOT isempty(valid)", name="valid"),
        # Serves: units.children, coverage by province.
        Index("ix_unit_province_code_level", "province_code", "level"),
    )


class UnitBoundary(Base):
    """The area of a unit, EPSG:4326; approximate ones are Voronoi cells of the known centres."""

    __tablename__ = "unit_boundary"
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="CASCADE"), primary_key=True)
    geom: Mapped[Any] = mapped_column(Geometry("MULTIPOLYGON", srid=4326, spatial_index=False))
    approximate: Mapped[bool] = mapped_column(Boolean)
    source: Mapped[str] = mapped_column(Text)
    loaded_at: Mapped[Moment]
    __table_args__ = (
        # Serves: point in commune (import checks, reverse), vector tiles.
        Index("ix_unit_boundary_geom", "geom", postgresql_using="gist"),
    )


class Succession(Base):
    """Which unit became which on a day, whole or in part; `all_people` marks a part that took the whole population."""

    __tablename__ = "succession"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    predecessor_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="CASCADE"))
    successor_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    all_people: Mapped[bool] = mapped_column(Boolean)
    effective: Mapped[date] = mapped_column(Date)
    note: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    reform_id: Mapped[int | None] = mapped_column(ForeignKey("reform.id"))
    __table_args__ = (
        # Serves: succession.successors, and one row a pair.
        UniqueConstraint("predecessor_id", "successor_id"),
        CheckConstraint("kind IN ('whole', 'part')", name="kind"),
        # Serves: succession.predecessors.
        Index("ix_succession_successor_id", "successor_id"),
    )


class FormerUnit(Base):
    """A commune name and code seen in the change records since 2004: evidence for old addresses, no unit of its own."""

    __tablename__ = "former_unit"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(Text)
    full_name: Mapped[str] = mapped_column(Text)
    district: Mapped[str] = mapped_column(Text)
    province: Mapped[str] = mapped_column(Text)
    first_seen: Mapped[date] = mapped_column(Date)
    last_seen: Mapped[date] = mapped_column(Date)
    old_codes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    new_codes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    source: Mapped[str] = mapped_column(Text)
    __table_args__ = (
        # Serves: units.show on a day before the tables of 2025 begin.
        Index("ix_former_unit_code", "code"),
    )


class PlaceName(Base):
    """A street or hamlet name known in a district or commune of some day, with no door yet: vocabulary for the matcher."""

    __tablename__ = "place_name"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    province_code: Mapped[str] = mapped_column(Text)
    district_code: Mapped[str] = mapped_column(Text)
    commune_code: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)


class Baseline(Base):
    """How many households and people a unit has by a statistical source at a date; `unit_id` is null for units of 2019."""

    __tablename__ = "baseline"
    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id", ondelete="CASCADE"))
    level: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    units_as_of: Mapped[date] = mapped_column(Date)
    counted_on: Mapped[date] = mapped_column(Date)
    households: Mapped[int | None] = mapped_column(Integer)
    population: Mapped[int | None] = mapped_column(Integer)
    estimated: Mapped[bool] = mapped_column(Boolean)
    method: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    # The first day on which coverage may use the figure; null: on every day, as the census of the reference tables.
    known_since: Mapped[date | None] = mapped_column(Date)
    loaded_at: Mapped[Moment]
    __table_args__ = (
        # Serves: one figure a unit, geography, source and day of counting.
        UniqueConstraint("level", "code", "units_as_of", "source", "counted_on"),
        # Serves: coverage.
        Index("ix_baseline_unit_id", "unit_id"),
    )
