"""Decides what coverage means here: three definitions, each with its denominator named, by commune, former district, province and in all.

The ministry's indicator (QĐ 689/QĐ-BTTTT, row 8) names no formula, so none of the three is hidden. A missing denominator gives no
figure, never zero; a figure above 100 % is shown, flagged and explained, never capped.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final, Literal

from sqlalchemy.orm import Session

from registry.coverage_baseline import Choice, choice_of
from registry.coverage_figures import COUNTS, KEPT, NOTHING, SQL, DayFigures, Figures, added, count_day, split_units, summed, waiting
from registry.coverage_line import Baseline, CoverageLine, Ratio, sum_baselines
from registry.coverage_words import DEFINITIONS, DISTRICT_NOTES, DISTRICT_UNKNOWN, LADDER_NOTE, NOTES, Definition
from registry.errors import UsageError
from registry.ladder import RUNG_WORDS, Ladders
from registry.periods import today
from registry.sqlfile import statement
from registry.units import current_province

__all__ = ["TODAYS_MAP_SINCE", "Baseline", "By", "CoverageLine", "CoverageReport", "Ratio", "coverage", "whole_country"]

By = Literal["commune", "district", "province"]
TODAYS_MAP_SINCE: Final = date(2025, 7, 1)
COUNTRY: Final = "Cả nước"
NOT_REHOMED: Final = "(đã đổi địa giới, chưa phân lại)"


@dataclass(frozen=True)
class CoverageReport:
    """Coverage on a day: one line a unit of the level `by`, the total, definitions, sources, notes; `public` hides small figures.

    `counted`: the figures of the whole country, where they were counted for this report; what may be public of it depends on them.
    """

    province_code: str | None
    name: str
    on: date
    lines: tuple[CoverageLine, ...]
    total: CoverageLine
    definitions: tuple[Definition, ...]
    notes: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]
    by: By = "commune"
    public: bool = False
    counted: DayFigures | None = field(default=None, repr=False, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {
            "province_code": self.province_code, "name": self.name, "on": self.on.isoformat(), "by": self.by, "public": self.public,
            "geography": f"units in force on {self.on.isoformat()}", "total": self.total.to_dict(),
            "lines": [line.to_dict() for line in self.lines],
            "definitions": {each.letter: {"vi": each.vi, "en": each.en} for each in self.definitions},
            "ladder_words": {rung: {"vi": vi, "en": en} for rung, vi, en in RUNG_WORDS},
            "sources": list(self.sources), "notes": [{"vi": vi, "en": en} for vi, en in self.notes],
        }  # fmt: skip


@dataclass(frozen=True)
class _Part:
    """A line in the making: its figures still plain numbers, so that thousands add up quickly."""

    level: str
    code: str
    name: str
    province: str
    figures: Figures
    incomplete: int = 0
    rejected: int = 0
    unplaced: int = 0
    baseline: Baseline | None = None
    coded_with_baseline: int = 0
    missing: int = 0
    approximate: bool = False

    def line(self) -> CoverageLine:
        counts: dict[str, Any] = {name: self.figures[name] for name in COUNTS}
        return CoverageLine(
            self.level, self.code, self.name, **counts, incomplete=self.incomplete, rejected=self.rejected, unplaced=self.unplaced,
            baseline=self.baseline, coded_with_baseline=self.coded_with_baseline, baseline_missing=self.missing,
            approximate_area=self.approximate, ladders=Ladders.of(self.figures), unknown_unit=self.level == "district" and not self.code,
            province_code=self.province,
        )  # fmt: skip


def coverage(
    session: Session, province_code: str | None, on: date | None = None, *, by: By | None = None, baseline: str | None = None,
    anew: bool = False,
) -> CoverageReport:  # fmt: skip
    """Tell coverage on a day (today in Vietnam when None), of one province or of the country.

    `by` is the level of the lines: communes of a province and provinces of the country when None; former districts on request.
    `baseline` chooses the denominator of (b): a source by its text, or the latest day of counting (ISO). `anew` counts the doors
    themselves for today too, where the kept counts say the same at once.

    NotFoundError for a code that is no province today (it names what an old one became) or an unknown source; UsageError for a day before
    2025-07-01 or one to come.
    """
    day = checked_day(on)
    province = current_province(session, province_code) if province_code is not None else None
    code = province.code if province else None
    level: By = by or ("commune" if province else "province")
    kept = day == today() and not anew
    counters = KEPT if kept else count_day(session, day)
    rows = waiting(session, day, kept=kept)
    given = {"day": day, **choice_of(session, baseline).given()}
    # What was counted from the doors is summed for the whole country, so that `coverage_public` need not count it again.
    figures = summed(session, counters, day, code if kept else None, districts=level == "district")
    communes = _communes(session, {**given, "province": code}, figures.communes, rows)
    provinces = _provinces(session, given, communes, rows)
    if province:
        provinces = [each for each in provinces if each.code == code]
        total = provinces[0]
    else:
        total = _country(provinces, rows)
    if level == "district":
        parts = _districts(session, {**given, "province": code}, _by_district(figures), rows, provinces)
    else:
        parts = communes if level == "commune" else provinces
    report = _report(day, level, parts, total, parts if level != "province" else [*communes, *provinces])
    return replace(report, counted=None if kept else figures)


def _by_district(figures: DayFigures) -> dict[tuple[str, str], Figures]:
    """Return figures by today's province and former district."""
    shares: dict[tuple[str, str], list[Figures]] = defaultdict(list)
    for (home, district, _), each in figures.districts.items():
        shares[home, district].append(each)
    return {key: added(each) for key, each in shares.items()}


