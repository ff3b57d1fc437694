"""Decides how a unit stands against a target of households: reached, on course by the trend, behind by so many households, or unknown.

The trend is a straight line by least squares through the last four frozen periods at most whose ratio is known, at least two; a unit is
on course when its ratio of the day plus slope times the days left is at the target on the last day of the year. Once that day is over a
target is reached or it is behind.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, Literal

from sqlalchemy.orm import Session

from registry.coverage import checked_day, whole_country
from registry.coverage_line import CoverageLine, add_lines
from registry.coverage_public import hide, secret_of_lines
from registry.periods import end_of, today
from registry.snapshots import Snapshot, frozen_figures, listed
from registry.sqlfile import statement
from registry.targets import HOUSEHOLDS, Target, targets

State = Literal["reached", "on_course", "behind", "unknown", "reported", "hidden"]
STATES: Final[dict[str, tuple[str, str]]] = {
    "reached": ("đạt", "reached"), "on_course": ("đúng tiến độ", "on course"), "behind": ("chậm", "behind"),
    "unknown": ("chưa rõ", "unknown"), "reported": ("hiện trạng khi lập kế hoạch", "where the plan began"),
    "hidden": ("không công bố", "not published"),
}  # fmt: skip
_FORMULA_VI: Final = (
    "Xu hướng: đường thẳng bình phương tối thiểu qua tối đa 4 kỳ chốt gần nhất có tỷ lệ (ít nhất 2); đúng tiến độ khi tỷ lệ hiện tại "
    "+ độ dốc × số ngày còn lại đạt mức của chỉ tiêu vào 31/12. Quá hạn: chỉ còn đạt hoặc chậm."
)
_FORMULA_EN: Final = (
    "Trend: a least-squares line through at most the last 4 frozen periods with a ratio (at least 2); on course when the ratio of the "
    "day + slope × days left is at the target on 31 December. Once overdue a target is reached or behind."
)
FORMULA: Final = (_FORMULA_VI, _FORMULA_EN)
_MOST_PERIODS: Final = 4
_FEWEST_PERIODS: Final = 2
_DAYS_A_YEAR: Final = 365.25
_SQL: Final = Path(__file__).parent / "sql" / "targets.sql"


@dataclass(frozen=True)
class Trend:
    """A line through `points` frozen periods: its slope as a fraction a year, and the fraction that it leads to on `due`."""

    points: int
    slope_per_year: float
    at_due: float
    due: date

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "points": self.points, "slope_per_year": round(self.slope_per_year, 4), "at_due": round(self.at_due, 4),
            "due": self.due.isoformat(),
        }  # fmt: skip


@dataclass(frozen=True)
class TargetStatus:
    """How a unit stands on a day; `value` and `numerator`/`denominator` by the target's definition, `short` in households."""

    target: Target
    level: str
    code: str
    name: str
    measured_on: date
    numerator: int | None
    denominator: int | None
    state: State
    short: int | None
    trend: Trend | None
    why: tuple[str, str]

    @property
    def value(self) -> float | None:
        """The measured fraction."""
        return self.numerator / self.denominator if self.denominator and self.numerator is not None else None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        value = self.value
        return {
            "target": self.target.to_dict(), "level": self.level, "code": self.code, "name": self.name,
            "definition": self.target.definition, "measured_on": self.measured_on.isoformat(), "numerator": self.numerator,
            "denominator": self.denominator, "value": None if value is None else round(value, 4), "state": self.state,
            "short": self.short, "trend": self.trend and self.trend.to_dict(), "why": {"vi": self.why[0], "en": self.why[1]},
        }  # fmt: skip


@dataclass(frozen=True)
class _Seen:
    """What was counted of the country on a day: communes and provinces by code, and the whole."""

    day: date
    communes: Mapping[str, CoverageLine]
    provinces: Mapping[str, CoverageLine]
    country: CoverageLine


def statuses(
    session: Session,
    province_code: str | None = None,
    *,
    year: int | None = None,
    on: date | None = None,
    units: bool = False,
    definition: str | None = None,
    public: bool = False,
) -> list[TargetStatus]:
    """Return how the country and the provinces of the plans (or those of one province of today) stand against the household targets.

    Measured by the definition that the plan's words mean, or by `definition` (a or b), on `on` (today when None), as the registry stood
    when that day ended. `units` adds every commune of a province, each against the province's own target. A target of a province that is
    no more is measured on the communes of today that were made from its own. `public` tells nothing of a unit that a public table hides.
    """
    wanted = targets(session, province_code, indicator=HOUSEHOLDS, year=year)
    wanted = [replace(each, definition=definition or each.definition) for each in wanted]
    if not wanted:
        return []
    day = checked_day(on)
    moment: datetime | None = None if day == today() else end_of(day)
    communes, provinces = whole_country(session, day, moment)
    now = _Seen(day, _by_code(communes.lines), _by_code(provinces.lines), provinces.total)
    past = [_frozen(session, each) for each in _periods(session, day)]
    if public:
        now, *past = (_hidden(session, seen) for seen in (now, *past))
    found: list[TargetStatus] = []
    for target in wanted:
        found += _of_target(session, target, now, past, units=units)
    return found


