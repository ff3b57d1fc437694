"""Here is decided how coordinates become WGS 84 degrees, and which numbers obviously cannot be a place in Vietnam."""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, Literal

from pyproj import Transformer

from registry.errors import UsageError
from registry.zones import NARROW_ZONES, UTM_ZONES, VN2000, WGS84, angle, epsg_of, meridians

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

Verdict = Literal["ok", "zero", "swapped", "projected", "outside"]


def to_wgs84(xs: Sequence[float], ys: Sequence[float], crs: str) -> tuple[list[float], list[float]]:
    """Return longitudes and latitudes in WGS 84 degrees of x = easting or longitude, y = northing or latitude.

    `crs` is `EPSG:n`: 4326, 4756, a VN-2000 zone or UTM 48N/49N; UsageError for any other, and when the lengths differ.
    The datum shift is EPSG:6960 everywhere. A pair that cannot be transformed comes back infinite; `looks_like` calls it outside.
    """
    if len(xs) != len(ys):
        raise UsageError("Số kinh độ và số vĩ độ không bằng nhau.", "There are not as many x as y coordinates.")
    code = known_crs(crs)
    if code == WGS84:
        return [float(x) for x in xs], [float(y) for y in ys]
    if not xs:
        return [], []
    longitudes, latitudes = _transformer(code).transform(list(xs), list(ys))
    return [float(x) for x in longitudes], [float(y) for y in latitudes]


def looks_like(lon: float, lat: float) -> Verdict:
    """Say what a pair of degrees obviously is; `ok` only means possible, the commune's area decides.

    `zero`: one of them is 0; `swapped`: right the other way round; `projected`: metres; `outside`: elsewhere or not a number.
    """
    if _in_vietnam(lon, lat):
        return "ok"
    if not (math.isfinite(lon) and math.isfinite(lat)):
        return "outside"
    if lon == 0 or lat == 0:
        return "zero"
    if _in_vietnam(lat, lon):
        return "swapped"
    if abs(lon) > _FULL_CIRCLE or abs(lat) > _FULL_CIRCLE:
        return "projected"
    return "outside"


def known_crs(crs: str) -> int:
    """Return the EPSG number of a coordinate system that can be read (see `zones.epsg_of`); UsageError lists them with their meridians."""
    code = epsg_of(crs)
    if code is not None:
        return code
    zones = ", ".join(f"{zone} ({angle(meridian)})" for zone, meridian in meridians().items())
    raise UsageError(
        f"Không đọc được hệ tọa độ “{crs[:40]}”.",
        f"Unknown coordinate system “{crs[:40]}”.",
        hint=f"Các mã EPSG dùng được: 4326 (WGS 84), 4756 (VN-2000, độ); theo kinh tuyến trục: {zones}."
        " Cũng viết được: vn2000:105-45, 105-45, utm48.",
    )


def _in_vietnam(lon: float, lat: float) -> bool:
    west, south, east, north = VN_BBOX
    if lon > _MAINLAND_EAST:
        north = _ISLANDS_NORTH
    return west <= lon <= east and south <= lat <= north


@lru_cache(maxsize=32)
def _transformer(code: int) -> Transformer:
    return Transformer.from_pipeline(_pipeline(code))


def _pipeline(code: int) -> str:
    if code == VN2000:
        start = "+step +proj=unitconvert +xy_in=deg +xy_out=rad "
    else:
        scale = 0.9999 if code in NARROW_ZONES else 0.9996
        start = f"+step +inv +proj=tmerc +lat_0=0 +lon_0={meridians()[code]} +k={scale} +x_0=500000 +y_0=0 +ellps=WGS84 "
    return "+proj=pipeline " + start + ("" if code in UTM_ZONES else _SHIFT) + _TO_DEGREES
