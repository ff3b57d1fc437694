"""Counts by commune, recorded unit and kind of door with every rung of the ladder, rows that wait kept counted, and since when a baseline is known."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_COUNTS = ("addresses", "household_addresses", "households", "households_coded", "coded", "notified", "accepted")
_RUNGS = ("collected", "complete", "coded", "verified", "notified", "plated")
_OLD_KEY = "uq_baseline_level_code_units_as_of_source"
# 0 collected to 5 plated; what a step takes is said in registry.ladder.
_STEP = """
CREATE FUNCTION ladder_step(status text, coded boolean) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT CASE
    WHEN status = 'collected' THEN 0
    WHEN NOT coded THEN 1
    WHEN status = 'complete' THEN 2
    WHEN status = 'verified' THEN 3
    WHEN status = 'notified' THEN 4
    ELSE 5
END
$$
"""


def upgrade() -> None:
    op.execute(_STEP)
    # The counts are made anew after the upgrade (registry.tally.fill): a migration runs no statement of the living code.
    op.drop_table("commune_tally")
    op.create_table(
        "commune_tally",
        sa.Column("commune_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("recorded_unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("province_code", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _COUNTS),
        *(sa.Column(f"{what}_{rung}", sa.Integer(), nullable=False) for what in ("at", "homes") for rung in _RUNGS),
        sa.PrimaryKeyConstraint("commune_id", "recorded_unit_id", "kind", "province_code", name=op.f("pk_commune_tally")),
    )
    op.create_table(
        "waiting_tally",
        sa.Column("batch_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("commune_code", sa.Text(), nullable=False),
        sa.Column("province_code", sa.Text(), nullable=False),
        sa.Column("incomplete", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "commune_code", "province_code", name=op.f("pk_waiting_tally")),
    )
    op.add_column("baseline", sa.Column("known_since", sa.Date(), nullable=True))
    # One source counts in several years.
    op.drop_constraint(_OLD_KEY, "baseline")
    op.create_unique_constraint(f"{_OLD_KEY}_counted_on", "baseline", ["level", "code", "units_as_of", "source", "counted_on"])


def downgrade() -> None:
    op.execute("DELETE FROM baseline WHERE known_since IS NOT NULL")
    op.drop_constraint(f"{_OLD_KEY}_counted_on", "baseline")
    op.create_unique_constraint(_OLD_KEY, "baseline", ["level", "code", "units_as_of", "source"])
    op.drop_column("baseline", "known_since")
    op.drop_table("waiting_tally")
    op.drop_table("commune_tally")
    op.create_table(
        "commune_tally",
        sa.Column("commune_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("province_code", sa.Text(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _COUNTS),
        sa.PrimaryKeyConstraint("commune_id", "province_code", name=op.f("pk_commune_tally")),
    )
    op.execute("DROP FUNCTION ladder_step(text, boolean)")
