"""Decides what is kept of work that outlives its request: tables answered in the background, hand-over files before they enter.

The files themselves lie in a folder (`DIACHISO_FILES`), never here. Whoever asked is kept, so that the work is done with his rights.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, DateTime, Float, ForeignKey, Index, Integer, Text, false, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, BigId, Moment

# What is not known is no value, not the null of JSON.
_JSON: Final = JSONB(none_as_null=True)


class Asker:
    """Who asked: what `registry.security.caller.Caller` is made of again; `provinces` null is the whole country."""

    actor: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    provinces: Mapped[list[str] | None] = mapped_column(ARRAY(Text))


class File:
    """The file as it was sent: its name, length, SHA-256, and a digest of the options that came with it."""

    name: Mapped[str] = mapped_column(Text)
    bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(Text)
    asked: Mapped[str] = mapped_column(Text)
    options: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[Moment]
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Job(Base, Asker, File):
    """A table that is answered row by row: `done` rows are written, in the first `done_bytes` bytes of the answer."""

    __tablename__ = "job"
    id: Mapped[BigId]
    kind: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, server_default="queued")
    done: Mapped[int] = mapped_column(Integer, server_default="0")
    done_bytes: Mapped[int] = mapped_column(BigInteger, server_default="0")
    total: Mapped[int | None] = mapped_column(Integer)
    refusal: Mapped[dict[str, Any] | None] = mapped_column(_JSON)
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    __table_args__ = (
        # Serves: jobs.store.kept; the same table with the same options of the same caller is the same job.
        Index(
            "uq_job_file", "actor", "sha256", "asked", unique=True, postgresql_where=text("state NOT IN ('failed', 'expired', 'cancelled')")
        ),
        # Serves: jobs.upkeep.expire.
        Index("ix_job_expires_at", "expires_at", postgresql_where=text("state <> 'expired'")),
        CheckConstraint("kind IN ('search')", name="kind"),
        CheckConstraint("state IN ('queued', 'running', 'done', 'failed', 'expired', 'cancelled')", name="state"),
        CheckConstraint("actor <> '' AND length(sha256) = 64", name="who_and_what"),
        CheckConstraint("state <> 'failed' OR refusal IS NOT NULL", name="refusal"),
    )


class Upload(Base, Asker, File):
    """A hand-over file on its way into the registry: checked by a dry run, mended, confirmed, imported as a batch."""

    __tablename__ = "upload"
    id: Mapped[BigId]
    province_code: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, server_default="received")
    # Of the corrected copy; the file as it was handed over stays beside it.
    fixed_sha256: Mapped[str | None] = mapped_column(Text)
    progress: Mapped[dict[str, Any] | None] = mapped_column(_JSON)
    counts: Mapped[dict[str, Any] | None] = mapped_column(_JSON)
    inside_share: Mapped[float | None] = mapped_column(Float)
    issues: Mapped[list[Any] | None] = mapped_column(_JSON)
    notes: Mapped[list[Any] | None] = mapped_column(_JSON)
    refusal: Mapped[dict[str, Any] | None] = mapped_column(_JSON)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"))
    # The batch is an earlier one of the same file: this upload wrote nothing.
    repeated: Mapped[bool] = mapped_column(server_default=false())
    __table_args__ = (
        # Serves: jobs.uploads.kept; the same file with the same options of the same caller is the same upload.
        Index("uq_upload_file", "actor", "province_code", "sha256", "asked", unique=True, postgresql_where=text("state <> 'expired'")),
        # Serves: jobs.upkeep.expire.
        Index("ix_upload_expires_at", "expires_at", postgresql_where=text("state <> 'expired'")),
        CheckConstraint("state IN ('received', 'checking', 'checked', 'importing', 'imported', 'refused', 'expired')", name="state"),
        CheckConstraint("actor <> '' AND length(sha256) = 64", name="who_and_what"),
        CheckConstraint("(state = 'imported') <= (batch_id IS NOT NULL)", name="batch"),
        CheckConstraint("state <> 'refused' OR refusal IS NOT NULL", name="refusal"),
    )
