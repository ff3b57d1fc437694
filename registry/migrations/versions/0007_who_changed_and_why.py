"""Who changed a record outside a batch, and why; a record that such a change made has no image before it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("change", sa.Column("actor", sa.Text(), server_default="", nullable=False))
    op.add_column("change", sa.Column("reason", sa.Text(), server_default="", nullable=False))
    op.drop_constraint(op.f("ck_change_op"), "change")
    op.create_check_constraint(op.f("ck_change_op"), "change", "op IN ('insert', 'update', 'delete', 'retire')")


def downgrade() -> None:
    op.execute("DELETE FROM change WHERE op = 'insert'")
    op.drop_constraint(op.f("ck_change_op"), "change")
    op.create_check_constraint(op.f("ck_change_op"), "change", "op IN ('update', 'delete', 'retire')")
    op.drop_column("change", "reason")
    op.drop_column("change", "actor")
