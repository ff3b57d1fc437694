"""Here is decided what a spreadsheet made of a house number: a date, a power of ten, a decimal, the day of a serial number."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from loaders.cells import Found, cell, is_person

NUMBER: Final = r"\d{1,4}[A-Za-z]?(?:/\d{1,4}[A-Za-z]?)*"
_PLAIN: Final = re.compile(r"[0-9/-]{1,20}[A-Za-z]?")
_EXCEL_DATE: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]\d.*)?|(\d{1,2})/(\d{1,2})/(\d{4})(?: .*)?")
_NAMES: Final = r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_MONTH: Final = rf"(?:(?P<name>{_NAMES})[a-z]*|(?:thg|th|tháng|thang)\.?\s*(?P<number>\d{{1,2}}))"
_DAY_MONTH: Final = re.compile(rf"(?P<day>\d{{1,2}})[- ]{_MONTH}(?:[- ](?P<year>\d{{2}}|\d{{4}}))?", re.IGNORECASE)
_MONTH_YEAR: Final = re.compile(rf"{_MONTH}[- ](?P<year>\d{{2}})", re.IGNORECASE)
_SCIENTIFIC: Final = re.compile(r"(\d+(?:[.,]\d+)?)E\+(\d{1,2})|(\d+[.,]\d+)E(\d{1,2})", re.IGNORECASE)
_DECIMAL: Final = re.compile(r"(\d{1,5})[.,]0+")
_MONTHS: Final = tuple(_NAMES.split("|"))
_LAST_MONTH, _MOST_DIGITS = 12, 5
# Days since 1899-12-30, as Excel counts them, for 2000-01-01 to 2035-12-31.
_EPOCH: Final = date(1899, 12, 30)
_SERIALS: Final = (36526, 49674)


@dataclass(frozen=True, slots=True)
class Numbered:
    """A number cell as it is read on: its text, the issue that decides (with the number that was probably meant), and others."""

    text: str
    issue: str = ""
    suggestion: str = ""
    issues: tuple[Found, ...] = ()


def numbered(raw: str) -> Numbered:
    """Undo what a spreadsheet did where that is certain, else suggest; a person's name is taken out."""
    text, issues = (raw, ()) if _PLAIN.fullmatch(raw) else cell("so_nha", raw)
    if suggestion := _from_date(text):
        return Numbered("", "row.house_date", suggestion, issues)
    if power := _SCIENTIFIC.fullmatch(text):
        return Numbered("", "row.house_scientific", _expanded(power), issues)
    if decimal := _DECIMAL.fullmatch(text):
        return Numbered(decimal[1], issues=(*issues, Found("row.house_decimal", {"suggestion": {"so_nha": decimal[1]}})))
    if text.isdigit() and len(text) == _MOST_DIGITS and _SERIALS[0] <= int(text) <= _SERIALS[1]:
        meant = _EPOCH + timedelta(days=int(text))
        issues = (
            *issues,
            Found("row.house_serial_date", {"so_nha": text, "date": meant.isoformat(), "may_be": f"{meant.day}/{meant.month}"}),
        )
    elif is_person(text):
        return Numbered("", issues=(*issues, Found("row.name_in_address", {"column": "so_nha"})))
    return Numbered(text, issues=issues)


def _from_date(text: str) -> str:
    """Return the house number that a spreadsheet probably took for a date: 12-3 became 12-Mar, 1/10/2021 came from 1/10."""
    if said := _DAY_MONTH.fullmatch(text):
        month = _month(said)
        return f"{int(said['day'])}/{month}" if month else ""
    if said := _MONTH_YEAR.fullmatch(text):
        month = _month(said)
        return f"{month}/{int(said['year'])}" if month else ""
    if day := _EXCEL_DATE.fullmatch(text):
        return f"{int(day[3])}/{int(day[2])}" if day[1] else f"{int(day[4])}/{int(day[5])}"
    return ""


def _month(said: re.Match[str]) -> int:
    number = int(said["number"]) if said["number"] else _MONTHS.index(said["name"].lower()) + 1
    return number if number <= _LAST_MONTH else 0


def _expanded(power: re.Match[str]) -> str:
    """Write out a power of ten where a house could bear the number."""
    mantissa, exponent = (power[1] or power[3]).replace(",", "."), int(power[2] or power[4])
    whole, _, part = mantissa.partition(".")
    digits = whole + part.ljust(exponent, "0")
    return digits.lstrip("0") if len(part) <= exponent and len(digits.lstrip("0")) <= _MOST_DIGITS else ""
