"""Here is decided which zones of coordinates are known, how people write them, and which ones the surveys of a province use.

Meridians and scales are those of the EPSG registry; which province works in which zone is `reference/meridians.csv`.
"""

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from registry.text import clean

# Central meridians in degrees of the VN-2000 zones by EPSG code: 6-degree zones (scale 0.9996), 3-degree zones (0.9999).
WIDE_ZONES: Final = {3405: 105.0, 3406: 111.0}
NARROW_ZONES: Final = {
    5896: 102.0,
    9205: 103.0,
    9206: 104.0,
    9207: 104.5,
    9208: 104.75,
    5897: 105.0,
    9209: 105.5,
    9210: 105.75,
    9211: 106.0,
    9212: 106.25,
    9213: 106.5,
    9214: 107.0,
    9215: 107.25,
    9216: 107.5,
    5899: 107.75,
    5898: 108.0,
    9217: 108.25,
    9218: 108.5,
}
UTM_ZONES: Final = {32648: 105.0, 32649: 111.0}
WGS84: Final = 4326
VN2000: Final = 4756

_TABLE: Final = Path(__file__).parent / "reference" / "meridians.csv"
_EPSG: Final = re.compile(r"(?:urn:ogc:def:crs:)?(?:epsg\s*:{1,2}\s*)?(\d{4,5})", re.IGNORECASE | re.ASCII)
_WGS: Final = re.compile(r"wgs[ _-]?(?:19)?84(?: ?/ ?(?:lat|lon).*)?", re.IGNORECASE)
_VN: Final = r"(?:vn[ _-]?2000|vn2k)"
_UTM: Final = re.compile(
    rf"(?P<vn>{_VN})?(?:wgs[ _-]?84)?[\s/:_-]*(?:utm[\s/:_-]*(?:zone|múi|mui)?|zone|múi|mui)[\s/:_-]*(?P<zone>48|49)\s*n?", re.IGNORECASE
)
_WIDE_WORDS: Final = re.compile(r"(?:,?\s*(?:múi|mui)(?: chiếu| chieu)?\s*6\s*(?:độ|do|°)?|/6|\butm\b|tm[ -]?6)\s*", re.IGNORECASE)
_NARROW_WORDS: Final = re.compile(r"(?:,?\s*(?:múi|mui)(?: chiếu| chieu)?\s*3\s*(?:độ|do|°)?|/3|tm[ -]?3)\s*", re.IGNORECASE)
_MERIDIAN: Final = re.compile(
    rf"(?P<cue>(?:{_VN}|ktt|kttw|kinh tuyến(?: trục)?|kinh tuyen(?: truc)?|[\s/:;,_-])*)"
    r"(?P<degrees>1[01]\d)(?:[.,](?P<part>\d{1,4})\s*°?|\s*[°º\s:_-]\s*(?:(?P<minutes>\d{1,2})\s*['’′]?)?)?",
    re.IGNORECASE,
)
_WORDED_ANGLE: Final = re.compile(r"(\d{3})\s*(?:độ|do)(?:\s*(\d{1,2})\s*(?:phút|phut))?", re.IGNORECASE)
_MINUTES: Final = 60


@dataclass(frozen=True)
class Zone:
    """A VN-2000 zone in use: EPSG code, meridian in degrees, and the names of the provinces of the 63-province world that survey in it."""

    epsg: int
    meridian: float
    provinces: tuple[str, ...]

    @property
    def name(self) -> str:
        """The zone as it is shown: `EPSG:9210 (105°45′)`."""
        return f"EPSG:{self.epsg} ({angle(self.meridian)})"


def meridians() -> dict[int, float]:
    """Return the central meridian in degrees of every projected system that can be read, by EPSG code."""
    return {**NARROW_ZONES, **WIDE_ZONES, **UTM_ZONES}


def epsg_of(text: str) -> int | None:
    """Return the EPSG code that a text names; None when it names no system that is known here.

    `EPSG:9210`, `9210`, `vn2000:105-45`, `VN2000 105°45'`, `VN-2000 105.75`, `KTT 105-45`, `105-45`, `VN2000 UTM 48`, `utm48`, `WGS84`. A
    meridian alone means the 3-degree zone, in which cadastral and provincial maps are drawn; `múi 6` or `/6` asks for the wide one.
    """
    bare = clean(text)
    if match := _EPSG.fullmatch(bare):
        code = int(match[1])
        return code if code in (WGS84, VN2000) or code in meridians() else None
    if _WGS.fullmatch(bare):
        return WGS84
    if match := _UTM.fullmatch(bare):
        first = 3405 if match["vn"] else 32648
        return first + int(match["zone"]) - 48
    return _by_meridian(bare)


def zone_name(epsg: int) -> str:
    """Return a system as it is shown: `VN-2000 105°45′ (EPSG:9210)`."""
    if epsg in (WGS84, VN2000):
        return f"{'WGS 84' if epsg == WGS84 else 'VN-2000'}, độ / degrees (EPSG:{epsg})"
    if epsg in UTM_ZONES:
        return f"WGS 84 UTM {48 if epsg == min(UTM_ZONES) else 49}N (EPSG:{epsg})"
    wide = ", múi 6°" if epsg in WIDE_ZONES else ""
    return f"VN-2000 {angle(meridians()[epsg])}{wide} (EPSG:{epsg})"


def angle(meridian: float) -> str:
    """Return degrees and minutes: `105°45′`."""
    whole = int(meridian)
    return f"{whole}°{round((meridian - whole) * _MINUTES):02d}′"


def zones_of_province(code: str) -> list[Zone]:
    """Return the zones of a province, those of most former provinces first: one of today by its code, else one of the 63.

    A province that was merged in 2025 has several: each file is in the zone of the province that drew it.
    """
    rows = [row for row in _rows() if row["province_code"] == code] or [row for row in _rows() if row["code"] == code]
    by_zone: dict[int, list[str]] = {}
    for row in sorted(rows, key=lambda row: row["code"] != code):
        by_zone.setdefault(int(row["epsg"]), []).append(row["name"])
    zones = [Zone(epsg, NARROW_ZONES[epsg], tuple(names)) for epsg, names in by_zone.items()]
    return sorted(zones, key=lambda zone: -len(zone.provinces))


@lru_cache(maxsize=1)
def _rows() -> tuple[dict[str, str], ...]:
    with _TABLE.open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))


def _by_meridian(text: str) -> int | None:
    """Read `vn2000:105-45` and its like; whole degrees without any word of a system are none."""
    wide, narrow = _WIDE_WORDS.search(text), _NARROW_WORDS.search(text)
    bare = _NARROW_WORDS.sub(" ", _WIDE_WORDS.sub(" ", text)).strip(" ,")
    match = _MERIDIAN.fullmatch(_WORDED_ANGLE.sub(r"\1°\2", bare))
    if match is None or not (match["cue"].strip(" :/-") or wide or narrow or match["part"] or match["minutes"]):
        return None
    part = float(f"0.{match['part']}") if match["part"] else int(match["minutes"] or 0) / _MINUTES
    meridian = int(match["degrees"]) + part
    zones = (WIDE_ZONES,) if wide else (NARROW_ZONES,) if narrow else (NARROW_ZONES, WIDE_ZONES)
    return next((epsg for table in zones for epsg, each in table.items() if abs(each - meridian) < 1e-6), None)  # noqa: PLR2004 - rounding
