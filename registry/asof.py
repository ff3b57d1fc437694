"""Decides how the registry stood at a moment of the past: today's rows, taken back by the before-images of all that changed since.

Time here is when the registry came to know (a batch commits, is rolled back, a person amends), not when something was built.
"""

from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.sqlfile import statement

_SQL: Final = Path(__file__).parent / "sql" / "asof.sql"
_TABLES: Final = "DROP TABLE IF EXISTS pg_temp.later, pg_temp.door_asof, pg_temp.unit_asof"


def doors_at(session: Session, moment: datetime) -> None:
    """Fill the temporary table `door_asof`: the doors that existed just before a moment, as they were.

    Columns: id, province_code, commune_id and recorded_unit_id (rows of `unit`), kind, households, status, coded, accepted (a batch
    brought it), live (not retired). It lives until the transaction ends or the next call.
    """
    session.execute(text(_TABLES))
    for step in ("later", "analyze_later", "doors", "analyze_doors"):
        session.execute(statement(_SQL, step), {} if step.startswith("analyze") else {"moment": moment})


def place_doors(session: Session, day: date) -> None:
    """Fill the temporary table `unit_asof (held_id, unit_id)`: the unit of a day for every unit in which a door of `door_asof` stands.

    A unit that was split or merged by that day, and whose doors nobody has re-homed, is its own.
    """
    session.execute(text("DROP TABLE IF EXISTS pg_temp.unit_asof"))
    session.execute(statement(_SQL, "placed"), {"day": day})


def waiting_at(session: Session, moment: datetime, day: date) -> list[Any]:
    """Return rows (province_code, code, incomplete, rejected) of what had been handed over and waited just before a moment."""
    return list(session.execute(statement(_SQL, "waiting"), {"moment": moment, "day": day}).mappings())
