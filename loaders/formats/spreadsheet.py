"""Here is decided how the sheets of XLSX, XLS and ODS become lines of text, and when a sheet is too big to be unfolded in memory."""

import contextlib
import csv
import json
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import ParseError
from xml.parsers import expat

import openpyxl

from loaders.formats import archive, unfold, workbook
from loaders.formats.cell_text import cell_text
from loaders.formats.kind import Kind
from loaders.formats.parts import Part
from loaders.formats.refusal import disk_full, gigabytes, refused
from loaders.formats.snapshot import LONGEST_CSV_CELL
from loaders.formats.workbook import Range, Sheet, Workbook

# calamine unfolds a sheet in memory: some 40 bytes a cell and its text. Beyond these sizes a sheet is read line by line.
MOST_XML: Final = 192 << 20
MOST_CELLS: Final = 8_000_000
# The texts of a workbook are kept in memory whatever reads it.
MOST_SHARED: Final = 256 << 20
# No spreadsheet has more rows; a file that says so is damaged.
MOST_ROWS: Final = 1 << 20
# Formats that can only be unfolded are refused beyond these sizes.
MOST_XLS: Final = 256 << 20
MOST_ODS: Final = 200 << 20
_UNCACHED: Final = "ô công thức chưa có kết quả, đọc là công thức / formula cells without a value, read as formulas"
_ERRORS: Final = (ValueError, KeyError, TypeError, OSError, zipfile.BadZipFile, ParseError)
Note = tuple[str, str]


def sheets(path: Path, kind: Kind) -> tuple[list[Part], list[Note]]:
    """Return the sheets of a workbook in a private folder, and notes on them; FileRefused when it cannot be read or is a bomb."""
    if kind is Kind.XLSX:
        return _xlsx(path)
    if kind is Kind.ODS:
        _refuse_vast_ods(path)
    elif path.stat().st_size > MOST_XLS:
        raise _too_big(path, MOST_XLS)
    return [Part(one.name, one, hidden=one.hidden) for one in _unfolded(path, None)], []


def _xlsx(path: Path) -> tuple[list[Part], list[Note]]:
    """Choose for each sheet the quick reader, or the one that needs no memory and shows errors."""
    seen = Workbook()
    archive.examine(path, seen.look)
    if seen.shared > MOST_SHARED:
        raise _too_big(path, MOST_SHARED)
    found, notes = [], []
    listed = [(one, seen.sheets.get(one.member, Sheet())) for one in _listed(path)]
    quick = [one.name for one, sheet in listed if sheet.size + seen.shared <= MOST_XML and sheet.cells <= MOST_CELLS and not sheet.errors]
    unfolded = {one.name: one for one in _unfolded(path, quick)} if quick else {}
    for one, sheet in listed:
        lines: _Unfolded | _Streamed = unfolded.get(one.name) or _Streamed(path, one.name, sheet.merged)
        found.append(Part(one.name, _Formulas(path, one.member, lines) if sheet.uncached else lines, hidden=one.hidden))
        if sheet.uncached:
            notes.append(("file.formulas", f"{one.name}: {sheet.uncached:,} {_UNCACHED}"))
    return found, notes


@dataclass(frozen=True)
class _Formulas:
    """The lines of one sheet with its formulas in the cells that hold no value: such a row must wait, its cell is not empty."""

    path: Path
    member: str
    lines: "_Unfolded | _Streamed"

    def __call__(self) -> Iterator[list[str]]:
        try:
            found = workbook.formulas(self.path, self.member)
            waiting = next(found, None)
            for number, cells in enumerate(self.lines()):
                shown = cells
                while waiting and waiting[0] <= number:
                    column = waiting[1] - self.lines.left
                    if waiting[0] == number and column >= 0:
                        shown = _filled(shown, column, waiting[2])
                    waiting = next(found, None)
                yield shown
        except _ERRORS as error:
            raise archive.damaged(self.path, error, "bảng tính", "a spreadsheet") from error


def _filled(cells: list[str], column: int, text: str) -> list[str]:
    """Return the cells with a text in an empty one."""
    longer = [*cells, *[""] * (column + 1 - len(cells))]
    return [*longer[:column], longer[column] or text, *longer[column + 1 :]]


def _listed(path: Path) -> list[workbook.Listed]:
    try:
        return workbook.listed(path)
    except _ERRORS as error:
        raise archive.damaged(path, error, "bảng tính", "a spreadsheet") from error


@dataclass(frozen=True)
class _Unfolded:
    """The lines of one sheet that calamine has unfolded into a CSV; `merged` counts from the column `left`, the first one in use."""

    name: str
    hidden: bool
    path: Path
    merged: tuple[Range, ...]
    left: int = 0

    def __call__(self) -> Iterator[list[str]]:
        csv.field_size_limit(LONGEST_CSV_CELL)
        with self.path.open(encoding="utf-8", newline="") as stream:
            yield from _unmerged(csv.reader(stream), self.merged)


def _unfolded(path: Path, names: list[str] | None) -> list[_Unfolded]:
    """Let calamine unfold the sheets in a process of its own; FileRefused says what it could not read."""
    command = [sys.executable, "-m", unfold.__name__, str(path), json.dumps(names)]
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)  # noqa: S603 - our own module
    answer: dict[str, Any] = json.loads(ended.stdout) if ended.returncode == 0 else {"error": "memory"}
    if "error" in answer:
        raise _failed(path, answer["error"], answer.get("said", ""))
    found = []
    for one in answer["sheets"]:
        # calamine leaves out the empty columns in front of a table and keeps the empty rows above it.
        _, left = one["start"]
        merged = tuple((column - left, first, last) for column, first, last in one["merged"])
        found.append(_Unfolded(one["name"], one["hidden"], path.parent / one["file"], merged, left))
    return found


