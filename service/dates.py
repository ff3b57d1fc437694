"""Decides how a day is typed: ISO, or day/month/year as it is written in Vietnam."""

from datetime import date, datetime

from registry.errors import UsageError


def read_date(text: str | None) -> date | None:
    """Return the day of `2024-01-01`, `01/01/2024` or `1-1-2024`, None for None; raises UsageError for anything else."""
    if text is None:
        return None
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"):
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day has no zone.
        except ValueError:
            continue
    raise UsageError(f"Không đọc được ngày “{text[:30]}”.", f"Not a day: {text[:30]!r}.", hint="Viết như 2024-01-31 hoặc 31/01/2024.")
