"""Runs migrations on the connection that the caller opened, one at a time across processes."""

from alembic import context
from geoalchemy2 import alembic_helpers
from sqlalchemy import text

from registry.models.tables import Base

LOCK = 0x0D1AC41
TABLES = frozenset(Base.metadata.tables)


def include_object(item: object, name: str | None, kind: str, reflected: bool, compare_to: object) -> bool:  # noqa: FBT001 - Alembic's signature
    """Leave PostGIS's own tables out of comparisons."""
    if kind == "table" and reflected and name not in TABLES:
        return False
    return bool(alembic_helpers.include_object(item, name, kind, reflected, compare_to))


def migrate() -> None:
    """Apply the pending versions under an advisory lock, giving up on a table lock after ten seconds."""
    connection = context.config.attributes["connection"]
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    connection.execute(text("SET LOCAL lock_timeout = '10s'"))
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=include_object,
        process_revision_directives=alembic_helpers.writer,
        render_item=alembic_helpers.render_item,
        compare_type=True,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


migrate()