def _failed(path: Path, error: str, said: str) -> Exception:
    if error == "password":
        return refused(path, "có mật khẩu", "is protected by a password", hint="Hãy bỏ mật khẩu (Lưu dưới dạng…) rồi nộp lại.")
    if error == "disk":
        return disk_full()
    if error == "memory":
        return refused(
            path,
            f"bị hỏng, hoặc cần hơn {gigabytes(unfold.MOST_MEMORY)} bộ nhớ để đọc (giới hạn)",
            f"is damaged and cannot be read, or needs more than {gigabytes(unfold.MOST_MEMORY)} of memory (the limit)",
            hint="Hãy lưu thành “CSV UTF-8”.",
        )
    return archive.damaged(path, ValueError(said), "bảng tính", "a spreadsheet")


class _Streamed:
    """The lines of one sheet of an .xlsx through openpyxl: slow, but in little memory whatever its size."""

    left: Final = 0

    def __init__(self, path: Path, name: str, merged: Sequence[Range]) -> None:
        self._path, self._name, self._merged = path, name, merged

    def __call__(self) -> Iterator[list[str]]:
        with contextlib.ExitStack() as stack, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                # A stream, because openpyxl judges a path by its ending.
                stream = stack.enter_context(self._path.open("rb"))
                book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
            except _ERRORS as error:
                raise archive.damaged(self._path, error, "bảng tính", "a spreadsheet") from error
            sheet = book[self._name]
            sheet.reset_dimensions()
            yield from _unmerged(self._texts(sheet), self._merged)

    def _texts(self, sheet: Any) -> Iterator[list[str]]:  # noqa: ANN401 - a sheet of openpyxl
        try:
            for number, row in enumerate(sheet.iter_rows(values_only=True)):
                if number == MOST_ROWS:
                    raise _too_long(self._path)
                yield [cell_text(value) for value in row]
        except _ERRORS as error:
            raise archive.damaged(self._path, error, "bảng tính", "a spreadsheet") from error


def _unmerged(lines: Iterator[list[str]], merged: Sequence[Range]) -> Iterator[list[str]]:
    """Repeat a cell that was merged over several rows in each of them: an officer merged it to say so once."""
    waiting = sorted(merged, key=lambda each: -each[1])
    active: list[tuple[int, int, str]] = []
    for number, cells in enumerate(lines):
        active = [each for each in active if each[1] >= number]
        for column, _, text in active:
            if column < len(cells) and not cells[column]:
                cells[column] = text
            elif column >= len(cells) and text:
                cells += [*[""] * (column - len(cells)), text]
        while waiting and waiting[-1][1] <= number:
            column, _, last = waiting.pop()
            if 0 <= column < len(cells):
                active.append((column, last, cells[column]))
        yield cells


def _refuse_vast_ods(path: Path) -> None:
    """Refuse an ODS whose repeated cells unfold to more than memory holds: a few bytes may say `a million times`."""
    archive.examine(path)
    counted = _OdsSize()
    try:
        with zipfile.ZipFile(path) as opened:
            if opened.getinfo("content.xml").file_size > MOST_ODS:
                raise _too_big(path, MOST_ODS)
            with opened.open("content.xml") as stream:
                counted.parser.ParseFile(stream)
    except (*_ERRORS, expat.ExpatError) as error:
        raise archive.damaged(path, error, "bảng tính", "a spreadsheet") from error
    if counted.most > MOST_CELLS:
        raise refused(
            path,
            f"có trang tính rộng hơn {MOST_CELLS:,} ô (giới hạn)",
            f"has a sheet of more than {MOST_CELLS:,} cells (the limit)",
            hint="Xoá các ô lặp ngoài bảng, hoặc lưu thành .xlsx hay “CSV UTF-8”.",
        )


class _OdsSize:
    """Counts the cells of each sheet of an ODS as a reader unfolds them."""

    def __init__(self) -> None:
        self.most = self._row = self._rows = self._width = self._cells = self._used = 0
        self._repeat = 1
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table:table":
            self._row = self._rows = self._width = 0
        elif tag == "table:table-row":
            self._repeat, self._cells, self._used = int(attributes.get("table:number-rows-repeated", 1)), 0, 0
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self._cells += int(attributes.get("table:number-columns-repeated", 1))
            if "office:value-type" in attributes or "table:formula" in attributes:
                self._used = self._cells
        elif tag == "text:p" and self._cells:
            self._used = self._cells

    def _end(self, tag: str) -> None:
        if tag == "table:table-row":
            self._row += self._repeat
            if self._used:
                self._rows, self._width = self._row, max(self._width, self._used)
                self.most = max(self.most, self._rows * self._width)


def _too_long(path: Path) -> Exception:
    return refused(
        path,
        f"có hơn {MOST_ROWS:,} dòng trong một trang tính (giới hạn)",
        f"has more than {MOST_ROWS:,} rows in a sheet (the limit)",
        hint="Hãy xuất lại tệp.",
    )


def _too_big(path: Path, limit: int) -> Exception:
    return refused(
        path,
        f"lớn hơn giới hạn {gigabytes(limit)} của định dạng này",
        f"is larger than the limit of {gigabytes(limit)} for this format",
        hint="Hãy lưu thành .xlsx hoặc “CSV UTF-8”.",
    )