def judge(
    target: Target, unit: tuple[str, str, str], line: CoverageLine | None, day: date, past: Sequence[tuple[date, float]]
) -> TargetStatus:
    """Judge one unit (level, code, name) by its line of the day and its ratios of the past, oldest first."""
    if target.reported:
        return TargetStatus(target, *unit, day, None, None, "reported", None, None, ("", ""))
    if line and line.suppressed:
        why = ("để không lộ đơn vị dưới 5 hộ", "lest a unit of fewer than 5 households be told")
        return TargetStatus(target, *unit, day, None, None, "hidden", None, None, why)
    ratio = line.ratios[target.definition] if line else None
    if ratio is None or ratio.value is None:
        why = ("chưa có mẫu số", "no denominator")
        return TargetStatus(target, *unit, day, ratio.numerator if ratio else None, None, "unknown", None, None, why)
    wanted, denominator = target.value / 100, ratio.denominator or 0
    # Rounded first: 0.9 × 10 is a little more than nine to a computer.
    short = max(0, math.ceil(round(wanted * denominator, 6)) - ratio.numerator)
    trend = _trend(past, day, ratio.value, target.due)
    state, why = _state(short, trend, wanted, day, target.due)
    return TargetStatus(target, *unit, day, ratio.numerator, denominator, state, short, trend, why)


def _state(short: int, trend: Trend | None, wanted: float, day: date, due: date) -> tuple[State, tuple[str, str]]:
    if not short:
        return "reached", ("", "")
    if day > due:
        return "behind", (f"quá hạn {due.isoformat()}", f"overdue since {due.isoformat()}")
    if trend is None:
        return "behind", ("chưa đủ hai kỳ chốt để tính xu hướng", "fewer than two frozen periods, so no trend")
    if trend.at_due >= wanted:
        return "on_course", ("", "")
    return "behind", ("theo xu hướng sẽ không đạt", "the trend does not lead there")


def _trend(past: Sequence[tuple[date, float]], day: date, value: float, due: date) -> Trend | None:
    """Draw the line; days of one and the same date count once."""
    points = sorted(dict(past).items())[-_MOST_PERIODS:]
    if len(points) < _FEWEST_PERIODS:
        return None
    days = [(each - points[0][0]).days for each, _ in points]
    mean, level = sum(days) / len(days), sum(ratio for _, ratio in points) / len(points)
    spread = sum((each - mean) ** 2 for each in days)
    slope = sum((each - mean) * (ratio - level) for each, (_, ratio) in zip(days, points, strict=True)) / spread
    return Trend(len(points), slope * _DAYS_A_YEAR, value + slope * max(0, (due - day).days), due)


def _of_target(session: Session, target: Target, now: _Seen, past: Sequence[_Seen], *, units: bool) -> list[TargetStatus]:
    line = _line(session, target, now)
    history = [(seen.day, _line(session, target, seen)) for seen in past]
    found = [judge(target, (target.level, target.code, target.name), line, now.day, _ratios(target, history))]
    if units and target.level == "province":
        for code in sorted(_members(session, target, now.day) & now.communes.keys()):
            line = now.communes[code]
            earlier = [(seen.day, seen.communes.get(code)) for seen in past]
            found.append(judge(target, ("commune", code, line.name), line, now.day, _ratios(target, earlier)))
    return found


def _by_code(lines: Sequence[CoverageLine]) -> dict[str, CoverageLine]:
    return {line.code: line for line in lines}


def _frozen(session: Session, snapshot: Snapshot) -> _Seen:
    held = frozen_figures(session, snapshot)
    return _Seen(held.day, _by_code([each.line for each in held.communes]), held.provinces, held.country)


def _hidden(session: Session, seen: _Seen) -> _Seen:
    """Hide what the public may not have."""
    secret = secret_of_lines(session, seen.day, seen.communes.values())
    communes, provinces = (_by_code(hide(lines.values(), secret)) for lines in (seen.communes, seen.provinces))
    return _Seen(seen.day, communes, provinces, hide([seen.country], secret)[0])


def _ratios(target: Target, lines: Sequence[tuple[date, CoverageLine | None]]) -> list[tuple[date, float]]:
    known = [(day, line.ratios[target.definition].value) for day, line in lines if line]
    return [(day, value) for day, value in known if value is not None]


def _line(session: Session, target: Target, seen: _Seen) -> CoverageLine | None:
    """Return the line of a target's unit; of a province that was merged since, the sum of its communes, None where it has none."""
    if target.level == "country":
        return seen.country
    if not target.merged:
        return seen.provinces.get(target.today or "")
    lines = [seen.communes[code] for code in sorted(_members(session, target, seen.day) & seen.communes.keys())]
    if not lines:
        return None
    # A former province is another sum than those that hidden communes were chosen for: one of them hides it.
    secret = any(line.suppressed for line in lines)
    return replace(add_lines(target.level, target.code, target.name, target.today or "", lines), suppressed=secret)


def _members(session: Session, target: Target, day: date) -> set[str]:
    return set(session.execute(statement(_SQL, "members"), {"unit": target.unit_id, "day": day}).scalars())


def _periods(session: Session, day: date) -> list[Snapshot]:
    """Return the newest revisions of the last frozen periods up to a day, one a day."""
    newest = {each.day: each for each in listed(session) if each.day <= day}
    return sorted(newest.values(), key=lambda each: each.day)[-_MOST_PERIODS:]
