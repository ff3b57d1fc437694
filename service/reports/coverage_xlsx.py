"""Decides coverage as a workbook: the figures on one sheet, definitions, sources and notes on another, so that it explains itself."""

import io

import xlsxwriter

from registry.coverage import CoverageReport
from service.reports.coverage_rows import COLUMNS, flat_rows
from service.reports.coverage_table import footnotes, title

_WIDE = {"name": 32, "baseline_method": 36, "baseline_source": 36}


def coverage_xlsx(report: CoverageReport) -> bytes:
    """Return the workbook's bytes; codes are text, ratios are percentages that spreadsheets can sum up no further."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold, shares = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"num_format": "0.0%"})
        sheet = book.add_worksheet("Độ phủ")
        sheet.write_string(0, 0, title(report), bold)
        for column, (name, heading) in enumerate(COLUMNS):
            sheet.write_string(1, column, heading, bold)
            sheet.set_column(column, column, _WIDE.get(name, 12))
            for line, row in enumerate(flat_rows(report), 2):
                if row[name] is not None:
                    sheet.write(line, column, row[name], shares if name.startswith("ratio_") else None)
        sheet.freeze_panes(2, 3)
        notes = book.add_worksheet("Định nghĩa")
        notes.set_column(0, 1, 90, book.add_format({"text_wrap": True}))
        for line, (vi, en) in enumerate(footnotes(report)):
            notes.write_string(line, 0, vi)
            notes.write_string(line, 1, en)
    return out.getvalue()
