"""A reform may take a door to another province than the one that was merged into it: that reference is `db doctor`'s to prove."""

from alembic import op

revision = "0015"
down_revision = "0014"

_REPLACED = "fk_address_replaced_by_address"
_COLUMNS = ["replaced_by", "province_code"], ["id", "province_code"]


def upgrade() -> None:
    op.drop_constraint(op.f(_REPLACED), "address", type_="foreignkey")


def downgrade() -> None:
    """Doors that a reform parted from their heirs lose the reference; their codes keep it."""
    op.execute(
        "UPDATE address AS a SET replaced_by = NULL WHERE replaced_by IS NOT NULL"
        " AND NOT EXISTS (SELECT FROM address AS h WHERE h.id = a.replaced_by AND h.province_code = a.province_code)"
    )
    op.create_foreign_key(op.f(_REPLACED), "address", "address", *_COLUMNS)
