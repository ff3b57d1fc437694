"""Here is decided which point a geometry stands for, and under which columns its coordinates go."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final

import numpy as np
import shapely

from loaders.formats.cell_text import number_text
from loaders.headers import known

DEGREES: Final = ("kinh_do", "vi_do")
METRES: Final = ("x", "y")
_GEOGRAPHIC: Final = ("EPSG:4326", "EPSG:4756")
_FARTHEST_DEGREE: Final = 360.0
_LOOKED_AT: Final = 200
_NUMBER: Final = re.compile(r"[-+]?[0-9]{1,12}(?:\.[0-9]+)?")


def has_coordinates(header: Sequence[str]) -> bool:
    """Tell whether the table has columns of coordinates of its own."""
    found = {one.canonical for cell in header if (one := known(cell))}
    return "toa_do" in found or {"kinh_do", "vi_do"} <= found


def points(wkb: Sequence[bytes | None]) -> list[tuple[str, str]]:
    """Return x and y of each geometry as text: of a point itself, of anything else a point on it; empty ones are empty cells."""
    shapes = shapely.from_wkb(np.asarray(wkb, dtype=object), on_invalid="ignore")
    shapes[shapely.is_empty(shapes)] = None
    if (shapely.get_type_id(shapes) > 0).any():
        shapes = shapely.point_on_surface(shapes)
    xs, ys = shapely.get_x(shapes), shapely.get_y(shapes)
    return [(number_text(float(x)), number_text(float(y))) for x, y in zip(xs, ys, strict=True)]


def column_names(crs: str | None, bounds: Any) -> tuple[str, str]:  # noqa: ANN401 - four numbers, or nothing
    """Return the headers of the coordinates: degrees where the system, or else the numbers, say so."""
    if crs is not None:
        return DEGREES if crs in _GEOGRAPHIC else METRES
    known_bounds = bounds is not None and all(np.isfinite(bounds))
    return METRES if known_bounds and max(map(abs, bounds)) > _FARTHEST_DEGREE else DEGREES


def crs_of_columns(crs: str | None, lines: Iterator[list[str]]) -> str | None:
    """Return the system of coordinates that stand in columns of their own, beside geometry in `crs`, by the first of `lines`.

    Degrees beside projected geometry are those of WGS 84; metres beside geometry in degrees are of a system that nobody declared.
    """
    header = next(lines, [])
    found = [at for at, cell in enumerate(header) if (one := known(cell)) and one.canonical in DEGREES]
    cells = (row[at].strip().replace(",", ".") for row in islice(lines, _LOOKED_AT) for at in found)
    sizes = [abs(float(cell)) for cell in cells if _NUMBER.fullmatch(cell)]
    if crs is None or not sizes:
        return crs
    degrees = max(sizes) <= _FARTHEST_DEGREE
    if degrees == (crs in _GEOGRAPHIC):
        return crs
    return _GEOGRAPHIC[0] if degrees else None
