"""Models and migrations are one: a database brought up by migrations is what the models say."""

from alembic import command
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from geocode.doors import nearest_doors
from registry import db
from registry.security.rights import put_in_place

CATALOGUE = text("""
SELECT c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || a.attnotnull FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1
""")


def catalogue(connection: Connection) -> list[str]:
    """Return every column, constraint and index."""
    return list(connection.execute(CATALOGUE).scalars())


def test_models_and_migrations_are_equal(fresh_db: str) -> None:
    """Alembic finds nothing to add to a migrated database."""
    with db.engine(fresh_db).begin() as connection:
        command.check(db.alembic_config(connection))


def test_going_down_and_up_again_leaves_the_same_catalogue(empty_db: str) -> None:
    """Upgrade, downgrade, upgrade: columns, constraints and indexes are the same."""
    db.upgrade(empty_db)
    with db.engine(empty_db).begin() as connection:
        before = catalogue(connection)
        command.downgrade(db.alembic_config(connection), "base")
        command.upgrade(db.alembic_config(connection), "head")
        put_in_place(connection)  # makes a view
        assert catalogue(connection) == before
    assert len(before) > 100


def test_the_image_of_a_door_has_all_of_its_columns(session: Session) -> None:
    """What history remembers of a door is every column of it, the point as text."""
    columns = text(
        "SELECT array_agg(attname ORDER BY attname) FROM pg_attribute"
        " WHERE attrelid = CAST(:name AS regclass) AND attnum > 0 AND NOT attisdropped"
    )
    door, image = (session.execute(columns, {"name": name}).scalar_one() for name in ("address", "address_image"))
    assert image == door


def test_every_index_says_whom_it_serves() -> None:
    """An index that no one claims is dead weight on every import: the models name the reader of each."""
    for path in sorted((db.MIGRATIONS.parent / "models").glob("*.py")):
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            if line.strip().startswith(("Index(", "UniqueConstraint(", "ExcludeConstraint(")):
                assert "Serves:" in lines[number - 1], f"{path.name}:{number + 1} does not say whom it serves"


def test_a_prepared_statement_is_planned_once_a_connection(samples: Session) -> None:
    """The hot path's look-up is prepared on first use, answers the same, and survives a rollback."""
    first = nearest_doors(samples, 103.02, 21.4, 3)
    samples.rollback()
    assert nearest_doors(samples, 103.02, 21.4, 3) == first
    prepared = samples.execute(text("SELECT count(*) FROM pg_prepared_statements WHERE name = 'diachiso_doors_nearest'")).scalar_one()
    assert prepared == 1
