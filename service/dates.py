"""Decides how a day is typed: ISO, or day/month/year as it is written in Vietnam."""

from datetime import date, datetime

from registry.errors import UsageError


def read_date(text: str) -> date:
    """Return the day of `2024-01-01` or `01/01/2024`; raises UsageError for anything else."""
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"):
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day has no zone.
        except ValueError:
            continue
    raise UsageError(f"Không hiểu ngày “{text}”.", f"Cannot read the date {text!r}.", hint="Viết như 2024-01-31 hoặc 31/01/2024.")
