"""Decides the files that a report comes as: their formats, media types and names, the same for the command line and for HTTP."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time
from typing import Final

from registry.text import fold
from service.reports.coverage_csv import coverage_csv
from service.reports.official_data import Report
from service.reports.official_form import due_day
from service.reports.official_html import official_html
from service.reports.official_xlsx import official_xlsx
from service.reports.pdf import typst_pdf

TEMPLATE: Final = "official.typ"
MEDIA: Final[Mapping[str, str]] = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}
_APART: Final = re.compile(r"[^a-z0-9]+")


def official_file(report: Report, form: str) -> bytes:
    """Return the report in one of the formats of MEDIA."""
    return _WRITERS[form](report)


def file_name(report: Report, form: str) -> str:
    """Return a name for the download, without marks or spaces: `bao-cao-dia-chi-so_tinh-dien-bien_2026-Q3.pdf`."""
    place = _APART.sub("-", fold(report.figures.name)).strip("-")
    when = report.period.name if report.period else report.figures.on.isoformat()
    return f"bao-cao-dia-chi-so_{place}_{when}.{form}"


def _pdf(report: Report) -> bytes:
    # Drawing needs matplotlib, half a second to load, which the other commands need not wait for.
    from service.reports.official_sections import document_of  # noqa: PLC0415

    printed_at = datetime.combine(report.printed_on, time.min, UTC)
    return typst_pdf(TEMPLATE, document_of(report).to_dict(), printed_at=printed_at)


def _html(report: Report) -> bytes:
    from service.reports.official_sections import document_of  # noqa: PLC0415 - as above

    return official_html(document_of(report)).encode()


def _csv(report: Report) -> bytes:
    # The mark tells spreadsheets that the file is UTF-8.
    return coverage_csv(report.figures).encode("utf-8-sig")


def _json(report: Report) -> bytes:
    period = report.period
    told = {
        "form": report.form,
        "period": period and {"name": period.name, "first": period.first.isoformat(), "last": period.last.isoformat()},
        "due": due_day(report.form, period).isoformat() if period else None,
        "snapshot": report.frozen and report.frozen.to_dict(),
    }
    return (json.dumps(report.figures.to_dict() | told, ensure_ascii=False, indent=2) + "\n").encode()


_WRITERS: Final[Mapping[str, Callable[[Report], bytes]]] = {
    "pdf": _pdf, "xlsx": official_xlsx, "html": _html, "csv": _csv, "json": _json,
}  # fmt: skip
