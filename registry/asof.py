"""Decides how the registry stood at a moment of the past: today's rows, taken back by the before-images of all that changed since.

Time here is when the registry came to know (a batch commits, is rolled back, a person amends), not when something was built.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.sqlfile import statement

_SQL: Final = Path(__file__).parent / "sql" / "asof.sql"
_TABLES: Final = "DROP TABLE IF EXISTS pg_temp.later, pg_temp.door_asof, pg_temp.unit_asof"


@dataclass(frozen=True)
class Standing:
    """What stood in the communes of a day, one row a unit, and the rows of hand-overs that waited."""

    doors: Sequence[Any]
    waiting: Sequence[Any]


def standing_at(session: Session, moment: datetime, day: date) -> Standing:
    """Count the doors of every commune in force on `day` as the registry stood just before `moment`.

    A row of `doors` has unit_id, code, name, province_code, in_force and the counts of `registry.coverage`; a unit no longer in force that
    day is there only when it was split and its doors were not yet re-homed.
    """
    doors_at(session, moment)
    waiting = session.execute(statement(_SQL, "waiting"), {"moment": moment}).mappings().all()
    return Standing(counted(session, day), waiting)


def counted(session: Session, day: date) -> Sequence[Any]:
    """Count the doors of `door_asof` in the units of a day."""
    session.execute(text("DROP TABLE IF EXISTS pg_temp.unit_asof"))
    session.execute(statement(_SQL, "placed"), {"day": day})
    return session.execute(statement(_SQL, "counted"), {"day": day}).mappings().all()


def doors_at(session: Session, moment: datetime) -> None:
    """Fill the temporary table `door_asof`: the doors that existed just before a moment, as they were.

    Columns: id, province_code, commune_id and recorded_unit_id (rows of `unit`), kind, households, status, coded, accepted (a batch
    brought it), live (not retired).
    It lives until the transaction ends or the next call.
    """
    session.execute(text(_TABLES))
    for step in ("later", "analyze_later", "doors", "analyze_doors"):
        session.execute(statement(_SQL, step), {} if step.startswith("analyze") else {"moment": moment})
