"""Decides what a row of a table asks: the text of its address columns, the point to lean to, the filters; or why it asks nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, get_args

from registry.errors import UsageError
from service.schemas.params import FeatureType
from service.schemas.table_form import ReverseChoice, SearchChoice, TableChoice
from service.table_blocks import address_column, named_column

_TYPES: Final = get_args(FeatureType)
_FIVE_DIGITS: Final = re.compile(r"[0-9]{5}")
_LATITUDES, _LONGITUDES = ("latitude", "lat", "result_latitude"), ("longitude", "lon", "lng", "long", "result_longitude")


class Refused(NamedTuple):
    """Why a row is not asked: the status of its answer, and a sentence."""

    status: str
    reason: str


class Asked(NamedTuple):
    """What a row asks; `lat`, `lon` in degrees WGS 84."""

    text: str
    lat: float | None
    lon: float | None
    type: str | None
    postcode: str | None
    citycode: str | None


SKIPPED: Final = Refused("skipped", "Dòng không có gì để tìm.")


@dataclass(frozen=True)
class Columns:
    """The places, in the header, of what is asked; `type` is a type for all rows or the place of a column."""

    searched: tuple[int, ...]
    lat: int | None
    lon: int | None
    type: int | str | None
    postcode: int | None
    citycode: int | None

    def asked(self, row: Sequence[str]) -> Asked | Refused:
        """Return the question of a row, or why it is none; an empty cell of a filter or point asks nothing."""
        try:
            lat, lon = _degrees(_cell(row, self.lat), 90, "lat"), _degrees(_cell(row, self.lon), 180, "lon")
            kind = self.type if isinstance(self.type, str) else _one_of(_cell(row, self.type))
            postcode, citycode = _five(_cell(row, self.postcode), "postcode"), _five(_cell(row, self.citycode), "citycode")
        except ValueError as error:
            return Refused("error", str(error))
        text = " ".join(cell for place in self.searched if (cell := _cell(row, place)))
        return Asked(text, None if lon is None else lat, None if lat is None else lon, kind, postcode, citycode)


def search_columns(header: Sequence[str], form: SearchChoice) -> Columns:
    """Return the columns of a table that is searched; UsageError names those that it does not have."""
    whole = address_column(header)
    every = tuple(range(len(header))) if whole is None else (whole,)
    searched = tuple(_place(header, name) for name in form.columns) or every
    if (form.lat is None) != (form.lon is None):
        raise UsageError("lat và lon phải đi cùng nhau.", "lat and lon must come together.")
    return _with_filters(header, form, searched, (form.lat, form.lon))


def named(form: TableChoice) -> list[str]:
    """Return the columns that a form names besides those of the address."""
    return [name for name in (form.lat, form.lon, form.postcode, form.citycode) if name]


def reverse_columns(header: Sequence[str], form: ReverseChoice) -> Columns:
    """Return the columns of a table of points; UsageError where there are none."""
    found = _with_filters(header, form, (), (form.lat or _known(header, _LATITUDES), form.lon or _known(header, _LONGITUDES)))
    if found.lat is None or found.lon is None:
        raise UsageError(
            f"Tệp không có cột vĩ độ và kinh độ; các cột: {', '.join(header)}.",
            f"The table has no columns of latitude and longitude; its columns: {', '.join(header)}.",
            hint="Đặt tên cột là latitude và longitude, hoặc gửi tên cột trong lat và lon.",
        )
    return found


def _with_filters(header: Sequence[str], form: TableChoice, searched: tuple[int, ...], point: tuple[str | None, str | None]) -> Columns:
    lat, lon, postcode, citycode = (None if name is None else _place(header, name) for name in (*point, form.postcode, form.citycode))
    kind = form.type if form.type in _TYPES and form.type not in header else None
    return Columns(searched, lat, lon, kind or (None if form.type is None else _place(header, form.type)), postcode, citycode)


def _known(header: Sequence[str], names: Sequence[str]) -> str | None:
    return next((name for name in names if named_column(header, name) is not None), None)


def _place(header: Sequence[str], name: str) -> int:
    found = named_column(header, name)
    if found is None:
        raise UsageError(
            f"Tệp không có cột “{name}”; các cột: {', '.join(header)}.",
            f"The table has no column “{name}”; its columns: {', '.join(header)}.",
        )
    return found


def _cell(row: Sequence[str], place: int | None) -> str:
    return row[place].strip() if place is not None and place < len(row) else ""


def _degrees(cell: str, most: int, name: str) -> float | None:
    """Read degrees; the comma is a decimal sign too."""
    if not cell:
        return None
    try:
        value = float(cell.replace(",", "."))
    except ValueError:
        value = float("nan")
    if not -most <= value <= most:
        raise ValueError(f"{name} phải là số từ -{most} đến {most}.")
    return value


def _five(cell: str, name: str) -> str | None:
    # A spreadsheet takes the zero in front of a code.
    code = cell.zfill(5) if cell.isdigit() and len(cell) == 4 else cell  # noqa: PLR2004 - one digit is missing
    if code and not _FIVE_DIGITS.fullmatch(code):
        raise ValueError(f"{name} phải có năm chữ số.")
    return code or None


def _one_of(cell: str) -> str | None:
    if cell and cell not in _TYPES:
        raise ValueError(f"type chỉ nhận: {', '.join(_TYPES)}.")
    return cell or None
