"""Decides the ledger in files: CSV, JSON and a workbook of the same columns, the country's line last, unknown left blank."""

import csv
import io
import json
from typing import Any, Final

import xlsxwriter

from loaders.ledger import LedgerReport

# Column, Vietnamese heading of the workbook.
COLUMNS: Final = (
    ("as_of", "Tính đến ngày"), ("province_code", "Mã tỉnh"), ("name", "Tỉnh, thành phố"), ("expected", "Cần bàn giao"),
    ("handed_over", "Đã bàn giao"), ("share", "Tỷ lệ"), ("state", "Tình trạng"), ("complete", "Tỉnh đã đủ"), ("partial", "Tỉnh một phần"),
    ("none", "Tỉnh chưa"), ("not_stated", "Tỉnh không nêu"), ("received_here", "Địa chỉ trong sổ này"), ("members", "Gồm"),
    ("source", "Nguồn"),
)  # fmt: skip
_WIDE: Final = {"name": 30, "members": 40, "source": 60}


def ledger_csv(report: LedgerReport) -> str:
    """Return the lines as CSV, unknown numbers blank."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([name for name, _ in COLUMNS])
    writer.writerows(["" if cell is None else cell for cell in row] for row in _rows(report))
    return out.getvalue()


def ledger_json(report: LedgerReport) -> str:
    """Return the report as JSON, unknown numbers null."""
    return json.dumps(report.to_dict(), ensure_ascii=False, indent=2) + "\n"


def ledger_xlsx(report: LedgerReport) -> bytes:
    """Return a workbook: the lines, and what must be known of them on a second sheet."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold, shares = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"num_format": "0.00%"})
        sheet, notes = book.add_worksheet("Sổ bàn giao"), book.add_worksheet("Ghi chú")
        for column, (name, heading) in enumerate(COLUMNS):
            sheet.write_string(0, column, heading, bold)
            sheet.set_column(column, column, _WIDE.get(name, 13))
        for line, row in enumerate(_rows(report), 1):
            for column, cell in enumerate(row):
                if cell is not None:
                    sheet.write(line, column, cell, shares if isinstance(cell, float) else None)
        sheet.freeze_panes(1, 3)
        notes.set_column(0, 1, 90, book.add_format({"text_wrap": True}))
        for line, pair in enumerate(report.notes):
            notes.write_row(line, 0, pair)
    return out.getvalue()


def _rows(report: LedgerReport) -> list[list[Any]]:
    rows = []
    for line in (*report.lines, report.total):
        known = line.to_dict() | {"as_of": report.as_of.isoformat(), "members": ", ".join(line.members) or None, "share": line.share}
        rows.append([known[name] for name, _ in COLUMNS])
    return rows
