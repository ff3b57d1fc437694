"""Migrations after 0014 can be run while people work and while the program of before still runs."""

from pathlib import Path
from textwrap import indent

import pytest

from registry.db import MIGRATIONS
from registry.migration_rules import breaches

# Versions up to this one are from before the first release; their rules were others.
FREE = "0014"
VERSIONS = sorted(path for path in (MIGRATIONS / "versions").glob("[0-9]*.py") if path.stem[:4] > FREE)
REFUSED = [
    ("not-null", 'op.add_column("address", sa.Column("floor", sa.Integer(), nullable=False))'),
    ("not-null", 'op.execute("ALTER TABLE address ADD COLUMN floor integer NOT NULL")'),
    ("set-not-null", 'op.alter_column("address", "note", nullable=False)'),
    ("set-not-null", 'op.execute("ALTER TABLE address ALTER COLUMN note SET NOT NULL")'),
    ("type", 'op.alter_column("address", "households", type_=sa.BigInteger())'),
    ("type", 'op.execute("ALTER TABLE address ALTER COLUMN households TYPE bigint")'),
    ("rename", 'op.alter_column("address", "note", new_column_name="remark")'),
    ("rename", 'op.rename_table("address", "door")'),
    ("rename", 'op.execute("ALTER TABLE address RENAME COLUMN note TO remark")'),
    ("drop", 'op.drop_column("address", "note")'),
    ("drop", 'op.execute("DROP TABLE feedback")'),
    ("index", 'op.create_index("ix_address_note", "address", ["note"])'),
    ("index", 'op.execute("CREATE UNIQUE INDEX ix_a ON address (note)")'),
    ("constraint", 'op.create_foreign_key("fk", "address", "unit", ["commune_id"], ["id"])'),
    ("constraint", 'op.execute("ALTER TABLE address ADD CONSTRAINT ck CHECK (households < 9)")'),
    ("update", "op.execute(\"UPDATE address SET note = ''\")"),
    ("update", 'op.execute("DELETE FROM feedback")'),
    ("lock", 'op.execute("LOCK TABLE address")'),
]
ALLOWED = [
    'op.add_column("address", sa.Column("floor", sa.Integer(), nullable=True))',
    'op.add_column("address", sa.Column("floor", sa.Integer(), nullable=False, server_default="0"))',
    'op.execute("ALTER TABLE address ADD COLUMN floor integer NOT NULL DEFAULT 0")',
    'op.create_index("ix_a", "address", ["note"], postgresql_concurrently=True)',
    'op.execute("CREATE INDEX CONCURRENTLY ix_a ON address (note)")',
    'op.execute("ALTER TABLE address ADD CONSTRAINT ck CHECK (households < 9) NOT VALID")',
    'op.execute("ALTER TABLE address VALIDATE CONSTRAINT ck")',
    'op.create_table("new", sa.Column("id", sa.Integer()))\nop.create_index("ix_new", "new", ["id"])',
    'op.execute("CREATE TABLE new (id integer)")\nop.execute("CREATE INDEX ix_new ON new (id)")',
    'op.execute("CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ DELETE FROM feedback $$")',
    "op.execute(\"UPDATE batch SET note = '' WHERE id < 1000\")",
]


def migration(body: str) -> str:
    """Return a migration that does that."""
    return f"def upgrade():\n{indent(body, '    ')}\n\ndef downgrade():\n    op.drop_table('address')\n"


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_a_migration_can_be_run_while_people_work(path: Path) -> None:
    """Each version of the repository, read as it stands."""
    assert breaches(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(("rule", "body"), REFUSED)
def test_a_dangerous_statement_is_refused_by_its_rule(rule: str, body: str) -> None:
    """In Alembic's words and in SQL."""
    assert [each.rule for each in breaches(migration(body))] == [rule]


@pytest.mark.parametrize("body", ALLOWED)
def test_a_harmless_statement_is_not(body: str) -> None:
    """The ways that the rules name instead, and whatever is done to a table that the same version creates."""
    assert breaches(migration(body)) == []


def test_an_exception_needs_its_rule_and_a_reason() -> None:
    """On the line or above it; without a reason, or for another rule, it does not count."""
    statement = 'op.create_index("ix_a", "reform", ["actor"])'
    assert breaches(migration(f"# zero-downtime: index: a few rows a year\n{statement}")) == []
    assert breaches(migration(f"{statement}  # zero-downtime: index: a few rows a year")) == []
    assert breaches(migration(f"{statement}  # zero-downtime: index:"))
    assert breaches(migration(f"{statement}  # zero-downtime: rename: a few rows a year"))


def test_sql_that_stands_under_a_name_is_read_too() -> None:
    """As most statements of migrations do."""
    found = breaches('_CHANGE = """\nALTER TABLE address\n  RENAME TO door\n"""\n' + migration("op.execute(_CHANGE)"))
    assert [(each.rule, each.table) for each in found] == [("rename", "address")]


def test_every_rule_is_written_down() -> None:
    """The table of the README and the rules are the same."""
    written = (MIGRATIONS / "README.md").read_text(encoding="utf-8")
    assert all(f"| `{rule}` |" in written for rule, _ in REFUSED)
