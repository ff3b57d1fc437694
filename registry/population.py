"""Decides how people per unit and year come in: a table with its source; the newest figure up to a year counts, nothing is interpolated."""

from datetime import date
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.table_file import flag, number, table_rows, wrong, year
from registry.targets import LoadedTargets

COLUMNS: Final = ("level", "code", "units_as_of", "year", "people", "estimated", "source")
_LEVELS: Final = ("country", "province", "commune")
_LOAD: Final = """
INSERT INTO population AS p (unit_id, year, people, estimated, source) VALUES (:unit_id, :year, :people, :estimated, :source)
ON CONFLICT (unit_id, year, source) DO UPDATE SET people = excluded.people, estimated = excluded.estimated, loaded_at = now()
WHERE (p.people, p.estimated) IS DISTINCT FROM (excluded.people, excluded.estimated)
RETURNING xmax = 0
"""


def load(session: Session, path: Path) -> LoadedTargets:
    """Load a table (CSV, see COLUMNS) and count what it added and changed; the caller commits. FileRefused names a wrong line."""
    rows = [_row(line, cells) for line, cells in table_rows(path, COLUMNS)]
    done = [session.execute(text(_LOAD), {**row, "unit_id": _unit(session, line, row)}).scalar() for line, row in rows]
    return LoadedTargets(done.count(True), done.count(False), done.count(None))


def _row(line: int, cells: dict[str, str]) -> tuple[int, dict[str, Any]]:
    if cells["level"] not in _LEVELS:
        raise wrong(line, "level", f"phải là {', '.join(_LEVELS)}", f"one of {', '.join(_LEVELS)}")
    if not cells["source"]:
        raise wrong(line, "source", "trống; số dân phải ghi nguồn", "empty; people need a source")
    people = number(line, "people", cells["people"])
    if people != int(people):
        raise wrong(line, "people", "phải là số nguyên", "must be a whole number")
    try:
        as_of = date.fromisoformat(cells["units_as_of"])
    except ValueError as error:
        raise wrong(line, "units_as_of", "phải là ngày YYYY-MM-DD", "must be a day") from error
    read = {"people": int(people), "year": year(line, cells["year"]), "estimated": flag(line, "estimated", cells["estimated"])}
    return line, {**cells, **read, "units_as_of": as_of}


def _unit(session: Session, line: int, row: dict[str, Any]) -> int | None:
    """Return the unit that had that code on that day, None for the country."""
    if row["level"] == "country":
        return None
    found = session.execute(
        text("SELECT id FROM unit WHERE level = :level AND code = :code AND valid @> CAST(:day AS date)"),
        {"level": row["level"], "code": row["code"], "day": row["units_as_of"]},
    ).scalar()
    if found is None:
        raise wrong(line, "code", f"không có đơn vị mang mã “{row['code'][:10]}” ngày đó", "no unit had that code that day")
    return int(found)
