"""Here is decided what single cells mean: kind, status, number of households, date, coordinates, notes, codes."""

import math
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from registry.codes import Scheme, read
from registry.errors import CodeError
from registry.text import fold

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
MOST_HOUSEHOLDS: Final = 9999
_NDAS_LENGTH: Final = 10
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


def day(text: str) -> date | None:
    """Return a date written as ISO or dd/mm/yyyy; None otherwise."""
    for pattern in _DATES:
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    return None


def number(text: str) -> tuple[float | None, bool]:
    """Return a coordinate that is no plain decimal, and whether it used a decimal comma; None when it is no number at all."""
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
    return (value, comma) if math.isfinite(value) else (None, False)


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
        issue = "row.code_check" if "fails its check" in str(error) else "row.code_shape"
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
