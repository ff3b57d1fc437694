"""Here is decided what the door cells of a row mean: the house path, an alley with a name, the place, the flat."""

import re
from dataclasses import dataclass
from typing import Final

from registry.house_path import alley_name, flat_key, from_columns
from registry.place_key import PlaceKind, kind_in_street_cell, place_key
from registry.text import clean, fold

_BRACKETS: Final = re.compile(r"\s*\([^()]*\)\s*")
_EXCEL_DATE: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]\d.*)?|(\d{1,2})/(\d{1,2})/(\d{4})(?: .*)?")
_EXCEL_MONTH: Final = re.compile(
    r"(\d{1,2})-(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*-(\d{2})",
    re.IGNORECASE,
)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ALLEY: Final = re.compile(r"(?:ngõ|ngách|hẻm|kiệt|ngo|ngach|hem|kiet)\b\s+\D", re.IGNORECASE)


@dataclass(frozen=True)
class House:
    """A house path (empty when the row has no number), the name of its alley if it bears one, and what is wrong."""

    path: str = ""
    key: str = ""
    alley: str = ""
    issue: str = ""
    suggestion: str = ""


def house(so_nha: str, ngo: str, ngach: str) -> House:
    """Read the number cells; never invents a path: a date is suggested back, a text is reported."""
    named = _alley(so_nha, ngo, ngach)
    suggestion = _from_date(so_nha)
    if suggestion:
        return House(alley=named, issue="row.house_date", suggestion=suggestion)
    if not so_nha:
        # An alley number without a house is an alley, not a door; it is kept so that the doors of two alleys stay apart.
        return House(alley=named, issue="row.house_unclear" if (ngo or ngach) and not named else "")
    path = from_columns(so_nha, ngo, ngach) or from_columns(_BRACKETS.sub(" ", so_nha).strip(), ngo, ngach)
    if path is None:
        return House(alley=named, issue="row.house_unclear", suggestion=_number_in(so_nha))
    return House(path.text, path.key, named)


def _alley(so_nha: str, ngo: str, ngach: str) -> str:
    """Return the name of the innermost alley that bears one; the number cell names one only behind its word."""
    cells = [ngach, ngo, *([so_nha] if _ALLEY.search(so_nha) else [])]
    return next((name for cell in cells if cell and (name := alley_name(cell))), "")


def _from_date(text: str) -> str:
    """Return the house number that a spreadsheet probably took for a date: 12-3 became 12-Mar, 1/10/2021 came from 1/10."""
    if month := _EXCEL_MONTH.fullmatch(text):
        if month[1]:
            return f"{int(month[1])}/{_MONTHS.index(month[2].lower()) + 1}"
        return f"{_MONTHS.index(month[3].lower()) + 1}/{int(month[4])}"
    if day := _EXCEL_DATE.fullmatch(text):
        return f"{int(day[3])}/{int(day[2])}" if day[1] else f"{int(day[4])}/{int(day[5])}"
    return ""


def _number_in(text: str) -> str:
    found = re.match(r"\s*(\d{1,5}[A-Za-z]?(?:/\d{1,5}[A-Za-z]?)*)\b", text)
    return found[1] if found else ""


def place(kind: PlaceKind, name: str) -> tuple[PlaceKind, str, str]:
    """Return kind, name as kept and key of a place; a street cell may name an alley, a hamlet or an area. Empty key: nothing said."""
    name = clean(name)
    if kind == "street" and _ALLEY.match(name) and (own := alley_name(name)):
        return "alley", f"Ngõ {own}" if fold(own) == own else name, place_key("alley", own)
    if kind == "street" and name:
        kind = kind_in_street_cell(name)
    return kind, name, place_key(kind, name) if name else ""


def flat(toa_nha: str, tang: str, phong: str) -> tuple[str, str]:
    """Return a flat as shown and its key; the building belongs to it."""
    return ", ".join(clean(part) for part in (toa_nha, tang, phong) if clean(part)), flat_key(toa_nha, tang, phong)
