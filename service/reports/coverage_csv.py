"""Decides coverage as CSV: UTF-8 with a mark that spreadsheets need, codes as text, the total as the last line."""

import csv
import io
from typing import Any

from registry.coverage import CoverageReport
from service.reports.coverage_rows import COLUMNS, flat_rows


def coverage_csv(report: CoverageReport) -> str:
    """Return the file's text; an unknown value is an empty cell, true and false are 1 and 0."""
    out = io.StringIO()
    names = [name for name, _ in COLUMNS]
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(row[name]) for name in names} for row in flat_rows(report))
    return out.getvalue()


def _cell(value: Any) -> Any:  # noqa: ANN401 - whatever a cell may hold
    return int(value) if isinstance(value, bool) else value
