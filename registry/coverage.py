"""Decides what coverage means here: three definitions, each with its denominator named, per commune and for the whole.

The ministry's indicator (QĐ 689/QĐ-BTTTT, row 8) names no formula, so none of the three is hidden. A missing denominator gives no
figure, never zero; a figure above 100 % is shown and flagged, never capped.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.asof import Standing, standing_at
from registry.coverage_words import DEFINITIONS, NOTES, Definition
from registry.errors import UsageError
from registry.periods import end_of, today
from registry.sqlfile import statement
from registry.units import current_province

TODAYS_MAP_SINCE: Final = date(2025, 7, 1)
COUNTRY: Final = "Cả nước"
NOT_REHOMED: Final = "(đã chia, chưa phân lại)"
NO_BASELINE: Final = {"baseline_households": None, "approximate": False}
_SQL: Final = Path(__file__).parent / "sql" / "coverage.sql"
_WAITING: Final = ("incomplete", "rejected")
COUNTS: Final = (
    "addresses", "household_addresses", "households", "households_coded", "coded", "notified", "accepted", "incomplete", "rejected",
)  # fmt: skip


@dataclass(frozen=True)
class Baseline:
    """Households by a statistical source on the day `counted_on`; `estimated` where a commune was shared out by `method`."""

    households: int
    estimated: bool
    method: str
    source: str
    counted_on: date


@dataclass(frozen=True)
class Ratio:
    """One definition's figure: `value` is a fraction, None without a denominator; above 1 it is `over_100`, not capped."""

    numerator: int
    denominator: int | None

    @property
    def value(self) -> float | None:
        """The fraction, None where the denominator is missing or zero."""
        return self.numerator / self.denominator if self.denominator else None

    @property
    def over_100(self) -> bool:
        """Whether more was counted than the denominator holds."""
        return bool(self.denominator) and self.numerator > (self.denominator or 0)

    def to_dict(self) -> dict[str, Any]:
        """Return numerator, denominator, ratio (four decimals) and flag."""
        value = self.value
        ratio = None if value is None else round(value, 4)
        return {"numerator": self.numerator, "denominator": self.denominator, "ratio": ratio, "over_100": self.over_100}


@dataclass(frozen=True)
class CoverageLine:
    """The counts of one commune (or of a province or the country, `level` says which).

    `accepted`, `incomplete`, `rejected` are rows handed over; `unplaced` those of them whose commune nobody knows (sums only);
    `coded_with_baseline` are the coded households of the communes that have a baseline; `baseline_missing` counts those without.
    """

    level: str
    code: str
    name: str
    addresses: int
    household_addresses: int
    households: int
    households_coded: int
    coded: int
    notified: int
    accepted: int
    incomplete: int
    rejected: int
    unplaced: int
    baseline: Baseline | None
    coded_with_baseline: int
    baseline_missing: int
    approximate_area: bool

    @property
    def expected(self) -> int:
        """Addresses expected from the hand-over: accepted doors, incomplete rows and rejected rows."""
        return self.accepted + self.incomplete + self.rejected

    @property
    def ratios(self) -> dict[str, Ratio]:
        """The three definitions by letter."""
        return {
            "a": Ratio(self.households_coded, self.households),
            "b": Ratio(self.coded_with_baseline, self.baseline.households if self.baseline else None),
            "c": Ratio(self.coded, self.expected),
        }

    def to_dict(self) -> dict[str, Any]:
        """Return the line as plain values; an unknown baseline is null."""
        base = self.baseline
        return {
            "level": self.level, "code": self.code, "name": self.name,
            "baseline": base and {
                "households": base.households, "estimated": base.estimated, "method": base.method, "source": base.source,
                "counted_on": base.counted_on.isoformat(),
            },
            "baseline_missing": self.baseline_missing, **{name: getattr(self, name) for name in COUNTS},
            "expected": self.expected, "unplaced": self.unplaced, "approximate_area": self.approximate_area,
            "ratios": {letter: ratio.to_dict() for letter, ratio in self.ratios.items()},
        }  # fmt: skip


