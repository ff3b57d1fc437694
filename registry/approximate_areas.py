"""Decides where a commune roughly is while nobody loaded its boundary: the points nearer to its centre than to any other."""

import io
import math
from typing import Any, Final

import numpy as np
import shapely
from pyproj import Transformer
from sqlalchemy import Connection, text

SOURCE: Final = "Gần đúng: ô Voronoi quanh tâm xã / approximate: Voronoi cell of the commune's centre"
# The circle that bounds a cell is this many times as wide as a circle of the commune's area, never below the least radius (metres):
# a commune is no circle, but a point in China or far at sea must fall in no commune.
REACH: Final = 2.2
LEAST_RADIUS: Final = 1500.0
UNKNOWN_AREA_KM2: Final = 30.0
# UTM zone 48N (EPSG:32648) covers the mainland; lengths on the east coast are 0.3 % too long there, which does not matter here.
_METRES: Final = "EPSG:32648"

_MISSING = """
SELECT u.id, ST_X(u.centre), ST_Y(u.centre), coalesce(u.area_km2, :area), b.unit_id IS NOT NULL AND NOT b.approximate
FROM unit u LEFT JOIN unit_boundary b ON b.unit_id = u.id
WHERE u.level = 'commune' AND u.in_force AND u.centre IS NOT NULL
ORDER BY u.id
"""

# What an exact boundary covers belongs to no approximate area.
_CUT = """
UPDATE unit_boundary a SET geom = ST_Multi(ST_CollectionExtract(ST_Difference(a.geom, e.geom), 3))
FROM (SELECT a.unit_id, ST_Union(b.geom) AS geom
      FROM unit_boundary a JOIN unit_boundary b ON a.approximate AND NOT b.approximate AND ST_Intersects(a.geom, b.geom)
      JOIN unit u ON u.id = b.unit_id AND u.level = 'commune' AND u.in_force
      GROUP BY a.unit_id) e
WHERE a.unit_id = e.unit_id
"""


def draw_approximate_areas(connection: Connection) -> int:
    """Give each commune in force that has no exact boundary an approximate one; returns how many. Exact ones stay as they are."""
    connection.execute(text("DELETE FROM unit_boundary WHERE approximate"))
    rows = connection.execute(text(_MISSING), {"area": UNKNOWN_AREA_KM2}).all()
    if not rows:
        return 0
    ids, lon, lat, area, exact = (np.array(column) for column in zip(*rows, strict=True))
    # Communes with an exact boundary take part in the diagram, so that their neighbours do not grow over them.
    cells = voronoi_areas(lon.astype(float), lat.astype(float), area.astype(float))
    drawn = [(int(unit), cell) for unit, cell, skip in zip(ids, cells, exact, strict=True) if not skip and not cell.is_empty]
    _copy(connection, drawn)
    if bool(exact.any()):
        connection.execute(text(_CUT))
    return len(drawn)


def voronoi_areas(lon: np.ndarray[Any, Any], lat: np.ndarray[Any, Any], area_km2: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return one MultiPolygon per centre, EPSG:4326: its Voronoi cell cut to a circle that grows with its area (km²)."""
    forth = Transformer.from_crs("EPSG:4326", _METRES, always_xy=True)
    back = Transformer.from_crs(_METRES, "EPSG:4326", always_xy=True)
    centres = shapely.points(*forth.transform(lon, lat))
    radius = np.maximum(LEAST_RADIUS, REACH * np.sqrt(area_km2 * 1e6 / math.pi))
    circles = shapely.buffer(centres, radius, quad_segs=6)
    cells = shapely.intersection(_cells(centres), circles)
    turned = shapely.transform(cells, lambda xy: np.column_stack(back.transform(xy[:, 0], xy[:, 1])))
    return np.array([_multi(cell) for cell in turned], dtype=object)


def _cells(centres: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the Voronoi cell of each centre, in their order; the whole plane for a single one."""
    if len(centres) == 1:
        return np.asarray(shapely.buffer(centres, 1e6), dtype=object)
    parts = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(centres)))
    tree = shapely.STRtree(parts)
    owner = dict(zip(*tree.query(centres, predicate="intersects"), strict=True))
    return np.array([parts[owner[index]] for index in range(len(centres))], dtype=object)


def _multi(cell: Any) -> Any:  # noqa: ANN401 - shapely is untyped
    """Return the polygons of a cell as one MultiPolygon."""
    polygons = [part for part in shapely.get_parts(cell) if shapely.get_type_id(part) == shapely.GeometryType.POLYGON]
    return shapely.MultiPolygon(polygons)


def _copy(connection: Connection, drawn: list[tuple[int, Any]]) -> None:
    hexed = ((unit, shapely.to_wkb(shapely.set_srid(cell, 4326), hex=True, include_srid=True)) for unit, cell in drawn)
    lines = (f"{unit}\t{cell}\ttrue\t{SOURCE}\n" for unit, cell in hexed)
    cursor: Any = connection.connection.cursor()
    cursor.copy_expert("COPY unit_boundary (unit_id, geom, approximate, source) FROM STDIN", io.StringIO("".join(lines)))
    cursor.close()
