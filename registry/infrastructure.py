"""Decides the other indicators of the postal plans, from lists of service points, people and areas; a missing input is unknown, never zero.

The mean service radius is that of a circle: sqrt(area / (pi x points)), in km. The plan of Điện Biên states no formula, but its six
figures (4.26 km at 167 points in 2020 to 4.1 km at 181 in 2025) are this one's for the province's 9,539 km2. A share of communes counts
xã only, as that plan does (115 of its 129 communes were xã).
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.coverage import COUNTRY
from registry.errors import UsageError
from registry.infrastructure_words import (
    FORMULAS,
    MANNED_UNKNOWN,
    MEASURES,
    NO_AREA,
    NO_LIST,
    NO_PEOPLE,
    NO_POINTS,
    NO_RURAL,
    OF_ALL_POINTS,
    PARTIAL,
    PARTIAL_NOTE,
    Words,
)  # fmt: skip
from registry.periods import today
from registry.service_points import KIND
from registry.sqlfile import statement
from registry.targets import INDICATORS, Target, targets
from registry.units import unknown_code

_SQL: Final = Path(__file__).parent / "sql" / "infrastructure.sql"
_YEARS: Final = range(1990, 2200)


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
class IndicatorLine:
    """One indicator of one unit in a year, beside the target of the newest plan of that unit for the year."""

    level: str
    code: str
    name: str
    indicator: str
    vi: str
    en: str
    measure: str
    value: float | None
    numerator: float | None
    denominator: float | None
    sources: tuple[str, ...]
    why: Words | None
    partial: bool
    target: Target | None

    @property
    def state(self) -> str:
        """`reached`, `behind`, `unknown` (no value, or one of a partial list) or empty without a target."""
        if self.target is None:
            return ""
        if self.value is None or self.partial:
            return "unknown"
        return "reached" if self.target.met(self.value) else "behind"

    def to_dict(self) -> dict[str, Any]:
        """Return plain values; an unknown value is null."""
        return {
            "level": self.level, "code": self.code, "name": self.name, "indicator": self.indicator, "vi": self.vi, "en": self.en,
            "measure": self.measure, "value": self.value, "numerator": self.numerator, "denominator": self.denominator,
            "sources": list(self.sources), "why": self.why and {"vi": self.why[0], "en": self.why[1]},
            "partial": self.partial, "target": self.target and self.target.to_dict(), "state": self.state,
        }  # fmt: skip


@dataclass(frozen=True)
class IndicatorReport:
    """The indicators of a province and its communes, or of the country and its provinces, for a year, on the map of `on`."""

    province_code: str | None
    name: str
    year: int
    on: date
    lines: tuple[IndicatorLine, ...]
    notes: tuple[Words, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "province_code": self.province_code, "name": self.name, "year": self.year, "on": self.on.isoformat(),
            "formulas": {name: {"vi": vi, "en": en} for name, (vi, en) in FORMULAS.items()},
            "lines": [line.to_dict() for line in self.lines], "notes": [{"vi": vi, "en": en} for vi, en in self.notes],
        }  # fmt: skip


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


def indicators(session: Session, province_code: str | None = None, year: int | None = None) -> IndicatorReport:
    """Measure a year (this one when None), as lists, people and units stood by its last day, or by today.

    A province is named by the code that it had on that day: 35 is Hà Nam in 2024. NotFoundError for a code that was none; UsageError for a
    year to come.
    """
    wanted = year or today().year
    if wanted not in _YEARS or wanted > today().year:
        raise UsageError(f"Năm {wanted} chưa đến hoặc không hợp lệ.", f"{wanted} is no year up to this one.")
    day = min(date(wanted, 12, 31), today())
    units = session.execute(statement(_SQL, "units"), {"province": province_code, "day": day, "year": wanted}).mappings().all()
    if province_code is not None and not any(row["level"] == "province" for row in units):
        raise unknown_code(session, province_code, day, "province")
    points = session.execute(statement(_SQL, "points"), {"day": day, "year": wanted}).mappings().all()
    aims = targets(session, year=wanted)
    lines: list[IndicatorLine] = []
    name = COUNTRY
    if province_code is None:
        lines += _lines(
            ("country", "", COUNTRY), _country(session, units, points, day, wanted), ("", ""), _of_unit(aims, "country", None, "")
        )
    for row in units:
        if row["level"] == "province":
            name = row["name"] if province_code else name
        own = _of_unit(aims, row["level"], row["unit_id"], row["code"])
        lines += _lines((row["level"], row["code"], row["name"]), _inputs(session, row, points, day), _sources(row, points), own)
    return IndicatorReport(province_code, name, wanted, day, tuple(lines), _notes(session, points, province_code, wanted))


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


def _inputs(session: Session, row: Any, points: Sequence[Any], day: date) -> Inputs:  # noqa: ANN401 - a row of the statements above
    """Gather what a province or a commune is measured by; a unit of a province without any list is not known to have no point."""
    province = [point for point in points if point["province_code"] == row["province_code"]]
    if row["level"] == "commune":
        own: Sequence[Any] = [point for point in province if point["unit_id"] == row["unit_id"]]
        rural = frozenset({row["unit_id"]} if row["kind"] == "xã" else ())
    else:
        own, rural = province, _rural(session, row["code"], day)
    return Inputs(own if province else None, _partial(province), rural, row["people"], row["area_km2"])


def _country(session: Session, provinces: Sequence[Any], points: Sequence[Any], day: date, year: int) -> Inputs:
    """Gather the country; its points are known when every province has a list, its people and area when every province's are."""
    listed = {point["province_code"] for point in points}
    said = session.execute(
        text("SELECT people FROM population WHERE unit_id IS NULL AND year <= :year ORDER BY year DESC LIMIT 1"), {"year": year}
    ).scalar()
    people, areas = [row["people"] for row in provinces], [row["area_km2"] for row in provinces]
    return Inputs(
        points if all(row["code"] in listed for row in provinces) else None,
        any(_partial([point for point in points if point["province_code"] == code]) for code in listed),
        _rural(session, None, day),
        said if said is not None else None if None in people else sum(people),
        None if None in areas else sum(areas),
    )


