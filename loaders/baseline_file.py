"""Here is decided how a statistics office's file of households is read: one line a unit, every mistake named by row and column."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from loaders.files import opened, rows
from loaders.formats.refusal import refused
from loaders.headers import header_key, known
from registry.text import clean, fold

# Headers beside those of a hand-over (loaders/synonyms.csv), folded without spaces.
_MORE: Final[Mapping[str, tuple[str, ...]]] = {
    "ma_tinh": ("matinh", "mathanhpho", "provincecode"),
    "so_ho": ("soho", "tongsoho", "sohodancu", "sohogiadinh", "households", "hogiadinh", "ho"),
    "dan_so": ("danso", "sodan", "tongdanso", "population", "sonhankhau", "nhankhau"),
}  # fmt: skip
_WANTED: Final = ("ma_xa", "xa", "huyen", "tinh", "ma_tinh", "so_ho", "dan_so")
_NUMBER: Final = re.compile(r"\d{1,9}|\d{1,3}(?:[., \u00a0]\d{3}){1,2}")
_MOST: Final = 20_000_000
_TOTALS: Final = frozenset({"tong", "tong so", "cong", "tong cong", "toan tinh", "ca tinh", "ca nuoc", "toan quoc", "total"})


@dataclass(frozen=True)
class Problem:
    """What is wrong with a row (numbered from 1, the header not counted), in which column, and what would mend it."""

    row: int
    column: str
    vi: str
    en: str
    fix: str = ""


@dataclass(frozen=True)
class Figure:
    """One line as it was read: where it says it belongs, households, and people where they are told."""

    row: int
    cells: Mapping[str, str]
    households: int
    population: int | None


@dataclass(frozen=True)
class Said:
    """A file read whole: its figures, its problems, the rows of totals that were left out, and how many rows it has."""

    figures: tuple[Figure, ...]
    problems: tuple[Problem, ...]
    totals: tuple[int, ...]
    rows: int


def read(path: Path, *, sheet: str | None = None) -> Said:
    """Read a file of households (CSV, XLSX, ODS, whatever a hand-over may be); FileRefused when it lacks a column or any row."""
    names = [word for words in _MORE.values() for word in words]
    with opened(path, sheet=sheet, names=names) as source:
        places = _places(source.header)
        if "so_ho" not in places or not {"ma_xa", "xa", "tinh", "ma_tinh"} & places.keys():
            raise refused(
                path, "thiếu cột số hộ (so_ho) hoặc cột đơn vị (ma_xa, hoặc xa và tinh)", "lacks a column of households or of units",
                hint="Cột cần có: so_ho; ma_xa hoặc xa, tinh (huyen nếu là đơn vị cũ); thêm dan_so nếu có.",
            )  # fmt: skip
        lines = [{name: _cell(cells, at) for name, at in places.items()} for cells, _ in rows(source)]
    if not any(any(line.values()) for line in lines):
        raise refused(path, "không có dòng nào", "has no rows")
    return _read(lines)


def _read(lines: list[dict[str, str]]) -> Said:
    figures, problems, totals = [], [], []
    for number, cells in enumerate(lines, 1):
        if not any(cells.values()):
            continue
        if fold(cells.get("xa", "") or cells.get("tinh", "")) in _TOTALS:
            totals.append(number)
            continue
        found = _figure(number, cells)
        if isinstance(found, Figure):
            figures.append(found)
        else:
            problems.append(found)
    return Said(tuple(figures), tuple(problems), tuple(totals), len(lines))


def _figure(number: int, cells: dict[str, str]) -> Figure | Problem:
    written = {name: cells.get(name, "") for name in ("so_ho", "dan_so")}
    if not written["so_ho"]:
        return Problem(number, "so_ho", "Thiếu số hộ", "no number of households", "Điền số hộ, hoặc bỏ dòng này.")
    for name, text in written.items():
        if text and _number(text) is None:
            fix = "Viết số nguyên, ví dụ 1234 hoặc 1.234."
            return Problem(number, name, f"“{text[:30]}” không phải số nguyên không âm", "not a whole number", fix)
    households, population = _number(written["so_ho"]) or 0, _number(written["dan_so"])
    if population is not None and households > population:
        return Problem(number, "so_ho", "Số hộ lớn hơn số dân", "more households than people", "Kiểm tra hai cột có đổi chỗ không.")
    return Figure(number, cells, households, population)


def _places(header: tuple[str, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    own = {word: name for name, words in _MORE.items() for word in words}
    for at, cell in enumerate(header):
        hit = known(cell)
        name = own.get(header_key(cell)) or (hit.canonical if hit else "")
        if name in _WANTED:
            found.setdefault(name, at)
    return found


def _cell(cells: list[str], at: int) -> str:
    return clean(cells[at]) if at < len(cells) else ""


def _number(text: str) -> int | None:
    bare = text.removesuffix(".0") if text.count(".") == 1 and text.endswith(".0") else text
    if not _NUMBER.fullmatch(bare):
        return None
    number = int(re.sub(r"\D", "", bare))
    return number if number <= _MOST else None
