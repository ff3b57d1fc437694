"""Counts of each commune, kept by the transactions that change its doors."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_COUNTS = ("addresses", "household_addresses", "households", "households_coded", "coded", "notified", "accepted")


def upgrade() -> None:
    op.create_table(
        "commune_tally",
        sa.Column("commune_id", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _COUNTS),
        sa.PrimaryKeyConstraint("commune_id", name=op.f("pk_commune_tally")),
    )
    # The counts are made after the upgrade, by registry.tally.fill.


def downgrade() -> None:
    op.drop_table("commune_tally")
