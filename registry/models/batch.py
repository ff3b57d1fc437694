"""Decides what is remembered of a handed-over file: its fate, the outcome of every row, and what it changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, DateTime, ForeignKey, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, BigId, Moment, ProvinceCode


class Batch(Base):
    """One handed-over file: received, staged, checked, committed or rejected, later perhaps rolled back."""

    __tablename__ = "batch"
    id: Mapped[BigId]
    state: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    file_sha256: Mapped[str] = mapped_column(Text)
    file_bytes: Mapped[int] = mapped_column(BigInteger)
    options: Mapped[dict[str, Any]] = mapped_column(JSONB)
    province_code: Mapped[str | None] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    rows: Mapped[int] = mapped_column(Integer, server_default="0")
    accepted_new: Mapped[int] = mapped_column(Integer, server_default="0")
    accepted_changed: Mapped[int] = mapped_column(Integer, server_default="0")
    accepted_same: Mapped[int] = mapped_column(Integer, server_default="0")
    incomplete: Mapped[int] = mapped_column(Integer, server_default="0")
    duplicate: Mapped[int] = mapped_column(Integer, server_default="0")
    rejected: Mapped[int] = mapped_column(Integer, server_default="0")
    issues: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")
    notes: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")
    received_at: Mapped[Moment]
    committed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    rolled_back_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    __table_args__ = (
        # Serves: import; the same bytes read in the same way are a no-op.
        Index("uq_batch_file", "file_sha256", text("md5(options::text)"), unique=True, postgresql_where=text("state = 'committed'")),
        CheckConstraint("state IN ('received', 'staged', 'checked', 'committed', 'rejected', 'rolled_back')", name="state"),
        CheckConstraint(
            "state NOT IN ('committed', 'rolled_back') OR"
            " rows = accepted_new + accepted_changed + accepted_same + incomplete + duplicate + rejected",
            name="counts",
        ),
    )


class BatchRow(Base):
    """The outcome of one row; the raw cells are kept whenever the row did not enter the registry."""

    __tablename__ = "batch_row"
    batch_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    row_no: Mapped[int] = mapped_column(Integer, primary_key=True)
    # Of an accepted row that of its door, of a kept row that of its batch (registry.distribution).
    province_code: Mapped[ProvinceCode]
    outcome: Mapped[str] = mapped_column(Text)
    change: Mapped[str | None] = mapped_column(Text)
    issues: Mapped[list[str]] = mapped_column(ARRAY(Text))
    details: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    address_id: Mapped[int | None] = mapped_column(BigInteger)
    code: Mapped[str | None] = mapped_column(Text)
    raw: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    # The later batch that brought this kept row in, mended; and for a row of such a batch, the kept row that it mends.
    resolved_by: Mapped[int | None] = mapped_column(BigInteger)
    origin_batch: Mapped[int | None] = mapped_column(BigInteger)
    origin_row: Mapped[int | None] = mapped_column(Integer)
    __table_args__ = (
        # Serves: quarantine list, export and resubmit.
        Index("ix_batch_row_kept", "batch_id", "row_no", postgresql_where=text("outcome <> 'accepted'")),
        # Serves: batch rollback.
        Index("ix_batch_row_resolved_by", "resolved_by", postgresql_where=text("resolved_by IS NOT NULL")),
        # Serves: quarantine resubmit; a row handed in twice is known.
        Index("ix_batch_row_origin", "origin_batch", "origin_row", postgresql_where=text("origin_batch IS NOT NULL")),
        CheckConstraint("resolved_by IS NULL OR outcome <> 'accepted'", name="resolved_by"),
        CheckConstraint("(origin_batch IS NULL) = (origin_row IS NULL)", name="origin"),
        CheckConstraint("outcome IN ('accepted', 'incomplete', 'duplicate', 'rejected')", name="outcome"),
        CheckConstraint("(outcome = 'accepted') = (change IS NOT NULL)", name="change"),
        CheckConstraint("change IN ('new', 'changed', 'same')", name="change_kind"),
        CheckConstraint("outcome = 'accepted' OR raw IS NOT NULL", name="raw"),
    )


class Change(Base):
    """The before-image of a row that a batch or a person changed: what rollback restores and history reads."""

    __tablename__ = "change"
    id: Mapped[BigId]
    province_code: Mapped[ProvinceCode]
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"))
    entity: Mapped[str] = mapped_column(Text)
    entity_id: Mapped[str] = mapped_column(Text)
    op: Mapped[str] = mapped_column(Text)
    before: Mapped[dict[str, Any]] = mapped_column(JSONB)
    actor: Mapped[str] = mapped_column(Text, server_default="")
    reason: Mapped[str] = mapped_column(Text, server_default="")
    at: Mapped[Moment]
    # The transaction that wrote it, as the change feed numbers it; a trigger of migration 0013 makes the row before the first change.
    feed_id: Mapped[int | None] = mapped_column(
        BigInteger, server_default=text("nullif(current_setting('diachiso.feed', true), '')::bigint")
    )
    __table_args__ = (
        # Serves: batch rollback.
        Index("ix_change_batch_id", "batch_id"),
        # Serves: the history of one address.
        Index("ix_change_entity_id", "entity", "entity_id"),
        # Serves: asof.doors_at; what changed outside batches since a moment.
        Index("ix_change_at", "at", postgresql_where=text("batch_id IS NULL")),
        CheckConstraint("op IN ('insert', 'update', 'delete', 'retire')", name="op"),
    )
