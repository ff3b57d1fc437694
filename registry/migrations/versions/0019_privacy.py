"""Residents (encrypted), restrictions, the register of breaches, and more kinds of act in the audit trail."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

_ACTIONS = "'insert', 'update', 'delete', 'read', 'export', 'erase', 'restrict', 'lift', 'purge'"


def _moment(name: str, *, nullable: bool = False) -> "sa.Column[datetime]":
    return sa.Column(name, sa.DateTime(timezone=True), server_default=None if nullable else sa.func.clock_timestamp(), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "resident",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("province_code", sa.Text(), nullable=False),
        sa.Column("address_id", sa.BigInteger(), nullable=False),
        sa.Column("household_id", sa.BigInteger()),
        sa.Column("name_sealed", sa.LargeBinary()),
        sa.Column("phone_sealed", sa.LargeBinary()),
        sa.Column("key_name", sa.Text(), nullable=False),
        sa.Column("created_batch_id", sa.BigInteger()),
        _moment("created_at"),
        _moment("restricted_at", nullable=True),
        sa.PrimaryKeyConstraint("id", "province_code", name=op.f("pk_resident")),
        sa.CheckConstraint("name_sealed IS NOT NULL OR phone_sealed IS NOT NULL", name=op.f("ck_resident_something")),
        sa.CheckConstraint("key_name <> ''", name=op.f("ck_resident_key_name")),
    )
    op.create_index("ix_resident_address_id", "resident", ["address_id"])
    op.create_index("ix_resident_household_id", "resident", ["household_id"], postgresql_where=sa.text("household_id IS NOT NULL"))
    op.create_table(
        "restriction",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("province_code", sa.Text(), nullable=False),
        sa.Column("address_id", sa.BigInteger(), nullable=False),
        sa.Column("household_id", sa.BigInteger()),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        _moment("since"),
        _moment("lifted_at", nullable=True),
        sa.Column("lifted_by", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restriction")),
        sa.CheckConstraint("actor <> '' AND reason <> ''", name=op.f("ck_restriction_who_and_why")),
        sa.CheckConstraint("(lifted_at IS NULL) = (lifted_by = '')", name=op.f("ck_restriction_lifted")),
    )
    op.create_index("ix_restriction_address_id", "restriction", ["address_id"], postgresql_where=sa.text("lifted_at IS NULL"))
    op.create_table(
        "restricted_row",
        sa.Column("restriction_id", sa.BigInteger(), nullable=False),
        sa.Column("province_code", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("row_no", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("restriction_id", "batch_id", "row_no", name=op.f("pk_restricted_row")),
        sa.ForeignKeyConstraint(["restriction_id"], ["restriction.id"], name=op.f("fk_restricted_row_restriction_id_restriction")),
    )
    op.create_table(
        "breach",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("detected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        _moment("at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach")),
        sa.CheckConstraint("what <> '' AND actor <> ''", name=op.f("ck_breach_what")),
    )
    op.create_table(
        "breach_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("breach_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        _moment("at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach_entry")),
        sa.ForeignKeyConstraint(["breach_id"], ["breach.id"], name=op.f("fk_breach_entry_breach_id_breach")),
        sa.CheckConstraint("kind IN ('note', 'notified', 'closed')", name=op.f("ck_breach_entry_kind")),
        sa.CheckConstraint("words <> '' AND actor <> ''", name=op.f("ck_breach_entry_words")),
    )
    op.create_index("ix_breach_entry_breach_id", "breach_entry", ["breach_id"])
    # A wider rule than before: no row that stands can be against it.
    op.execute("ALTER TABLE audit DROP CONSTRAINT ck_audit_action")
    op.execute(f"ALTER TABLE audit ADD CONSTRAINT ck_audit_action CHECK (action IN ({_ACTIONS})) NOT VALID")
    op.execute("ALTER TABLE audit VALIDATE CONSTRAINT ck_audit_action")


def downgrade() -> None:
    # What rights.sql made upon these tables.
    op.execute("DROP POLICY IF EXISTS unrestricted ON batch_row")
    op.execute("DROP FUNCTION IF EXISTS resident_follows CASCADE")
    for name in ("breach_entry", "breach", "restricted_row", "restriction", "resident"):
        op.drop_table(name)
    op.execute("DROP FUNCTION IF EXISTS breach_stays CASCADE")
    op.execute("ALTER TABLE audit DROP CONSTRAINT ck_audit_action")
    op.execute("ALTER TABLE audit ADD CONSTRAINT ck_audit_action CHECK (action IN ('insert', 'update', 'delete', 'read')) NOT VALID")
