"""The province in every key: doors, codes, households, rows and changes of one province can lie together, apart from the others.

The columns are filled by UPDATEs of whole tables while the keys are down; then the tables are rewritten, which leaves the old versions of
the rows behind, and the keys built once.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_GIVEN = ("digital_address", "external_code", "batch_row", "change", "commune_tally")
_BY_DOORS = ("digital_address", "external_code", "batch_row")
_OTHERS = ("address", "household", "change", "commune_tally")
# The columns of the primary keys before the province.
_KEYS = {
    "address": ("id",), "household": ("id",), "digital_address": ("code",), "external_code": ("id",),
    "batch_row": ("batch_id", "row_no"), "change": ("id",), "commune_tally": ("commune_id",),
}  # fmt: skip
_REPLACED = "fk_address_replaced_by_address"
# Unique indexes: name, table, columns before the province, of which rows.
_INDEXES = (
    ("uq_address_door", "address", ("place_id", "house_key", "flat_key"), "house_key <> '' AND retired_at IS NULL"),
    ("uq_digital_address_active", "digital_address", ("address_id",), "status = 'active'"),
)

# A withdrawn code belongs to the province of its batch, else to the one that its first two digits have today; a kept row to its batch's.
_OF_DOORS = (
    "UPDATE digital_address AS c SET province_code = a.province_code FROM address AS a WHERE a.id = c.address_id",
    "UPDATE external_code AS e SET province_code = a.province_code FROM address AS a WHERE a.id = e.address_id",
    "UPDATE batch_row AS r SET province_code = a.province_code FROM address AS a WHERE a.id = r.address_id AND r.outcome = 'accepted'",
    "UPDATE digital_address AS c SET province_code = b.province_code FROM batch AS b WHERE b.id = c.batch_id AND c.province_code IS NULL",
    """
    UPDATE digital_address AS c SET province_code = p.province_code
    FROM (
        SELECT left(u.postal_code, 2) AS digits, min(u.province_code) AS province_code FROM unit AS u
        WHERE u.level = 'commune' AND u.in_force GROUP BY 1 HAVING count(DISTINCT u.province_code) = 1
    ) AS p
    WHERE p.digits = left(c.code, 2) AND c.province_code IS NULL
    """,
    "UPDATE batch_row AS r SET province_code = b.province_code FROM batch AS b WHERE b.id = r.batch_id AND r.province_code IS NULL",
)
_OF_CHANGES = """
UPDATE change AS h
SET province_code = coalesce(
    CASE h.entity
        WHEN 'address' THEN coalesce(h.before ->> 'province_code', (SELECT a.province_code FROM address AS a WHERE a.id = h.entity_id::bigint))
        WHEN 'digital_address' THEN (SELECT c.province_code FROM digital_address AS c WHERE c.code = h.entity_id)
        WHEN 'household' THEN coalesce(h.before ->> 'province_code', (SELECT o.province_code FROM household AS o WHERE o.id = h.entity_id::bigint))
        WHEN 'external_code' THEN (
            SELECT a.province_code FROM address AS a
            WHERE a.id = coalesce(
                (h.before ->> 'address_id')::bigint, (SELECT e.address_id FROM external_code AS e WHERE e.id = h.entity_id::bigint)
            )
        )
        WHEN 'place' THEN (
            SELECT u.province_code FROM unit AS u
            WHERE u.id = coalesce(
                (h.before ->> 'commune_id')::integer, (SELECT p.commune_id FROM place AS p WHERE p.id = h.entity_id::bigint)
            )
        )
    END,
    '00'
)
"""
_OF_COMMUNES = "UPDATE commune_tally AS t SET province_code = u.province_code FROM unit AS u WHERE u.id = t.commune_id"


def upgrade() -> None:
    for table in _GIVEN:
        op.add_column(table, sa.Column("province_code", sa.Text(), nullable=True))
    # What changes are of is found by its keys, so these are up again by then.
    _keys_down(_BY_DOORS, province=False)
    for filled in _OF_DOORS:
        op.execute(filled)
    _keys_up(_BY_DOORS, province=True)
    op.execute(_OF_CHANGES)
    op.execute(_OF_COMMUNES)
    _keys_down(_OTHERS, province=False)
    _keys_up(_OTHERS, province=True)
    for table in _GIVEN:
        # Statistics of an empty table would make the planner believe that it stays so.
        if op.get_bind().execute(sa.text(f"SELECT EXISTS (SELECT FROM {table})")).scalar_one():  # noqa: S608 - only names of ours
            op.execute(f"ANALYZE {table}")


def downgrade() -> None:
    for tables in (_BY_DOORS, _OTHERS):
        _keys_down(tables, province=True)
        _keys_up(tables, province=False)
    for table in _GIVEN:
        op.drop_column(table, "province_code")


def _keys_down(tables: tuple[str, ...], *, province: bool) -> None:
    """Drop the keys of some tables, and the one foreign key that leans on one of them."""
    if "address" in tables:
        op.drop_constraint(_REPLACED, "address")
    if "external_code" in tables:
        op.drop_constraint(op.f("_".join(("uq_external_code", *_external(province=province)))), "external_code")
    for name, table, _, _ in _INDEXES:
        if table in tables:
            op.drop_index(name, table_name=table)
    for table in tables:
        op.drop_constraint(op.f(f"pk_{table}"), table)


def _keys_up(tables: tuple[str, ...], *, province: bool) -> None:
    """Build the keys of some tables, with the province or as they were before it."""
    last = ("province_code",) if province else ()
    for table in tables:
        if province and table in _GIVEN:
            op.execute(
                f"ALTER TABLE {table} ALTER province_code TYPE text USING coalesce(province_code, '00'), ALTER province_code SET NOT NULL"
            )
        op.create_primary_key(op.f(f"pk_{table}"), table, [*_KEYS[table], *last])
    for name, table, columns, rows in _INDEXES:
        if table in tables:
            op.create_index(name, table, [*columns, *last], unique=True, postgresql_where=sa.text(rows))
    if "external_code" in tables:
        code = _external(province=province)
        op.create_unique_constraint(op.f("_".join(("uq_external_code", *code))), "external_code", list(code))
    if "address" in tables:
        op.create_foreign_key(_REPLACED, "address", "address", ["replaced_by", *last], ["id", *last])


def _external(*, province: bool) -> tuple[str, ...]:
    """Return the columns that tell one external code from another."""
    return ("code", "scheme", "address_id", *(("province_code",) if province else ()))
