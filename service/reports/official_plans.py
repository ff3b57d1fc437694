"""Decides how an official report stands against the plans: targets of households with their state, the trend, the other indicators."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from registry.coverage_words import HIDDEN, UNKNOWN
from registry.infrastructure import IndicatorLine, IndicatorReport
from registry.target_status import FORMULA, STATES, TargetStatus
from registry.targets import Target
from registry.trends import Series
from service.reports.moments import Goal, Moment
from service.reports.official_cells import number, share_of
from service.reports.official_document import LEFT, Column, Points, Table, Words

_SENSES: Final = {"at_least": "≥", "at_most": "≤"}


def targets_table(statuses: Iterable[TargetStatus]) -> Table:
    """Return the targets of the plans, what was reached and how many households are missing."""
    columns = (
        Column(Words("Đơn vị", "unit"), "A", 3, LEFT), Column(Words("Năm", "year"), "1", 1), Column(Words("Chỉ tiêu", "target"), "2", 1.5),
        Column(Words("Kết quả", "result"), "3", 2), Column(Words("Trạng thái", "state"), "4", 3.4, LEFT),
        Column(Words("Còn thiếu (hộ)", "missing"), "5", 1.8),
    )  # fmt: skip
    rows = tuple(_target_row(each) for each in statuses)
    return Table(Words("So với chỉ tiêu của các kế hoạch", "Against the targets of the plans"), columns, rows)


def _target_row(status: TargetStatus) -> tuple[str, ...]:
    unknown = HIDDEN if status.state == "hidden" else UNKNOWN
    reached = unknown if status.value is None else f"{share_of(status.value)} ({status.target.definition})"
    short = "–" if status.state == "reached" else unknown if status.short is None else number(status.short)
    return (status.name, str(status.target.year), goal_words(status.target), reached, state_words(status), short)


def state_words(status: TargetStatus) -> str:
    """Say how a unit stands, and why where that is not plain."""
    vi = STATES[status.state][0]
    return vi + (f" ({status.why[0]})" if status.why[0] else "")


def plans(found: Iterable[Target]) -> Points:
    """Name the documents that targets come from, each once, then how on course is told."""
    said = dict.fromkeys(f"Căn cứ: {each.document}, {each.article}." for each in found)
    return Points((*(Words(each) for each in said), Words(*FORMULA)))


def goal_words(target: Target) -> str:
    """Write a target with its sense and measure: ≥ 90 %."""
    return f"{_SENSES[target.sense]}\u00a0{measured(target.value, target.measure)}"


def measured(value: float | None, measure: str) -> str:
    """Write a value in its measure; the unit of a percentage stands beside it, that of others in the table's own column."""
    if value is None:
        return UNKNOWN
    if measure == "%":
        return f"{number(value, 0 if value == int(value) else 1)}\u00a0%"
    return number(value, 0 if value == int(value) else 1)


def moments_of(series: Series) -> list[Moment]:
    """Return the ends of the frozen periods with the ratios of the whole, oldest first."""
    return [
        Moment(snapshot.label, snapshot.day, {letter: ratio.value for letter, ratio in point.line.ratios.items()})
        for snapshot, point in zip(series.periods, series.total.points, strict=True)
        if point is not None
    ]


def goals_of(found: Iterable[Target]) -> list[Goal]:
    """Return targets of households as points of the trend, each due at the end of its year; one point a year and value."""
    goals = {(each.due, each.value): Goal(each.due, each.value / 100, measured(each.value, "%")) for each in found}
    return [goals[key] for key in sorted(goals)]


def indicators_table(report: IndicatorReport) -> Table:
    """Return the other infrastructure indicators of the whole; why an unknown one is not known stands in its place."""
    columns = (
        Column(Words("Chỉ tiêu hạ tầng", "indicator"), "A", 5, LEFT), Column(Words("Đơn vị", "measure"), "B", 1.8, LEFT),
        Column(Words("Kết quả", "result"), "1", 1.8), Column(Words("Mục tiêu", "target"), "2", 1.8),
        Column(Words("Trạng thái", "state"), "3", 1.8, LEFT),
    )  # fmt: skip
    rows = tuple(_indicator_row(line) for line in whole_lines(report))
    return Table(Words(f"Hạ tầng bưu chính năm {report.year}", f"Postal infrastructure, {report.year}"), columns, rows)


def whole_lines(report: IndicatorReport) -> list[IndicatorLine]:
    """Return the lines of the whole: of the province, or of the country."""
    level = "province" if report.province_code else "country"
    return [line for line in report.lines if line.level == level]


def _indicator_row(line: IndicatorLine) -> tuple[str, ...]:
    goal = goal_words(line.target) if line.target else "–"
    state = STATES[line.state][0] if line.state in STATES else "–"
    return (line.vi, line.measure, measured(line.value, line.measure), goal, state)


def unknown_indicators(report: IndicatorReport) -> tuple[Points, ...]:
    """Return why indicators have no figure, each reason once with all of them, and the notes; nothing where all is plain."""
    reasons: dict[tuple[str, str], list[IndicatorLine]] = defaultdict(list)
    for line in whole_lines(report):
        if line.value is None and line.why:
            reasons[line.why].append(line)
    said = [
        Words(f"Chưa rõ, vì {vi}: {'; '.join(line.vi for line in lines)}.", f"Unknown: {en}.") for (vi, en), lines in reasons.items()
    ]  # fmt: skip
    found = (*said, *(Words(vi, en) for vi, en in report.notes))
    return (Points(found),) if found else ()
