"""The tables of the registry: units in time, places, doors, codes, batches, baselines, service points."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.create_table(
        "batch",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=False),
        sa.Column("file_bytes", sa.BigInteger(), nullable=False),
        sa.Column("options", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("province_code", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), server_default="0", nullable=False),
        sa.Column("accepted_new", sa.Integer(), server_default="0", nullable=False),
        sa.Column("accepted_changed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("accepted_same", sa.Integer(), server_default="0", nullable=False),
        sa.Column("incomplete", sa.Integer(), server_default="0", nullable=False),
        sa.Column("duplicate", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rejected", sa.Integer(), server_default="0", nullable=False),
        sa.Column("issues", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rolled_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('received', 'staged', 'checked', 'committed', 'rejected', 'rolled_back')", name=op.f("ck_batch_state")
        ),
        sa.CheckConstraint(
            "state NOT IN ('committed', 'rolled_back') OR rows = accepted_new + accepted_changed + accepted_same + incomplete + duplicate + rejected",
            name=op.f("ck_batch_counts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )
    op.create_index("uq_batch_file", "batch", ["file_sha256", "options"], unique=True, postgresql_where=sa.text("state = 'committed'"))
    op.create_table(
        "former_unit",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("district", sa.Text(), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.Date(), nullable=False),
        sa.Column("last_seen", sa.Date(), nullable=False),
        sa.Column("old_codes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("new_codes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_unit")),
    )
    op.create_index("ix_former_unit_code", "former_unit", ["code"], unique=False)
    op.create_table(
        "place_name",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("province_code", sa.Text(), nullable=False),
        sa.Column("district_code", sa.Text(), nullable=False),
        sa.Column("commune_code", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_name")),
    )
    op.create_geospatial_table(
        "unit",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parent_code", sa.Text(), nullable=True),
        sa.Column("province_code", sa.Text(), nullable=False),
        sa.Column("postal_code", sa.Text(), nullable=True),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column(
            "centre",
            Geometry(geometry_type="POINT", srid=4326, dimension=2, spatial_index=False, from_text="ST_GeomFromEWKT", name="geometry"),
            nullable=True,
        ),
        sa.Column("area_km2", sa.Float(), nullable=True),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("in_force", sa.Boolean(), sa.Computed("upper_inf(valid)", persisted=True), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("level"), "="), (sa.column("code"), "="), (sa.column("valid"), "&&"), using="gist", name="ex_unit_code_valid"
        ),
        sa.CheckConstraint("level IN ('province', 'district', 'commune')", name=op.f("ck_unit_level")),
        sa.CheckConstraint("postal_code ~ '^[0-9]{5}$'", name=op.f("ck_unit_postal_code")),
        sa.CheckConstraint("NOT isempty(valid)", name=op.f("ck_unit_valid")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
    )
    op.create_index("ix_unit_province_code_level", "unit", ["province_code", "level"], unique=False)
    op.create_table(
        "baseline",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("units_as_of", sa.Date(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("households", sa.Integer(), nullable=True),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("estimated", sa.Boolean(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_baseline_unit_id_unit"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_baseline")),
        sa.UniqueConstraint("level", "code", "units_as_of", "source", name=op.f("uq_baseline_level_code_units_as_of_source")),
    )
    op.create_index("ix_baseline_unit_id", "baseline", ["unit_id"], unique=False)
    op.create_table(
        "batch_row",
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("row_no", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("change", sa.Text(), nullable=True),
        sa.Column("issues", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("address_id", sa.BigInteger(), nullable=True),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("raw", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint("(outcome = 'accepted') = (change IS NOT NULL)", name=op.f("ck_batch_row_change")),
        sa.CheckConstraint("change IN ('new', 'changed', 'same')", name=op.f("ck_batch_row_change_kind")),
        sa.CheckConstraint("outcome = 'accepted' OR raw IS NOT NULL", name=op.f("ck_batch_row_raw")),
        sa.CheckConstraint("outcome IN ('accepted', 'incomplete', 'duplicate', 'rejected')", name=op.f("ck_batch_row_outcome")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_batch_row_batch_id_batch"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("batch_id", "row_no", name=op.f("pk_batch_row")),
    )
    op.create_table(
        "change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_id", sa.Text(), nullable=False),
        sa.Column("op", sa.Text(), nullable=False),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("op IN ('update', 'delete')", name=op.f("ck_change_op")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_change_batch_id_batch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
    )
    op.create_index("ix_change_batch_id", "change", ["batch_id"], unique=False)
    op.create_index("ix_change_entity_id", "change", ["entity", "entity_id"], unique=False)
    op.create_table(
        "place",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("commune_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("origin_id", sa.Integer(), nullable=True),
        sa.Column("created_batch_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("key <> ''", name=op.f("ck_place_key")),
        sa.CheckConstraint("origin_id IS NULL OR kind = 'hamlet'", name=op.f("ck_place_origin")),
        sa.ForeignKeyConstraint(["origin_id"], ["unit.id"], name=op.f("fk_place_origin_id_unit")),
        sa.CheckConstraint("kind IN ('street', 'alley', 'hamlet', 'area', 'building')", name=op.f("ck_place_kind")),
        sa.ForeignKeyConstraint(["commune_id"], ["unit.id"], name=op.f("fk_place_commune_id_unit")),
        sa.ForeignKeyConstraint(["created_batch_id"], ["batch.id"], name=op.f("fk_place_created_batch_id_batch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint(
            "commune_id",
            "kind",
            "key",
            "origin_id",
            name=op.f("uq_place_commune_id_kind_key_origin_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "service_point",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("province_code", sa.Text(), nullable=False),
        sa.Column("commune_id", sa.Integer(), nullable=False),
        sa.Column("recorded_unit_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("recorded_name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("building", sa.Text(), nullable=True),
        sa.Column("internet", sa.Boolean(), nullable=False),
        sa.Column("multi_service", sa.Boolean(), nullable=False),
        sa.Column("planned", sa.Boolean(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["commune_id"], ["unit.id"], name=op.f("fk_service_point_commune_id_unit")),
        sa.ForeignKeyConstraint(["recorded_unit_id"], ["unit.id"], name=op.f("fk_service_point_recorded_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_point")),
        sa.UniqueConstraint(
            "recorded_unit_id", "recorded_name", "source", name=op.f("uq_service_point_recorded_unit_id_recorded_name_source")
        ),
    )
    op.create_index("ix_service_point_commune_id", "service_point", ["commune_id"], unique=False)
    op.create_table(
        "succession",
        sa.Column("id", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("predecessor_id", sa.Integer(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("all_people", sa.Boolean(), nullable=False),
        sa.Column("effective", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('whole', 'part')", name=op.f("ck_succession_kind")),
        sa.ForeignKeyConstraint(["predecessor_id"], ["unit.id"], name=op.f("fk_succession_predecessor_id_unit"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["successor_id"], ["unit.id"], name=op.f("fk_succession_successor_id_unit"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_succession")),
        sa.UniqueConstraint("predecessor_id", "successor_id", name=op.f("uq_succession_predecessor_id_successor_id")),
    )
    op.create_index("ix_succession_successor_id", "succession", ["successor_id"], unique=False)
    op.create_geospatial_table(
        "unit_boundary",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "geom",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("approximate", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_boundary_unit_id_unit"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_unit_boundary")),
    )
    op.create_geospatial_index("ix_unit_boundary_geom", "unit_boundary", ["geom"], unique=False, postgresql_using="gist", postgresql_ops={})
    op.create_geospatial_table(
        "address",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("province_code", sa.Text(), nullable=False),
        sa.Column("commune_id", sa.Integer(), nullable=False),
        sa.Column("recorded_unit_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=True),
        sa.Column("hamlet_id", sa.BigInteger(), nullable=True),
        sa.Column("house_path", sa.Text(), server_default="", nullable=False),
        sa.Column("house_key", sa.Text(), server_default="", nullable=False),
        sa.Column("flat", sa.Text(), server_default="", nullable=False),
        sa.Column("flat_key", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column(
            "point",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("point_method", sa.Text(), nullable=False),
        sa.Column("accuracy_m", sa.Float(), nullable=True),
        sa.Column("original_x", sa.Float(), nullable=False),
        sa.Column("original_y", sa.Float(), nullable=False),
        sa.Column("original_crs", sa.Text(), nullable=False),
        sa.Column("recorded_text", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("fold_version", sa.SmallInteger(), nullable=False),
        sa.Column("created_batch_id", sa.BigInteger(), nullable=True),
        sa.Column("updated_batch_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('household', 'office', 'business', 'other')", name=op.f("ck_address_kind")),
        sa.CheckConstraint("status IN ('collected', 'complete', 'verified', 'notified', 'plated')", name=op.f("ck_address_status")),
        sa.CheckConstraint("ST_X(point) BETWEEN 102 AND 118 AND ST_Y(point) BETWEEN 6 AND 24", name=op.f("ck_address_point_in_vietnam")),
        sa.CheckConstraint("households >= 0", name=op.f("ck_address_households")),
        sa.CheckConstraint("replaced_by IS NULL OR retired_at IS NOT NULL", name=op.f("ck_address_replaced_by")),
        sa.ForeignKeyConstraint(["commune_id"], ["unit.id"], name=op.f("fk_address_commune_id_unit")),
        sa.ForeignKeyConstraint(["created_batch_id"], ["batch.id"], name=op.f("fk_address_created_batch_id_batch")),
        sa.ForeignKeyConstraint(["hamlet_id"], ["place.id"], name=op.f("fk_address_hamlet_id_place")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_address_place_id_place")),
        sa.ForeignKeyConstraint(["recorded_unit_id"], ["unit.id"], name=op.f("fk_address_recorded_unit_id_unit")),
        sa.ForeignKeyConstraint(["replaced_by"], ["address.id"], name=op.f("fk_address_replaced_by_address")),
        sa.ForeignKeyConstraint(["updated_batch_id"], ["batch.id"], name=op.f("fk_address_updated_batch_id_batch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address")),
    )
    op.create_index("ix_address_commune_id", "address", ["commune_id"], unique=False)
    op.create_index(
        "ix_address_hamlet_id_house_key",
        "address",
        ["hamlet_id", "house_key"],
        unique=False,
        postgresql_where=sa.text("hamlet_id IS NOT NULL"),
    )
    op.create_index(
        "ix_address_place_id_house_key",
        "address",
        ["place_id", "house_key"],
        unique=False,
        postgresql_ops={"house_key": "text_pattern_ops"},
    )
    op.create_geospatial_index("ix_address_point", "address", ["point"], unique=False, postgresql_using="gist", postgresql_ops={})
    op.create_index("ix_address_updated_batch_id", "address", ["updated_batch_id"], unique=False)
    op.create_index("ix_address_replaced_by", "address", ["replaced_by"], unique=False, postgresql_where=sa.text("replaced_by IS NOT NULL"))
    op.create_index(
        "uq_address_door",
        "address",
        ["place_id", "house_key", "flat_key"],
        unique=True,
        postgresql_where=sa.text("house_key <> '' AND retired_at IS NULL"),
    )
    op.create_table(
        "digital_address",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("address_id", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_by", sa.Text(), nullable=True),
        sa.CheckConstraint("(status = 'active') = (retired_at IS NULL)", name=op.f("ck_digital_address_retired_at")),
        sa.CheckConstraint("(status = 'withdrawn') = (address_id IS NULL)", name=op.f("ck_digital_address_address")),
        sa.CheckConstraint("scheme IN ('diachiso', 'ndas')", name=op.f("ck_digital_address_scheme")),
        sa.CheckConstraint("status IN ('active', 'retired', 'withdrawn')", name=op.f("ck_digital_address_status")),
        sa.ForeignKeyConstraint(["address_id"], ["address.id"], name=op.f("fk_digital_address_address_id_address")),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_digital_address_batch_id_batch")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_digital_address")),
    )
    op.create_index("ix_digital_address_address_id", "digital_address", ["address_id"], unique=False)
    op.create_index("ix_digital_address_batch_id", "digital_address", ["batch_id"], unique=False)
    op.create_index(
        "uq_digital_address_active", "digital_address", ["address_id"], unique=True, postgresql_where=sa.text("status = 'active'")
    )
    op.create_table(
        "external_code",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("address_id", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["address_id"], ["address.id"], name=op.f("fk_external_code_address_id_address"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_external_code_batch_id_batch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_code")),
        sa.UniqueConstraint("code", "scheme", "address_id", name=op.f("uq_external_code_code_scheme_address_id")),
    )
    op.create_index("ix_external_code_address_id", "external_code", ["address_id"], unique=False)
    op.create_table(
        "household",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("address_id", sa.BigInteger(), nullable=False),
        sa.Column("province_code", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("created_batch_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("ref <> ''", name=op.f("ck_household_ref")),
        sa.ForeignKeyConstraint(["address_id"], ["address.id"], name=op.f("fk_household_address_id_address"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["created_batch_id"], ["batch.id"], name=op.f("fk_household_created_batch_id_batch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household")),
        sa.UniqueConstraint("province_code", "ref", name=op.f("uq_household_province_code_ref")),
    )
    op.create_index("ix_household_address_id", "household", ["address_id"], unique=False)


def downgrade() -> None:

    op.drop_index("ix_household_address_id", table_name="household")
    op.drop_table("household")
    op.drop_index("ix_external_code_address_id", table_name="external_code")
    op.drop_table("external_code")
    op.drop_index("uq_digital_address_active", table_name="digital_address", postgresql_where=sa.text("status = 'active'"))
    op.drop_index("ix_digital_address_batch_id", table_name="digital_address")
    op.drop_index("ix_digital_address_address_id", table_name="digital_address")
    op.drop_table("digital_address")
    op.drop_index("uq_address_door", table_name="address", postgresql_where=sa.text("house_key <> '' AND retired_at IS NULL"))
    op.drop_index("ix_address_replaced_by", table_name="address", postgresql_where=sa.text("replaced_by IS NOT NULL"))
    op.drop_index("ix_address_updated_batch_id", table_name="address")
    op.drop_geospatial_index("ix_address_point", table_name="address", postgresql_using="gist", column_name="point")
    op.drop_index("ix_address_place_id_house_key", table_name="address", postgresql_ops={"house_key": "text_pattern_ops"})
    op.drop_index("ix_address_hamlet_id_house_key", table_name="address", postgresql_where=sa.text("hamlet_id IS NOT NULL"))
    op.drop_index("ix_address_commune_id", table_name="address")
    op.drop_geospatial_table("address")
    op.drop_geospatial_index("ix_unit_boundary_geom", table_name="unit_boundary", postgresql_using="gist", column_name="geom")
    op.drop_geospatial_table("unit_boundary")
    op.drop_index("ix_succession_successor_id", table_name="succession")
    op.drop_table("succession")
    op.drop_index("ix_service_point_commune_id", table_name="service_point")
    op.drop_table("service_point")
    op.drop_table("place")
    op.drop_index("ix_change_entity_id", table_name="change")
    op.drop_index("ix_change_batch_id", table_name="change")
    op.drop_table("change")
    op.drop_table("batch_row")
    op.drop_index("ix_baseline_unit_id", table_name="baseline")
    op.drop_table("baseline")
    op.drop_index("ix_unit_province_code_level", table_name="unit")
    op.drop_geospatial_table("unit")
    op.drop_table("place_name")
    op.drop_index("ix_former_unit_code", table_name="former_unit")
    op.drop_table("former_unit")
    op.drop_index("uq_batch_file", table_name="batch", postgresql_where=sa.text("state = 'committed'"))
    op.drop_table("batch")