def whole_country(
    session: Session, day: date, moment: datetime | None = None, *, loaded_by: datetime | None = None
) -> tuple[CoverageReport, CoverageReport]:
    """Count the country once, by commune and by province: from the kept counts, or as the registry stood just before a moment.

    `loaded_by` leaves out the baselines of files that were loaded later.
    """
    counters, given = (count_day(session, day, moment) if moment else KEPT), {"day": day, **Choice(loaded_by=loaded_by).given()}
    rows = waiting(session, day, kept=moment is None, moment=moment)
    communes = _communes(session, {"province": None, **given}, summed(session, counters, day).communes, rows)
    provinces = _provinces(session, given, communes, rows)
    total = _country(provinces, rows)
    known = [*communes, *provinces]
    return _report(day, "commune", communes, total, known), _report(day, "province", provinces, total, known)


def _report(day: date, level: By, parts: Sequence[_Part], total: _Part, known: Sequence[_Part]) -> CoverageReport:
    """Make a report of parts; `known` are those whose baselines are its sources."""
    notes = (*NOTES, LADDER_NOTE, *(DISTRICT_NOTES if level == "district" else ()))
    lines = tuple(each.line() for each in parts)
    return CoverageReport(total.code or None, total.name, day, lines, total.line(), DEFINITIONS, notes, _sources(known), level)


def _country(provinces: Sequence[_Part], rows: Sequence[Any]) -> _Part:
    lost = [row for row in rows if row["code"] is None and row["province_code"] is None]
    return _sum("country", "", COUNTRY, "", provinces, lost)


def checked_day(on: date | None) -> date:
    """Return the day, today in Vietnam when None; UsageError for a day before today's map or one to come."""
    day = on or today()
    if day < TODAYS_MAP_SINCE:
        raise UsageError(
            f"Chưa tính được độ phủ cho ngày {day.isoformat()}: trước 2025-07-01 là địa bàn cũ.",
            f"Coverage on {day.isoformat()} is not available: before 2025-07-01 the map was another one.",
            hint="Chọn ngày từ 2025-07-01; số liệu chốt theo kỳ của giai đoạn trước sẽ có khi có bản chốt (snapshot).",
        )
    if day > today():
        vi, en = f"Ngày {day.isoformat()} chưa đến.", f"{day.isoformat()} is in the future."
        raise UsageError(vi, en, hint="Bỏ --on để tính đến hôm nay.", page="Bỏ ngày để tính đến hôm nay.")
    return day


def _communes(session: Session, given: Mapping[str, Any], figures: Mapping[str, Figures], waiting_rows: Sequence[Any]) -> list[_Part]:
    """Return the communes of the day.

    A row that did not enter says nothing of a commune outside the province of its batch: that province hands it over itself.
    """
    by_code: dict[str, list[Any]] = defaultdict(list)
    for each in waiting_rows:
        if each["code"] is not None:
            by_code[each["code"]].append(each)
    found = []
    for row in session.execute(statement(SQL, "lines"), given).mappings():
        own = [each for each in by_code[row["code"]] if each["province_code"] in (None, row["province_code"])]
        counts, base = figures.get(row["code"], NOTHING), _baseline(row)
        found.append(_Part(
            "commune", row["code"], row["name"], row["province_code"], counts, sum(int(each["incomplete"]) for each in own),
            sum(int(each["rejected"]) for each in own), 0, base, counts["households_coded"] if base else 0, 0 if base else 1,
            row["approximate"],
        ))  # fmt: skip
    return found + _not_rehomed(session, figures, given)


def _not_rehomed(session: Session, figures: Mapping[str, Figures], given: Mapping[str, Any]) -> list[_Part]:
    """Return lines for the doors of units that are no more and that nobody has re-homed yet: they are not lost.

    Their households are in the denominators of the units which they may come to, hence in none of their own.
    """
    found = []
    for unit in split_units(session, figures, given["day"], given["province"]):
        own, name = figures[unit.code], f"{unit.name} {NOT_REHOMED}"
        found.append(_Part("commune", unit.code, name, unit.province_code, own, coded_with_baseline=own["households_coded"]))
    return found


