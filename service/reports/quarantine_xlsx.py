"""Decides kept rows as a workbook to mend: every cell is text, so that no number turns into a date, and the head stays in sight."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from loaders.result import LEADING, quarantine_cells
from registry.escaped import escaped
from service.reports.workbook import workbook

SHEET: Final = "Dòng cần sửa"
_WIDTHS: Final = {"labels": 48, "fix": 32, "issues": 28}
_MOST_ROWS: Final = 1_048_575


def write_quarantine_xlsx(kept: Iterator[dict[str, Any]], path: Path) -> int:
    """Write kept rows as a workbook of one sheet; return how many. Rows beyond what a sheet holds go on in further sheets."""
    number = 0
    with workbook(path) as book:
        text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "num_format": "@", "bg_color": "#FFF2CC"})
        sheet: Any = None
        for number, row in enumerate(kept, start=1):
            at = (number - 1) % _MOST_ROWS + 1
            if at == 1:
                sheet = _sheet(book, [*LEADING, *row["header"]], bold, text, number)
            for column, cell in enumerate(quarantine_cells(row)):
                sheet.write_string(at, column, escaped(cell), text)
        if not number:
            _sheet(book, list(LEADING), bold, text, 1)
    return number


def _sheet(book: Any, header: list[str], bold: Any, text: Any, number: int) -> Any:  # noqa: ANN401 - the library is untyped
    """Add a sheet with its head."""
    sheet = book.add_worksheet(SHEET if number == 1 else f"{SHEET} {number // _MOST_ROWS + 1}")
    for column, name in enumerate(header):
        sheet.set_column(column, column, _WIDTHS.get(name, 14), text)
        sheet.write_string(0, column, escaped(name), bold)
    sheet.freeze_panes(1, 2)
    return sheet
