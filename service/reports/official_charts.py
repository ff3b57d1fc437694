"""Decides which charts a report of coverage has and what they are called; the same ones stand alone by `diachiso report chart`."""

from typing import Final

from registry.coverage import CoverageReport
from registry.errors import RefusedError
from service.reports.chart_map import map_chart
from service.reports.chart_paper import ChartFormat
from service.reports.chart_ranking import ranking_chart
from service.reports.chart_trend import trend_chart
from service.reports.moments import Moment
from service.reports.official_data import Report, wanted_of
from service.reports.official_figures import LETTERS, unit_word
from service.reports.official_form import day_words, in_sentence
from service.reports.official_plans import goals_of, moments_of

SHORT: Final = {
    "a": "hộ có địa chỉ số / hộ đã ghi", "b": "hộ có địa chỉ số / hộ thống kê", "c": "địa chỉ có mã / địa chỉ dự kiến",
}  # fmt: skip


def letter_of(figures: CoverageReport) -> str:
    """Return the definition that tells units apart best: by statistics where they are known, for (a) sees no household not yet recorded."""
    return "b" if figures.total.ratios["b"].value is not None else "a"


def title_of(what: str, figures: CoverageReport, letter: str) -> str:
    """Return the title of a chart: what, which definition, where, when."""
    where = in_sentence(figures.name)
    return f"{what}, định nghĩa ({letter}): {SHORT[letter]}\n{where[0].upper()}{where[1:]}, {day_words(figures.on)}"


def map_of(report: Report, letter: str, form: ChartFormat = "svg") -> bytes:
    """Return the map of the units of a report; RefusedError where no area is known."""
    figures = report.figures
    if report.areas is None or not report.areas.drawn:
        raise RefusedError("Chưa có ranh giới để vẽ bản đồ.", "No areas are known.", hint="Nạp ranh giới: diachiso units boundaries")
    ratios = {line.code: line.ratios[letter] for line in figures.lines}
    title = title_of(f"Bản đồ theo {unit_word(figures).vi.lower()}", figures, letter)
    return map_chart(report.areas, ratios, title, form, hidden=figures.public)


def ranking_of(report: Report, letter: str, form: ChartFormat = "svg") -> bytes:
    """Return the ranking of the units of a report, against the newest target of households."""
    figures = report.figures
    goals = goals_of(wanted_of(report))
    title = title_of(f"Xếp hạng {unit_word(figures).vi.lower()}", figures, letter)
    return ranking_chart(figures.lines, letter, title, form, target=goals[-1].value if goals else None)


def trend_of(report: Report, form: ChartFormat = "svg") -> bytes:
    """Return the trend of the whole against the targets of households."""
    return trend_chart(moments(report), goals_of(wanted_of(report)), f"Xu thế và chỉ tiêu, {in_sentence(report.figures.name)}", form)


def moments(report: Report) -> list[Moment]:
    """Return the frozen periods up to the report's day; its own figures come last where they are not frozen."""
    figures = report.figures
    found = [each for each in moments_of(report.series) if each.day <= figures.on] if report.series else []
    if report.frozen:
        return found
    return [*found, Moment(day_words(figures.on), figures.on, {letter: figures.total.ratios[letter].value for letter in LETTERS})]


def chart_of(report: Report, what: str, letter: str | None, form: ChartFormat) -> bytes:
    """Return one chart of a report: `map`, `ranking` or `trend`."""
    if what == "trend":
        return trend_of(report, form)
    return (map_of if what == "map" else ranking_of)(report, letter or letter_of(report.figures), form)
