"""Here is decided which coordinate system a file of maps declares: one that the registry reads, or a refusal that asks for --crs."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import pyproj
from pyproj.exceptions import CRSError

from loaders.formats.refusal import refused
from registry.errors import UsageError
from registry.geo import known_crs
from registry.zones import NARROW_ZONES, UTM_ZONES, WIDE_ZONES

_NEAR: Final = 1e-6
_FALSE_EASTING: Final = 500_000.0
_NARROW_SCALE, _WIDE_SCALE = 0.9999, 0.9996
# The shift of VN-2000 in metres, of either published set: a datum without a name is known by it.
_SHIFT, _SHIFT_NEAR = (-191.9, -39.3, -111.4), 2.0


def declared(path: Path, said: Any, *, stated: bool) -> str | None:  # noqa: ANN401 - text, or PROJJSON as a dict
    """Return `EPSG:n` for what a file declares, None when it declares nothing.

    A VN-2000 zone without an authority is known by its meridian, scale and datum. FileRefused for a system that nobody can name,
    unless the caller states one of its own: then what the file says does not matter.
    """
    if not said:
        return None
    try:
        system = pyproj.CRS.from_user_input(said)
    except CRSError:
        code = None
    else:
        code = _code(system)
    if code is not None:
        return f"EPSG:{code}"
    if stated:
        return None
    name = said if isinstance(said, str) else str(said.get("name", ""))
    raise refused(
        path,
        f"khai hệ tọa độ không nhận ra: {name[:80]}",
        f"declares an unknown coordinate system: {name[:80]}",
        hint="Thêm --crs với mã EPSG đúng, ví dụ --crs EPSG:9205 (VN-2000, kinh tuyến trục 103°) hoặc EPSG:5897 (105°).",
        page="Chọn hệ đúng ở mục “Hệ tọa độ”, ví dụ EPSG:9205 (VN-2000, kinh tuyến trục 103°) hoặc EPSG:5897 (105°).",
    )


def _code(system: pyproj.CRS) -> int | None:
    """Return the number of a system that the registry can transform."""
    base = system.source_crs if system.is_bound and system.source_crs else system
    for number in (_number(base), _geographic(base, system), _zone(base, system)):
        if number is not None and _readable(number):
            return number
    return None


def _number(base: pyproj.CRS) -> int | None:
    """Return the EPSG number that a definition bears; pyproj's search for one that it does not bear takes half a minute."""
    said = base.to_json_dict().get("id", {})
    return int(said["code"]) if said.get("authority") == "EPSG" and str(said.get("code", "")).isdigit() else None


def _readable(number: int) -> bool:
    try:
        known_crs(f"EPSG:{number}")
    except UsageError:
        return False
    return True


def _geographic(base: pyproj.CRS, system: pyproj.CRS) -> int | None:
    """Return 4326 or 4756 for degrees: longitude before latitude (CRS84) is the same place."""
    if not base.is_geographic:
        return None
    if _is_vn2000(base, system):
        return 4756
    return 4326 if _is_wgs84(base) else None


def _zone(base: pyproj.CRS, system: pyproj.CRS) -> int | None:
    """Return the zone of a transverse Mercator projection by its meridian and scale; UTM only on WGS 84, the others on VN-2000."""
    if not base.is_projected or base.coordinate_operation is None:
        return None
    parameters: Iterable[Any] = base.coordinate_operation.params
    said = {one.name.lower(): one.value for one in parameters if isinstance(one.value, (int, float))}
    meridian = said.get("longitude of natural origin")
    scale = said.get("scale factor at natural origin")
    easting = said.get("false easting")
    if "mercator" not in base.coordinate_operation.method_name.lower() or meridian is None or scale is None or easting is None:
        return None
    if abs(easting - _FALSE_EASTING) > _NEAR or abs(said.get("false northing", 0.0)) > _NEAR:
        return None
    if _is_vn2000(base, system):
        zones = NARROW_ZONES if abs(scale - _NARROW_SCALE) < _NEAR else WIDE_ZONES if abs(scale - _WIDE_SCALE) < _NEAR else {}
    else:
        zones = UTM_ZONES if _is_wgs84(base) and abs(scale - _WIDE_SCALE) < _NEAR else {}
    return next((code for code, at in zones.items() if abs(at - meridian) < _NEAR), None)


def _is_wgs84(system: pyproj.CRS) -> bool:
    return any(name in _words(system) for name in ("wgs84", "wgs1984", "worldgeodeticsystem1984"))


def _is_vn2000(base: pyproj.CRS, system: pyproj.CRS) -> bool:
    """Tell VN-2000 by the name of its datum or system, or by the shift to WGS 84 that is written beside it."""
    words = _words(base)
    if "vn2000" in words or "vietnam2000" in words:
        return True
    operation = system.coordinate_operation if system.is_bound else None
    shift = list(operation.towgs84)[:3] if operation else []
    return len(shift) == len(_SHIFT) and all(abs(one - other) < _SHIFT_NEAR for one, other in zip(shift, _SHIFT, strict=True))


def _words(system: pyproj.CRS) -> str:
    """Return the names of a system and of what it rests on, letters and digits only."""
    names = (system.datum.name if system.datum else "", system.name, system.geodetic_crs.name if system.geodetic_crs else "")
    return "".join(filter(str.isalnum, " ".join(names).lower()))
