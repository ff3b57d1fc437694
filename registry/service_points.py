"""Decides how a list of postal service points becomes rows: names repaired against the official ones, placed in today's commune.

A list names points by the communes of its day, often misprinted. Only what is certain is loaded; the rest is returned for a human.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from registry.errors import FileRefused
from registry.models.tables import ServicePoint, Succession, Unit
from registry.spelling import Repair, repair
from registry.table_file import table_rows
from registry.text import fold
from registry.units import REFORM

COLUMNS: Final = (
    "province", "district", "recorded_name", "code", "building", "internet", "multi_service", "planned", "year", "source",
)  # fmt: skip
# Columns that a list may have: what kind of point it is (KIND where it does not say), and whether somebody serves there.
OPTIONAL: Final = ("kind", "staffed")
KIND: Final = "commune_post_and_culture_point"
KINDS: Final = {
    KIND: "Bưu điện văn hóa xã", "post_office_1": "Bưu cục cấp I", "post_office_2": "Bưu cục cấp II", "post_office_3": "Bưu cục cấp III",
    "agency": "Đại lý bưu điện", "kiosk": "Ki ốt", "mailbox": "Thùng thư công cộng", "other": "Điểm phục vụ bưu chính",
}  # fmt: skip
_YES_NO: Final = {"1": True, "0": False}
_CODE_LENGTH: Final = 6
_YEARS: Final = range(1990, 2100)


@dataclass(frozen=True)
class Row:
    """One line of the list, as printed; `line` counts from 2, the header being 1."""

    line: int
    province: str
    district: str
    recorded_name: str
    code: str | None
    building: str | None
    internet: bool
    multi_service: bool
    planned: bool
    year: int
    source: str
    kind: str = KIND
    staffed: bool | None = None


@dataclass(frozen=True)
class LeftRow:
    """A line left for a human, and why."""

    line: int
    recorded_name: str
    vi: str
    en: str


@dataclass(frozen=True)
class ServicePointReport:
    """What became of a list: counts of lines by how their commune was found, and of rows written."""

    rows: int
    exact: int
    folded: int
    similar: int
    left: tuple[LeftRow, ...]
    repairs: tuple[Repair, ...]
    added: int
    changed: int
    same: int

    @property
    def repaired(self) -> int:
        """Lines whose spelling differed and was repaired without a human."""
        return self.folded + self.similar

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {**asdict(self), "repaired": self.repaired}


def load(session: Session, path: Path) -> ServicePointReport:
    """Load a list (CSV, UTF-8, see COLUMNS) and report; loading it again changes nothing. The caller commits.

    FileRefused when the file cannot be read, lacks a column, repeats a point or holds a cell that is none of the allowed values.
    """
    rows = read(path)
    places, left, repairs = _locate(session, rows)
    before = session.scalar(select(func.count()).select_from(ServicePoint)) or 0
    written = 0
    for row, (recorded, today) in places:
        written += _write(session, row, recorded, today)
    session.flush()
    added = (session.scalar(select(func.count()).select_from(ServicePoint)) or 0) - before
    ways = Counter(each.how for each in repairs)
    return ServicePointReport(
        len(rows), ways["exact"], ways["folded"], ways["similar"], tuple(left), tuple(repairs),
        added, written - added, len(places) - written,
    )  # fmt: skip


def of_province(session: Session, province_code: str) -> list[tuple[ServicePoint, str]]:
    """Return the points of a province of today with the full name of their commune, in order of commune and point."""
    commune = aliased(Unit)
    statement = (
        select(ServicePoint, commune.full_name)
        .join(commune, commune.id == ServicePoint.commune_id)
        .where(ServicePoint.province_code == province_code)
        .order_by(commune.code, ServicePoint.name)
    )
    return [(point, name) for point, name in session.execute(statement)]


def read(path: Path) -> list[Row]:
    """Read a list without looking at the database; FileRefused says which line is wrong and why."""
    rows = [_row(line, cells) for line, cells in table_rows(path, COLUMNS, OPTIONAL)]
    _refuse_repeats(rows)
    return rows


def _row(line: int, kept: dict[str, str]) -> Row:
    for name in ("province", "district", "recorded_name", "source"):
        if not kept[name]:
            raise _refused(f"Dòng {line}: ô {name} trống.", f"Line {line}: the cell {name} is empty.")
    if kept["code"] and not (kept["code"].isascii() and kept["code"].isdigit() and len(kept["code"]) == _CODE_LENGTH):
        raise _refused(f"Dòng {line}: mã bưu cục phải có 6 chữ số.", f"Line {line}: a post-office code has six digits.")
    if not kept["year"].isdecimal() or int(kept["year"]) not in _YEARS:
        raise _refused(f"Dòng {line}: năm không hợp lệ.", f"Line {line}: the year is not valid.")
    flags = {name: _YES_NO.get(kept[name]) for name in ("internet", "multi_service", "planned")}
    for name, flag in flags.items():
        if flag is None:
            raise _refused(f"Dòng {line}: ô {name} phải là 0 hoặc 1.", f"Line {line}: {name} must be 0 or 1.")
    if kept["kind"] and kept["kind"] not in KINDS:
        raise _refused(f"Dòng {line}: không có loại điểm “{kept['kind'][:30]}”.", f"Line {line}: no such kind of point.", ", ".join(KINDS))
    if kept["staffed"] and kept["staffed"] not in _YES_NO:
        raise _refused(f"Dòng {line}: ô staffed phải là 0, 1 hoặc trống (chưa rõ).", f"Line {line}: staffed must be 0, 1 or empty.")
    return Row(
        line, kept["province"], kept["district"], kept["recorded_name"], kept["code"] or None, kept["building"] or None,
        bool(flags["internet"]), bool(flags["multi_service"]), bool(flags["planned"]), int(kept["year"]), kept["source"],
        kept["kind"] or KIND, _YES_NO.get(kept["staffed"]),
    )  # fmt: skip


def _refuse_repeats(rows: Sequence[Row]) -> None:
    seen: dict[tuple[str, ...], int] = {}
    for row in rows:
        key = (fold(row.province), fold(row.district), row.recorded_name, row.source)
        if key in seen:
            raise _refused(
                f"Dòng {row.line} trùng dòng {seen[key]}: {row.recorded_name}.",
                f"Line {row.line} repeats line {seen[key]}: {row.recorded_name}.",
            )
        seen[key] = row.line


Placed = list[tuple[Row, tuple[Unit, Unit]]]


def _locate(session: Session, rows: Sequence[Row]) -> tuple[Placed, list[LeftRow], list[Repair]]:
    """Find the old commune of every row among those of its district, and the commune of today that took it whole."""
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.province, row.district].append(row)
    placed, left, repairs = Placed(), list[LeftRow](), list[Repair]()
    for (province, district), members in groups.items():
        communes = _communes(session, province, district)
        found = repair((row.recorded_name for row in members), communes)
        repairs += found.values()
        for row in members:
            unit = communes.get(found[row.recorded_name].official or "")
            today = _today(session, unit) if unit is not None else None
            if unit is None or today is None:
                left.append(_left(row, found[row.recorded_name], bool(communes), unit))
            else:
                placed.append((row, (unit, today)))
    return placed, sorted(left, key=lambda each: each.line), repairs


def _left(row: Row, found: Repair, known_district: bool, unit: Unit | None) -> LeftRow:  # noqa: FBT001 - private, one caller
    if not known_district:
        return LeftRow(row.line, row.recorded_name, f"không rõ huyện “{row.district}”", f"unknown district “{row.district}”")
    if unit is not None:
        return LeftRow(row.line, row.recorded_name, "xã đã chia cho nhiều xã mới", "the commune was split")
    return LeftRow(
        row.line, row.recorded_name,
        f"không đủ chắc: giống nhất {found.score:.0f}, kế tiếp {found.second:.0f} trên 100",
        f"not certain enough: best {found.score:.0f}, second {found.second:.0f} of 100",
    )  # fmt: skip


def _communes(session: Session, province: str, district: str) -> dict[str, Unit]:
    """Return the communes of a district of before 2025-07-01 by bare name; none when the district is not certain."""
    old = select(Unit).where(func.upper(Unit.valid) == REFORM, Unit.level == "province")
    here = [unit for unit in session.scalars(old) if fold(province) in (fold(unit.full_name), fold(unit.name))]
    if not here:
        return {}
    districts = select(Unit).where(func.upper(Unit.valid) == REFORM, Unit.level == "district", Unit.province_code == here[0].code)
    by_name = {unit.full_name: unit for unit in session.scalars(districts)}
    read_name = _district(district, by_name)
    if read_name is None:
        return {}
    inside = select(Unit).where(Unit.level == "commune", func.upper(Unit.valid) == REFORM, Unit.parent_code == by_name[read_name].code)
    return {unit.name: unit for unit in session.scalars(inside.order_by(Unit.code))}


def _district(written: str, by_name: dict[str, Unit]) -> str | None:
    """Read a district, with or without its type word: `Mường Áng`, `Thành phố Điện Biên` beside `Huyện Điện Biên`."""
    bare = [full for full, unit in by_name.items() if fold(unit.name) == fold(written)]
    if len(bare) == 1:
        return bare[0]
    return repair([written], by_name)[written].official


def _today(session: Session, unit: Unit) -> Unit | None:
    """Follow whole successions to the unit in force; None where the way parts."""
    while not unit.in_force:
        onward = select(Unit).join(Succession, Succession.successor_id == Unit.id).where(Succession.predecessor_id == unit.id)
        found = session.scalars(onward).all()
        if len(found) != 1:
            return None
        unit = found[0]
    return unit


def _write(session: Session, row: Row, recorded: Unit, today: Unit) -> int:
    """Insert or update one point; 0 when it stood there already as it is."""
    values = {
        "province_code": today.province_code, "commune_id": today.id, "recorded_unit_id": recorded.id, "code": row.code,
        "name": f"{KINDS[row.kind]} {recorded.name}", "recorded_name": row.recorded_name, "kind": row.kind, "building": row.building,
        "internet": row.internet, "multi_service": row.multi_service, "staffed": row.staffed, "planned": row.planned, "year": row.year,
        "source": row.source,
    }  # fmt: skip
    statement = insert(ServicePoint).values(values)
    keys = ("recorded_unit_id", "recorded_name", "source")
    news = {name: statement.excluded[name] for name in values if name not in keys}
    differs = [getattr(ServicePoint, name).is_distinct_from(value) for name, value in news.items()]
    upsert = statement.on_conflict_do_update(index_elements=keys, set_=news, where=or_(*differs))
    return len(session.execute(upsert.returning(ServicePoint.id)).all())


def _refused(vi: str, en: str, hint: str = "") -> FileRefused:
    return FileRefused(vi, en, hint=hint)
