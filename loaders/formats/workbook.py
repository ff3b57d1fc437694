"""Here is decided how an Excel workbook is read: what its sheets' XML shows before any reader unfolds it in memory."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final
from xml.etree import ElementTree as ET

_TAIL: Final = 64
_RELATIONS: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT: Final = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_ENDS: Final = re.compile(rb"</f>(?:</c>|<v ?/></c>|<v></v></c>)")
_ROW: Final = re.compile(rb'<row [^>]*?\br="([0-9]{1,7})"')
_WIDE: Final = re.compile(rb' r="([A-Z]{2,3})[0-9]')
_MERGED: Final = re.compile(rb'<mergeCell ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')
_CELL: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_LONGEST_FORMULA: Final = 200
_MOST_MERGED: Final = 200_000
_NARROW: Final = 26

Range = tuple[int, int, int]
"""A merged range as column, first and last row, counted from 0; only what lies below its first cell is of interest."""


@dataclass
class Sheet:
    """What the XML of a sheet shows: its size, its rows and columns, errors, formulas without a value, cells merged over rows."""

    size: int = 0
    rows: int = 0
    columns: int = _NARROW
    errors: int = 0
    uncached: int = 0
    merged: list[Range] = field(default_factory=list)
    tail: bytes = b""

    @property
    def cells(self) -> int:
        """Return how many cells the sheet has when its gaps are filled."""
        return self.rows * self.columns


class Workbook:
    """Looks at the members of an .xlsx while they are unpacked."""

    def __init__(self) -> None:
        self.sheets: dict[str, Sheet] = {}
        self.shared = 0

    def look(self, member: str, piece: bytes) -> None:
        """Take the next piece of a member."""
        name = member.lower()
        if name.endswith("sharedstrings.xml"):
            self.shared += len(piece)
        elif "worksheets/" in name and name.endswith(".xml"):
            _look(self.sheets.setdefault(name, Sheet()), piece)


def _look(sheet: Sheet, piece: bytes) -> None:
    """Count what the piece shows; the end of the piece before is seen again, because a tag may lie across both."""
    seen, data = sheet.tail, sheet.tail + piece
    sheet.size += len(piece)
    sheet.errors += data.count(b't="e"') - seen.count(b't="e"')
    sheet.uncached += sum(_has_no_value(data, each) for each in _ENDS.finditer(data) if each.end() > len(seen))
    if (last := data.rfind(b"<row ")) >= 0 and (row := _ROW.match(data, last)):
        sheet.rows = max(sheet.rows, int(row[1]))
    sheet.columns = max(sheet.columns, *map(column_number, set(_WIDE.findall(data))), _NARROW)
    if len(sheet.merged) < _MOST_MERGED and b"<mergeCell " in data:
        for left, top, _, bottom in _MERGED.findall(data):
            found = (column_number(left), int(top) - 1, int(bottom) - 1)
            if found[2] > found[1] and found not in sheet.merged[-2:]:
                sheet.merged.append(found)
    sheet.tail = data[-_TAIL:]


def _has_no_value(data: bytes, end: re.Match[bytes]) -> bool:
    """Tell a formula that nobody calculated from one whose result is the empty text, as Excel stores `=IF(A1="","",A1)`."""
    start = data.rfind(b"<c ", 0, end.start())
    return start < 0 or b"<v" not in end[0] or b't="str"' not in data[start : data.find(b">", start)]


def formulas(path: Path, member: str) -> Iterator[tuple[int, int, str]]:
    """Yield row and column (from 0) and text of each formula of a sheet that holds no value; `=?` where it shares another cell's."""
    with zipfile.ZipFile(path) as archive:
        name = next(each for each in archive.namelist() if each.lower() == member)
        with archive.open(name) as stream:
            for _, element in ET.iterparse(stream):  # noqa: S314 - expat limits entities
                tag = element.tag.rpartition("}")[2]
                if tag == "c" and (found := _formula(element)):
                    yield found
                if tag == "row":
                    element.clear()


def _formula(cell: ET.Element) -> tuple[int, int, str] | None:
    parts = {part.tag.rpartition("}")[2]: part.text or "" for part in cell}
    place = _CELL.fullmatch(cell.get("r", ""))
    if "f" not in parts or parts.get("v") or ("v" in parts and cell.get("t") == "str") or not place:
        return None
    return int(place[2]) - 1, column_number(place[1].encode()), f"={parts['f'].strip()[:_LONGEST_FORMULA] or '?'}"


def column_number(name: bytes) -> int:
    """Return the place of a column, counted from 0, by its letters."""
    number = 0
    for letter in name:
        number = number * 26 + letter - ord("A") + 1
    return number - 1


@dataclass(frozen=True)
class Listed:
    """A sheet as the workbook lists it: its name, the member that holds it (lower case), whether it is hidden."""

    name: str
    member: str
    hidden: bool


def listed(path: Path) -> list[Listed]:
    """Return the worksheets in the order of the workbook; empty where the workbook does not say."""
    with zipfile.ZipFile(path) as archive:
        names = {name.lower(): name for name in archive.namelist()}
        book = next((name for name in names if re.fullmatch(r"xl/workbook[0-9]*\.xml", name)), None)
        relations = names.get(f"xl/_rels/{PurePosixPath(book).name}.rels") if book else None
        if not book or not relations:
            return []
        targets = {one.get("Id"): one.get("Target", "") for one in ET.fromstring(archive.read(relations))}  # noqa: S314 - expat limits entities
        found = []
        for one in ET.fromstring(archive.read(names[book])).iter():  # noqa: S314 - the same
            target = targets.get(one.get(_RELATIONS) or one.get(_STRICT), "") if one.tag.endswith("}sheet") else ""
            if "worksheets/" in target.lower():
                member = str(PurePosixPath("xl") / target.removeprefix("/xl/")).lower()
                found.append(Listed(one.get("name", ""), member, one.get("state", "visible") != "visible"))
        return found
