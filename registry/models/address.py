"""Decides what a door is: a place and a house path inside a commune, with a point, a status and who lives there."""

from datetime import datetime
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, BigId, Moment, ProvinceCode


class Place(Base):
    """What a house number hangs on inside one commune: a street, a named alley, a hamlet, an area or a building."""

    __tablename__ = "place"
    id: Mapped[BigId]
    commune_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    # The commune of before that a hamlet was recorded in: merged communes each had a Tổ dân phố 5 of their own. Of streets only where a
    # reform brought two of one name together that share a number, hence are two.
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    created_batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"))
    # By which rules the key was made (registry.text.FOLD_VERSION); `db upgrade` makes those of older rules anew.
    fold_version: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    __table_args__ = (
        # Serves: import (finding the place of a row), gazetteer; street names repeat, so identity needs the commune.
        UniqueConstraint("commune_id", "kind", "key", "origin_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("kind IN ('street', 'alley', 'hamlet', 'area', 'building')", name="kind"),
        CheckConstraint("key <> ''", name="key"),
    )


class Address(Base):
    """One deliverable door."""

    __tablename__ = "address"
    id: Mapped[BigId]
    province_code: Mapped[ProvinceCode]
    # No foreign keys on what a load writes by the million (migration 0004): its ids come out of joins, `db doctor` looks for orphans.
    commune_id: Mapped[int] = mapped_column(Integer)
    recorded_unit_id: Mapped[int] = mapped_column(Integer)
    place_id: Mapped[int | None] = mapped_column(BigInteger)
    hamlet_id: Mapped[int | None] = mapped_column(BigInteger)
    house_path: Mapped[str] = mapped_column(Text, server_default="")
    house_key: Mapped[str] = mapped_column(Text, server_default="")
    flat: Mapped[str] = mapped_column(Text, server_default="")
    flat_key: Mapped[str] = mapped_column(Text, server_default="")
    kind: Mapped[str] = mapped_column(Text)
    households: Mapped[int] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(Text)
    point: Mapped[Any] = mapped_column(Geometry("POINT", srid=4326, spatial_index=False))
    point_method: Mapped[str] = mapped_column(Text)
    accuracy_m: Mapped[float | None] = mapped_column(Float)
    original_x: Mapped[float] = mapped_column(Float)
    original_y: Mapped[float] = mapped_column(Float)
    original_crs: Mapped[str] = mapped_column(Text)
    recorded_text: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, server_default="")
    fold_version: Mapped[int] = mapped_column(SmallInteger)
    created_batch_id: Mapped[int | None] = mapped_column(BigInteger)
    updated_batch_id: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]
    retired_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    replaced_by: Mapped[int | None] = mapped_column(BigInteger)
    __table_args__ = (
        # Serves: match.find_doors, import matching; one live door for a place, path and flat.
        Index(
            "uq_address_door", "place_id", "house_key", "flat_key", "province_code", unique=True,
            postgresql_where=text("house_key <> '' AND retired_at IS NULL"),
        ),
        # Serves: match.find_alleys (prefix of a path: alley mouth) and the hamlet-only doors of a place.
        Index("ix_address_place_id_house_key", "place_id", "house_key", postgresql_ops={"house_key": "text_pattern_ops"}),
        # Serves: match on `number, hamlet` where the door hangs on a street of that hamlet.
        Index("ix_address_hamlet_id_house_key", "hamlet_id", "house_key", postgresql_where=text("hamlet_id IS NOT NULL")),
        # Serves: reverse, import matching by point, tiles.
        Index("ix_address_point", "point", postgresql_using="gist"),
        # Serves: coverage by commune.
        Index("ix_address_commune_id", "commune_id"),
        # Serves: a door that comes back after a complete list had retired it.
        Index("ix_address_retired", "place_id", "house_key", postgresql_where=text("retired_at IS NOT NULL")),
        # Serves: db doctor, which looks for doors that were replaced by one that is not there.
        Index("ix_address_replaced_by", "replaced_by", postgresql_where=text("replaced_by IS NOT NULL")),
        # No foreign key on replaced_by: a door is merged into one of its own province, but a reform may part the two (migration 0015).
        CheckConstraint("kind IN ('household', 'office', 'business', 'other')", name="kind"),
        CheckConstraint("status IN ('collected', 'complete', 'verified', 'notified', 'plated')", name="status"),
        CheckConstraint("households >= 0", name="households"),
        CheckConstraint("ST_X(point) BETWEEN 102 AND 118 AND ST_Y(point) BETWEEN 6 AND 24", name="point_in_vietnam"),
        CheckConstraint("replaced_by IS NULL OR retired_at IS NOT NULL", name="replaced_by"),
    )  # fmt: skip


class Household(Base):
    """Who lives behind a door, as the opaque reference of the source; no names, no phone numbers."""

    __tablename__ = "household"
    id: Mapped[BigId]
    address_id: Mapped[int] = mapped_column(BigInteger)
    province_code: Mapped[ProvinceCode]
    ref: Mapped[str] = mapped_column(Text)
    created_batch_id: Mapped[int | None] = mapped_column(BigInteger)
    __table_args__ = (
        # Serves: import (a reference lives behind one door only), hamlet doors without a number.
        UniqueConstraint("province_code", "ref"),
        # Serves: households of a door, coverage.
        Index("ix_household_address_id", "address_id"),
        CheckConstraint("ref <> ''", name="ref"),
    )


class DigitalAddress(Base):
    """The permanent code of a door; a row is never deleted, so that no code is issued twice."""

    __tablename__ = "digital_address"
    # The key holds a code unique inside a province; whoever inserts one looks for it in all (loaders/sql/match.sql), `db doctor` proves it.
    code: Mapped[str] = mapped_column(Text, primary_key=True)
    province_code: Mapped[ProvinceCode]
    scheme: Mapped[str] = mapped_column(Text)
    address_id: Mapped[int | None] = mapped_column(BigInteger)
    status: Mapped[str] = mapped_column(Text)
    batch_id: Mapped[int | None] = mapped_column(BigInteger)
    issued_at: Mapped[Moment]
    retired_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    replaced_by: Mapped[str | None] = mapped_column(Text)
    __table_args__ = (
        # Serves: the code of a door; one active code an address.
        Index("uq_digital_address_active", "address_id", "province_code", unique=True, postgresql_where=text("status = 'active'")),
        # Serves: the retired codes of a door.
        Index("ix_digital_address_retired", "address_id", postgresql_where=text("status = 'retired'")),
        CheckConstraint("scheme IN ('diachiso', 'ndas')", name="scheme"),
        CheckConstraint("status IN ('active', 'retired', 'withdrawn')", name="status"),
        CheckConstraint("(status = 'withdrawn') = (address_id IS NULL)", name="address"),
        CheckConstraint("(status = 'active') = (retired_at IS NULL)", name="retired_at"),
    )


class ExternalCode(Base):
    """Any other code by which a door is known: Vpostcode, a second NDAS code, plus code, land parcel."""

    __tablename__ = "external_code"
    id: Mapped[BigId]
    province_code: Mapped[ProvinceCode]
    scheme: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    address_id: Mapped[int] = mapped_column(BigInteger)
    batch_id: Mapped[int | None] = mapped_column(BigInteger)
    __table_args__ = (
        # Serves: lookup by an external code; a 3 m square may hold several doors, so the code alone is not unique.
        UniqueConstraint("code", "scheme", "address_id", "province_code"),
        # Serves: the codes of a door.
        Index("ix_external_code_address_id", "address_id"),
    )
