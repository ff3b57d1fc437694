"""Decides how a point is typed: latitude and longitude as on a map, or two numbers of a projected system, easting first."""

from loaders.point_cell import point_cell
from registry.errors import UsageError
from registry.geo import looks_like


def degrees(text: str) -> tuple[float, float]:
    """Return (longitude, latitude) of `21.3856,103.0162`, in either order: Vietnam's latitudes and longitudes never meet.

    UsageError for what is no point, or none in Vietnam.
    """
    lon, lat = pair(text)
    if looks_like(lon, lat) != "ok":
        raise UsageError(
            f"“{text[:60]}” không phải điểm ở Việt Nam.", f"“{text[:60]}” is no point in Vietnam.",
            hint="Viết vĩ độ,kinh độ: 21.3856,103.0162; toạ độ VN-2000 cần --crs.", page="Viết vĩ độ,kinh độ: 21.3856,103.0162.",
        )  # fmt: skip
    return lon, lat


def pair(text: str) -> tuple[float, float]:
    """Return the two numbers of a point, degrees as (longitude, latitude), others as written; UsageError when there are not two."""
    found = point_cell(text)
    if found is None:
        raise UsageError(f"Không đọc được điểm “{text[:60]}”.", f"Not a point: “{text[:60]}”.", hint="Viết vĩ độ,kinh độ: 21.3856,103.0162")
    return found
