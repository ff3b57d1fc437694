"""Decides what a target is: the number that a plan wants of a unit in a year, with the document and the place in it that say so."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.sqlfile import statement
from registry.table_file import flag, number, table_rows, wrong, year
from registry.units import current_province

COLUMNS: Final = (
    "level", "code", "units_as_of", "indicator", "year", "value", "sense", "measure", "definition", "reported", "document", "article",
)  # fmt: skip
HOUSEHOLDS: Final = "households_coded"
# Key of each indicator, its name in both languages; keys never change.
INDICATORS: Final[Mapping[str, tuple[str, str]]] = {
    HOUSEHOLDS: ("Tỷ lệ hộ gia đình có địa chỉ số", "Households with a digital address"),
    "points": ("Số điểm phục vụ bưu chính", "Service points"),
    "people_per_point": ("Số dân phục vụ bình quân một điểm", "People per point"),
    "communes_manned_share": ("Tỷ lệ xã có điểm phục vụ có người phục vụ", "Communes with a manned point"),
    "communes_with_point_share": ("Tỷ lệ xã có điểm phục vụ", "Communes with a point"),
    "internet_share": ("Tỷ lệ điểm phục vụ có kết nối Internet", "Points with Internet"),
    "multi_service_share": ("Tỷ lệ điểm bưu điện - văn hóa xã đa dịch vụ", "Commune points with several services"),
    "service_radius_km": ("Bán kính phục vụ bình quân", "Mean service radius"),
}
_SENSES: Final = ("at_least", "at_most")
_DEFINITIONS: Final = ("", "a", "b")
_SQL: Final = Path(__file__).parent / "sql" / "targets.sql"


@dataclass(frozen=True)
class Target:
    """What a plan wants: `value` in `measure` (% as 90.0).

    `code` is that of the plan's day, `today` that of the province it is in today, `merged` with others.
    `reported`: the state that the plan began from, no aim. `definition`: which definition of coverage its words mean.
    """

    unit_id: int | None
    level: str
    code: str
    name: str
    today: str | None
    merged: bool
    indicator: str
    year: int
    value: float
    sense: str
    measure: str
    definition: str
    reported: bool
    document: str
    article: str

    @property
    def due(self) -> date:
        """The last day of the year."""
        return date(self.year, 12, 31)

    def met(self, value: float) -> bool:
        """Tell whether a value fulfils it."""
        return value >= self.value if self.sense == "at_least" else value <= self.value

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        vi, en = INDICATORS.get(self.indicator, (self.indicator, self.indicator))
        return {**{name: value for name, value in asdict(self).items() if name != "unit_id"}, "indicator_vi": vi, "indicator_en": en}


@dataclass(frozen=True)
class LoadedTargets:
    """What became of a file of targets."""

    added: int
    changed: int
    same: int


def targets(session: Session, province_code: str | None = None, *, indicator: str | None = None, year: int | None = None) -> list[Target]:
    """Return the targets of the country and of all provinces, or those of a province of today and of the provinces it was made from.

    NotFoundError for a code that is no province today.
    """
    province = current_province(session, province_code).code if province_code is not None else None
    given = {"province": province, "indicator": indicator, "year": year}
    return [Target(**row) for row in session.execute(statement(_SQL, "targets"), given).mappings()]


def load(session: Session, path: Path) -> LoadedTargets:
    """Load targets from a CSV (see COLUMNS); a number that the document had said otherwise is corrected. The caller commits.

    FileRefused names the line that cannot be read; then nothing is loaded.
    """
    rows = [_row(line, cells) for line, cells in table_rows(path, COLUMNS)]
    added = changed = 0
    for line, row in rows:
        unit_id = _unit(session, line, row)
        done = session.execute(statement(_SQL, "load"), {**row, "unit_id": unit_id}).scalar()
        added += done is True
        changed += done is False
    return LoadedTargets(added, changed, len(rows) - added - changed)


def _row(line: int, cells: dict[str, str]) -> tuple[int, dict[str, Any]]:
    if cells["level"] not in ("country", "province"):
        raise wrong(line, "level", "phải là country hoặc province", "must be country or province")
    for column, allowed in (("indicator", tuple(INDICATORS)), ("sense", _SENSES), ("definition", _DEFINITIONS)):
        if cells[column] not in allowed:
            raise wrong(line, column, f"“{cells[column][:30]}” không có; chọn: {', '.join(allowed)}", f"one of {', '.join(allowed)}")
    for column in ("document", "article", "measure"):
        if not cells[column]:
            raise wrong(line, column, "trống; mỗi chỉ tiêu phải ghi văn bản và vị trí trong văn bản", "empty; a target names its document")
    if cells["indicator"] == HOUSEHOLDS and not cells["definition"]:
        raise wrong(line, "definition", "chỉ tiêu hộ gia đình phải ghi định nghĩa a hoặc b", "households need a definition, a or b")
    try:
        as_of = date.fromisoformat(cells["units_as_of"])
    except ValueError as error:
        raise wrong(line, "units_as_of", "phải là ngày YYYY-MM-DD của văn bản", "must be the day of the document") from error
    read = {"value": number(line, "value", cells["value"]), "year": year(line, cells["year"]), "units_as_of": as_of}
    return line, {**cells, **read, "reported": flag(line, "reported", cells["reported"])}


def _unit(session: Session, line: int, row: dict[str, Any]) -> int | None:
    """Return the province of the document's day, None for the country."""
    if row["level"] == "country":
        return None
    found = session.execute(
        text("SELECT id FROM unit WHERE level = 'province' AND code = :code AND valid @> CAST(:day AS date)"),
        {"code": row["code"], "day": row["units_as_of"]},
    ).scalar()
    if found is None:
        day = row["units_as_of"].isoformat()
        raise wrong(line, "code", f"ngày {day} không có tỉnh mang mã “{row['code'][:10]}”", f"no province had that code on {day}")
    return int(found)
