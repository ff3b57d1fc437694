"""Here is decided when indexes are built after a load instead of row by row: for a batch at least as large as the table it meets.

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
# How each index goes and comes back. Keys come back first, for they are the largest; a key that another table points to stays.
_INDEXES: Final = """
SELECT
    CASE WHEN k.oid IS NULL THEN format('DROP INDEX %I', c.relname)
        ELSE format('ALTER TABLE %s DROP CONSTRAINT %I', i.indrelid::regclass, k.conname) END,
    CASE WHEN k.oid IS NULL THEN pg_get_indexdef(i.indexrelid)
        ELSE format('ALTER TABLE %s ADD CONSTRAINT %I %s', i.indrelid::regclass, k.conname, pg_get_constraintdef(k.oid)) END
FROM pg_index AS i
JOIN pg_class AS c ON c.oid = i.indexrelid
LEFT JOIN pg_constraint AS k ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u')
WHERE i.indrelid = ANY (CAST(:tables AS regclass[]))
    AND (k.oid IS NULL OR NOT i.indrelid = ANY (CAST(:keyed AS regclass[])))
    AND NOT EXISTS (SELECT FROM pg_constraint AS f WHERE f.contype = 'f' AND f.conindid = i.indexrelid)
ORDER BY k.oid IS NULL, c.relname
"""


@contextmanager
def indexed_after(
    session: Session, tables: Sequence[str], new: int, *, keyed: Sequence[str] = (), rewritten: bool = False
) -> Iterator[bool]:
    """Drop the indexes of the tables while so many rows are written, and build them after, when that pays; yield whether.

    `keyed` are tables whose keys are needed meanwhile, by ON CONFLICT. The first table is the one whose size is asked. `rewritten`: the
    rows are known ones that change; it pays from half of the table on.
    """
    pays = new >= _FEWEST_ROWS and _as_large(session, tables[0], 2 * new if rewritten else new)
    coming = _dropped(session, tables, keyed) if pays else []
    yield bool(coming)
    if coming:
        session.execute(text(f"SET LOCAL maintenance_work_mem = '{_MEMORY}'"))
    for definition in coming:
        session.connection().exec_driver_sql(definition)


def _as_large(session: Session, table: str, new: int) -> bool:
    met = text(f"SELECT count(*) FROM (SELECT FROM {table} LIMIT :most) AS met")  # noqa: S608 - the name of a table of ours
    return bool(session.execute(met, {"most": new}).scalar_one() < new)


def _dropped(session: Session, tables: Sequence[str], keyed: Sequence[str]) -> list[str]:
    """Drop the indexes and return how they come back; nothing when another session uses one of the tables."""
    try:
        with session.begin_nested():
            session.execute(text(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE NOWAIT"))
    except OperationalError:
        return []
    found = session.execute(text(_INDEXES), {"tables": list(tables), "keyed": list(keyed)}).all()
    for drop, _ in found:
        session.connection().exec_driver_sql(drop)
    return [definition for _, definition in found]
