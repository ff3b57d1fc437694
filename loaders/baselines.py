"""Here is decided how a statistics office's figures become baselines: all lines or none, dated and sourced, beside what was there."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from loaders.baseline_carry import carry
from loaders.baseline_file import Problem, read
from loaders.baseline_units import Placed, placed
from loaders.statements import run
from loaders.unit_directory import directory
from registry.errors import UsageError
from registry.units import current_province
from registry.units_directory import REFORM, UnitRow

_LONGEST_SOURCE: Final = 200
_OLDEST: Final = date(2009, 1, 1)
_VIETNAM: Final = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True)
class BaselineReport:
    """What became of a file: figures added, changed and the same; how many were carried to today's communes; what was left out and why.

    With `problems` nothing was written. `missing` are communes of today that cannot be had, because a part of them was not counted.
    """

    rows: int
    added: int
    changed: int
    same: int
    carried: int
    estimated: int
    totals: tuple[int, ...]
    missing: tuple[str, ...]
    problems: tuple[Problem, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


@dataclass(frozen=True)
class Origin:
    """Who counted, on which day, and since when it may be used (the day of the import in Vietnam when None)."""

    source: str
    counted_on: date
    known_since: date | None = None


def import_baseline(
    session: Session, path: Path, origin: Origin, *, units_on: date | None = None, province: str | None = None, sheet: str | None = None
) -> BaselineReport:
    """Import a file of households; the caller commits, or rolls back a dry run. The same file again changes nothing.

    Figures of old communes are kept as they are and carried to today's (loaders.baseline_carry). Raises FileRefused for a file that cannot
    be read, UsageError for a source or day that cannot be, NotFoundError for an unknown province.
    """
    known_since = _checked(session, origin)
    said = read(path, sheet=sheet)
    units = directory(session)
    within = current_province(session, province).code if province is not None else None
    day = units_on or (origin.counted_on if origin.counted_on >= REFORM else None)
    found, homeless = placed(units, said.figures, units_on=day, within=within)
    problems = tuple(sorted((*said.problems, *homeless), key=lambda each: each.row))
    if problems:
        return BaselineReport(said.rows, 0, 0, 0, 0, 0, said.totals, (), problems)
    written = [_values(each) for each in found]
    old = {each.unit.id: (each.figure.households, each.figure.population) for each in found if each.unit.world == "old"}
    doors = {(row.recorded_unit_id, row.commune_id): int(row.households) for row in run(session, "baseline", "doors")} if old else {}
    carried, missing = carry(units, old, doors)
    own = {each.unit.id for each in found}
    extra = [each for each in carried if each.unit.id not in own]
    written += [_row(each.unit, each.households, each.population, each.method, estimated=each.estimated) for each in extra]
    counts = _write(session, written, origin, known_since)
    return BaselineReport(
        said.rows, *counts, len(extra), sum(each.estimated for each in extra), said.totals,
        tuple(f"{unit.full_name} ({unit.code})" for unit in missing), (),
    )  # fmt: skip


def _checked(session: Session, origin: Origin) -> date:
    """Refuse a source or a day that cannot be; return since when the figures may be used."""
    today = datetime.now(_VIETNAM).date()
    known_since = origin.known_since or today
    if not origin.source.strip() or len(origin.source) > _LONGEST_SOURCE:
        raise UsageError(
            "Cần ghi nguồn số liệu (tối đa 200 ký tự).", "Say whose figures these are.", hint='--source "Cục Thống kê tỉnh …, 2026"'
        )
    if not _OLDEST <= origin.counted_on <= known_since <= today + timedelta(days=1):
        raise UsageError(
            f"Ngày {origin.counted_on.isoformat()} không thể là ngày thống kê (phải từ {_OLDEST.year}, không sau ngày công bố và hôm nay).",
            f"{origin.counted_on.isoformat()} cannot be the day of counting.", hint="Xem --counted-on và --published-on.",
        )  # fmt: skip
    if run(session, "baseline", "reference", source=origin.source.strip()).scalar_one():
        raise UsageError(
            f"“{origin.source}” là nguồn của bảng tham chiếu, không ghi đè.", "That source belongs to the reference tables.",
            hint="Đặt tên nguồn khác.",
        )  # fmt: skip
    return known_since


def _values(each: Placed) -> dict[str, Any]:
    return _row(each.unit, each.figure.households, each.figure.population, "as counted", estimated=False)


def _row(unit: UnitRow, households: int, population: int | None, method: str, *, estimated: bool) -> dict[str, Any]:
    return {
        "unit_id": unit.id, "level": unit.level, "code": unit.code, "full_name": unit.full_name, "households": households,
        "population": population, "method": method, "estimated": estimated, "old": unit.world == "old",
    }  # fmt: skip


def _write(session: Session, rows: list[dict[str, Any]], origin: Origin, known_since: date) -> tuple[int, int, int]:
    """Write figures; return how many were added, changed and the same."""
    first = {row.id: row.since for row in run(session, "baseline", "first_days")}
    done = {True: 0, False: 0}
    for row in rows:
        as_of = REFORM - timedelta(days=1) if row.pop("old") else first[row["unit_id"]]
        given = {"source": origin.source.strip(), "counted_on": origin.counted_on, "known_since": known_since, "units_as_of": as_of}
        put = run(session, "baseline", "put", **row, **given).first()
        if put is not None:
            done[bool(put.added)] += 1
    return done[True], done[False], len(rows) - sum(done.values())


def of_province(session: Session, province_code: str) -> list[Any]:
    """Return every figure of a province and its communes (rows of the statement `of_province`), the newest of a unit first."""
    province = current_province(session, province_code)
    return list(run(session, "baseline", "of_province", province=province.code))
