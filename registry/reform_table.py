"""Decides how a succession table is read: a CSV in UTF-8 with a Vietnamese or English header, one line a pair of units.

Every fault is gathered before anything is refused: file, line, column, what is wrong, what to write instead.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final, Literal, cast

from registry.errors import FileRefused, UsageError
from registry.reform_faults import Fault, refused
from registry.reform_words import COLUMNS, LEVEL_WORDS, NEEDED, NO, PARTS, YES
from registry.text import clean, fold
from registry.vocab import UNIT_WORDS, Level

Part = Literal["whole", "part"]
DIGITS: Final[dict[int, Level]] = {2: "province", 3: "district", 5: "commune"}
_LOST_ZERO: Final = {1: 2, 4: 5}
_MOST_TYPE_WORDS: Final = 2
_LONGEST: Final = 300
# Mainland and islands, degrees (EPSG:4326).
_LON, _LAT = (102.0, 118.0), (6.0, 24.0)


@dataclass(frozen=True)
class NewFacts:
    """What the table says of a new unit besides its name; what it does not say is carried over from the predecessors."""

    postal_code: str = ""
    lon: float | None = None
    lat: float | None = None
    area_km2: float | None = None
    population: int | None = None


@dataclass(frozen=True)
class ReformRow:
    """One line: a unit in force the day before `effective` and what it becomes, whole or in part.

    `part` is None where the line leaves it to the number of lines of the unit; an empty `to_code` abolishes a district. `places` are
    hamlets, streets or codes of former communes that go this way. `province` is a code or a name, empty: follows the predecessors.
    """

    line: int
    effective: date
    from_level: Level
    from_code: str
    from_name: str
    to_level: Level
    to_code: str
    to_name: str
    to_kind: str
    province: str
    part: Part | None
    all_people: bool
    places: tuple[str, ...]
    note: str
    source: str
    facts: NewFacts


@dataclass(frozen=True)
class ReformTable:
    """A table that was read; `sha256` is that of what it says, not of its bytes: columns and lines may change places."""

    name: str
    sha256: str
    rows: tuple[ReformRow, ...]
    headers: Mapping[str, str]

    def refusal(self, faults: list[Fault]) -> FileRefused:
        """Word the faults of the table as one refusal."""
        return refused(self.name, faults)


def read_table(path: Path, *, on: date | None = None) -> ReformTable:
    """Read a succession table; `on` is the day of lines that name none.

    UsageError when there is no such file; FileRefused when it is no CSV in UTF-8, when a column is missing, or with every faulty cell.
    """
    header, lines = _lines(path)
    headers = _headers(path.name, header, dated=on is not None)
    faults: list[Fault] = []
    rows = [row for number, cells in lines if (row := _Line(number, dict(zip(headers, cells, strict=False)), headers, faults).row(on))]
    if not lines:
        faults.append(Fault(1, "", "tệp không có dòng nào dưới dòng tiêu đề", "the file has a header but no lines"))
    if faults:
        raise refused(path.name, faults)
    return ReformTable(path.name, sha256_of(rows), tuple(rows), headers)


def read_facts(path: Path) -> dict[str, NewFacts]:
    """Return what a table of units says of each code; UsageError and FileRefused as `read_table`."""
    header, lines = _lines(path)
    named = [next((column for column, words in COLUMNS.items() if fold(cell.replace("_", " ")) in (*words, column)), "") for cell in header]
    columns = ["to_code" if fold(cell) in {"code", "ma"} else name for cell, name in zip(header, named, strict=True)]
    if "to_code" not in columns:
        raise refused(path.name, [Fault(1, "ma", "thiếu cột mã đơn vị", "the column of the code is missing", "thêm cột ma hoặc code")])
    faults: list[Fault] = []
    found: dict[str, NewFacts] = {}
    for number, cells in lines:
        said = dict(zip(columns, cells, strict=False))
        found[said.get("to_code", "").strip()] = _Line(number, said, {}, faults).facts()
    if faults:
        raise refused(path.name, faults)
    return found


def sha256_of(rows: list[ReformRow]) -> str:
    """Return the hash of what rows say, whatever their order."""
    said = sorted(repr(astuple(row)[1:]) for row in rows)
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def _lines(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return header and filled lines with their numbers; comma or semicolon, whichever the header has more of."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"Không đọc được tệp {path}.", f"Cannot read {path}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise FileRefused(
            f"Tệp {path.name} không phải UTF-8 (byte {error.start}).", f"{path.name} is not UTF-8 (byte {error.start}).",
            hint="Trong Excel: Lưu thành → CSV UTF-8.",
        ) from error  # fmt: skip
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    try:
        numbered = [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        raise FileRefused(f"Tệp {path.name} không phải CSV (dòng {reader.line_num}).", f"{path.name} is no CSV: {error}.") from error
    found = [(at, cells) for at, cells in numbered if any(cell.strip() for cell in cells) and not cells[0].lstrip().startswith("#")]
    return (found[0][1], found[1:]) if found else ([], [])


def _headers(name: str, header: list[str], *, dated: bool) -> dict[str, str]:
    """Return the canonical column of each header cell in order, with the cell as written; unknown columns are kept apart by `?`."""
    found: dict[str, str] = {}
    for at, cell in enumerate(header):
        canonical = next((column for column, words in COLUMNS.items() if fold(cell.replace("_", " ")) in words), f"?{at}")
        if canonical in found:
            both = f"{found[canonical]}, {cell}"
            raise refused(name, [Fault(1, cell, f"hai cột cùng nghĩa: {both}", f"two columns mean the same: {both}", "bỏ một cột")])
        found[canonical] = clean(cell)
    missing = [column for column in NEEDED if column not in found and not (column == "effective" and dated)]
    if missing:
        faults = [
            Fault(1, column, f"thiếu cột “{COLUMNS[column][0]}”", f"the column “{column}” is missing", "thêm cột này")
            for column in missing
        ]  # fmt: skip
        raise refused(name, faults)
    return found


class _Line:
    """Reads the cells of one line and gathers what is wrong with them."""

    def __init__(self, number: int, cells: Mapping[str, str], headers: Mapping[str, str], faults: list[Fault]) -> None:
        self._number, self._headers, self._faults = number, headers, faults
        self._cells = {column: clean(cell) for column, cell in cells.items()}

    def row(self, on: date | None) -> ReformRow | None:
        """Return the line as a row, None when a cell of it is wrong."""
        before = len(self._faults)
        from_level, from_code = self._unit("from_code", "from_level", self._get("from_name"))
        to_level, to_code, to_kind, to_name = from_level, "", "", ""
        if self._get("to_code") or self._get("to_name") or from_level != "district":
            to_level, to_code = self._unit("to_code", "to_level", f"{self._get('to_kind')} {self._get('to_name')}")
            to_kind, to_name = self._name(to_level)
        part, all_people = self._part()
        row = ReformRow(
            self._number, self._day(on), from_level, from_code, self._get("from_name"), to_level, to_code, to_name, to_kind,
            self._get("province"), part, all_people, tuple(filter(None, map(str.strip, re.split(r"[;|]", self._get("places"))))),
            self._get("note"), self._get("source"), self.facts(),
        )  # fmt: skip
        return row if len(self._faults) == before else None

    def _get(self, column: str) -> str:
        return self._cells.get(column, "")[:_LONGEST]

    def _wrong(self, column: str, vi: str, en: str, fix: str = "") -> None:
        self._faults.append(Fault(self._number, self._headers.get(column, COLUMNS[column][0]), vi, en, fix))

    def _unit(self, column: str, level_column: str, name: str) -> tuple[Level, str]:
        """Return level and code; the number of digits tells the level, and a zero that a spreadsheet took comes back."""
        code = self._get(column)
        if not (code.isascii() and code.isdigit() and len(code) <= max(DIGITS)):
            self._wrong(column, f"“{code}” không phải mã" if code else "thiếu mã", f"“{code}” is no code", "2 chữ số (tỉnh) hoặc 5 (xã)")
            return "commune", ""
        stated = self._level(level_column, name)
        digits = next((length for length, level in DIGITS.items() if level == stated), _LOST_ZERO.get(len(code), len(code)))
        code = code.zfill(digits)
        if DIGITS.get(len(code)) is None or (stated and DIGITS[len(code)] != stated):
            self._wrong(column, f"mã “{code}” không hợp với cấp {stated}", f"the code “{code}” is not one of a {stated}")
            return "commune", code
        return DIGITS[len(code)], code

    def _level(self, column: str, name: str) -> Level | None:
        """Return the level as stated, or as the type word of the name tells where it tells one."""
        said = fold(self._get(column))
        if said:
            if said not in LEVEL_WORDS:
                self._wrong(column, f"không có cấp “{said}”", f"no level “{said}”", "tỉnh hoặc xã")
            return LEVEL_WORDS.get(said)
        levels = {level for level, _, _ in _kinds(name)}
        return levels.pop() if len(levels) == 1 else None

    def _name(self, level: Level) -> tuple[str, str]:
        """Return kind and bare name of the new unit; the kind stands before the name or in a column of its own."""
        said, kind = self._get("to_name"), self._get("to_kind").lower()
        known = [(found, rest) for at, found, rest in _kinds(said) if at == level]
        if kind and not any(at == level for at, _, _ in _kinds(f"{kind} x")):
            self._wrong(
                "to_kind", f"không có loại “{kind}” ở cấp này", f"no kind “{kind}” of that level", "xã, phường, đặc khu; tỉnh, thành phố"
            )
        if kind:
            kind = next((found for at, found, _ in _kinds(f"{kind} x") if at == level), kind)
            return kind, next((rest for found, rest in known if found == kind), said) or self._nameless()
        if not known:
            self._wrong(
                "to_name", f"“{said}” thiếu loại đơn vị" if said else "thiếu tên", f"“{said}” has no type word", "ví dụ: Phường Hòa Bình"
            )
            return "", said
        return known[0]

    def _nameless(self) -> str:
        self._wrong("to_name", "thiếu tên", "the name is missing")
        return ""

    def _part(self) -> tuple[Part | None, bool]:
        said = fold(self._get("part"))
        if said not in PARTS:
            self._wrong("part", f"“{self._get('part')}” không rõ", f"“{said}” is neither whole nor part", "toàn bộ | một phần")
        part, people = PARTS.get(said, (None, False))
        told = fold(self._get("all_people"))
        if told not in (*YES, *NO):
            self._wrong("all_people", f"“{told}” không rõ", f"“{told}” is neither yes nor no", "có | không")
        return cast("Part | None", part), people or told in YES

    def _day(self, on: date | None) -> date:
        said = self._get("effective")
        if not said and on is not None:
            return on
        for form in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"):
            try:
                return datetime.strptime(said, form).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
        self._wrong("effective", f"không đọc được ngày “{said}”", f"“{said}” is no day", "viết 2027-01-01 hoặc 01/01/2027, hoặc thêm --on")
        return date.min

    def facts(self) -> NewFacts:
        """Return what the line says of a unit besides its name."""
        postal = self._get("postal_code")
        if postal and not re.fullmatch(r"\d{5}", postal):
            self._wrong("postal_code", f"mã bưu chính “{postal}” không đủ 5 chữ số", f"“{postal}” is no postal code")
        lon, lat = self._number_of("lon"), self._number_of("lat")
        if (lon is None) != (lat is None) or (lon is not None and lat is not None and not _in_vietnam(lon, lat)):
            self._wrong(
                "lon", "tâm xã không nằm ở Việt Nam", "the centre is not in Vietnam", "kinh độ 102–118, vĩ độ 6–24, hoặc để trống cả hai"
            )
        people = self._number_of("population")
        return NewFacts(postal, lon, lat, self._number_of("area_km2"), None if people is None else round(people))

    def _number_of(self, column: str) -> float | None:
        said = self._get(column)
        if not said:
            return None
        try:
            value = float(said.replace(" ", "").replace(",", "."))
        except ValueError:
            value = -1.0
        if not 0 <= value < 1e9:  # noqa: PLR2004 - no area and no number of people is larger; infinity and NaN are none
            self._wrong(column, f"“{said}” không phải số", f"“{said}” is no number")
            return None
        return value


def _in_vietnam(lon: float, lat: float) -> bool:
    return _LON[0] <= lon <= _LON[1] and _LAT[0] <= lat <= _LAT[1]


def _kinds(name: str) -> Iterator[tuple[Level, str, str]]:
    """Yield the readings of a name with its type word: level, kind, bare name; the longest type word first."""
    words = name.split()
    for length in range(min(_MOST_TYPE_WORDS, len(words) - 1), 0, -1):
        found = UNIT_WORDS.get(fold(" ".join(words[:length])), ())
        yield from ((level, kind, " ".join(words[length:])) for level, kind in found)
        if found:
            return
