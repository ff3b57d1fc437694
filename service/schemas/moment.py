"""Decides how a moment or an interval is written in `datetime`: RFC 3339 or a day of Vietnam, `..` for an open end, `/` between two."""

from datetime import date, datetime, time, timedelta, timezone
from typing import Annotated, Final, NamedTuple

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

VIETNAM: Final = timezone(timedelta(hours=7))
_OPEN: Final = ("", "..")
_A_DAY: Final = len("2026-01-31")


class Moments(NamedTuple):
    """An instant (`starts` equals `ends`, `instant` true) or an interval; None is an open end. A day is meant as a whole."""

    starts: datetime | None
    ends: datetime | None
    instant: bool


def read_moments(text: str) -> Moments | None:
    """Read a `datetime` of OGC API Features; None for what is none."""
    parts = text.split("/")
    try:
        if len(parts) == 1:
            moment = _moment(text, last=True)
            return None if moment is None else Moments(moment, moment, instant=True)
        starts, ends = (_moment(part, last=last) for part, last in zip(parts, (False, True), strict=True))
    except (ValueError, OverflowError):
        return None
    if (starts is None and ends is None) or (starts and ends and starts > ends):
        return None
    return Moments(starts, ends, instant=False)


def _moment(text: str, *, last: bool) -> datetime | None:
    """Return a moment, of a day its first or last; one without an offset is told in Vietnam's time."""
    if text in _OPEN:
        return None
    if len(text) <= _A_DAY:
        day = date.fromisoformat(text)
        return datetime.combine(day, time.max if last else time.min, VIETNAM)
    moment = datetime.fromisoformat(text)
    # Far ends of the calendar have no moment in UTC.
    return (moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)).astimezone(VIETNAM)


def _a_moment(text: str) -> str:
    if read_moments(text) is None:
        raise PydanticCustomError("moment", "datetime is an instant or an interval")
    return text


MomentText = Annotated[str, Field(min_length=1, max_length=80, examples=["2026-09-20", "2026-01-01/2026-06-30"]), AfterValidator(_a_moment)]
