"""Here is decided which households a door shows to whom: what a person had restricted, to administrators only."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from registry.sqlfile import statement

SQL: Final = Path(__file__).parents[1] / "sql" / "privacy.sql"


@dataclass(frozen=True)
class Home:
    """One household behind a door, by the opaque reference of whoever handed it over."""

    id: int
    ref: str
    batch_id: int | None
    restricted: bool


def behind(session: Session, address_id: int, province: str) -> list[Home]:
    """Return the households of a door, restricted ones too; the caller has said what for (security.audit), and commits."""
    rows = session.execute(statement(SQL, "behind"), {"address": address_id, "province": province})
    return [Home(row.id, row.ref, row.created_batch_id, row.restricted) for row in rows]