def _partial(points: Sequence[Any]) -> bool:
    return bool(points) and all(point["kind"] == KIND for point in points)


def _rural(session: Session, province: str | None, day: date) -> frozenset[int]:
    found = session.execute(
        text(
            "SELECT id FROM unit WHERE level = 'commune' AND kind = 'xã' AND valid @> CAST(:day AS date)"
            " AND (CAST(:province AS text) IS NULL OR province_code = :province)"
        ),
        {"day": day, "province": province},
    )
    return frozenset(found.scalars())


def _lines(unit: tuple[str, str, str], given: Inputs, sources: tuple[str, str], aims: Mapping[str, Target]) -> list[IndicatorLine]:
    found = measure(given)
    listed, people = sources
    return [
        IndicatorLine(
            *unit, key, *INDICATORS[key], MEASURES[key], figure.value, figure.numerator, figure.denominator,
            tuple(each for each in (listed, people if key == "people_per_point" else "") if each), figure.why,
            figure.partial, aims.get(key),
        )
        for key, figure in found.items()
    ]  # fmt: skip


def _sources(row: Any, points: Sequence[Any]) -> tuple[str, str]:  # noqa: ANN401 - a row of the statements above
    listed = sorted({f"{point['source']} ({point['year']})" for point in points if point["province_code"] == row["province_code"]})
    counted = f"{row['source']} ({row['counted_in']})" if row["people"] is not None else ""
    return "; ".join(listed), counted + (" ~" if row["people"] is not None and row["estimated"] else "")


def _of_unit(wanted: Sequence[Target], level: str, unit_id: int | None, code: str) -> dict[str, Target]:
    """Return the targets of a unit by indicator; those of a province that was merged since are not those of the merged one."""
    return {
        each.indicator: each for each in wanted
        if each.level == level and (each.unit_id == unit_id or (each.today == code and not each.merged))
    }  # fmt: skip


def _notes(session: Session, points: Sequence[Any], province: str | None, year: int) -> tuple[Words, ...]:
    """Say what a reader must know of the lists."""
    notes: list[Words] = list(FORMULAS.values())
    if _partial(points):
        notes.append(PARTIAL_NOTE)
    planned = session.execute(statement(_SQL, "planned"), {"year": year})
    opening = sum(row.points for row in planned if province in (None, row.province_code))
    if opening:
        notes.append((
            f"{opening} điểm dự kiến mở theo kế hoạch không tính vào số liệu.", f"{opening} points that were planned are not counted.",
        ))  # fmt: skip
    return tuple(notes)
