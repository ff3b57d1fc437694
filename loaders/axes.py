"""Here is decided which of the two numbers of a point is the easting, and whether a file's points lie where its rows say.

Vietnamese lists put X = northing, so headers decide nothing: the order that puts more points inside the stated communes is taken. A
share under 99 % means a wrong coordinate system, a wrong order or a wrong column, and the file waits for a human.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final

from sqlalchemy.orm import Session

from loaders.copying import copy
from loaders.statements import run
from registry.errors import FileRefused, RefusedError
from registry.geo import known_crs, to_wgs84
from registry.zones import NARROW_ZONES, UTM_ZONES, WGS84, WIDE_ZONES, zone_name, zones_of_province

SAMPLE: Final = 20_000
SPREADER: Final = 7919
# Fewer points, or fewer misplaced ones, say something of these rows and nothing of the file: the checks of rows deal with them.
FEWEST_POINTS: Final = 20
FEWEST_MISPLACED: Final = 5
# In a small file in degrees one swapped point is a slip of its row; from two on, all of them swapped, the columns are.
FEWEST_TURNED: Final = 2
ENOUGH: Final = 0.99
# In a small hand-over some bad points are bad rows, which are judged one by one; most of them bad is a bad file.
SMALL, ENOUGH_OF_FEW = 100, 0.5
# Degrees around an area that still count as inside: an exact boundary is held to 500 m, as the check of rows does. Of points at random
# in the true communes 92 to 99 % lie within 0.02 degrees of the approximate areas and 98.3 to 100 % within 0.05 (of facilities 99.9 %).
EXACT_TOLERANCE, APPROXIMATE_TOLERANCE = 0.005, 0.05
# Points that are no place in Vietnam (the two numbers swapped, metres among degrees) are their rows' fault while they are few.
STRAYS: Final = 0.10
TRIED: Final = 200
CONVINCING, NOTICEABLE = 0.90, 0.10
# Metres of any zone, false easting 500,000: the mainland and its islands.
_EASTINGS, _NORTHINGS = (100_000.0, 900_000.0), (600_000.0, 2_700_000.0)
_STRAIGHT, _SWAPPED = "straight", "swapped"
_CHECKED: Final = "từng dòng vẫn được kiểm tra."

Point = tuple[int, float, float]


@dataclass(frozen=True)
class Axes:
    """How the numbers of a file are read: `swapped` when the second of the two is the easting (longitude).

    `inside_share` is that of the `checked` points inside the communes that their rows state, `inside_share_swapped` that of a sample
    read the other way round; `inside` is the number behind the first. `exact` tells that all areas are official ones, `sampled` that a
    sample spread over the file was checked rather than every row, which projected systems need. `better` names the coordinate systems
    that a file with too few inside fits instead, with their shares, best first, and `zones` those that the provinces of the file survey in.
    """

    swapped: bool
    checked: int
    inside_share: float
    inside_share_swapped: float
    exact: bool
    inside: int = 0
    crs: str = "EPSG:4326"
    sampled: bool = False
    better: tuple[tuple[int, float], ...] = ()
    zones: tuple[str, ...] = field(default=())

    def words(self) -> tuple[str, str]:
        """Return what was found as a line in Vietnamese and one in English."""
        order = "Y trước, X sau" if self.swapped else "X trước, Y sau"
        order_en = "the second number is the easting" if self.swapped else "the first number is the easting"
        areas, areas_en = ("", "") if self.exact else (" (ranh giới gần đúng, +5 km)", " (approximate areas, +5 km)")
        some, some_en = (" lấy mẫu", " sampled") if self.sampled else ("", "")
        share, other = _percent(self.inside_share), _percent(self.inside_share_swapped)
        vi = f"Trục tọa độ: {order}; {share} của {self.checked:,} điểm{some} nằm trong xã đã ghi{areas}; đọc ngược lại: {other}."
        en = f"Axes: {order_en}; {share} of {self.checked:,}{some_en} points lie inside the stated communes{areas_en}; reversed: {other}."
        return vi, en


@dataclass(frozen=True)
class _Count:
    """So many points; of them so many that may lie in Vietnam, and so many inside the stated commune."""

    points: int = 0
    possible: int = 0
    inside: int = 0

    @property
    def checked(self) -> int:
        """The points that speak of the file: strays count only where they are many."""
        return self.points if self.points - self.possible > STRAYS * self.points else self.possible

    @property
    def share(self) -> float:
        return self.inside / self.checked if self.checked else 0.0


def decide(session: Session, crs: str) -> Axes:
    """Return the order of the two numbers and the share of points inside their communes; fills temporary tables of its own.

    Reads `parsed` (row_no, k, x, y) and `unit_key` (k, choices, todays): rows with two numbers other than 0 and exactly one commune that
    has an area. With fewer than 20 such rows the numbers are swapped only if that puts every point inside its commune and reading them
    straight none; degrees of a single row stay as they are.
    """
    code = known_crs(crs)
    for step in ("drop", "area", "analyze_area", "point"):
        run(session, "axes", step, **({"approximate": APPROXIMATE_TOLERANCE, "exact": EXACT_TOLERANCE} if step == "area" else {}))
    # In degrees one walk over the rows counts them and, as they stand, those inside.
    whole = _whole(session, swapped=False) if code == WGS84 else None
    rows = whole.points if whole else int(run(session, "axes", "located").scalar_one())
    if not rows:
        return Axes(swapped=False, checked=0, inside_share=0.0, inside_share_swapped=0.0, exact=False, crs=f"EPSG:{code}")
    sample = [(unit, x, y) for unit, x, y in map(tuple, run(session, "axes", "sample", rows=_spread(rows), most=SAMPLE))]
    ways = _counted(session, _both_ways(sample, code))
    straight, other = ways.get(_STRAIGHT, _Count()), ways.get(_SWAPPED, _Count())
    swapped = _is_swapped(straight, other, projected=code != WGS84)
    if code != WGS84 and straight.inside == other.inside:
        swapped = _northing_first(sample)
    if swapped:
        straight, other = other, straight
    if whole and rows > len(sample):
        straight = _whole(session, swapped=True) if swapped else whole
    provinces, approximate = tuple(run(session, "axes", "provinces").one())
    sampled = code != WGS84 and rows > len(sample)
    found = Axes(swapped, straight.checked, straight.share, other.share, not approximate, straight.inside, f"EPSG:{code}", sampled)
    return _advised(session, found, sample, provinces) if _is_misplaced(found) else found


def _whole(session: Session, *, swapped: bool) -> _Count:
    return _Count(*run(session, "axes", "whole", swapped=swapped).one()[1:])


def misplaced(axes: Axes) -> RefusedError | None:
    """Return the refusal of a file with under 99 % of its points inside; None when enough are, or too few to tell.

    A small hand-over is not refused for a few bad rows: at least 20 points must have been checked and at least 5 be misplaced,
    and under 100 points most of them.
    """
    if not _is_misplaced(axes):
        return None
    system, share, needed = zone_name(known_crs(axes.crs)), _percent(axes.inside_share), _percent(_needed(axes))
    turned, turned_en = (", đổi trục", ", axes swapped") if axes.swapped else ("", "")
    out = axes.checked - axes.inside
    return FileRefused(
        f"Chỉ {share} của {axes.checked:,} điểm nằm trong xã đã ghi ({out:,} điểm lệch; đọc theo {system}{turned}); cần ít nhất {needed}."
        " Chưa ghi gì.",
        f"Only {share} of {axes.checked:,} points lie inside the communes that their rows state ({out:,} do not; read as"
        f" {system}{turned_en}); at least {needed} must. Nothing was written.",
        hint=f"{advice(axes)} {_option(axes)} Nếu tệp đúng như vậy, thêm --accept-misplaced; {_CHECKED}",
        page=f"{advice(axes)} Chọn ở mục “Hệ tọa độ”. Nếu tệp đúng như vậy, đánh dấu đồng ý ở bước Xác nhận; {_CHECKED}",
    )


def advice(axes: Axes) -> str:
    """Return what the points themselves say: how many lie inside with the axes the other way, the systems that fit, or those there are."""
    return " ".join(_advice(axes))


def _advice(axes: Axes) -> Iterable[str]:
    yield f"Đọc ngược hai trục: {_percent(axes.inside_share_swapped)}."
    fits = "; ".join(f"EPSG:{epsg} – {zone_name(epsg)} cho {_percent(share)}" for epsg, share in axes.better)
    if axes.better and axes.better[0][1] > CONVINCING:
        yield f"Hệ tọa độ hợp hơn / fits better: {fits}."
    elif axes.better:
        yield f"Tệp có thể lẫn nhiều hệ tọa độ, hãy tách tệp / systems may be mixed, split the file: {fits}."
    elif axes.zones:
        yield f"Múi chiếu của tỉnh trong tệp / zones of the provinces: {', '.join(axes.zones)}."
    else:
        yield "Không hệ tọa độ nào hợp hơn: xem lại cột tọa độ, cột xã."


def _option(axes: Axes) -> str:
    if not axes.better:
        return "Hệ tọa độ: --crs."
    best = axes.better[0][0]
    return "Thử bỏ --crs." if best == WGS84 else f"Thử --crs EPSG:{best}."


def _is_misplaced(axes: Axes) -> bool:
    return axes.checked >= FEWEST_POINTS and axes.checked - axes.inside >= FEWEST_MISPLACED and axes.inside_share < _needed(axes)


def _needed(axes: Axes) -> float:
    return ENOUGH if axes.checked >= SMALL else ENOUGH_OF_FEW


def _is_swapped(straight: _Count, other: _Count, *, projected: bool) -> bool:
    if straight.points >= FEWEST_POINTS:
        return other.inside > straight.inside
    fewest = 1 if projected else FEWEST_TURNED
    return straight.inside == 0 and fewest <= other.inside == other.points


def _northing_first(sample: Sequence[Point]) -> bool:
    """Tell whether most pairs of metres can only be northing and easting: in Vietnam no northing is less than its easting.

    In a wrong zone neither order puts a point inside; the rows shall be told of the zone, not to swap their columns.
    """
    return sum(_metres(y, x) - _metres(x, y) for _, x, y in sample) > 0


def _metres(easting: float, northing: float) -> bool:
    (west, east), (south, north) = _EASTINGS, _NORTHINGS
    return west <= easting <= east and south <= northing <= north and easting < northing


def _spread(rows: int) -> int:
    """Return the modulus that leaves about `SAMPLE` of so many rows; it shares no factor with the one that the statement multiplies by."""
    wanted = max(SAMPLE, rows)
    return wanted if wanted % SPREADER else wanted + 1


def _both_ways(sample: Sequence[Point], code: int) -> Iterable[tuple[str, int, float, float]]:
    """Return the points in degrees, read straight and the other way round."""
    xs, ys = [x for _, x, _ in sample], [y for _, _, y in sample]
    return chain(_degrees(_STRAIGHT, sample, xs, ys, code), _degrees(_SWAPPED, sample, ys, xs, code))


def _degrees(way: str, sample: Sequence[Point], xs: list[float], ys: list[float], code: int) -> Iterable[tuple[str, int, float, float]]:
    longitudes, latitudes = to_wgs84(xs, ys, f"EPSG:{code}")
    return ((way, unit, lon, lat) for (unit, _, _), lon, lat in zip(sample, longitudes, latitudes, strict=True))


def _counted(session: Session, points: Iterable[tuple[str, int, float, float]]) -> dict[str, _Count]:
    run(session, "axes", "empty")
    copy(session, "axis_point", ["way", "unit_id", "lon", "lat"], points)
    return {row[0]: _Count(*row[1:]) for row in run(session, "axes", "counted")}


def _advised(session: Session, found: Axes, sample: Sequence[Point], provinces: Sequence[str]) -> Axes:
    """Add the coordinate systems in which a part of the sample fits, and those of the provinces."""
    few = sample[:: max(1, len(sample) // TRIED)][:TRIED]
    codes = [WGS84, *NARROW_ZONES, *WIDE_ZONES, *UTM_ZONES]
    xs, ys = [x for _, x, _ in few], [y for _, _, y in few]
    tries = chain.from_iterable(
        chain(_degrees(f"{code}", few, xs, ys, code), _degrees(f"{code} {_SWAPPED}", few, ys, xs, code)) for code in codes
    )
    shares: dict[int, float] = {}
    for way, count in _counted(session, tries).items():
        code = int(way.split()[0])
        shares[code] = max(shares.get(code, 0.0), count.share)
    own = known_crs(found.crs)
    metres = any(abs(x) > 1000 for x in xs)  # noqa: PLR2004 - no degree is that large
    ranked = sorted(((code, share) for code, share in shares.items() if share > NOTICEABLE and code != own), key=lambda each: -each[1])
    better = [each for each in ranked if each[1] > CONVINCING] or [each for each in ranked if own != WGS84 or metres]
    zones = dict.fromkeys(zone.name for province in provinces for zone in zones_of_province(province))
    return Axes(**{**_plain(found), "better": tuple(better[:3]), "zones": tuple(zones) if metres else ()})


def _plain(axes: Axes) -> dict[str, Any]:
    return {name: getattr(axes, name) for name in Axes.__dataclass_fields__}


def _percent(share: float) -> str:
    """Return a share as people read it, never rounded up to the whole: 99.96 % is not 100 %."""
    return f"{int(round(share * 1000, 6)) / 10:.1f} %"
