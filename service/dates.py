"""Decides how a day is typed: ISO, or day/month/year as it is written in Vietnam; and a moment: ISO, in Vietnam's time."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from registry.errors import UsageError

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


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


def read_moment(text: str | None) -> datetime | None:
    """Return the moment of `2026-09-20 10:15:00`, in Vietnam's time unless it says another; UsageError when unreadable or yet to come."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        hint = 'Viết như "2026-09-20 10:15:00".'
        raise UsageError(f"Không đọc được thời điểm “{text[:40]}”.", f"Not a moment: {text[:40]!r}.", hint=hint) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=ZONE)
    if moment > datetime.now(ZONE):
        raise UsageError("Thời điểm ấy chưa tới.", "That moment is yet to come.")
    return moment
