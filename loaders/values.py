"""Here is decided what single cells mean: kind, status, number of households, date, coordinates, notes, codes, row numbers."""

import math
import re
from bisect import bisect_right, insort
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from loaders.cells import Cell, Found, cell, is_personal_reference
from registry.codes import Scheme, read
from registry.errors import CodeError
from registry.personal import MASK
from registry.secret import opaque
from registry.text import clean, fold

KINDS: Final = {
    "ho gia dinh": "household", "ho": "household", "nha o": "household", "household": "household", "nha rieng": "household",
    "co quan": "office", "to chuc": "office", "co quan to chuc": "office", "office": "office",
    "doanh nghiep": "business", "cong ty": "business", "business": "business", "ho kinh doanh": "business", "cua hang": "business",
    "khac": "other", "other": "other",
}  # fmt: skip
# Status -> its step on the ladder; `da_gan_ma` (coded) is a complete record, for having a code is told by the code itself.
STATUSES: Final = {
    "thu thap": "collected", "da thu thap": "collected", "collected": "collected",
    "day du": "complete", "complete": "complete", "da gan ma": "complete", "coded": "complete",
    "da xac minh": "verified", "verified": "verified",
    "da thong bao": "notified", "notified": "notified",
    "da gan bien": "plated", "plated": "plated",
}  # fmt: skip
# No metre, and no degree without its point (103016200), reaches that far; a phone number does, with its zero or without.
FARTHEST: Final = 300_000_000
MOST_HOUSEHOLDS: Final = 9999
# The post assigned no digital addresses before: an earlier day of collection is a slip.
EARLIEST: Final = date(2015, 1, 1)
_NDAS_LENGTH: Final = 10
# References that cannot be anybody's: a few digits, letters with digits, a commune code with a number.
_PLAIN_REFERENCE: Final = re.compile(r"(?!S?DT|TEL|CMT)(?:[A-Z]{1,3}[0-9]+|[A-Z]{0,3}[0-9]{5}[-./_][0-9]+|[0-9]{1,8})")
_MOST_RUNS: Final = 10_000
_DATES: Final = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
_NUMBER: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?°?")
_GROUPED: Final = re.compile(r"[+-]?\d{1,3}(?:[ .]\d{3})+,\d+|[+-]?\d{1,3}(?:[ ,]\d{3})+\.\d+")


def kind(text: str) -> str | None:
    """Return the kind of door that a cell names; None when the word is unknown."""
    return KINDS.get(fold(text.replace("_", " ")))


def status(text: str) -> str | None:
    """Return the status that a cell names; None when the word is unknown."""
    return STATUSES.get(fold(text.replace("_", " ")))


def households(text: str) -> int | None:
    """Return a number of households; None for what is no whole number from 0 to 9999."""
    bare = text.removesuffix(".0")
    if not (bare.isascii() and bare.isdigit()) or len(bare) > len(str(MOST_HOUSEHOLDS)):
        return None
    return int(bare)


@dataclass(frozen=True, slots=True)
class SaidDay:
    """The day of collection; None when the cell cannot be read. A day that cannot be is kept and reported."""

    value: date | None
    issues: tuple[Found, ...] = ()


def said_day(text: str, received: date) -> SaidDay:
    """Read a date and hold it to the day on which the batch was received."""
    value = day(text)
    if value is not None and value > received:
        return SaidDay(value, (Found("row.date_future", {"date": value.isoformat(), "received": received.isoformat()}),))
    if value is not None and value < EARLIEST:
        return SaidDay(value, (Found("row.date_old", {"date": value.isoformat()}),))
    return SaidDay(value)


def said_household(raw: str) -> Cell:
    """Read a household reference in capitals; one that names a person or is a person's number becomes one that only tells it again."""
    if not raw:
        return Cell("")
    text = clean(raw).upper()
    if _PLAIN_REFERENCE.fullmatch(text):
        return Cell(text)
    if text == MASK:
        return Cell("")
    if not is_personal_reference(clean(raw)):
        return Cell(text)
    return Cell(opaque(fold(text)), (Found("row.personal_data", {"column": "ma_ho"}),))


def said_note(raw: str) -> Cell:
    """Read a note: tidy, repaired, without personal data."""
    return cell("ghi_chu", raw)


def day(text: str) -> date | None:
    """Return a date written as ISO or dd/mm/yyyy; None otherwise."""
    for pattern in _DATES:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    return None


def number(text: str) -> tuple[float | None, bool]:
    """Return a coordinate that is no plain decimal, and whether it used a decimal comma; None when it is no number, or a phone's."""
    bare = text.strip().replace("\u00a0", " ")
    if _GROUPED.fullmatch(bare):
        comma = bare.rfind(",") > bare.rfind(".")
        bare = re.sub(r"[ .]", "", bare).replace(",", ".") if comma else re.sub(r"[ ,]", "", bare)
    elif not _NUMBER.fullmatch(bare):
        return None, False
    else:
        comma = "," in bare
        bare = bare.rstrip("°").replace(",", ".")
    value = float(bare)
    return (value, comma) if math.isfinite(value) and abs(value) < FARTHEST else (None, False)


@dataclass(frozen=True)
class SaidCode:
    """What the code cell of a row says: canonical text and scheme, or the issue and the code that was probably meant."""

    code: str = ""
    scheme: str = ""
    issue: str = ""
    words: str = ""
    suggestion: str = ""


def said_code(text: str) -> SaidCode:
    """Read the digital address of a row: NDAS or one of ours; other schemes do not belong in that column."""
    try:
        code = read(text)
    except CodeError as error:
        digits = re.sub(r"\D", "", text)
        lost_zero = len(digits) == _NDAS_LENGTH - 1 and len(text.strip()) == len(digits)
        issue = "row.code_lost_zero" if lost_zero else "row.code_check" if "fails its check" in str(error) else "row.code_shape"
        return SaidCode(issue=issue, words=error.vi, suggestion=f"0{digits}" if lost_zero else "")
    if code.scheme in (Scheme.NDAS, Scheme.DIACHISO):
        return SaidCode(code.text, code.scheme.value)
    return SaidCode(issue="row.code_shape", words=f"Đây là mã {code.scheme.value}.")


def said_vpostcode(text: str) -> str | None:
    """Return a Vpostcode in its canonical form; None when it is none."""
    try:
        code = read(f"vpostcode {text}")
    except CodeError:
        return None
    return code.text if code.scheme is Scheme.VPOSTCODE else None


class Numbers:
    """The row numbers (stt) of a file, kept as runs, so that a million numbers in order take no room; past 10,000 runs none is told."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: dict[int, int] = {}
        self._start = self._last = -1

    def repeated(self, text: str) -> bool:
        """Say whether an earlier row bore that number; what is no number is never repeated."""
        if not (text.isascii() and text.isdigit()):
            return False
        number = int(text)
        if number == self._last + 1 and self._start >= 0 and number not in self._ends:
            self._ends[self._start] = self._last = number
            return False
        before = bisect_right(self._starts, number)
        if before and self._ends[self._starts[before - 1]] >= number:
            return True
        if len(self._starts) < _MOST_RUNS:
            insort(self._starts, number)
            self._ends[number] = number
            self._start = self._last = number
        return False
