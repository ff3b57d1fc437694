"""Decides which form a batch's report takes: the suffix of the file says CSV, XLSX or HTML."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from loaders.report import BatchReport, report_of, unknown_batch
from registry.errors import UsageError
from service.reports.batch_csv import write_batch_csv
from service.reports.batch_html import write_batch_html
from service.reports.batch_rows import kept_rows
from service.reports.batch_xlsx import write_batch_xlsx

SUFFIXES = (".csv", ".xlsx", ".html")


def write_batch_report(
    session: Session, batch: int | BatchReport, path: Path, rows: Iterable[Mapping[str, Any]] | None = None, *, on_page: bool = False
) -> int:  # fmt: skip
    """Write the report of a batch, or of a dry run before it is rolled back; return how many rows it lists.

    `rows` are those of `loaders.quarantine.quarantined`, read here when not given; `on_page`: for whoever has a page before him, hints name
    its fields and buttons, not options. Raises NotFoundError for an unknown batch, UsageError for another suffix, RefusedError when the
    file cannot be written.
    """
    refuse_suffix(path)
    report = report_of(session, batch) if isinstance(batch, int) else batch
    if report is None or report.batch_id is None:
        raise unknown_batch(batch)
    kept = replace(kept_rows(session, report.batch_id, rows, trial=report.dry_run), on_page=on_page)
    if path.suffix.lower() == ".csv":
        return write_batch_csv(kept, path)
    return (write_batch_xlsx if path.suffix.lower() == ".xlsx" else write_batch_html)(report, kept, path)


def refuse_suffix(path: Path) -> None:
    """Refuse a file name that says no form that is known, before anything is done."""
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(
            f"Không biết ghi báo cáo dạng “{path.suffix}”.", f"No report of the form “{path.suffix}”.", hint=f"Dùng: {', '.join(SUFFIXES)}"
        )
