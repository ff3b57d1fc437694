"""Decides how the reference tables reach the database: staged by COPY, merged so that ids stay, all in the caller's transaction."""

import csv
import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry.announce import CHANNEL
from registry.approximate_areas import draw_approximate_areas
from registry.errors import RefusedError
from registry.units_load_sql import COUNTS, MERGES, STAGED

REFERENCE: Final = Path(__file__).parent / "reference"
_LOCK: Final = 0x0D1AC42
# The mark stands on a constraint, not on a table: Alembic compares the comments of tables with the models.
_MARK: Final = "ex_unit_code_valid"
_MARK_PREFIX: Final = "reference sha256:"
_UNTIL: Final = " until "


@dataclass(frozen=True)
class LoadReport:
    """What a load did: rows now in each table, areas drawn, and whether anything had to be done at all."""

    changed: bool
    version: str
    counts: dict[str, int]

    def to_dict(self) -> dict[str, object]:
        """Return the report as plain values."""
        return {"changed": self.changed, "version": self.version, "counts": self.counts}


def load_all(target: Connection | Session, directory: Path = REFERENCE, *, until: date | None = None) -> LoadReport:
    """Load units, successions, former units, baselines and place names, and draw approximate areas; the caller commits.

    `until` loads the map of that day and nothing later; such a database keeps to it, and only `reform apply` moves it on. RefusedError
    where it holds another map already. What reforms ended and began is left as it is.

    A second call changes nothing: the hash of the tables is kept in the database. When the tables changed, units are matched by
    level, code and first day, so that ids stay; a unit that addresses refer to and that vanished from the tables is a RefusedError.
    Exact boundaries are never touched.
    """
    connection = target.connection() if isinstance(target, Session) else target
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    version = _version(connection, directory, until)
    after = date.fromisoformat(version.partition(_UNTIL)[2]) + timedelta(days=1) if _UNTIL in version else date.max
    if reference_version(connection) == version and _is_whole(connection, directory, after):
        return LoadReport(changed=False, version=version, counts=_counts(connection))
    try:
        _stage(connection, directory)
        for statement in MERGES:
            connection.execute(text(statement), {"after": after} if ":after" in statement else {})
    except IntegrityError as error:
        raise _refused(error) from error
    draw_approximate_areas(connection)
    connection.execute(text("SELECT pg_notify(:channel, 'units')"), {"channel": CHANNEL})
    connection.execute(text(f"COMMENT ON CONSTRAINT {_MARK} ON unit IS '{_MARK_PREFIX}{version}'"))
    for table in COUNTS:
        connection.execute(text(f"ANALYZE {table}"))
    return LoadReport(changed=True, version=version, counts=_counts(connection))


def tables_version(directory: Path = REFERENCE) -> str:
    """Return the SHA-256, in hexadecimal, of the tables that are loaded."""
    digest = hashlib.sha256()
    for table in STAGED:
        digest.update(table.encode() + b"\0" + (directory / f"{table}.csv").read_bytes())
    return digest.hexdigest()


def reference_version(target: Connection | Session) -> str | None:
    """Return the version of the tables that the database was loaded from, None before the first load."""
    found = target.execute(
        text("SELECT obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conname = :mark AND conrelid = 'unit'::regclass"),
        {"mark": _MARK},
    ).scalar()
    return found.removeprefix(_MARK_PREFIX) if found else None


def _version(connection: Connection, directory: Path, until: date | None) -> str:
    """Return the version to load: the hash of the tables and the day to which they are loaded, which a database keeps."""
    _, _, kept = (reference_version(connection) or "").partition(_UNTIL)
    asked = until.isoformat() if until else kept
    known = reference_version(connection) is not None
    if known and asked != kept:
        raise RefusedError(
            f"Cơ sở dữ liệu đã nạp bản đồ {f'đến {kept}' if kept else 'hiện nay'}, không nạp lại đến {asked} được.",
            f"The database holds the map {f'until {kept}' if kept else 'of today'}; it cannot be loaded until {asked}.",
            hint="Dùng một cơ sở dữ liệu mới cho bản đồ của ngày khác; để đi tới bản đồ sau, dùng diachiso reform apply.",
        )
    return tables_version(directory) + (f"{_UNTIL}{asked}" if asked else "")


def _is_whole(connection: Connection, directory: Path, after: date) -> bool:
    """Tell whether no unit was lost since the load; the other tables are written only together with the units."""
    with (directory / "units.csv").open(encoding="utf-8", newline="") as file:
        expected = sum((row["valid_from"] or "") < after.isoformat() for row in csv.DictReader(file))
    return bool(connection.execute(text("SELECT count(*) FROM unit WHERE reform_id IS NULL")).scalar_one() == expected)


def _counts(connection: Connection) -> dict[str, int]:
    return {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in COUNTS}  # noqa: S608 - names of ours


def _stage(connection: Connection, directory: Path) -> None:
    """Copy each table as text into a temporary one of the same columns."""
    cursor: Any = connection.connection.cursor()
    for table in STAGED:
        path = directory / f"{table}.csv"
        with path.open(encoding="utf-8") as file:
            columns = file.readline().strip()
            cursor.execute(f"DROP TABLE IF EXISTS ref_{table}")
            cursor.execute(f"CREATE TEMP TABLE ref_{table} ({columns.replace(',', ' text, ')} text) ON COMMIT DROP")
            cursor.copy_expert(f"COPY ref_{table} ({columns}) FROM STDIN (FORMAT csv)", file)
        cursor.execute(f"ANALYZE ref_{table}")
    cursor.close()


def _refused(error: IntegrityError) -> RefusedError:
    detail = str(error.orig).strip().replace("\n", "; ")
    return RefusedError(
        f"Không nạp được bảng đơn vị hành chính, cơ sở dữ liệu vẫn như cũ: {detail}",
        f"The reference tables were not loaded, nothing was changed: {detail}",
        hint="Kiểm tra registry/reference/: đơn vị mà địa chỉ đang dùng không được biến mất khỏi units.csv.",
    )
