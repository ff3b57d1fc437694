"""Decides what a reporting period is: a calendar year, quarter, month or single day in Vietnam, and the moment at which it is over."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from registry.errors import UsageError

VIETNAM: Final = ZoneInfo("Asia/Ho_Chi_Minh")
Kind = Literal["year", "quarter", "month", "day"]
_WRITTEN: Final = re.compile(r"(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>\d{2})(?:-(?P<day>\d{2}))?))?", re.ASCII | re.IGNORECASE)
_YEARS: Final = range(1990, 2200)


@dataclass(frozen=True)
class Period:
    """A period by its name (`2026`, `2026-Q3`, `2026-09`, `2026-09-30`), with its first and last day."""

    name: str
    kind: Kind
    first: date
    last: date

    @property
    def moment(self) -> datetime:
        """The first instant after the period, in Vietnam: what was there before it belongs to the period."""
        return end_of(self.last)


def end_of(day: date) -> datetime:
    """Return the instant at which a day is over in Vietnam."""
    return datetime.combine(day + timedelta(days=1), time.min, VIETNAM)


def today() -> date:
    """Return the day that it is in Vietnam."""
    return datetime.now(VIETNAM).date()


def read_period(written: str) -> Period:
    """Read the name of a period; UsageError for anything else."""
    found = _WRITTEN.fullmatch(written.strip())
    try:
        period = _period(found) if found else None
    except ValueError:
        period = None
    if period is None:
        raise UsageError(
            f"Không hiểu kỳ “{written[:30]}”.",
            f"“{written[:30]}” is no period.",
            hint="Viết 2026 (năm), 2026-Q3 (quý), 2026-09 (tháng) hoặc 2026-09-30 (ngày).",
        )
    return period


def _period(found: re.Match[str]) -> Period | None:
    year = int(found["year"])
    if year not in _YEARS:
        return None
    if found["day"]:
        day = date(year, int(found["month"]), int(found["day"]))
        return Period(day.isoformat(), "day", day, day)
    if found["month"]:
        return _months(f"{year}-{found['month']}", "month", year, int(found["month"]), 1)
    if found["quarter"]:
        return _months(f"{year}-Q{found['quarter']}", "quarter", year, 3 * int(found["quarter"]) - 2, 3)
    return _months(str(year), "year", year, 1, 12)


def _months(name: str, kind: Kind, year: int, month: int, count: int) -> Period:
    """Return `count` whole months from the first of `month`."""
    after = month + count
    last = date(year + (after - 1) // 12, (after - 1) % 12 + 1, 1) - timedelta(days=1)
    return Period(name, kind, date(year, month, 1), last)
