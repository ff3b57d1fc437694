"""Here is decided which coordinates need a second look: all of them under a projected system, else those that the reader left open."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from loaders.copying import copy
from registry.geo import known_crs, looks_like, to_wgs84
from registry.zones import WGS84

_CHUNK = 20_000
_SLICE = 200_000

Row = tuple[int, float, float]


def resolve_points(session: Session, crs: str, *, swapped: bool = False) -> None:
    """Fill `point_said` with degrees and a verdict; EPSG:6960 is the datum shift, see registry.geo.

    `swapped`: the second of the two numbers is the easting in the whole file. Read in slices, so that no file fills the memory.
    """
    plain = known_crs(crs) == WGS84
    east, north = ("y", "x") if swapped else ("x", "y")
    open_ones = " AND lon IS NULL" if plain and not swapped else ""
    some = text(
        f"SELECT row_no, {east} AS x, {north} AS y FROM door WHERE x IS NOT NULL AND y IS NOT NULL{open_ones}"  # noqa: S608 - only names and constants of ours are put in
        " AND row_no > :after AND row_no <= :until"
    )
    if open_ones and not session.execute(text("SELECT EXISTS (SELECT FROM door WHERE lon IS NULL)")).scalar_one():
        return
    last = session.execute(text("SELECT coalesce(max(row_no), 0) FROM door")).scalar_one()
    for after in range(0, last, _SLICE):
        rows = session.execute(some, {"after": after, "until": after + _SLICE}).all()
        copy(session, "point_said", ["row_no", "lon", "lat", "verdict"], _degrees(rows) if plain else _transformed(rows, crs))
    session.execute(text("ANALYZE point_said"))


def resolve_lost(session: Session, crs: str, *, swapped: bool = False) -> None:
    """Fill `point_lost` with the degrees of rows whose fate was decided before: in a complete list they protect the doors near them."""
    east, north = ("y", "x") if swapped else ("x", "y")
    some = text(f"SELECT row_no, {east} AS x, {north} AS y FROM parsed WHERE fatal AND x IS NOT NULL AND y IS NOT NULL AND lon IS NULL")  # noqa: S608 - only names of ours are put in
    rows = session.execute(some).all()
    points = _degrees(rows) if known_crs(crs) == WGS84 else _transformed(rows, crs)
    copy(session, "point_lost", ["row_no", "lon", "lat"], (point[:3] for point in points if point[3] == "ok"))


def _degrees(rows: Sequence[Any]) -> Iterator[tuple[int, float, float, str]]:
    for row_no, x, y in rows:
        yield row_no, x, y, looks_like(x, y)


def _transformed(rows: Sequence[Any], crs: str) -> Iterator[tuple[int, float, float, str]]:
    """Transform in chunks; a pair that is right only the other way round was swapped (Vietnamese lists call northing X)."""
    stream = iter(rows)
    while chunk := list(islice(stream, _CHUNK)):
        xs, ys = [row[1] for row in chunk], [row[2] for row in chunk]
        straight = zip(*to_wgs84(xs, ys, crs), strict=True)
        swapped = zip(*to_wgs84(ys, xs, crs), strict=True)
        for (row_no, x, y), (lon, lat), other in zip(chunk, straight, swapped, strict=True):
            yield row_no, lon, lat, _verdict(x, y, (lon, lat), other)


def _verdict(x: float, y: float, straight: tuple[float, float], swapped: tuple[float, float]) -> str:
    if x == 0 or y == 0:
        return "zero"
    if looks_like(*straight) == "ok":
        return "ok"
    return "swapped" if looks_like(*swapped) == "ok" else "outside"
