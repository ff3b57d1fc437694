"""Frozen periods, targets of the plans, population by year, who serves at a point; what changed since a moment is found by its time."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_index("ix_change_at", "change", ["at"], postgresql_where=sa.text("batch_id IS NULL"))
    op.add_column("service_point", sa.Column("staffed", sa.Boolean(), nullable=True))
    op.create_table(
        "snapshot",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("definitions", postgresql.JSONB(), nullable=False),
        sa.Column("notes", postgresql.JSONB(), nullable=False),
        sa.Column("sources", postgresql.JSONB(), nullable=False),
        sa.Column("figures", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_snapshot_revision")),
        sa.CheckConstraint("revision = 1 OR reason <> ''", name=op.f("ck_snapshot_reason")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot")),
        sa.UniqueConstraint("period", "revision", name=op.f("uq_snapshot_period_revision")),
    )
    op.create_table(
        "snapshot_figure",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("province_code", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("line", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("level IN ('commune', 'province', 'country')", name=op.f("ck_snapshot_figure_level")),
        sa.CheckConstraint("(level = 'commune') = (unit_id IS NOT NULL)", name=op.f("ck_snapshot_figure_unit_id")),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"], name=op.f("fk_snapshot_figure_snapshot_id_snapshot"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot_figure")),
    )
    op.create_index("ix_snapshot_figure_snapshot_id", "snapshot_figure", ["snapshot_id", "province_code"])
    op.create_table(
        "target",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("sense", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("reported", sa.Boolean(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.CheckConstraint("level IN ('country', 'province')", name=op.f("ck_target_level")),
        sa.CheckConstraint("(level = 'country') = (unit_id IS NULL)", name=op.f("ck_target_unit_id")),
        sa.CheckConstraint("sense IN ('at_least', 'at_most')", name=op.f("ck_target_sense")),
        sa.CheckConstraint("value >= 0", name=op.f("ck_target_value")),
        sa.CheckConstraint("document <> '' AND article <> ''", name=op.f("ck_target_document")),
        sa.CheckConstraint("definition IN ('', 'a', 'b')", name=op.f("ck_target_definition")),
        sa.CheckConstraint("origin IN ('reference', 'file')", name=op.f("ck_target_origin")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_target_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
        sa.UniqueConstraint(
            "unit_id",
            "indicator",
            "year",
            "document",
            name=op.f("uq_target_unit_id_indicator_year_document"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "population",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("estimated", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.CheckConstraint("people >= 0", name=op.f("ck_population_people")),
        sa.CheckConstraint("source <> ''", name=op.f("ck_population_source")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_population_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_population")),
        sa.UniqueConstraint(
            "unit_id", "year", "source", name=op.f("uq_population_unit_id_year_source"), postgresql_nulls_not_distinct=True
        ),
    )
    op.create_index("ix_population_unit_id", "population", ["unit_id", "year"])


def downgrade() -> None:
    op.drop_table("population")
    op.drop_table("target")
    op.drop_table("snapshot_figure")
    op.drop_table("snapshot")
    op.drop_column("service_point", "staffed")
    op.drop_index("ix_change_at", table_name="change", postgresql_where=sa.text("batch_id IS NULL"))
