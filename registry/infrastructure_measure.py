"""Decides the other indicators of the postal plans for a unit, from lists of service points, people and areas; a missing input is unknown.

The mean service radius is that of a circle: sqrt(area / (pi x points)), in km. The plan of Điện Biên states no formula, but its six
figures (4.26 km at 167 points in 2020 to 4.1 km at 181 in 2025) are this one's for the province's 9,539 km2. A share of communes counts
xã only, as that plan does (115 of its 129 communes were xã).
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from registry.infrastructure_words import (
    MANNED_UNKNOWN,
    MEASURES,
    NO_AREA,
    NO_LIST,
    NO_PEOPLE,
    NO_POINTS,
    NO_RURAL,
    OF_ALL_POINTS,
    PARTIAL,
    Words,
)  # fmt: skip
from registry.service_points import KIND


@dataclass(frozen=True)
class Figure:
    """A measured value with its parts; None is unknown and `why` says which input is missing, else `why` may say what was assumed.

    `partial`: the list does not hold all kinds of points, so that the value is right for the list and cannot be judged.
    """

    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    why: Words | None = None
    partial: bool = False


@dataclass(frozen=True)
class Inputs:
    """What the indicators of a unit are counted from; `points` is None where no list covers the unit.

    `partial`: the lists that cover it hold commune post and culture points only, while plans count post offices and mailboxes too.
    """

    points: Sequence[Any] | None
    partial: bool
    rural: frozenset[int]
    people: int | None
    area_km2: float | None


def measure(given: Inputs) -> dict[str, Figure]:
    """Return every indicator of a unit by its key."""
    if given.points is None:
        return dict.fromkeys(MEASURES, Figure(None, why=NO_LIST))
    count, covered = len(given.points), len({row["unit_id"] for row in given.points} & given.rural)
    found = {
        "points": Figure(count, count),
        "people_per_point": _per(given.people, count, NO_PEOPLE),
        "communes_manned_share": _manned(given),
        "communes_with_point_share": _share(covered, len(given.rural), NO_RURAL),
        "internet_share": _internet(given.points),
        "multi_service_share": _multi_service(given.points),
        "service_radius_km": radius(given.area_km2, count),
    }
    if not given.partial:
        return found
    # Nothing in a partial list is not nothing.
    return {key: figure if key == "multi_service_share" else _in_part(figure) for key, figure in found.items()}


def _in_part(figure: Figure) -> Figure:
    value = figure.value or None
    return replace(figure, value=value, partial=True, why=figure.why or PARTIAL)


def radius(area_km2: float | None, points: int) -> Figure:
    """Return the mean service radius in km: that of the circle that every point has of the area."""
    if not points or area_km2 is None:
        return Figure(None, area_km2, points, NO_POINTS if not points else NO_AREA)
    return Figure(math.sqrt(area_km2 / (math.pi * points)), area_km2, points)


def _per(people: int | None, count: int, missing: Words) -> Figure:
    if people is None or not count:
        return Figure(None, people, count, missing if people is None else NO_POINTS)
    return Figure(people / count, people, count)


def _share(part: int, whole: int, missing: Words, said: Words | None = None) -> Figure:
    return Figure(100 * part / whole, part, whole, said) if whole else Figure(None, part, whole, missing)


def _manned(given: Inputs) -> Figure:
    """Count the xã with a manned point; a xã whose only points may be manned or not makes the share unknown."""
    by_unit: dict[int, list[bool | None]] = defaultdict(list)
    for row in given.points or ():
        by_unit[row["unit_id"]].append(row["staffed"])
    sure = {unit for unit, said in by_unit.items() if True in said} & given.rural
    open_units = {unit for unit, said in by_unit.items() if True not in said and None in said} & given.rural
    if open_units:
        return Figure(None, len(sure), len(given.rural), MANNED_UNKNOWN)
    return _share(len(sure), len(given.rural), NO_RURAL)


def _internet(points: Sequence[Any]) -> Figure:
    """Count manned points with Internet; where a list does not say who serves there, all points, and it is said."""
    told = all(row["staffed"] is not None for row in points)
    manned = [row for row in points if row["staffed"]] if told else points
    return _share(sum(row["internet"] for row in manned), len(manned), NO_POINTS, None if told else OF_ALL_POINTS)


def _multi_service(points: Sequence[Any]) -> Figure:
    of_communes = [row for row in points if row["kind"] == KIND]
    return _share(sum(row["multi_service"] for row in of_communes), len(of_communes), NO_POINTS)
