"""Here is decided how one cell that holds a whole point is split: `21.03, 105.85`, `POINT(105.85 21.03)`, `21°01'40"N 105°51'10"E`."""

import json
import re
from typing import Final

from registry.geo import looks_like
from registry.text import clean

_WKT: Final = re.compile(r"(?:SRID\s*=\s*\d+\s*;\s*)?POINT\s*(?:Z|M|ZM)?\s*\((?P<x>[^\s,()]+)[\s,]+(?P<y>[^\s,()]+)[^()]*\)", re.IGNORECASE)
_PLAIN: Final = re.compile(r"[+-]?\d+(?:\.\d+)?")
_COMMA: Final = re.compile(r"[+-]?\d+(?:,\d+)?")
_ANGLE: Final = re.compile(
    r"(?P<before>[NSEWBĐD])?\s*(?P<degrees>\d{1,3}(?:[.,]\d+)?)\s*[°º]\s*(?:(?P<minutes>\d{1,2}(?:[.,]\d+)?)\s*['′’]\s*)?"
    r"(?:(?P<seconds>\d{1,2}(?:[.,]\d+)?)\s*(?:\"|″|”|''|′′)\s*)?(?P<after>[NSEWBĐD])?",
    re.IGNORECASE,
)
# North and south, bắc; east and west, đông.
_NORTHWARD: Final = frozenset("NSB")
_LONGEST: Final = 200
_PAIR: Final = 2


def point_cell(text: str) -> tuple[float, float] | None:
    """Return (x, y) of a cell, x being the longitude (degrees) or the first of two numbers in metres; None when it holds no point.

    Two plain degrees are told apart by their size, as Vietnam's latitudes and longitudes never meet; WKT and GeoJSON name x first.
    """
    bare = clean(text)
    if not bare or len(bare) > _LONGEST:
        return None
    if found := _WKT.fullmatch(bare):
        return _pair(found["x"], found["y"])
    if bare.startswith("{"):
        return _geojson(bare)
    if angles := _angles(bare):
        return angles
    numbers = _numbers(bare)
    return _ordered(*numbers) if numbers else None


def _ordered(first: float, second: float) -> tuple[float, float]:
    """Return longitude before latitude where the sizes tell; what is no place in Vietnam either way stays as it was written."""
    return (second, first) if looks_like(first, second) == "swapped" else (first, second)


def _numbers(text: str) -> tuple[float, float] | None:
    """Split two numbers at a semicolon, bar or spaces, else at the comma; a decimal comma needs another sign between the two."""
    bare = text.strip("()[] ")
    for sign in (r"\s*[;|]\s*", r"\s*,\s+", r"\s+", r"\s*,\s*"):
        parts = re.split(sign, bare)
        if len(parts) == _PAIR:
            found = _pair(*parts)
            if found:
                return found
    return None


def _pair(first: str, second: str) -> tuple[float, float] | None:
    x, y = _number(first), _number(second)
    return None if x is None or y is None else (x, y)


def _number(text: str) -> float | None:
    bare = text.strip().rstrip("°")
    if _PLAIN.fullmatch(bare):
        return float(bare)
    return float(bare.replace(",", ".")) if _COMMA.fullmatch(bare) else None


def _angles(text: str) -> tuple[float, float] | None:
    """Read two angles in degrees, minutes and seconds; their letters tell north from east, else their size does."""
    found = list(_ANGLE.finditer(text))
    rest = _ANGLE.sub("", text).strip(" ,;")
    if len(found) != _PAIR or rest:
        return None
    letters = [(each["after"] or each["before"] or "").upper() for each in found]
    first, second = (_degrees(each, letter) for each, letter in zip(found, letters, strict=True))
    if letters[0] and letters[1]:
        return (second, first) if letters[0] in _NORTHWARD else (first, second)
    return _ordered(first, second)


def _degrees(angle: re.Match[str], letter: str) -> float:
    degrees, minutes, seconds = (float((angle[part] or "0").replace(",", ".")) for part in ("degrees", "minutes", "seconds"))
    value = degrees + minutes / 60 + seconds / 3600
    return -value if letter in {"S", "W"} else value


def _geojson(text: str) -> tuple[float, float] | None:
    try:
        said = json.loads(text)
        x, y, *_ = said["coordinates"]
        return (float(x), float(y)) if said.get("type") == "Point" else None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
