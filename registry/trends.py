"""Decides how frozen periods make a series: on today's map, to which earlier figures are carried, or each on the map of its own day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from sqlalchemy.orm import Session

from registry.carry import Carried, MapUnit, SeriesPoint, carry
from registry.coverage import COUNTRY
from registry.coverage_line import add_lines
from registry.coverage_public import Secret, hide, secret_of_lines
from registry.periods import Kind, today
from registry.snapshots import Figures, Snapshot, find, frozen_figures, listed
from registry.units import current_province

Map = Literal["today", "day"]


@dataclass(frozen=True)
class SeriesLine:
    """A unit over the periods; a point is None where there was no such unit on that day's map."""

    level: str
    code: str
    name: str
    points: tuple[SeriesPoint | None, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        points = [point and point.to_dict() for point in self.points]
        return {"level": self.level, "code": self.code, "name": self.name, "points": points}


@dataclass(frozen=True)
class Series:
    """Communes of a province, or provinces of the country, over the frozen periods; points run beside `periods`."""

    province_code: str | None
    name: str
    map: Map
    periods: tuple[Snapshot, ...]
    lines: tuple[SeriesLine, ...]
    total: SeriesLine

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "province_code": self.province_code, "name": self.name, "map": self.map,
            "periods": [each.to_dict() for each in self.periods], "lines": [line.to_dict() for line in self.lines],
            "total": self.total.to_dict(),
        }  # fmt: skip


@dataclass(frozen=True)
class DiffLine:
    """A unit in two periods."""

    level: str
    code: str
    name: str
    before: SeriesPoint | None
    after: SeriesPoint | None

    def change(self, count: str) -> int | None:
        """Return by how much a count grew; None where a side is missing."""
        if self.before is None or self.after is None:
            return None
        grown: int = getattr(self.after.line, count) - getattr(self.before.line, count)
        return grown

    def ratio_change(self, letter: str) -> float | None:
        """Return by how much the ratio of a definition grew, as a fraction; None where a side is missing or unknown."""
        if self.before is None or self.after is None:
            return None
        was, now = self.before.line.ratios[letter].value, self.after.line.ratios[letter].value
        return None if was is None or now is None else now - was

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        ratios = {letter: self.ratio_change(letter) for letter in "abc"}
        return {
            "level": self.level, "code": self.code, "name": self.name, "before": self.before and self.before.to_dict(),
            "after": self.after and self.after.to_dict(),
            "change": {name: self.change(name) for name in ("addresses", "households", "households_coded", "coded", "notified")},
            "ratio_change": {letter: value if value is None else round(value, 4) for letter, value in ratios.items()},
        }  # fmt: skip


@dataclass(frozen=True)
class Diff:
    """Two periods beside each other, on one map."""

    earlier: Snapshot
    later: Snapshot
    name: str
    map: Map
    lines: tuple[DiffLine, ...]
    total: DiffLine

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "earlier": self.earlier.to_dict(), "later": self.later.to_dict(), "name": self.name, "map": self.map,
            "lines": [line.to_dict() for line in self.lines], "total": self.total.to_dict(),
        }  # fmt: skip


def series(
    session: Session,
    province_code: str | None = None,
    *,
    map: Map = "today",  # noqa: A002 - the word of the command
    kind: Kind | None = None,
    public: bool = False,
) -> Series:
    """Return the newest revision of every frozen period (of one kind), by commune of a province or by province of the country.

    `public` hides small units, by the pattern of the whole country on that map (registry.coverage_public).
    Nothing frozen makes an empty series. NotFoundError for a code that is no province today.
    """
    newest: dict[str, Snapshot] = {each.period.name: each for each in listed(session) if kind in (None, each.period.kind)}
    periods = sorted(newest.values(), key=lambda each: (each.moment, each.period.name))
    return _series(session, province_code, map, periods, public=public and bool(periods))


def diff(session: Session, earlier: str, later: str, province_code: str | None = None, *, map: Map = "today") -> Diff:  # noqa: A002 - the word of the command
    """Return two frozen periods (`2026-Q2`, `2026-Q3#2`) beside each other on one map."""
    found = _series(session, province_code, map, (find(session, earlier), find(session, later)))
    lines = [DiffLine(line.level, line.code, line.name, *line.points) for line in (*found.lines, found.total)]
    return Diff(found.periods[0], found.periods[1], found.name, map, tuple(lines[:-1]), lines[-1])


