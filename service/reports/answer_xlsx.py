"""Decides a table of answers as a workbook: written row by row in constant memory, scores and degrees as numbers, all else as text."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from registry.escaped import escaped
from service.reports.workbook import workbook

MEDIA: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A sheet holds 1,048,576 lines, a cell 32,767 signs.
_MOST_LINES: Final = 1_000_000
_LONGEST_CELL: Final = 32_767
_CHUNK: Final = 1 << 18
_WIDE, _NARROW = 40, 14


def write_xlsx(pieces: Iterable[Sequence[Sequence[object]]], path: Path) -> None:
    """Write rows, the first of them the header; rows beyond what a sheet holds go on in further sheets under the same header."""
    with workbook(path) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        header: Sequence[object] | None = None
        sheet: Any = None
        line = sheets = 0
        for row in (row for piece in pieces for row in piece):
            if header is None:
                header = row
                continue
            if sheet is None or line == _MOST_LINES:
                sheets += 1
                sheet, line = _begun(book, header, bold, sheets), 0
            line += 1
            _write(sheet, line, row)
        if sheet is None:
            _begun(book, header or (), bold, 1)


def chunks(path: Path) -> Iterator[bytes]:
    """Yield the bytes of a file."""
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _begun(book: Any, header: Sequence[object], bold: Any, number: int) -> Any:  # noqa: ANN401 - xlsxwriter has no types
    """Add a sheet with its frozen header."""
    sheet = book.add_worksheet("Kết quả" if number == 1 else f"Kết quả {number}")
    for column, name in enumerate(header):
        sheet.set_column(column, column, _WIDE if str(name) == "result_label" else _NARROW)
        sheet.write_string(0, column, _fitted(name), bold)
    sheet.freeze_panes(1, 0)
    return sheet


def _write(sheet: Any, line: int, row: Sequence[object]) -> None:  # noqa: ANN401 - xlsxwriter has no types
    for column, cell in enumerate(row):
        if isinstance(cell, int | float):
            sheet.write_number(line, column, cell)
        elif cell not in ("", None):
            sheet.write_string(line, column, _fitted(cell))


def _fitted(cell: object) -> str:
    return escaped(str(cell))[:_LONGEST_CELL]
