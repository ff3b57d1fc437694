"""Doors as history remembers them: all columns, the point as text, which is exact and quick where GeoJSON would round and take seven times as long."""

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.execute(
        """
        CREATE VIEW address_image WITH (security_invoker = true) AS
        SELECT
            id, province_code, commune_id, recorded_unit_id, place_id, hamlet_id, house_path, house_key, flat, flat_key, kind, households,
            status, point::text AS point, point_method, accuracy_m, original_x, original_y, original_crs, recorded_text, note, fold_version,
            created_batch_id, updated_batch_id, created_at, updated_at, retired_at, replaced_by
        FROM address
        """
    )


def downgrade() -> None:
    op.execute("DROP VIEW address_image")
