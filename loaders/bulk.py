"""Here is decided when indexes are built after a load instead of row by row: for a batch at least as large as the registry it meets.

Building an index once costs a third of filling it row by row. The price is a lock: readers of these tables wait until the batch is
committed, so it is paid only where there is little to read, and only when nobody holds the tables at that moment.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

_FEWEST_ROWS: Final = 50_000
_MEMORY: Final = "256MB"
# Indexes behind constraints stay: ON CONFLICT and primary keys need them.
_INDEXES: Final = """
SELECT c.relname, pg_get_indexdef(i.indexrelid)
FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
WHERE i.indrelid = ANY (CAST(:tables AS regclass[])) AND NOT EXISTS (SELECT FROM pg_constraint AS k WHERE k.conindid = i.indexrelid)
ORDER BY c.relname
"""


@contextmanager
def indexed_after(session: Session, tables: Sequence[str], new: int, *, rewritten: bool = False) -> Iterator[None]:
    """Drop the indexes of the tables while so many rows are written, and build them after, when that pays; else do nothing.

    `rewritten`: the rows are known ones that change; it pays from half of the doors on.
    """
    dropped = _dropped(session, tables) if new >= _FEWEST_ROWS and _as_large(session, 2 * new if rewritten else new) else []
    yield
    if dropped:
        session.execute(text(f"SET LOCAL maintenance_work_mem = '{_MEMORY}'"))
    for definition in dropped:
        session.connection().exec_driver_sql(definition)


def _as_large(session: Session, new: int) -> bool:
    known = session.execute(text("SELECT count(*) FROM (SELECT FROM address LIMIT :most) AS met"), {"most": new}).scalar_one()
    return bool(known < new)


def _dropped(session: Session, tables: Sequence[str]) -> list[str]:
    """Drop the indexes and return their definitions; none when another session uses one of the tables."""
    try:
        with session.begin_nested():
            session.execute(text(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE NOWAIT"))
    except OperationalError:
        return []
    found = session.execute(text(_INDEXES), {"tables": list(tables)}).all()
    for name, _ in found:
        session.connection().exec_driver_sql(f'DROP INDEX "{name}"')
    return [definition for _, definition in found]
