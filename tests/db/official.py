"""Makes the reports that the tests of official papers look at."""

from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from registry.coverage import CoverageReport
from registry.periods import read_period, today
from service.reports.official_data import Report, report_of_period
from service.reports.official_document import Document, Table
from service.reports.official_form import issuer_of

THIS_YEAR = str(today().year)


def a_report(session: Session, province: str | None = "86", form: Any = "year", period: str = THIS_YEAR) -> Report:  # noqa: ANN401 - a Form
    """Return the yearly report of Vĩnh Long unless another one is asked for."""
    return report_of_period(session, form, province, read_period(period))


def figures_alone(figures: CoverageReport) -> Report:
    """Return a report that knows nothing but figures."""
    return Report("coverage", figures, issuer_of(figures), figures.on)


def changed(figures: CoverageReport, place: int, **fields: object) -> CoverageReport:
    """Return figures with one line changed."""
    lines = [replace(line, **fields) if number == place else line for number, line in enumerate(figures.lines)]  # type: ignore[arg-type]
    return replace(figures, lines=tuple(lines))


def tables(document: Document) -> list[Table]:
    """Return every table of a document."""
    return [block for section in document.sections for block in section.blocks if isinstance(block, Table)]
