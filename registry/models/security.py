"""Decides what is kept of API keys and of the audit trail: never a key itself, and no row of the trail is ever changed."""

from datetime import date, datetime

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Date, DateTime, Index, Text, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, BigId, Moment

_GIVEN = "role IN ('courier', 'province_officer', 'reporter', 'auditor', 'administrator')"


class ApiKey(Base):
    """One key: found by its prefix, proved by its digest; `provinces` null is the whole country."""

    __tablename__ = "api_key"
    id: Mapped[BigId]
    prefix: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text)
    holder: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    provinces: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    created_at: Mapped[Moment]
    created_by: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    # The key that took its place; both hold until this one expires.
    rotated_to: Mapped[int | None] = mapped_column(BigInteger)
    # The day is enough to find keys that nobody uses; the hour would tell when somebody works.
    last_used_on: Mapped[date | None] = mapped_column(Date)
    __table_args__ = (
        # Serves: keys.find, at every request that comes with a key the process has not just seen.
        UniqueConstraint("prefix"),
        CheckConstraint(_GIVEN, name="role"),
        CheckConstraint("provinces IS NULL OR cardinality(provinces) > 0", name="provinces"),
        CheckConstraint("role <> 'province_officer' OR provinces IS NOT NULL", name="officer"),
        CheckConstraint("length(digest) = 64", name="digest"),
        CheckConstraint("holder <> '' AND created_by <> ''", name="holder"),
    )


class Audit(Base):
    """One thing that somebody did to records, or read of households: who, when, what for. Rows are only ever added."""

    __tablename__ = "audit"
    id: Mapped[BigId]
    # The clock, not the start of the transaction.
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.clock_timestamp())
    actor: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    entity: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text, server_default="")
    provinces: Mapped[str] = mapped_column(Text, server_default="")
    purpose: Mapped[str] = mapped_column(Text, server_default="")
    request_id: Mapped[str] = mapped_column(Text, server_default="")
    __table_args__ = (
        # Serves: audit.listed, by day.
        Index("ix_audit_at", "at"),
        CheckConstraint("actor <> '' AND entity <> ''", name="who_and_what"),
        CheckConstraint("action IN ('insert', 'update', 'delete', 'read', 'export', 'erase', 'restrict', 'lift', 'purge')", name="action"),
        # Whoever reads of households says what for.
        CheckConstraint(text("action <> 'read' OR purpose <> ''"), name="purpose"),
    )