@dataclass(frozen=True)
class CoverageReport:
    """Coverage on a day: one line a commune (a province when `province_code` is None), the total, definitions, sources, notes."""

    province_code: str | None
    name: str
    on: date
    lines: tuple[CoverageLine, ...]
    total: CoverageLine
    definitions: tuple[Definition, ...]
    notes: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {
            "province_code": self.province_code, "name": self.name, "on": self.on.isoformat(),
            "geography": f"units in force on {self.on.isoformat()}", "total": self.total.to_dict(),
            "lines": [line.to_dict() for line in self.lines],
            "definitions": {each.letter: {"vi": each.vi, "en": each.en} for each in self.definitions},
            "sources": list(self.sources), "notes": [{"vi": vi, "en": en} for vi, en in self.notes],
        }  # fmt: skip


@dataclass(frozen=True)
class Placed:
    """The line of a commune with its row of `unit` and its province of that day."""

    province_code: str
    unit_id: int
    line: CoverageLine


@dataclass(frozen=True)
class Figures:
    """What was counted for a day: the communes, rows of unknown commune by province (incomplete, rejected; None: of no province), names."""

    day: date
    communes: tuple[Placed, ...]
    unplaced: Mapping[str | None, tuple[int, int]]
    provinces: Mapping[str, str]
    notes: tuple[tuple[str, str], ...] = NOTES
    definitions: tuple[Definition, ...] = DEFINITIONS


def coverage(session: Session, province_code: str | None, on: date | None = None, *, anew: bool = False) -> CoverageReport:
    """Count coverage on a day (today in Vietnam when None), of one province by commune or of the country by province.

    A day before today is counted as the registry stood when it ended (registry.asof). `anew` counts the doors themselves for today too,
    where the kept counts say the same at once.

    NotFoundError for a code that is no province today (it names what an old one became); UsageError for a day before 2025-07-01
    or one to come.
    """
    day = checked_day(on)
    province = current_province(session, province_code) if province_code is not None else None
    moment = None if day == today() and not anew else end_of(day)
    counted = figures(session, day, moment, province.code if province else None)
    return assemble(counted, province.code if province else None, province.full_name if province else COUNTRY)


def figures(session: Session, day: date, moment: datetime | None, province: str | None = None) -> Figures:
    """Count the communes of a day, of one province or of all: from the kept counts, or as the registry stood just before a moment."""
    standing = standing_at(session, moment, day) if moment else Standing(_rows(session, "tallied"), _rows(session, "waiting"))
    by_code: dict[str | None, list[Any]] = defaultdict(list)
    for row in standing.waiting:
        by_code[row["code"]].append(row)
    in_force = {row["code"]: row for row in standing.doors if row.get("in_force", True)}
    communes = [
        _placed(row, in_force.get(row["code"]), by_code[row["code"]]) for row in _rows(session, "lines", province=province, day=day)
    ]
    # Doors of a unit that was split and that nobody has re-homed yet stand on a line of their own: they are not lost.
    open_units = [row for row in standing.doors if not row.get("in_force", True) and province in (None, row["province_code"])]
    communes += [_placed({**NO_BASELINE, **row, "name": f"{row['name']} {NOT_REHOMED}"}, row, ()) for row in open_units]
    unplaced = {
        row["province_code"]: (int(row["incomplete"]), int(row["rejected"]))
        for row in by_code[None] if province in (None, row["province_code"])
    }  # fmt: skip
    names = session.execute(
        text("SELECT code, full_name FROM unit WHERE level = 'province' AND valid @> CAST(:day AS date) ORDER BY code"), {"day": day}
    )
    return Figures(day, tuple(communes), unplaced, {row.code: row.full_name for row in names})


def assemble(counted: Figures, province_code: str | None, name: str) -> CoverageReport:
    """Add figures up: the communes of a province and its total, or the provinces and the country's total."""
    if province_code is not None:
        own = tuple(each.line for each in counted.communes if each.province_code == province_code)
        lost = [rows for code, rows in counted.unplaced.items() if code == province_code]
        lines, total = own, total_of("province", province_code, name, own, lost)
    else:
        lines = _provinces(counted)
        total = total_of("country", "", name, lines, [rows for code, rows in counted.unplaced.items() if code is None])
    shown = [each.line for each in counted.communes if province_code in (None, each.province_code)]
    return CoverageReport(province_code, name, counted.day, lines, total, counted.definitions, counted.notes, _sources(shown))


