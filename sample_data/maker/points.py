"""Decides where a made-up door stands: inside the commune of today, near the middle of its street or hamlet."""

import json
import math
from functools import cache
from pathlib import Path
from random import Random

from shapely import Point, prepare
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from sample_data.maker.facts import Commune

METRES_PER_DEGREE = 111_320.0
_KEEP_OFF_DEGREES = 0.0012
_NEAR = 0.6
_OLC = "23456789CFGHJMPQRVWX"
Position = tuple[float, float]


class Placer:
    """Places points, longitude and latitude in degrees WGS 84; with polygons inside them, without in a circle about the centre."""

    def __init__(self, boundaries: Path | None) -> None:
        """`boundaries` holds NN.geojson of each province of today, EPSG:4326, features with the property `code`."""
        self.boundaries = boundaries
        self.area = cache(self._area)

    def middle(self, commune: Commune, rng: Random) -> Position:
        """Return a point well inside a commune, the middle of one of its places, not in a far corner of it.

        People live near the centre, and where a deployment has no exact boundaries a far corner seems to be another commune.
        """
        area, centre = self.area(commune), Point(commune.lon, commune.lat)
        near = area.intersection(centre.buffer(_NEAR * _radius(commune)))
        room = area if near.is_empty else near
        prepare(room)
        west, south, east, north = room.bounds
        while True:
            spot = (rng.uniform(west, east), rng.uniform(south, north))
            if room.contains(Point(spot)):
                return spot

    def along(self, commune: Commune, middle: Position, bearing: float, metres: float, aside: float) -> Position:
        """Return the point so many metres from the middle along a bearing and aside of it, drawn in until it is inside."""
        area = self.area(commune)
        for scale in (1.0, 0.5, 0.2, 0.05, 0.01):
            east = scale * metres * math.sin(bearing) + aside * math.cos(bearing)
            north = scale * metres * math.cos(bearing) - aside * math.sin(bearing)
            spot = (middle[0] + east / METRES_PER_DEGREE / math.cos(math.radians(middle[1])), middle[1] + north / METRES_PER_DEGREE)
            if area.contains(Point(spot)):
                return round(spot[0], 6), round(spot[1], 6)
        return round(middle[0], 6), round(middle[1], 6)

    def _area(self, commune: Commune) -> BaseGeometry:
        if self.boundaries is None:
            return Point(commune.lon, commune.lat).buffer(0.4 * _radius(commune))
        whole = self._polygons(commune.province_code)[commune.code]
        inner = whole.buffer(-_KEEP_OFF_DEGREES)
        area = whole if inner.is_empty else inner
        prepare(area)
        return area

    @cache  # noqa: B019 - one placer lives as long as the run that makes the files
    def _polygons(self, province: str) -> dict[str, BaseGeometry]:
        assert self.boundaries is not None  # noqa: S101 - the caller has looked
        text = (self.boundaries / f"{province}.geojson").read_text(encoding="utf-8")
        return {each["properties"]["code"]: shape(each["geometry"]) for each in json.loads(text)["features"]}


def _radius(commune: Commune) -> float:
    """Return the radius in degrees of the circle that is as large as the commune."""
    return math.sqrt(commune.area_km2 / math.pi) * 1000 / METRES_PER_DEGREE


def vpostcode(postal_code: str, spot: Position) -> str:
    """Return the Vpostcode of a point: the postal code and the last seven of the eleven characters of its plus code."""
    lat, lon = round((spot[1] + 90) * 1e9), round((spot[0] + 180) * 1e9)
    text, step = "", 20 * 10**9
    for _ in range(5):
        text += _OLC[lat // step] + _OLC[lon // step]
        lat, lon, step = lat % step, lon % step, step // 20
    step *= 20
    text += _OLC[lat // (step // 5) * 4 + lon // (step // 4)]
    return postal_code + text[4:]
