"""The same file is known by a digest of how it was read: a header of three hundred long names does not fit an index entry."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.drop_index("uq_batch_file", table_name="batch", postgresql_where=sa.text("state = 'committed'"))
    op.create_index(
        "uq_batch_file",
        "batch",
        ["file_sha256", sa.text("md5(options::text)")],
        unique=True,
        postgresql_where=sa.text("state = 'committed'"),
    )


def downgrade() -> None:
    op.drop_index("uq_batch_file", table_name="batch", postgresql_where=sa.text("state = 'committed'"))
    op.create_index("uq_batch_file", "batch", ["file_sha256", "options"], unique=True, postgresql_where=sa.text("state = 'committed'"))
