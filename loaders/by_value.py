"""Here is decided what a column probably holds by its values alone, for a human to confirm: nothing is ever imported on this ground."""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from loaders import values
from loaders.by_name import by_type_word
from loaders.point_cell import point_cell
from registry.geo import looks_like
from registry.personal import PATTERN
from registry.place_key import kind_in_street_cell
from registry.unit_words import is_commune_code, is_unit

ENOUGH: Final = 0.8
FEWEST: Final = 3
PERSONAL_BY_VALUE: Final = "personal"
_DECIMAL: Final = re.compile(r"[+-]?\d{1,3}[.,]\d{3,}°?")
_METRES: Final = re.compile(r"\d{6,7}(?:[.,]\d+)?")
_NDAS: Final = re.compile(r"\d{10}")
_MOBILE: Final = re.compile(r"0[35789]\d{8}")
_OWN_CODE: Final = re.compile(r"\d{5}-?[A-Z][0-9A-Z]{4}", re.IGNORECASE)
_HOUSE: Final = re.compile(r"(?:số(?: nhà)? )?\d{1,4}[A-Za-z]?(?: ?bis| ?ter)?(?:/\d{1,4}[A-Za-z]?)*", re.IGNORECASE)
_DATE: Final = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:[ T].*)?|\d{1,2}[/.-]\d{1,2}[/.-]\d{4}(?: .*)?")
_STREET: Final = re.compile(r"(?:đường|phố|quốc lộ|ql|tỉnh lộ|đại lộ|ngõ|hẻm|kiệt)\b", re.IGNORECASE)
_PERSON: Final = re.compile(PATTERN)
_EASTING, _NORTHING = (100_000.0, 900_000.0), (900_000.0, 2_700_000.0)
_LONGITUDE, _LATITUDE = (102.0, 118.0), (6.0, 23.6)
_COMMAS_OF_ADDRESS: Final = 2


def by_value(cells: Sequence[str]) -> str | None:
    """Return the canonical column that the values of a column look like, `personal` for phone numbers; None when nothing is plain.

    At least three filled cells, four of five of which agree. The kinds are tried from the most telling to the least.
    """
    filled = [cell.strip() for cell in cells if cell.strip()]
    if len(filled) < FEWEST:
        return None
    if _counts_up(filled):
        return "stt"
    found = _first(filled, _TESTS) or by_type_word(filled) or _first(filled, _PLACES)
    numbered = any(_HOUSE.fullmatch(cell) and not cell.isdigit() for cell in filled)
    return found or (_first(filled, (("so_nha", _is_house),)) if numbered else None)


def _first(cells: Sequence[str], tests: Sequence[tuple[str, Callable[[str], bool]]]) -> str | None:
    return next((name for name, test in tests if _share(cells, test) >= ENOUGH), None)


def in_metres(cells: Sequence[str]) -> bool:
    """Tell whether the values of a column of coordinates are metres."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return bool(filled) and _share(filled, lambda cell: _METRES.fullmatch(cell) is not None) >= ENOUGH


def _share(cells: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, cells)) / len(cells)


def _counts_up(cells: Sequence[str]) -> bool:
    """Tell whether the cells number the rows."""
    if not all(cell.isascii() and cell.isdigit() and len(cell) < len("1000000000") for cell in cells):
        return False
    steps = [int(after) - int(before) for before, after in pairwise(cells)]
    return steps.count(1) >= ENOUGH * len(steps)


def _between(pattern: re.Pattern[str], least: float, most: float) -> Callable[[str], bool]:
    def test(cell: str) -> bool:
        return pattern.fullmatch(cell) is not None and least <= float(cell.rstrip("°").replace(",", ".")) <= most

    return test


def _is_point(cell: str) -> bool:
    found = point_cell(cell)
    return found is not None and looks_like(*found) in {"ok", "projected"}


def _is_code(cell: str) -> bool:
    return (_NDAS.fullmatch(cell) is not None and not _MOBILE.fullmatch(cell)) or _OWN_CODE.fullmatch(cell) is not None


def _is_address(cell: str) -> bool:
    return cell.count(",") >= _COMMAS_OF_ADDRESS and is_unit("province", cell.rpartition(",")[2])


def _is_house(cell: str) -> bool:
    return _HOUSE.fullmatch(cell) is not None


_TESTS: Final[tuple[tuple[str, Callable[[str], bool]], ...]] = (
    ("toa_do", _is_point),
    ("kinh_do", _between(_DECIMAL, *_LONGITUDE)),
    ("vi_do", _between(_DECIMAL, *_LATITUDE)),
    ("kinh_do", _between(_METRES, *_EASTING)),
    ("vi_do", _between(_METRES, *_NORTHING)),
    (PERSONAL_BY_VALUE, lambda cell: _PERSON.search(cell) is not None),
    ("ma_dia_chi_so", _is_code),
    ("ma_xa", is_commune_code),
    ("ngay_thu_thap", lambda cell: _DATE.fullmatch(cell) is not None),
    ("loai", lambda cell: values.kind(cell) is not None),
    ("trang_thai", lambda cell: values.status(cell) is not None),
    ("vpostcode", lambda cell: values.said_vpostcode(cell) is not None),
    ("dia_chi", _is_address),
)
# Asked after the units with their type words: a bare name of a unit is left to `by_name`.
_PLACES: Final[tuple[tuple[str, Callable[[str], bool]], ...]] = (
    ("thon_to", lambda cell: kind_in_street_cell(cell) == "hamlet"),
    ("duong", lambda cell: _STREET.match(cell) is not None),
)
