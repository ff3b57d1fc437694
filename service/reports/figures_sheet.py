"""Decides the sheet of figures: counts as numbers, every ratio and total a formula, `chưa rõ` where there is nothing to divide by."""

from typing import Any, Final

from registry.coverage import CoverageLine, CoverageReport, Ratio
from registry.coverage_words import HIDDEN, UNKNOWN
from service.reports.official_figures import LETTERS, rest_words, unit_word
from service.reports.sheet import Field, Sheet

NAME: Final = "Độ phủ"
# Column by key, in order; the letters are ratios, `expected` a sum of the three before it.
_KEYS: Final = (
    "place", "code", "name", "baseline", "estimated", "addresses", "households", "households_coded", "coded_with_baseline", "coded",
    "notified", "accepted", "incomplete", "rejected", "expected", "a", "b", "c", "over",
)  # fmt: skip
AT: Final = {key: place for place, key in enumerate(_KEYS)}
_COUNTS: Final = (
    "addresses", "households", "households_coded", "coded_with_baseline", "coded", "notified", "accepted", "incomplete", "rejected",
)  # fmt: skip
_OF: Final = {"a": ("households_coded", "households"), "b": ("coded_with_baseline", "baseline"), "c": ("coded", "expected")}


def add_figures(book: Any, figures: CoverageReport, title: str, under: tuple[str, ...]) -> None:  # noqa: ANN401 - xlsxwriter has no types
    """Add the sheet: one row a unit, what no unit has in a row of its own, then the sums."""
    sheet = Sheet(book, NAME, title, _fields(figures), under)
    for place, line in enumerate(figures.lines, 1):
        sheet.write(_line(sheet, place, line))
    rest = {key: getattr(figures.total, key) - sum(getattr(line, key) for line in figures.lines) for key in _COUNTS}
    if any(rest.values()) and not figures.total.suppressed:
        sheet.write(_rest(sheet, rest, figures))
    last = sheet.row
    sheet.write(_total(sheet, figures), total=True)
    sheet.mark_above_one(AT[letter] for letter in LETTERS)
    sheet.sheet.autofilter(sheet.top - 1, 0, last - 1, len(_KEYS) - 1)
    sheet.area()


def _fields(figures: CoverageReport) -> tuple[Field, ...]:
    return (
        Field("STT", "A", 5, "text"), Field("Mã", "B", 8, "text"), Field(unit_word(figures).vi, "C", 34, "text"),
        Field("Hộ theo thống kê", "1", 12), Field("Ước tính", "~", 7, "text"), Field("Địa chỉ trong sổ", "2", 11),
        Field("Hộ có địa chỉ vật lý đã ghi", "3", 12), Field("Hộ có địa chỉ số", "4", 12),
        Field("Hộ có địa chỉ số, nơi có số thống kê", "5", 13), Field("Địa chỉ có mã", "6", 11), Field("Đã thông báo mã", "7", 11),
        Field("Bàn giao: đã nhận", "8", 11), Field("Bàn giao: còn thiếu", "9", 11), Field("Bàn giao: từ chối", "10", 11),
        Field("Địa chỉ dự kiến", "11 = 8+9+10", 12), Field("(a) Hộ có mã / hộ đã ghi", "12 = 4/3", 12, "share"),
        Field("(b) Hộ có mã / hộ thống kê", "13 = 5/1", 12, "share"), Field("(c) Địa chỉ có mã / dự kiến", "14 = 6/11", 12, "share"),
        Field("Trên 100 %", "D", 9, "text"),
    )  # fmt: skip


def _line(sheet: Sheet, place: int, line: CoverageLine) -> list[Any]:
    base = line.baseline
    known = [UNKNOWN if base is None else base.households, "~" if base and base.estimated else ""]
    if line.suppressed:
        return [str(place), line.code, line.name, *known, *[HIDDEN] * (len(_KEYS) - 5)]
    counts = [getattr(line, key) for key in _COUNTS]
    return [str(place), line.code, line.name, *known, *counts, _expected(sheet, line.expected), *_ratios(sheet, line), _over(sheet, line)]


def _rest(sheet: Sheet, rest: dict[str, int], figures: CoverageReport) -> list[Any]:
    expected = rest["accepted"] + rest["incomplete"] + rest["rejected"]
    return ["", "", rest_words(figures), None, "", *(rest[key] for key in _COUNTS), _expected(sheet, expected), None, None, None, ""]


def _total(sheet: Sheet, figures: CoverageReport) -> list[Any]:
    total = figures.total
    base = sheet.above(AT["baseline"])
    known: Any = (f'=IF(COUNT({base})=0,"{UNKNOWN}",SUM({base}))', total.baseline.households if total.baseline else UNKNOWN)
    if (total.baseline.households if total.baseline else 0) != sum(line.baseline.households for line in figures.lines if line.baseline):
        # A newer figure of the province's own, or former districts of another source: no sum of what stands above it.
        known = total.baseline.households if total.baseline else UNKNOWN
    if total.suppressed:
        return ["", total.code, f"Tổng số: {figures.name}", known, "", *[HIDDEN] * (len(_KEYS) - 5)]
    sums = [(f"=SUM({sheet.above(AT[key])})", getattr(total, key)) for key in _COUNTS]
    marked = "~" if total.baseline and total.baseline.estimated else ""
    expected = _expected(sheet, total.expected)
    return ["", total.code, f"Tổng số: {figures.name}", known, marked, *sums, expected, *_ratios(sheet, total), _over(sheet, total)]


def _expected(sheet: Sheet, value: int) -> tuple[str, int]:
    return f"=SUM({sheet.name(AT['accepted'])}:{sheet.name(AT['rejected'])})", value


def _ratios(sheet: Sheet, line: CoverageLine) -> list[tuple[str, float | str]]:
    return [_ratio(sheet, *_OF[letter], line.ratios[letter]) for letter in LETTERS]


def _ratio(sheet: Sheet, over: str, under: str, ratio: Ratio) -> tuple[str, float | str]:
    """Return a guarded division; N() makes the text `chưa rõ` a zero."""
    below = sheet.name(AT[under])
    formula = f'=IF(N({below})=0,"{UNKNOWN}",{sheet.name(AT[over])}/{below})'
    return formula, UNKNOWN if ratio.value is None else ratio.value


def _over(sheet: Sheet, line: CoverageLine) -> tuple[str, str]:
    cells = ",".join(f"N({sheet.name(AT[letter])})>1" for letter in LETTERS)
    return f'=IF(OR({cells}),"▲","")', "▲" if any(ratio.over_100 for ratio in line.ratios.values()) else ""
