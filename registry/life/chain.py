"""Here is decided where a merged door leads: to the last one of those that took its place, however many there were."""

from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from registry.sqlfile import statement

SQL: Final = Path(__file__).parents[1] / "sql" / "life.sql"


def last_of(session: Session, address_id: int) -> int:
    """Return the id of the door at which the chain of replacements ends; itself when nothing replaced it. A ring ends where it closes."""
    found = session.execute(statement(SQL, "chain"), {"id": address_id}).scalar()
    return address_id if found is None else int(found)
