"""Here is decided how counts are kept: whoever changes doors or waiting rows recounts what was touched, in the same transaction."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from registry.sqlfile import statement

_SQL: Final = Path(__file__).parent / "sql" / "tally.sql"


@dataclass(frozen=True)
class Wrong:
    """A kept counter that is not what a full count says: `where` names the commune, or the batch and commune of rows that wait."""

    where: str
    counter: str
    kept: int
    counted: int


def recount(session: Session | Connection, communes: Collection[int] | None = None) -> None:
    """Count the live doors of some communes (ids of units) and keep the counts; with None all of them, and all rows that wait."""
    given = {"communes": None if communes is None else sorted(communes)}
    session.execute(statement(_SQL, "forget"), given)
    session.execute(statement(_SQL, "count"), given)
    if communes is None:
        keep_waiting(session)


def keep_waiting(session: Session | Connection, batches: Collection[int] | None = None) -> None:
    """Count the rows of some batches (or of all) that wait to be mended and keep the counts; only committed batches have any."""
    given = {"batches": None if batches is None else sorted(batches)}
    session.execute(statement(_SQL, "forget_waiting"), given)
    session.execute(statement(_SQL, "count_waiting"), given)


def touched_batches(session: Session, batch_id: int) -> list[int]:
    """Return the batches whose waiting rows a batch changes, or will change when it is undone: ask before it is."""
    return list(session.execute(statement(_SQL, "waiting_touched"), {"batch": batch_id}).scalars())


def fill(connection: Connection) -> None:
    """Count everything where nothing is kept though there is something to count, as after a migration that reshaped the counters."""
    if not connection.execute(statement(_SQL, "any_counted")).scalar_one():
        recount(connection)


def differences(session: Session | Connection) -> list[tuple[int, str]]:
    """Return the communes whose kept counts are not those of a full count, as (id of the unit, its name); empty when all is well.

    Rows that wait have no unit of their own: their place is told under id 0.
    """
    found = {(row.commune_id, row.name): None for row in _doors(session)}
    return [*found, *dict.fromkeys((0, wrong.where) for wrong in _waiting(session))]


def wrong_counters(session: Session | Connection) -> list[Wrong]:
    """Return every counter that differs from a full count, commune by commune, then the rows that wait; empty when all is well."""
    doors = [Wrong(f"{row.name} ({row.code})", row.counter, int(row.kept), int(row.counted)) for row in _doors(session)]
    return doors + _waiting(session)


def _doors(session: Session | Connection) -> list[Any]:
    return list(session.execute(statement(_SQL, "differences")))


def _waiting(session: Session | Connection) -> list[Wrong]:
    """Compare the kept counts of rows that wait with the rows."""
    found = session.execute(statement(_SQL, "waiting_differences"))
    return [
        Wrong(f"lô / batch {row.batch_id}, xã / commune {row.commune_code or '?'}", row.counter, int(row.kept), int(row.counted))
        for row in found
    ]
