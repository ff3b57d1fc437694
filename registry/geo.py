"""Here is decided how coordinates become WGS 84 degrees, and which numbers obviously cannot be a place in Vietnam."""

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, Literal

from pyproj import Transformer

from registry.errors import UsageError

# Degrees: west, south, east, north. The east edge is that of the Spratly islands (Trường Sa).
VN_BBOX: Final = (102.1, 6.3, 117.9, 23.5)
# East of 109.6 degrees Vietnam is sea and islands only, none north of the Paracels (Hoàng Sa): this keeps Canton out.
_MAINLAND_EAST: Final = 109.6
_ISLANDS_NORTH: Final = 17.5
_FULL_CIRCLE: Final = 360.0

# Datum shift VN-2000 to WGS 84, EPSG:6960 (QĐ 05/2007/QĐ-BTNMT): metres, arc seconds, parts per million; the signs of the
# rotations are those of the coordinate frame convention. PROJ left alone takes EPSG:5194 around TP.HCM, 0.8 m off.
_SHIFT: Final = (
    "+step +proj=cart +ellps=WGS84 "
    "+step +proj=helmert +x=-191.90441429 +y=-39.30318279 +z=-111.45032835 "
    "+rx=-0.00928836 +ry=0.01975479 +rz=-0.00427372 +s=0.252906278 +convention=coordinate_frame "
    "+step +inv +proj=cart +ellps=WGS84 "
)
_TO_DEGREES: Final = "+step +proj=unitconvert +xy_in=rad +xy_out=deg"

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
_WGS84: Final = 4326
_VN2000: Final = 4756

Verdict = Literal["ok", "zero", "swapped", "projected", "outside"]


def to_wgs84(xs: Sequence[float], ys: Sequence[float], crs: str) -> tuple[list[float], list[float]]:
    """Return longitudes and latitudes in WGS 84 degrees of x = easting or longitude, y = northing or latitude.

    `crs` is `EPSG:n`: 4326, 4756, a VN-2000 zone or UTM 48N/49N; UsageError for any other, and when the lengths differ.
    The datum shift is EPSG:6960 everywhere. A pair that cannot be transformed comes back infinite; `looks_like` calls it outside.
    """
    if len(xs) != len(ys):
        raise UsageError("Số kinh độ và số vĩ độ không bằng nhau.", "There are not as many x as y coordinates.")
    code = known_crs(crs)
    if code == _WGS84:
        return [float(x) for x in xs], [float(y) for y in ys]
    if not xs:
        return [], []
    longitudes, latitudes = _transformer(code).transform(list(xs), list(ys))
    return [float(x) for x in longitudes], [float(y) for y in latitudes]


def looks_like(lon: float, lat: float) -> Verdict:
    """Say what a pair of degrees obviously is; `ok` only means possible, the commune's area decides.

    `zero`: one of them is 0; `swapped`: right the other way round; `projected`: metres; `outside`: elsewhere or not a number.
    """
    if not (math.isfinite(lon) and math.isfinite(lat)):
        return "outside"
    if lon == 0 or lat == 0:
        return "zero"
    if _in_vietnam(lon, lat):
        return "ok"
    if _in_vietnam(lat, lon):
        return "swapped"
    if abs(lon) > _FULL_CIRCLE or abs(lat) > _FULL_CIRCLE:
        return "projected"
    return "outside"


def known_crs(crs: str) -> int:
    """Return the EPSG number of a coordinate system that can be read; UsageError lists the known ones with their meridians."""
    match = re.fullmatch(r"\s*(?:epsg\s*:{1,2}\s*)?(\d{4,5})\s*", crs, re.IGNORECASE | re.ASCII)
    code = int(match[1]) if match else 0
    if code in (_WGS84, _VN2000) or code in _meridians():
        return code
    zones = ", ".join(f"{zone} ({_degrees(meridian)})" for zone, meridian in _meridians().items())
    raise UsageError(
        f"Không đọc được hệ tọa độ “{crs[:40]}”.",
        f"Unknown coordinate system “{crs[:40]}”.",
        hint=f"Các mã EPSG dùng được: 4326 (WGS 84), 4756 (VN-2000, độ); theo kinh tuyến trục: {zones}.",
    )


def _in_vietnam(lon: float, lat: float) -> bool:
    west, south, east, north = VN_BBOX
    if lon > _MAINLAND_EAST:
        north = _ISLANDS_NORTH
    return west <= lon <= east and south <= lat <= north


def _meridians() -> dict[int, float]:
    return {**NARROW_ZONES, **WIDE_ZONES, **UTM_ZONES}


def _degrees(meridian: float) -> str:
    whole = int(meridian)
    return f"{whole}°{round((meridian - whole) * 60):02d}′"


@lru_cache(maxsize=32)
def _transformer(code: int) -> Transformer:
    return Transformer.from_pipeline(_pipeline(code))


def _pipeline(code: int) -> str:
    if code == _VN2000:
        start = "+step +proj=unitconvert +xy_in=deg +xy_out=rad "
    else:
        scale = 0.9999 if code in NARROW_ZONES else 0.9996
        start = f"+step +inv +proj=tmerc +lat_0=0 +lon_0={_meridians()[code]} +k={scale} +x_0=500000 +y_0=0 +ellps=WGS84 "
    return "+proj=pipeline " + start + ("" if code in UTM_ZONES else _SHIFT) + _TO_DEGREES
