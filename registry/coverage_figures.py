"""Decides where the figures of a report come from: the kept counts for today, a count of the doors for another day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.asof import doors_at, place_doors, waiting_at
from registry.ladder import KINDS, RUNGS
from registry.periods import end_of, today
from registry.sqlfile import statement, statements

SQL: Final = Path(__file__).parent / "sql" / "coverage.sql"
COUNTS: Final = ("addresses", "household_addresses", "households", "households_coded", "coded", "notified", "accepted")
_HOMES: Final = tuple(f"homes_{rung}" for rung in RUNGS)
_DOORS: Final = tuple((kind, rung, f"{kind}_{rung}") for kind in KINDS for rung in RUNGS)
NAMES: Final = (*COUNTS, *_HOMES, *(name for _, _, name in _DOORS))
_SUMS: Final = ", ".join([
    *(f"sum(t.{name})\\:\\:bigint AS {name}" for name in (*COUNTS, *_HOMES)),
    *(f"coalesce(sum(t.at_{rung}) FILTER (WHERE t.kind = '{kind}'), 0)\\:\\:bigint AS {name}" for kind, rung, name in _DOORS),
])  # fmt: skip
KEPT, OF_A_DAY = "commune_tally", "day_tally"

Figures = Mapping[str, int]
NOTHING: Final[Figures] = dict.fromkeys(NAMES, 0)


@dataclass(frozen=True)
class DayFigures:
    """The figures of a day: of each commune that has any, by its code, and by today's province, former district and commune.

    Doors of a unit that was split, which wait for a decision, stand under its code and its id: `03151/11159`. An empty district gathers
    doors of which nobody knows it.
    """

    communes: Mapping[str, Figures]
    districts: Mapping[tuple[str, str, str], Figures]


@dataclass(frozen=True)
class SplitUnit:
    """A unit that is no more and that nobody has re-homed the doors of.

    `code` is the one that its figures stand under, `province_code` the province of a day that its doors will come to.
    """

    code: str
    name: str
    province_code: str


def count_day(session: Session, day: date, moment: datetime | None = None) -> str:
    """Count the doors in the units of a day as they stood just before a moment, by default when the day ended.

    Return the name of the table that holds the counters until the transaction ends.
    """
    doors_at(session, moment or end_of(day))
    return count_doors(session, day)


def count_doors(session: Session, day: date) -> str:
    """Count the doors that `door_asof` holds in the units of a day."""
    place_doors(session, day)
    session.execute(statement(SQL, "forget_day"))
    session.execute(statement(SQL, "count_day"))
    return OF_A_DAY


def of_day(session: Session, day: date, *, districts: bool = False) -> DayFigures:
    """Return the figures of the country on a day: the kept ones for today, else counted from the doors."""
    return summed(session, KEPT if day == today() else count_day(session, day), day, districts=districts)


def summed(session: Session, counters: str, day: date, province: str | None = None, *, districts: bool = False) -> DayFigures:
    """Sum the counters that the table `counters` holds, of one province or of all; by district only where that is asked for."""
    communes = {row["code"]: _figures(row) for row in _run(session, "by_commune", counters, day, province)}
    rows = _run(session, "by_district", counters, day, province) if districts else ()
    return DayFigures(communes, {(row["province_code"], row["code"], row["commune"]): _figures(row) for row in rows})


def waiting(session: Session, day: date, *, kept: bool, moment: datetime | None = None) -> list[Any]:
    """Return rows (province_code, code, incomplete, rejected) of what was handed over and waits; a code is None where it is unknown."""
    if not kept:
        return waiting_at(session, moment or end_of(day), day)
    return list(session.execute(statement(SQL, "waiting_kept"), {"day": day}).mappings())


def added(parts: list[Figures]) -> Figures:
    """Add figures up, name by name."""
    return dict(zip(NAMES, map(sum, zip(*(part.values() for part in parts), strict=True)), strict=True)) if parts else NOTHING


def unit_of(code: str) -> int | None:
    """Return the id of the split unit that figures stand under; None where they stand under a code of the day."""
    number = code.partition("/")[2]
    return int(number) if number else None


def split_units(session: Session, codes: Iterable[str], day: date, province: str | None) -> list[SplitUnit]:
    """Return the split units among codes of figures; of one province those whose doors will come to it, as it is on the day."""
    units = {unit: code for code in codes if (unit := unit_of(code)) is not None}
    asked = {"ids": list(units), "day": day, "province": province}
    rows = session.execute(statement(SQL, "closed"), asked).all() if units else ()
    return [SplitUnit(units[row.id], row.name, row.province_code) for row in rows]


def _run(session: Session, name: str, counters: str, day: date, province: str | None) -> list[Any]:
    known = statements(SQL)
    written = known[name].replace("HOMES", known["homes"]).replace("SUMS", _SUMS).replace(KEPT, counters)
    return list(session.execute(text(written), {"day": day, "province": province}).mappings())


def _figures(row: Mapping[str, Any]) -> Figures:
    return {name: row[name] for name in NAMES}
