"""Here is decided how the counts of communes are kept: whoever changes doors recounts the communes touched, in the same transaction."""

from collections.abc import Collection
from pathlib import Path
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from registry.sqlfile import statement

_SQL: Final = Path(__file__).parent / "sql" / "tally.sql"


def recount(session: Session | Connection, communes: Collection[int] | None = None) -> None:
    """Count the live doors of some communes (ids of units), or of all, and keep the counts."""
    given = {"communes": None if communes is None else sorted(communes)}
    session.execute(statement(_SQL, "forget"), given)
    session.execute(statement(_SQL, "count"), given)


def differences(session: Session | Connection) -> list[tuple[int, str]]:
    """Return the communes whose kept counts are not those of a full count, as (id of the unit, its name); empty when all is well."""
    return [(row.commune_id, row.name) for row in session.execute(statement(_SQL, "differences"))]
