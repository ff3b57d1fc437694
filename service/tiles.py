"""Decides what a vector tile shows and how long it is kept: communes, doors from zoom 14, outlines of provinces."""

import hashlib
import json
import math
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy.orm import Session

from registry.errors import UsageError
from service.statements import statement

Layer = Literal["communes", "addresses"]

DEEPEST: Final = 22
DOORS_FROM: Final = 14
_STATEMENTS: Final = {"communes": "commune_tile", "addresses": "address_tile"}
_FULL_CIRCLE: Final = 360.0
_PIXELS: Final = 1024
_MARGIN: Final = 64 / 4096
_MOST_KEPT: Final = 512


@dataclass(frozen=True)
class Tile:
    """One square of the web Mercator grid, and the province it is limited to, if any."""

    layer: Layer
    z: int
    x: int
    y: int
    province: str | None = None

    def check(self) -> None:
        """Refuse a square that is not on the grid; UsageError."""
        if not (0 <= self.z <= DEEPEST and 0 <= self.x < 2**self.z and 0 <= self.y < 2**self.z):
            vi, en = "Ô bản đồ này không có trên lưới.", "That tile is not on the grid."
            raise UsageError(vi, en, hint=f"z từ 0 đến {DEEPEST}; x và y từ 0 đến 2^z - 1.")


class TileCache:
    """Keeps the last tiles and outlines that were drawn, under the stamp of the data they show; thread-safe."""

    def __init__(self) -> None:
        """Start empty."""
        self._kept: OrderedDict[object, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: object) -> bytes | None:
        """Return what is kept under the key."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: object, drawn: bytes) -> bytes:
        """Keep and return; what was not used for longest goes."""
        with self._lock:
            self._kept[key] = drawn
            if len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return drawn


def stamp(session: Session) -> str:
    """Return a short text that changes whenever what the tiles show changes: the day, the boundaries, the batches."""
    return hashlib.sha256(str(session.scalar(statement("tiles", "stamp"))).encode()).hexdigest()[:16]


def draw(session: Session, tile: Tile, cache: TileCache, version: str) -> bytes:
    """Return a Mapbox vector tile (MVT 2, extent 4096), empty where there is nothing; UsageError off the grid."""
    if tile.layer == "addresses" and tile.z < DOORS_FROM:
        return b""
    key = (version, tile)
    kept = cache.get(key)
    return kept if kept is not None else cache.put(key, _draw(session, tile))


def province_outlines(session: Session, cache: TileCache, version: str) -> bytes:
    """Return the 34 provinces as GeoJSON, outlines for small scales (EPSG:4326); takes seconds the first time.

    Properties: code, full_name, name, bbox (west, south, east, north), centre (longitude, latitude inside the largest part),
    approximate.
    """
    kept = cache.get((version, "provinces"))
    return kept if kept is not None else cache.put((version, "provinces"), _outline(session))


def _draw(session: Session, tile: Tile) -> bytes:
    size = _FULL_CIRCLE / 2**tile.z
    west, north, east, south = *_corner(tile, -_MARGIN), *_corner(tile, 1 + _MARGIN)
    values = {"z": tile.z, "x": tile.x, "y": tile.y, "province": tile.province, "tolerance": size / _PIXELS}
    box = {"west": west, "south": south, "east": east, "north": north}
    return bytes(session.scalar(statement("tiles", _STATEMENTS[tile.layer]), values | box) or b"")


def _corner(tile: Tile, share: float) -> tuple[float, float]:
    """Return longitude and latitude, in degrees, at that share of the way from the north-west to the south-east corner."""
    count = 2**tile.z
    mercator = math.pi * (1 - 2 * (tile.y + share) / count)
    return (tile.x + share) / count * _FULL_CIRCLE - _FULL_CIRCLE / 2, math.degrees(math.atan(math.sinh(mercator)))


def _outline(session: Session) -> bytes:
    rows = session.execute(statement("tiles", "province_outlines")).mappings()
    features = [_province(dict(row)) for row in rows]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


def _province(row: dict[str, Any]) -> dict[str, Any]:
    drawn = row["geometry"] is not None
    properties = {name: row[name] for name in ("code", "full_name", "name", "approximate")}
    properties["bbox"] = [row[side] for side in ("west", "south", "east", "north")] if drawn else None
    properties["centre"] = [row["lon"], row["lat"]] if drawn else None
    return {"type": "Feature", "geometry": json.loads(row["geometry"]) if drawn else None, "properties": properties}
