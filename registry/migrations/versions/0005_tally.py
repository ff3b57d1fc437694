"""Counts of each commune, kept by the transactions that change its doors."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_COUNTS = ("addresses", "household_addresses", "households", "households_coded", "coded", "notified", "accepted")
# The statement of registry/sql/tally.sql as it was then: later versions count into columns that are not there yet.
_COUNT = """
INSERT INTO commune_tally (commune_id, addresses, household_addresses, households, households_coded, coded, notified, accepted)
SELECT
    a.commune_id,
    count(*) FILTER (WHERE a.retired_at IS NULL),
    count(*) FILTER (WHERE a.retired_at IS NULL AND a.households > 0),
    coalesce(sum(a.households) FILTER (WHERE a.retired_at IS NULL), 0),
    coalesce(sum(a.households) FILTER (WHERE a.retired_at IS NULL AND d.address_id IS NOT NULL), 0),
    count(d.address_id) FILTER (WHERE a.retired_at IS NULL),
    count(*) FILTER (WHERE a.retired_at IS NULL AND a.status IN ('notified', 'plated')),
    count(a.created_batch_id)
FROM address AS a
LEFT JOIN digital_address AS d ON d.address_id = a.id AND d.status = 'active'
GROUP BY a.commune_id
"""


def upgrade() -> None:
    op.create_table(
        "commune_tally",
        sa.Column("commune_id", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _COUNTS),
        sa.PrimaryKeyConstraint("commune_id", name=op.f("pk_commune_tally")),
    )
    op.execute(_COUNT)


def downgrade() -> None:
    op.drop_table("commune_tally")