def _provinces(session: Session, given: Mapping[str, Any], communes: Sequence[_Part], waiting_rows: Sequence[Any]) -> list[_Part]:
    """Sum the communes of each province; a figure of the province's own, newer than theirs, is its denominator."""
    by_province: dict[str, list[_Part]] = defaultdict(list)
    for each in communes:
        by_province[each.province].append(each)
    found = []
    for row in session.execute(statement(SQL, "provinces"), given).mappings():
        code, own = row["code"], _baseline(row)
        lost = [each for each in waiting_rows if each["code"] is None and each["province_code"] == code]
        part = _sum("province", code, row["name"], code, by_province[code], lost)
        if own and (part.baseline is None or own.counted_on > part.baseline.counted_on):
            part = replace(part, baseline=own, coded_with_baseline=part.figures["households_coded"], missing=0)
        found.append(part)
    return found


def _districts(
    session: Session, given: Mapping[str, Any], figures: Mapping[tuple[str, str], Figures], waiting_rows: Sequence[Any],
    provinces: Sequence[_Part],
) -> list[_Part]:  # fmt: skip
    """Return the former districts, and for each province what belongs to none that is known: never spread by a guess."""
    rows = list(session.execute(statement(SQL, "districts"), given).mappings())
    homes: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        for commune in row["communes"]:
            homes[commune].append(row["code"])
    held: dict[str, list[Any]] = defaultdict(list)
    for each in waiting_rows:
        if len(home := homes.get(each["code"] or "", [])) == 1:
            held[home[0]].append(each)
    found = [_district(row, figures.get((row["province_code"], row["code"]), NOTHING), held[row["code"]]) for row in rows]
    for province in provinces:
        known = [each for each in found if each.province == province.code]
        if (rest := _rest(province, known)) is not None:
            found.append(rest)
    return sorted(found, key=lambda each: (each.province, not each.code, each.code))


def _district(row: Any, figures: Figures, held: Sequence[Any]) -> _Part:  # noqa: ANN401 - a row of the statement
    base = _baseline(row)
    own = [each for each in held if each["province_code"] in (None, row["province_code"])]
    return _Part(
        "district", row["code"], row["name"], row["province_code"], figures, sum(int(each["incomplete"]) for each in own),
        sum(int(each["rejected"]) for each in own), 0, base, figures["households_coded"] if base else 0, row["missing"],
    )  # fmt: skip


def _rest(province: _Part, known: Sequence[_Part]) -> _Part | None:
    """Return what of a province belongs to no district that is known; None when nothing does."""
    taken = added([each.figures for each in known])
    left = {name: number - taken[name] for name, number in province.figures.items()}
    incomplete = province.incomplete - sum(each.incomplete for each in known)
    rejected = province.rejected - sum(each.rejected for each in known)
    if not (any(left.values()) or incomplete or rejected):
        return None
    return _Part("district", "", f"{DISTRICT_UNKNOWN} ({province.name})", province.code, left, incomplete, rejected, province.unplaced)


def _baseline(row: Any) -> Baseline | None:  # noqa: ANN401 - a row of the statements
    if row["baseline_households"] is None:
        return None
    return Baseline(
        int(row["baseline_households"]), row["baseline_estimated"], row["baseline_method"], row["baseline_source"],
        row["baseline_counted_on"],
    )  # fmt: skip


def _sum(level: str, code: str, name: str, province: str, parts: Sequence[_Part], unplaced: Sequence[Any]) -> _Part:
    """Add parts up and put the rows of unknown commune on top."""
    lost = (sum(int(row["incomplete"]) for row in unplaced), sum(int(row["rejected"]) for row in unplaced))
    return _Part(
        level, code, name, province, added([each.figures for each in parts]), sum(each.incomplete for each in parts) + lost[0],
        sum(each.rejected for each in parts) + lost[1], sum(each.unplaced for each in parts) + sum(lost),
        sum_baselines([each.baseline for each in parts if each.baseline]), sum(each.coded_with_baseline for each in parts),
        sum(each.missing for each in parts), any(each.approximate for each in parts),
    )  # fmt: skip


def _sources(parts: Sequence[_Part]) -> tuple[str, ...]:
    """Return the sources of the baselines with their days; a sum names those of its parts, which stand beside it."""
    found = {(base.source, base.counted_on) for each in parts if (base := each.baseline) and base.method != "sum of communes"}
    return tuple(f"{source} ({counted_on.isoformat()})" for source, counted_on in sorted(found))
