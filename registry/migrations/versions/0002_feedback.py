"""What users say of wrong answers, for review."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_geospatial_table(
        "feedback",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("answered_code", sa.Text(), nullable=True),
        sa.Column("right_code", sa.Text(), nullable=True),
        sa.Column("right_text", sa.Text(), nullable=True),
        sa.Column(
            "right_point",
            Geometry(geometry_type="POINT", srid=4326, dimension=2, spatial_index=False, from_text="ST_GeomFromEWKT", name="geometry"),
            nullable=True,
        ),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_note", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("kind IN ('wrong_door', 'wrong_commune', 'missing', 'other')", name=op.f("ck_feedback_kind")),
        sa.CheckConstraint("state IN ('open', 'accepted', 'refused')", name=op.f("ck_feedback_state")),
        sa.CheckConstraint("query <> '' AND length(query) <= 1000", name=op.f("ck_feedback_query")),
        sa.CheckConstraint(
            "right_code IS NOT NULL OR coalesce(right_text, '') <> '' OR right_point IS NOT NULL", name=op.f("ck_feedback_right_place")
        ),
        sa.CheckConstraint("(state = 'open') = (reviewed_at IS NULL)", name=op.f("ck_feedback_reviewed_at")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
    )
    op.create_index("ix_feedback_open", "feedback", ["id"], unique=False, postgresql_where=sa.text("state = 'open'"))


def downgrade() -> None:

    op.drop_index("ix_feedback_open", table_name="feedback", postgresql_where=sa.text("state = 'open'"))
    op.drop_geospatial_table("feedback")
