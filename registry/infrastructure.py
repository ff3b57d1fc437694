"""Decides what the postal plans' indicators say of a unit in a year: its points, people, area and communes, beside its targets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.coverage import COUNTRY
from registry.errors import UsageError
from registry.infrastructure_measure import Inputs, measure
from registry.infrastructure_words import FORMULAS, MEASURES, PARTIAL_NOTE, Words
from registry.periods import today
from registry.service_points import KIND
from registry.sqlfile import statement
from registry.targets import INDICATORS, Target, targets
from registry.units import unknown_code

_SQL: Final = Path(__file__).parent / "sql" / "infrastructure.sql"
_YEARS: Final = range(1990, 2200)


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
