"""What became of kept rows, doors retired by a complete list, and the national ledger of hand-overs."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    # No foreign keys on batch_row: batches are never deleted, and every row of every import would pay for the check.
    op.add_column("batch_row", sa.Column("resolved_by", sa.BigInteger(), nullable=True))
    op.add_column("batch_row", sa.Column("origin_batch", sa.BigInteger(), nullable=True))
    op.add_column("batch_row", sa.Column("origin_row", sa.Integer(), nullable=True))
    op.create_check_constraint(op.f("ck_batch_row_resolved_by"), "batch_row", "resolved_by IS NULL OR outcome <> 'accepted'")
    op.create_check_constraint(op.f("ck_batch_row_origin"), "batch_row", "(origin_batch IS NULL) = (origin_row IS NULL)")
    op.create_index("ix_batch_row_kept", "batch_row", ["batch_id", "row_no"], postgresql_where=sa.text("outcome <> 'accepted'"))
    op.create_index("ix_batch_row_resolved_by", "batch_row", ["resolved_by"], postgresql_where=sa.text("resolved_by IS NOT NULL"))
    op.create_index(
        "ix_batch_row_origin", "batch_row", ["origin_batch", "origin_row"], postgresql_where=sa.text("origin_batch IS NOT NULL")
    )
    op.create_index(
        "ix_address_retired", "address", ["place_id", "house_key"], unique=False, postgresql_where=sa.text("retired_at IS NOT NULL")
    )
    op.drop_constraint(op.f("ck_change_op"), "change")
    op.create_check_constraint(op.f("ck_change_op"), "change", "op IN ('update', 'delete', 'retire')")
    op.create_table(
        "ledger",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("expected", sa.BigInteger(), nullable=True),
        sa.Column("handed_over", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("state IN ('complete', 'partial', 'none')", name=op.f("ck_ledger_state")),
        sa.CheckConstraint("expected >= 0", name=op.f("ck_ledger_expected")),
        sa.CheckConstraint("handed_over >= 0", name=op.f("ck_ledger_handed_over")),
        sa.CheckConstraint("source <> ''", name=op.f("ck_ledger_source")),
        sa.CheckConstraint("expected IS NOT NULL OR handed_over IS NOT NULL OR state IS NOT NULL", name=op.f("ck_ledger_says_something")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_ledger_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
        sa.UniqueConstraint("as_of", "unit_id", name=op.f("uq_ledger_as_of_unit_id"), postgresql_nulls_not_distinct=True),
    )


def downgrade() -> None:
    op.drop_table("ledger")
    op.execute("UPDATE change SET op = 'update' WHERE op = 'retire'")
    op.drop_constraint(op.f("ck_change_op"), "change")
    op.create_check_constraint(op.f("ck_change_op"), "change", "op IN ('update', 'delete')")
    op.drop_index("ix_address_retired", table_name="address", postgresql_where=sa.text("retired_at IS NOT NULL"))
    op.drop_index("ix_batch_row_origin", table_name="batch_row", postgresql_where=sa.text("origin_batch IS NOT NULL"))
    op.drop_index("ix_batch_row_resolved_by", table_name="batch_row", postgresql_where=sa.text("resolved_by IS NOT NULL"))
    op.drop_index("ix_batch_row_kept", table_name="batch_row", postgresql_where=sa.text("outcome <> 'accepted'"))
    op.drop_constraint(op.f("ck_batch_row_origin"), "batch_row")
    op.drop_constraint(op.f("ck_batch_row_resolved_by"), "batch_row")
    op.drop_column("batch_row", "origin_row")
    op.drop_column("batch_row", "origin_batch")
    op.drop_column("batch_row", "resolved_by")
