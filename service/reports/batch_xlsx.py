"""Decides a batch's report as a workbook: rows that wait with wrong cells in colour, to be mended and handed in again; counts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from loaders.issues import KNOWN
from loaders.report import BatchReport
from loaders.result import LEADING
from registry.escaped import escaped
from service.reports.batch_rows import OUTCOME_WORDS, KeptRows
from service.reports.workbook import workbook

# A sheet holds 1,048,576 lines; a cell 32,767 signs.
_MOST_LINES: Final = 1_000_000
_LONGEST_CELL: Final = 32_767
_WIDTHS: Final = {"batch": 6, "row_no": 8, "outcome": 18, "issues": 26, "labels": 48, "fix": 36}
_HINT: Final = (
    "Sửa thẳng vào các ô của tệp gốc (ô màu là ô có vấn đề), giữ nguyên hai cột batch và row_no, rồi nộp lại ở nơi đã tải"
    " tệp này, hoặc chạy: diachiso quarantine resubmit TỆP"
    " / Mend the original cells (coloured where wrong), keep the columns batch and row_no, then hand it in where it"
    " was downloaded, or run: diachiso quarantine resubmit FILE"
)


def write_batch_xlsx(report: BatchReport, kept: KeptRows, path: Path) -> int:
    """Write the workbook row by row in constant memory; return how many rows. All cells are text: 12-3 stays 12-3, no formula runs."""
    with workbook(path) as book:
        number = _rows(book, kept)
        _summary(book, report, kept)
    return number


def _rows(book: Any, kept: KeptRows) -> int:  # noqa: ANN401 - xlsxwriter has no types
    plain, wrong = book.add_format({"num_format": "@"}), book.add_format({"num_format": "@", "bg_color": "#FFD6CC"})
    aside = book.add_format({"num_format": "@", "font_color": "#555555", "bg_color": "#F2F2F2"})
    sheets = _sheets(book, kept.header, plain, aside)
    sheet, line, number = next(sheets), 0, 0
    for number, row in enumerate(kept.rows, 1):  # noqa: B007 - the last number is how many there were
        if line == _MOST_LINES:
            sheet, line = next(sheets), 0
        line += 1
        for column, cell in enumerate(row.leading):
            sheet.write_string(line, column, _fitted(cell), aside)
        for at, cell in enumerate(row.cells):
            if cell or at in row.wrong:
                sheet.write_string(line, len(LEADING) + at, _fitted(cell), wrong if at in row.wrong else plain)
    return number


def _sheets(book: Any, header: tuple[str, ...], plain: Any, aside: Any) -> Iterator[Any]:  # noqa: ANN401 - xlsxwriter has no types
    """Yield the sheets of rows, each begun with its frozen header; empty cells are text too, so that what is typed stays as typed."""
    bold = book.add_format({"bold": True, "num_format": "@", "bottom": 1})
    number = 0
    while True:
        number += 1
        sheet = book.add_worksheet("Cần sửa" if number == 1 else f"Cần sửa {number}")
        for column, name in enumerate(LEADING):
            sheet.set_column(column, column, _WIDTHS[name], aside)
        sheet.set_column(len(LEADING), len(LEADING) + max(len(header) - 1, 0), 14, plain)
        for column, name in enumerate((*LEADING, *header)):
            sheet.write_string(0, column, _fitted(name), bold)
        sheet.freeze_panes(1, 2)
        yield sheet


def _summary(book: Any, report: BatchReport, kept: KeptRows) -> None:  # noqa: ANN401 - xlsxwriter has no types
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("Tổng hợp")
    sheet.set_column(0, 0, 30, wrap)
    sheet.set_column(1, 1, 12)
    sheet.set_column(2, 5, 44, wrap)
    line = _lines(sheet, 0, [(report.file_name, ""), (_HINT, "")], bold)
    outcomes = [(f"{vi} / {en}", report.counts[name]) for name, (vi, en) in OUTCOME_WORDS.items()]
    line = _lines(sheet, line + 1, [("Kết quả / Outcome", "Dòng / Rows"), *outcomes, ("Tổng / Total", report.rows)], bold)
    heads = ("Mã / Issue", "Dòng / Rows", "Vấn đề", "Issue", "Gợi ý", "Hint")
    known = [(one, KNOWN.get(one.code)) for one in report.issues]
    issues = [(one.code, one.rows, *((said.vi, said.en, *kept.hints(one.code)) if said else ())) for one, said in known]
    line = _lines(sheet, line + 1, [heads, *issues], bold)
    notes = [(code, "", KNOWN[code].vi if code in KNOWN else "", words) for code, words in report.notes]
    _lines(sheet, line + 1, [("Ghi chú / Notes",), *notes], bold)


def _lines(sheet: Any, start: int, lines: list[tuple[Any, ...]], bold: Any) -> int:  # noqa: ANN401 - xlsxwriter has no types
    """Write lines, the first one bold; return the line behind them."""
    for line, cells in enumerate(lines, start):
        for column, cell in enumerate(cells):
            style = bold if line == start else None
            if isinstance(cell, int):
                sheet.write_number(line, column, cell, style)
            else:
                sheet.write_string(line, column, _fitted(cell), style)
    return start + len(lines)


def _fitted(cell: str) -> str:
    return escaped(cell)[:_LONGEST_CELL]
