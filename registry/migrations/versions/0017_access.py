"""API keys and the audit trail; roles, rights and row-level security stand in registry/sql/rights.sql."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("prefix", "digest", "holder", "role")),
        sa.Column("provinces", postgresql.ARRAY(sa.Text())),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.Column("rotated_to", sa.BigInteger()),
        sa.Column("last_used_on", sa.Date()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("prefix", name=op.f("uq_api_key_prefix")),
        sa.CheckConstraint("role IN ('courier', 'province_officer', 'reporter', 'auditor', 'administrator')", name=op.f("ck_api_key_role")),
        sa.CheckConstraint("provinces IS NULL OR cardinality(provinces) > 0", name=op.f("ck_api_key_provinces")),
        sa.CheckConstraint("role <> 'province_officer' OR provinces IS NOT NULL", name=op.f("ck_api_key_officer")),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_api_key_digest")),
        sa.CheckConstraint("holder <> '' AND created_by <> ''", name=op.f("ck_api_key_holder")),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.clock_timestamp(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("actor", "role", "action", "entity")),
        *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in ("subject", "provinces", "purpose", "request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sa.CheckConstraint("actor <> '' AND entity <> ''", name=op.f("ck_audit_who_and_what")),
        sa.CheckConstraint("action IN ('insert', 'update', 'delete', 'read')", name=op.f("ck_audit_action")),
        sa.CheckConstraint("action <> 'read' OR purpose <> ''", name=op.f("ck_audit_purpose")),
    )
    op.create_index("ix_audit_at", "audit", ["at"])


def downgrade() -> None:
    # What rights.sql made: policies and a view name columns that older versions drop, functions hold the triggers of the trail.
    op.execute("""
        DO $$
        DECLARE
            each record;
        BEGIN
            FOR each IN SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public' LOOP
                EXECUTE format('DROP POLICY %I ON %I', each.policyname, each.tablename);
                EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', each.tablename);
                EXECUTE format('ALTER TABLE %I DISABLE ROW LEVEL SECURITY', each.tablename);
            END LOOP;
        END
        $$
    """)
    op.execute("DROP VIEW IF EXISTS change_image")
    op.drop_table("audit")
    op.drop_table("api_key")
    op.execute("DROP FUNCTION IF EXISTS audit_write CASCADE")
    op.execute("DROP FUNCTION IF EXISTS audit_stays CASCADE")