def _rows(session: Session, name: str, **values: Any) -> Sequence[Any]:  # noqa: ANN401 - whatever a statement binds
    return session.execute(statement(_SQL, name), values).mappings().all()


def checked_day(on: date | None) -> date:
    """Return the day, today when None; UsageError before today's map or in the future."""
    day = on or today()
    if day < TODAYS_MAP_SINCE:
        raise UsageError(
            f"Chưa tính được độ phủ cho ngày {day.isoformat()}: trước 2025-07-01 là địa bàn cũ.",
            f"Coverage on {day.isoformat()} is not available: before 2025-07-01 the map was another one.",
            hint="Chọn ngày từ 2025-07-01; số liệu chốt theo kỳ của giai đoạn trước sẽ có khi có bản chốt (snapshot).",
        )
    if day > today():
        raise UsageError(f"Ngày {day.isoformat()} chưa đến.", f"{day.isoformat()} is in the future.", hint="Bỏ --on để tính đến hôm nay.")
    return day


def _placed(row: Any, doors: Any, waiting: Sequence[Any]) -> Placed:  # noqa: ANN401 - rows of the statements above
    """Return a commune's line with its province.

    A row that did not enter says nothing of a commune outside the province of its batch: that province hands it over itself.
    """
    own = [each for each in waiting if each["province_code"] in (None, row["province_code"])]
    known = row["baseline_households"] is not None
    base = None
    if known:
        base = Baseline(
            row["baseline_households"], row["baseline_estimated"], row["baseline_method"], row["baseline_source"],
            row["baseline_counted_on"],
        )  # fmt: skip
    counts = {name: sum(each[name] for each in own) if name in _WAITING else doors[name] if doors else 0 for name in COUNTS}
    line = CoverageLine(
        "commune", row["code"], row["name"], **counts, unplaced=0, baseline=base,
        coded_with_baseline=counts["households_coded"] if known else 0, baseline_missing=0 if known else 1,
        approximate_area=row["approximate"],
    )  # fmt: skip
    return Placed(row["province_code"], row["unit_id"], line)


def _provinces(counted: Figures) -> tuple[CoverageLine, ...]:
    by_province: dict[str, list[CoverageLine]] = defaultdict(list)
    for each in counted.communes:
        by_province[each.province_code].append(each.line)
    return tuple(
        total_of("province", code, name, by_province[code], [rows for held, rows in counted.unplaced.items() if held == code])
        for code, name in counted.provinces.items()
    )


def total_of(level: str, code: str, name: str, lines: Sequence[CoverageLine], lost: Sequence[tuple[int, int]]) -> CoverageLine:
    """Add lines up and put the rows of unknown commune on top; ratios follow from the sums, never from other ratios."""
    counts = {name: sum(getattr(line, name) for line in lines) for name in COUNTS}
    counts["incomplete"] += sum(incomplete for incomplete, _ in lost)
    counts["rejected"] += sum(rejected for _, rejected in lost)
    return CoverageLine(
        level, code, name, **counts, unplaced=sum(map(sum, lost)) + sum(line.unplaced for line in lines),
        baseline=_sum_baselines([line.baseline for line in lines if line.baseline]),
        coded_with_baseline=sum(line.coded_with_baseline for line in lines),
        baseline_missing=sum(line.baseline_missing for line in lines), approximate_area=any(line.approximate_area for line in lines),
    )  # fmt: skip


def _sum_baselines(found: Sequence[Baseline]) -> Baseline | None:
    if not found:
        return None
    return Baseline(
        sum(each.households for each in found), any(each.estimated for each in found), "sum of communes",
        "; ".join(sorted({each.source for each in found})), max(each.counted_on for each in found),
    )  # fmt: skip


def _sources(communes: Sequence[CoverageLine]) -> tuple[str, ...]:
    found = {(line.baseline.source, line.baseline.counted_on) for line in communes if line.baseline}
    return tuple(f"{source} ({counted_on.isoformat()})" for source, counted_on in sorted(found))
