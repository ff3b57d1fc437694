"""Reforms that were applied, the doors that wait for a decision, and streets of one name that a merger brought together."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "reform",
        sa.Column("id", sa.Integer(), sa.Identity(), nullable=False),
        sa.Column("effective", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("file_name", "file_sha256", "actor", "reason")),
        sa.Column("counts", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reform")),
        sa.CheckConstraint("actor <> ''", name=op.f("ck_reform_actor")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_reform_reason")),
    )
    op.create_table(
        "reform_waiting",
        sa.Column("address_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("province_code", sa.Text(), nullable=False),
        sa.Column("reform_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("candidates", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("chosen_id", sa.Integer()),
        sa.PrimaryKeyConstraint("address_id", "reform_id", name=op.f("pk_reform_waiting")),
        sa.ForeignKeyConstraint(["reform_id"], ["reform.id"], name=op.f("fk_reform_waiting_reform_id_reform")),
        sa.CheckConstraint("why IN ('no_area', 'outside', 'near_border', 'overlap')", name=op.f("ck_reform_waiting_why")),
        sa.CheckConstraint("(decided_at IS NULL) = (chosen_id IS NULL)", name=op.f("ck_reform_waiting_decided")),
    )
    op.create_index("ix_reform_waiting_open", "reform_waiting", ["unit_id"], postgresql_where=sa.text("decided_at IS NULL"))
    for table in ("unit", "succession"):
        op.add_column(table, sa.Column("reform_id", sa.Integer(), nullable=True))
        op.create_foreign_key(op.f(f"fk_{table}_reform_id_reform"), table, "reform", ["reform_id"], ["id"])
    op.drop_constraint(op.f("ck_place_origin"), "place")


def downgrade() -> None:
    op.execute("UPDATE place SET origin_id = NULL WHERE kind <> 'hamlet'")
    op.create_check_constraint(op.f("ck_place_origin"), "place", "origin_id IS NULL OR kind = 'hamlet'")
    for table in ("succession", "unit"):
        op.drop_column(table, "reform_id")
    op.drop_table("reform_waiting")
    op.drop_table("reform")
