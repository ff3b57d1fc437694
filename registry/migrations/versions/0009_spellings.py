"""The version of the rules that a place was folded by stands with it; `12-A` is the house 12A; digests of references get a key."""

import sqlalchemy as sa
from alembic import op

from registry.secret import keyed

revision = "0009"
down_revision = "0008"

# A door that has its right number already beside the dashed one stays as it is: which of the two is right only a human can tell.
_HOUSES = r"""
WITH dashed AS (
    SELECT
        a.*,
        regexp_replace(house_key, '(^|/)(\d+)-([a-z])(?=/|$)', '\1\2\3', 'g') AS new_key,
        regexp_replace(house_path, '(^|/)(\d+)-([A-Za-z])(?=/|$)', '\1\2\3', 'g') AS new_path
    FROM address AS a
    WHERE house_key ~ '(^|/)\d+-[a-z](/|$)'
),
free AS (
    SELECT * FROM dashed AS d
    WHERE NOT EXISTS (
        SELECT FROM address AS x
        WHERE x.place_id = d.place_id AND x.house_key = d.new_key AND x.flat_key = d.flat_key AND x.retired_at IS NULL AND d.retired_at IS NULL
    )
),
remembered AS (
    INSERT INTO change (province_code, entity, entity_id, op, before, actor, reason)
    SELECT a.province_code, 'address', a.id::text, 'update', to_jsonb(a) || jsonb_build_object('point', a.point::text), 'diachiso db upgrade', '12-A = 12A'
    FROM address AS a
    JOIN free AS f ON f.id = a.id
    ORDER BY a.id
)
UPDATE address AS a SET house_key = f.new_key, house_path = f.new_path, updated_at = now() FROM free AS f WHERE a.id = f.id
"""


_OPAQUE = "^X[0-9A-F]{16}$"
_REFERENCES = "SELECT ref FROM household WHERE ref ~ :shape UNION SELECT before ->> 'ref' FROM change WHERE entity = 'household' AND before ->> 'ref' ~ :shape"
_HOUSEHOLDS = "UPDATE household SET ref = :keyed WHERE ref = :plain"
_IMAGES = """
UPDATE change SET before = jsonb_set(before, '{ref}', to_jsonb(CAST(:keyed AS text))) WHERE entity = 'household' AND before ->> 'ref' = :plain
"""


def _key_references() -> None:
    connection = op.get_bind()
    for plain in connection.execute(sa.text(_REFERENCES), {"shape": _OPAQUE}).scalars().all():
        for statement in (_HOUSEHOLDS, _IMAGES):
            connection.execute(sa.text(statement), {"plain": plain, "keyed": keyed(plain)})


def upgrade() -> None:
    _key_references()
    op.add_column("place", sa.Column("fold_version", sa.SmallInteger(), server_default="1", nullable=False))
    op.execute(_HOUSES)


def downgrade() -> None:
    op.drop_column("place", "fold_version")
