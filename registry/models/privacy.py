"""Decides what is kept of people where a deployment turns that on, whose data is restricted, and what is kept of breaches."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, Integer, LargeBinary, Text, Uuid, func, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, BigId


class Resident(Base):
    """Who lives behind a door: a name, a phone number, or both, each encrypted under a key that stands outside the database.

    The id is drawn before the row is written, for it is part of what is encrypted: a cell moved to another row cannot be read.
    """

    __tablename__ = "resident"
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    province_code: Mapped[str] = mapped_column(Text, primary_key=True)
    # With a household the door is the household's, wherever that moves to.
    address_id: Mapped[int] = mapped_column(BigInteger)
    household_id: Mapped[int | None] = mapped_column(BigInteger)
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    key_name: Mapped[str] = mapped_column(Text)
    created_batch_id: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())
    restricted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    __table_args__ = (
        # Serves: residents.of_door, import (who lived there by an earlier file).
        Index("ix_resident_address_id", "address_id"),
        # Serves: residents.of_household, import.
        Index("ix_resident_household_id", "household_id", postgresql_where=text("household_id IS NOT NULL")),
        CheckConstraint("name_sealed IS NOT NULL OR phone_sealed IS NOT NULL", name="something"),
        CheckConstraint("key_name <> ''", name="key_name"),
    )


class Restriction(Base):
    """A person asked that the data of a household or door be used no further: from when, why, and until when."""

    __tablename__ = "restriction"
    id: Mapped[BigId]
    province_code: Mapped[str] = mapped_column(Text)
    address_id: Mapped[int] = mapped_column(BigInteger)
    # Null: all households behind the door.
    household_id: Mapped[int | None] = mapped_column(BigInteger)
    actor: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())
    lifted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    lifted_by: Mapped[str] = mapped_column(Text, server_default="")
    __table_args__ = (
        # Serves: households.of_door, privacy restrict.
        Index("ix_restriction_address_id", "address_id", postgresql_where=text("lifted_at IS NULL")),
        CheckConstraint("actor <> '' AND reason <> ''", name="who_and_why"),
        CheckConstraint("(lifted_at IS NULL) = (lifted_by = '')", name="lifted"),
    )


class RestrictedRow(Base):
    """A kept row that names a restricted household: hidden from all but administrators while the restriction stands."""

    __tablename__ = "restricted_row"
    restriction_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("restriction.id"), primary_key=True)
    province_code: Mapped[str] = mapped_column(Text)
    batch_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    row_no: Mapped[int] = mapped_column(Integer, primary_key=True)


class Breach(Base):
    """A breach of personal data as it was found; what is done about it stands in its entries. Neither is ever changed."""

    __tablename__ = "breach"
    id: Mapped[BigId]
    detected_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    what: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())
    __table_args__ = (CheckConstraint("what <> '' AND actor <> ''", name="what"),)


class BreachEntry(Base):
    """One thing that was done or found: a note, the notification of the authority, the end."""

    __tablename__ = "breach_entry"
    id: Mapped[BigId]
    breach_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("breach.id"))
    kind: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())
    __table_args__ = (
        # Serves: breaches.listed.
        Index("ix_breach_entry_breach_id", "breach_id"),
        CheckConstraint("kind IN ('note', 'notified', 'closed')", name="kind"),
        CheckConstraint("words <> '' AND actor <> ''", name="words"),
    )
