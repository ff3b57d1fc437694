"""Here is decided what is told of a file as a whole: columns that look wrong, shares that point to a wrong mapping, missing communes."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final, Protocol

from sqlalchemy import text
from sqlalchemy.orm import Session

from loaders import values
from loaders.absent import is_absent, words_of
from loaders.cells import is_person
from loaders.fields import Columns
from registry.personal import MASK, PATTERN

Finding = tuple[str, str]

# Below so many rows a share says nothing.
FEWEST_ROWS: Final = 5
REPEATED, REJECTED, ELSEWHERE, ROUNDED, UNREAD = 0.2, 0.5, 0.1, 0.5, 0.5
_MOST_NAMED: Final = 10
_HALF: Final = 0.5
_FEWEST_CELLS: Final = 3
# Columns whose cells tell one row from another: one value in all of them is a slip. parsed column -> canonical column.
_TELLING: Final = {"x": "kinh_do", "y": "vi_do", "house_path": "so_nha", "ma_ho": "ma_ho", "code": "ma_dia_chi_so"}
# Canonical column -> the issues that say that a cell of it could not be read, and how many of them could (a column of `parsed`).
_UNREAD: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    "so_nha": (("row.house_unclear", "row.house_as_text", "row.house_date", "row.house_scientific"), "nullif(house_path, '')"),
    "loai": (("row.kind_unknown",), "kind"),
    "so_ho": (("row.households_invalid",), "households"),
    "trang_thai": (("row.status_unknown",), "status"),
    "ngay_thu_thap": (("row.date_invalid",), "row_no"),
    "ma_dia_chi_so": (("row.code_shape", "row.code_check", "row.code_lost_zero"), "nullif(code, '')"),
    "vpostcode": (("row.vpostcode_shape",), "nullif(vpostcode, '')"),
    "kinh_do": (("row.point_not_number",), "x"),
    "xa": (("row.unit_unknown",), "row_no"),
}
_COORDINATE: Final = re.compile(r"-?\d{1,3}[.,]\d{3,}°?|\d{6,7}[.,]\d{1,4}")
_DEGREES: Final = re.compile(r"(?:8|9|1\d|2[0-3]|10[2-9]|11\d)[.,]\d{3,}°?")
_DATE: Final = re.compile(r"\d{4}-\d{1,2}-\d{1,2}.*|\d{1,2}/\d{1,2}/\d{4}.*")
_UNIT: Final = re.compile(
    r"(?:phường|xã|thị trấn|đặc khu|quận|huyện|thị xã|tỉnh|thành phố)\s+\S.*|(?:tp|tx|tt|[pq])[. ]\s*\S.*", re.IGNORECASE
)
_PHONES: Final = re.compile(PATTERN)
_NUMBERS: Final = frozenset({"kinh_do", "vi_do", "toa_do"})
_UNITS: Final = frozenset({"xa", "huyen", "tinh"})
# What the cells look like (in words), how it is told, and the columns where that is right.
_LOOKS: Final[tuple[tuple[str, Callable[[str], object], frozenset[str]], ...]] = (
    ("tọa độ / coordinates", _COORDINATE.fullmatch, _NUMBERS),
    ("ngày / dates", _DATE.fullmatch, frozenset({"ngay_thu_thap", "so_nha"})),
    ("xã, huyện, tỉnh / units", _UNIT.fullmatch, _UNITS),
    ("trạng thái / statuses", values.status, frozenset({"trang_thai"})),
    ("loại / kinds", values.kind, frozenset({"loai", "toa_nha"})),
)
_FREE: Final = frozenset({"ghi_chu", "dia_chi", "stt"})


class Counted(Protocol):
    """An issue of the report: its code and how many rows have it."""

    @property
    def code(self) -> str:
        """The code."""

    @property
    def rows(self) -> int:
        """The number of rows."""


def findings(  # noqa: PLR0913 - all that is known of the batch by then
    session: Session,
    columns: Columns,
    *,
    rows: int,
    counts: Mapping[str, int],
    issues: Sequence[Counted],
    filled: Collection[str],
    province: str | None = None,
    sample: Sequence[Sequence[str]] = (),
) -> list[Finding]:
    """Return (code, words) of what is wrong with columns and batch; `filled` are the canonical columns with any value.

    `sample` are some rows as they stand in the file; without them nothing is told of columns that were not read.
    Runs while `parsed`, `unit_key` and `unit_candidate` are there.
    """
    told = {issue.code: issue.rows for issue in issues}
    found = [*_headers(columns), *_empty(columns, filled), *_absent(columns, sample), *_looks(columns, sample)]
    if rows >= FEWEST_ROWS:
        found += [*_constant(session, columns), *_unread(session, told, rows), *_shares(counts, told, rows)]
    return [*found, *_missing(session, province)]


def _headers(columns: Columns) -> list[Finding]:
    bare = [name.strip() for name in columns.header]
    twice = dict.fromkeys(name for name in bare if name and bare.count(name) > 1)
    return [("column.header_repeated", name) for name in list(twice)[:_MOST_NAMED]]


def _empty(columns: Columns, filled: Collection[str]) -> list[Finding]:
    empty = [f"{name} (“{columns.header[at]}”)" for name, at in columns.position.items() if name not in filled]
    return [("column.empty", ", ".join(empty))] if empty else []


def _absent(columns: Columns, sample: Sequence[Sequence[str]]) -> list[Finding]:
    """Tell which columns have cells that say in words that there is nothing."""
    found = []
    for name, at in columns.position.items():
        said = dict.fromkeys(row[at].strip() for row in sample if at < len(row) and is_absent(row[at], words_of(name)))
        found += [f"{name}: {', '.join(f'“{word}”' for word in list(said)[:_FEWEST_CELLS])}"] if said else []
    return [("column.absent_words", "; ".join(found))] if found else []


def _looks(columns: Columns, sample: Sequence[Sequence[str]]) -> list[Finding]:
    """Compare what the cells of each column look like with what its header promises."""
    found: list[Finding] = []
    names = {at: name for name, at in columns.position.items()}
    for at, header in enumerate(columns.header):
        cells = [row[at].strip() for row in sample if at < len(row) and row[at].strip()]
        if at in columns.personal or not cells:
            continue
        if at in names:
            found += _shifted(names[at], header, cells)
        elif at in columns.unknown:
            found += _unknown(header, cells)
    return found


def _shifted(name: str, header: str, cells: list[str]) -> list[Finding]:
    if name in _FREE or len(cells) < _FEWEST_CELLS:
        return []
    looks = [words for words, test, right in _LOOKS if name not in right and _mostly(cells, test)]
    if name in _UNITS and _mostly(cells, str.isdigit) and not (name == "xa" and _mostly(cells, lambda cell: len(cell) < _FEWEST_CELLS)):
        looks.append("mã số / codes")
    return [("column.shifted", f"{name} (“{header}”): {looks[0]}")] if looks else []


def _unknown(header: str, cells: list[str]) -> list[Finding]:
    if _mostly(cells, lambda cell: _PHONES.search(cell) or cell == MASK or (len(cell.split()) > 1 and is_person(cell))):
        return [("column.personal", header)]
    right = [words for words, test, _ in _LOOKS[:3] if _mostly(cells, _DEGREES.fullmatch if test == _COORDINATE.fullmatch else test)]
    return [("column.unknown", f"“{header}”: {right[0]}")] if right else []


def _mostly(cells: Sequence[str], test: Callable[[str], object]) -> bool:
    return sum(bool(test(cell)) for cell in cells) > _HALF * len(cells)


def _constant(session: Session, columns: Columns) -> list[Finding]:
    """Tell of columns with one value in all rows; the search ends at the first other value."""
    found = []
    for column, name in _TELLING.items():
        if not columns.has(name):
            continue
        first = text(f"SELECT {column}\\:\\:text FROM parsed WHERE nullif({column}\\:\\:text, '') IS NOT NULL LIMIT 1")  # noqa: S608 - only names and constants of ours are put in
        value = session.execute(first).scalar()
        other = text(f"SELECT EXISTS (SELECT FROM parsed WHERE coalesce({column}\\:\\:text, '') <> :value)")  # noqa: S608 - only names and constants of ours are put in
        if value is not None and not session.execute(other, {"value": value}).scalar():
            found.append(("column.constant", f"{name}: {value}"))
    return found


def _unread(session: Session, told: Mapping[str, int], rows: int) -> list[Finding]:
    wrong = {name: sum(told.get(code, 0) for code in codes) for name, (codes, _) in _UNREAD.items()}
    suspects = [name for name, number in wrong.items() if number >= FEWEST_ROWS]
    if not suspects:
        return []
    counted = session.execute(text(f"SELECT {', '.join(f'count({_UNREAD[name][1]})' for name in suspects)} FROM parsed")).one()  # noqa: S608 - only names and constants of ours are put in
    found = []
    for name, read in zip(suspects, counted, strict=True):
        # An unknown kind is kept as “other”, and columns without a reading of their own count by rows.
        said = max(wrong[name], read if name in {"loai", "ngay_thu_thap", "xa"} else min(rows, read + wrong[name]))
        if wrong[name] > UNREAD * said:
            found.append(("column.mostly_unread", f"{name}: {wrong[name]:,}/{said:,}"))
    return found


def _shares(counts: Mapping[str, int], told: Mapping[str, int], rows: int) -> list[Finding]:
    shares = (
        ("batch.repeated_share", counts.get("duplicate", 0), REPEATED),
        ("batch.rejected_share", counts.get("rejected", 0), REJECTED),
        ("batch.other_province_share", told.get("row.outside_province", 0), ELSEWHERE),
        ("batch.points_rounded", told.get("row.point_rounded", 0), ROUNDED),
    )
    return [(code, f"{number:,}/{rows:,} = {number / rows:.0%}") for code, number, most in shares if number > most * rows]


def _missing(session: Session, province: str | None) -> list[Finding]:
    """Tell which communes a province's file leaves out; a file of one commune is not meant to be the province's."""
    if province is None:
        return []
    known = text(
        "SELECT u.full_name, c.commune_id IS NOT NULL FROM unit AS u LEFT JOIN (SELECT DISTINCT commune_id FROM unit_candidate) AS c"
        " ON c.commune_id = u.id WHERE u.level = 'commune' AND u.in_force AND u.province_code = :province ORDER BY u.code"
    )
    communes = session.execute(known, {"province": province}).all()
    missing = [name for name, there in communes if not there]
    if not missing or len(communes) - len(missing) <= 1:
        return []
    more = ", …" if len(missing) > _MOST_NAMED else ""
    return [("batch.communes_missing", f"{len(missing)}/{len(communes)}: {', '.join(missing[:_MOST_NAMED])}{more}")]