def _series(session: Session, province_code: str | None, which: Map, periods: Sequence[Snapshot], *, public: bool = False) -> Series:
    province = current_province(session, province_code) if province_code is not None else None
    code, name = (province.code, province.full_name) if province else (None, COUNTRY)
    held = [frozen_figures(session, each) for each in periods]
    whole = [_on_map(session, period, figures, which) for period, figures in zip(periods, held, strict=True)]
    placed = [{unit: point for unit, point in points.items() if code in (None, unit.province_code)} for points in whole]
    if code is None:
        placed = [_by_province(figures, points) for figures, points in zip(held, placed, strict=True)]
    units = sorted({unit for points in placed for unit in points}, key=lambda unit: (unit.province_code, unit.code, unit.unit_id))
    level = "commune" if code else "province"
    lines = [SeriesLine(level, unit.code, unit.name, tuple(points.get(unit) for points in placed)) for unit in units]
    totals = tuple(_total(figures, points, code) for figures, points in zip(held, placed, strict=True))
    total = SeriesLine("province" if code else "country", code or "", name, totals)
    if public:
        days = [today() if which == "today" else period.day for period in periods]
        secrets = [_secret(session, *each) for each in zip(days, whole, strict=True)]
        if which == "today":
            of_day = [secret_of_lines(session, each.day, (placed.line for placed in each.communes)) for each in held]
            secrets = [_tied(*each) for each in zip(secrets, of_day, whole, strict=True)]
        *lines, total = _hidden([*lines, total], secrets)
    return Series(code, name, which, tuple(periods), tuple(lines), total)


def _secret(session: Session, day: date, points: Mapping[MapUnit, SeriesPoint]) -> Secret:
    return secret_of_lines(session, day, (point.line for point in points.values()))


def _tied(secret: Secret, of_day: Secret, points: Mapping[MapUnit, SeriesPoint]) -> Secret:
    """Hide on today's map also what would tell a unit hidden on the map of the day, by subtracting one map from the other.

    That are units made from a hidden one, and all parts of a split unit where one of them is hidden: the whole of it may be shown.
    """
    made_from = {f"commune:{unit.code}": {f"commune:{code}" for code in point.from_codes} for unit, point in points.items()}
    ids = secret.ids | {each for each in of_day.ids if not each.startswith("commune:")}
    ids |= {unit for unit, origins in made_from.items() if origins & of_day.ids}
    told = {origin for unit in ids for origin in made_from.get(unit, ())}
    return replace(secret, ids=ids | {unit for unit, origins in made_from.items() if origins & told})


def _hidden(lines: Sequence[SeriesLine], secrets: Sequence[Secret]) -> list[SeriesLine]:
    """Hide, period by period, what the public may not have."""
    columns: list[list[SeriesPoint | None]] = []
    for column, secret in zip(zip(*(line.points for line in lines), strict=True), secrets, strict=True):
        shown = iter(hide([point.line for point in column if point], secret))
        columns.append([point and replace(point, line=next(shown)) for point in column])
    return [replace(line, points=points) for line, points in zip(lines, zip(*columns, strict=True), strict=True)]


def _on_map(session: Session, period: Snapshot, figures: Figures, which: Map) -> dict[MapUnit, SeriesPoint]:
    """Return the communes of a period on the map asked for."""
    if which == "today":
        return carry(session, figures.communes, period.day, period.moment, today())
    return {
        MapUnit(each.unit_id, each.line.code, each.line.name, each.line.province_code): SeriesPoint(each.line, "same", ())
        for each in figures.communes
    }


def _by_province(figures: Figures, points: Mapping[MapUnit, SeriesPoint]) -> dict[MapUnit, SeriesPoint]:
    """Add the communes of each province up, with its rows of unknown commune."""
    groups: dict[str, list[SeriesPoint]] = defaultdict(list)
    for unit, point in points.items():
        groups[unit.province_code].append(point)
    return {MapUnit(0, code, line.name, code): _sum(figures, code, groups[code]) for code, line in figures.provinces.items()}


def _total(figures: Figures, points: Mapping[MapUnit, SeriesPoint], code: str | None) -> SeriesPoint:
    if code is None:
        return SeriesPoint(figures.country, _worst(points.values()), ())
    return _sum(figures, code, list(points.values()))


def _sum(figures: Figures, code: str, points: Sequence[SeriesPoint]) -> SeriesPoint:
    """Return a province's point: as it was frozen where its communes are its own, else summed anew, its rows of unknown commune on top."""
    was = figures.provinces[code]
    if all(point.carried == "same" for point in points):
        return SeriesPoint(was, "same", ())
    own = [each.line for each in figures.communes if each.line.province_code == code]
    summed = add_lines(was.level, was.code, was.name, code, [point.line for point in points])
    counts: dict[str, int] = {
        name: getattr(summed, name) + getattr(was, name) - sum(getattr(line, name) for line in own) for name in ("incomplete", "rejected")
    }
    line = replace(summed, incomplete=counts["incomplete"], rejected=counts["rejected"], unplaced=was.unplaced)
    return SeriesPoint(line, _worst(points), ())


def _worst(points: Iterable[SeriesPoint]) -> Carried:
    """A sum is an estimate where one of its parts is; doors moved between its own communes leave it as it was."""
    return "estimated" if any(point.carried == "estimated" for point in points) else "same"
