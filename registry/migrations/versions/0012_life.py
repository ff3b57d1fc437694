"""What happens to a door by hand, and the corrections that wait for the province's word."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_geospatial_table(
        "life_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("province_code", sa.Text(), nullable=False),
        sa.Column("address_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("others", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("fields", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=True),
        sa.Column("house_key", sa.Text(), server_default="", nullable=False),
        sa.Column("flat_key", sa.Text(), server_default="", nullable=False),
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
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.CheckConstraint(
            "kind IN ('amended', 'moved', 'verified', 'notified', 'plated', 'merged', 'absorbed', 'split', 'split_from', 'retired', 'revived')",
            name=op.f("ck_life_event_kind"),
        ),
        sa.CheckConstraint("actor <> '' AND reason <> ''", name=op.f("ck_life_event_who_and_why")),
        sa.CheckConstraint(
            "kind NOT IN ('merged', 'absorbed', 'split', 'split_from') OR cardinality(others) > 0", name=op.f("ck_life_event_others")
        ),
        sa.PrimaryKeyConstraint("id", "province_code", name=op.f("pk_life_event")),
    )
    op.create_index("ix_life_event_address_id", "life_event", ["address_id"])
    op.create_index(
        "ix_life_event_former", "life_event", ["place_id", "house_key"], postgresql_where=sa.text("kind IN ('amended', 'moved')")
    )
    op.create_table(
        "correction",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("province_code", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("address_id", sa.BigInteger(), nullable=False),
        sa.Column("proposed", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("seen", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("proposed_by", sa.Text(), server_default="", nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("decided_by", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.Text(), server_default="", nullable=False),
        sa.Column("feedback_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'accepted', 'refused')", name=op.f("ck_correction_state")),
        sa.CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name=op.f("ck_correction_decided_at")),
        sa.CheckConstraint("state = 'waiting' OR decided_by <> ''", name=op.f("ck_correction_decided_by")),
        sa.CheckConstraint("state <> 'refused' OR decision <> ''", name=op.f("ck_correction_refused")),
        sa.CheckConstraint("proposed <> '{}' AND reason <> ''", name=op.f("ck_correction_proposed")),
        sa.ForeignKeyConstraint(["feedback_id"], ["feedback.id"], name=op.f("fk_correction_feedback_id_feedback")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    op.create_index("ix_correction_waiting", "correction", ["province_code", "id"], postgresql_where=sa.text("state = 'waiting'"))


def downgrade() -> None:
    op.drop_index("ix_correction_waiting", table_name="correction", postgresql_where=sa.text("state = 'waiting'"))
    op.drop_table("correction")
    op.drop_index("ix_life_event_former", table_name="life_event", postgresql_where=sa.text("kind IN ('amended', 'moved')"))
    op.drop_index("ix_life_event_address_id", table_name="life_event")
    op.drop_geospatial_table("life_event")
