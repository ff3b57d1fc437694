"""The queue of jobs, as its library makes it, and what is kept of jobs and uploads.

The tables named procrastinate_* are the library's own, so its statements stand in the library and not here: they are taken from the
installed version (`SchemaManager.get_schema`), which requirements.lock fixes, and run on this connection, so that they come and go with
this version of the schema. A comment says which version made them; registry/migrations/README.md says what a newer one needs.
"""

from importlib.metadata import version
from typing import Any

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"


def _asked() -> list[sa.Column[Any]]:
    """Return the columns of who asked and of the file."""
    return [
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("actor", "role", "name", "sha256", "asked")),
        sa.Column("provinces", postgresql.ARRAY(sa.Text())),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("options", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    ]


def upgrade() -> None:
    # The statements hold percent signs, and no parameters.
    op.get_bind().exec_driver_sql(SchemaManager.get_schema(), execution_options={"no_parameters": True})
    op.execute(f"COMMENT ON TABLE procrastinate_jobs IS 'procrastinate {version('procrastinate')}'")
    _job()
    _upload()


def _job() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="queued", nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("done_bytes", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer()),
        sa.Column("refusal", postgresql.JSONB()),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        *_asked(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.CheckConstraint("kind IN ('search')", name=op.f("ck_job_kind")),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'failed', 'expired', 'cancelled')", name=op.f("ck_job_state")),
        sa.CheckConstraint("actor <> '' AND length(sha256) = 64", name=op.f("ck_job_who_and_what")),
        sa.CheckConstraint("state <> 'failed' OR refusal IS NOT NULL", name=op.f("ck_job_refusal")),
    )
    open_ = sa.text("state NOT IN ('failed', 'expired', 'cancelled')")
    op.create_index("uq_job_file", "job", ["actor", "sha256", "asked"], unique=True, postgresql_where=open_)
    op.create_index("ix_job_expires_at", "job", ["expires_at"], postgresql_where=sa.text("state <> 'expired'"))


def _upload() -> None:
    op.create_table(
        "upload",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("province_code", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="received", nullable=False),
        sa.Column("fixed_sha256", sa.Text()),
        *(sa.Column(name, postgresql.JSONB()) for name in ("progress", "counts", "issues", "notes", "refusal")),
        sa.Column("inside_share", sa.Float()),
        sa.Column("batch_id", sa.BigInteger()),
        sa.Column("repeated", sa.Boolean(), server_default=sa.false(), nullable=False),
        *_asked(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_upload_batch_id_batch")),
        sa.CheckConstraint(
            "state IN ('received', 'checking', 'checked', 'importing', 'imported', 'refused', 'expired')", name=op.f("ck_upload_state")
        ),
        sa.CheckConstraint("actor <> '' AND length(sha256) = 64", name=op.f("ck_upload_who_and_what")),
        sa.CheckConstraint("(state = 'imported') <= (batch_id IS NOT NULL)", name=op.f("ck_upload_batch")),
        sa.CheckConstraint("state <> 'refused' OR refusal IS NOT NULL", name=op.f("ck_upload_refusal")),
    )
    open_ = sa.text("state <> 'expired'")
    op.create_index("uq_upload_file", "upload", ["actor", "province_code", "sha256", "asked"], unique=True, postgresql_where=open_)
    op.create_index("ix_upload_expires_at", "upload", ["expires_at"], postgresql_where=open_)


def downgrade() -> None:
    op.drop_table("upload")
    op.drop_table("job")
    # Whatever the library's version made: tables with their triggers, then functions, then types.
    op.execute(r"""
        DO $$
        DECLARE
            each record;
        BEGIN
            FOR each IN SELECT oid::regclass AS name FROM pg_class
                WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname LIKE 'procrastinate\_%' LOOP
                EXECUTE format('DROP TABLE %s CASCADE', each.name);
            END LOOP;
            FOR each IN SELECT oid::regprocedure AS name FROM pg_proc
                WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'procrastinate\_%' LOOP
                EXECUTE format('DROP FUNCTION %s CASCADE', each.name);
            END LOOP;
            FOR each IN SELECT oid::regtype AS name FROM pg_type
                WHERE typnamespace = 'public'::regnamespace AND typname LIKE 'procrastinate\_%' AND typtype IN ('e', 'c') LOOP
                EXECUTE format('DROP TYPE %s CASCADE', each.name);
            END LOOP;
        END
        $$
    """)
