"""What a load of millions of rows need not pay for: foreign keys that the loader keeps itself, indexes that nobody reads.

Six foreign keys cost 28 of the 33 seconds that a million doors took to insert. Every id that a load writes comes out of a join with the
table it points to, inside one transaction; `diachiso db doctor` looks for orphans.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

_KEYS = (
    ("address", "commune_id", "unit", None),
    ("address", "recorded_unit_id", "unit", None),
    ("address", "place_id", "place", None),
    ("address", "hamlet_id", "place", None),
    ("address", "created_batch_id", "batch", None),
    ("address", "updated_batch_id", "batch", None),
    ("household", "address_id", "address", "CASCADE"),
    ("household", "created_batch_id", "batch", None),
    ("digital_address", "address_id", "address", None),
    ("digital_address", "batch_id", "batch", None),
    ("external_code", "address_id", "address", "CASCADE"),
    ("external_code", "batch_id", "batch", None),
    ("batch_row", "batch_id", "batch", "CASCADE"),
)


def upgrade() -> None:
    op.add_column("batch", sa.Column("notes", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False))
    for table, column, other, _ in _KEYS:
        op.drop_constraint(op.f(f"fk_{table}_{column}_{other}"), table)
    op.drop_index("ix_address_updated_batch_id", table_name="address")
    op.drop_index("ix_digital_address_batch_id", table_name="digital_address")
    op.drop_index("ix_digital_address_address_id", table_name="digital_address")
    op.create_index("ix_digital_address_retired", "digital_address", ["address_id"], postgresql_where=sa.text("status = 'retired'"))


def downgrade() -> None:
    op.drop_column("batch", "notes")
    op.drop_index("ix_digital_address_retired", table_name="digital_address", postgresql_where=sa.text("status = 'retired'"))
    op.create_index("ix_digital_address_address_id", "digital_address", ["address_id"], unique=False)
    op.create_index("ix_digital_address_batch_id", "digital_address", ["batch_id"], unique=False)
    op.create_index("ix_address_updated_batch_id", "address", ["updated_batch_id"], unique=False)
    for table, column, other, ondelete in _KEYS:
        op.create_foreign_key(op.f(f"fk_{table}_{column}_{other}"), table, other, [column], ["id"], ondelete=ondelete)
