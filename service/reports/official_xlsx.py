"""Decides the official workbook: figures with formulas, the ladder, targets, trend and indicators, definitions, sources and notes."""

import io
from collections.abc import Iterable
from typing import Any, Final

import xlsxwriter

from registry.coverage import CoverageReport
from registry.coverage_words import HIDDEN, UNKNOWN
from registry.ladder import RUNG_WORDS
from registry.target_status import STATES
from registry.targets import INDICATORS
from service.reports.figures_sheet import add_figures
from service.reports.official_data import Report, state_of
from service.reports.official_document import Points
from service.reports.official_figures import above, unit_word
from service.reports.official_form import due_words, subject_of
from service.reports.official_ladder import KINDS, steps
from service.reports.official_notes import definitions, notes, sources
from service.reports.official_plans import goal_words, measured, moments_of, state_words
from service.reports.sheet import Field, Sheet, prose

_AS_TEXT: Final = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def official_xlsx(report: Report) -> bytes:
    """Return the workbook's bytes."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _AS_TEXT) as book:
        subject = subject_of(report.form, report.figures, report.period).vi.replace("\n", " ")
        book.set_properties({"title": f"Báo cáo: {subject}", "created": None})
        book.set_calc_mode("auto")
        add_figures(book, report.figures, f"BÁO CÁO: {subject}", tuple(_under(report)))
        _ladder(book, report.figures)
        _targets(book, report)
        _trend(book, report)
        _indicators(book, report)
        prose(book, "Định nghĩa", "Ba định nghĩa của tỷ lệ / The three definitions", _pairs(definitions(report.figures)))
        said = [*_pairs(sources(report.figures)), *_pairs(notes(report.figures))]
        if over := above(report.figures):
            said.append((over.words.vi, over.words.en))
        prose(book, "Nguồn và ghi chú", "Nguồn số liệu và ghi chú / Sources and notes", said)
    return out.getvalue()


def _under(report: Report) -> Iterable[str]:
    issuer = report.issuer
    yield f"{issuer.superior.replace(chr(10), ' ')} – {issuer.name}"
    yield state_of(report) + (f". {due.vi}" if (due := due_words(report.form, report.period)).vi else "")


def _pairs(points: Points) -> list[tuple[str, str]]:
    return [(item.vi, item.en) for item in points.items]


def _ladder(book: Any, figures: CoverageReport) -> None:  # noqa: ANN401 - xlsxwriter has no types
    names = (Field("STT", "A", 5, "text"), Field("Mã", "B", 8, "text"), Field(unit_word(figures).vi, "C", 34, "text"))
    heads = [f"{kind.vi}: {vi.lower()}" for _, kind in KINDS for _, vi, _ in RUNG_WORDS]
    sheet = Sheet(book, "Bậc thang", "Bậc thang từ thu thập đến gắn biển / The ladder", (*names, *(Field(head, "", 11) for head in heads)))
    for place, line in enumerate(figures.lines, 1):
        sheet.write([str(place), line.code, line.name, *([HIDDEN] * len(heads) if line.suppressed else steps(line.ladders))])
    sums: list[Any] = [(f"=SUM({sheet.above(column)})", value) for column, value in enumerate(steps(figures.total.ladders), 3)]
    if figures.total.suppressed:
        sums = [HIDDEN] * len(heads)
    sheet.write(["", figures.total.code, f"Tổng số: {figures.name}", *sums], total=True)
    sheet.area()


def _targets(book: Any, report: Report) -> None:  # noqa: ANN401 - xlsxwriter has no types
    fields = (
        Field("Đơn vị", "A", 24, "text"), Field("Chỉ tiêu", "B", 26, "text"), Field("Năm", "C", 7, "text"),
        Field("Mục tiêu", "D", 12, "text"), Field("Kết quả", "1 = 2/3", 12, "share"), Field("Định nghĩa", "E", 9, "text"),
        Field("Tử số", "2", 12), Field("Mẫu số", "3", 12), Field("Trạng thái", "F", 16, "text"), Field("Còn thiếu", "4", 12),
        Field("Căn cứ", "G", 40, "text"),
    )  # fmt: skip
    sheet = Sheet(book, "Chỉ tiêu", "So với chỉ tiêu của các kế hoạch / Targets of the plans", fields)
    for each in report.statuses:
        target = each.target
        unknown = HIDDEN if each.state == "hidden" else UNKNOWN
        result = unknown if each.value is None else (f"={sheet.name(6)}/{sheet.name(7)}", each.value)
        sheet.write([
            each.name, INDICATORS[target.indicator][0], str(target.year), goal_words(target), result, target.definition,
            each.numerator, each.denominator, state_words(each), each.short, f"{target.document}, {target.article}",
        ])  # fmt: skip
    sheet.area()


def _trend(book: Any, report: Report) -> None:  # noqa: ANN401 - xlsxwriter has no types
    if not report.series or not report.series.periods:
        return
    fields = (
        Field("Kỳ", "A", 14, "text"),
        Field("Ngày", "B", 12, "text"),
        *(Field(f"({letter})", letter, 10, "share") for letter in "abc"),
    )
    sheet = Sheet(book, "Xu thế", "Xu thế theo các kỳ đã chốt / Trend over the frozen periods", fields)
    for moment in moments_of(report.series):
        sheet.write([moment.name, f"{moment.day:%d/%m/%Y}", *(moment.ratios.get(letter) for letter in "abc")])
    sheet.area()


def _indicators(book: Any, report: Report) -> None:  # noqa: ANN401 - xlsxwriter has no types
    if not report.indicators:
        return
    fields = (
        Field("Mã", "A", 8, "text"), Field("Đơn vị", "B", 30, "text"), Field("Chỉ tiêu hạ tầng", "C", 38, "text"),
        Field("Đo bằng", "D", 14, "text"), Field("Kết quả", "1", 12, "text"), Field("Mục tiêu", "2", 12, "text"),
        Field("Trạng thái", "E", 16, "text"), Field("Vì sao chưa rõ; nguồn", "F", 50, "text"),
    )  # fmt: skip
    sheet = Sheet(book, "Hạ tầng", f"Hạ tầng bưu chính năm {report.indicators.year} / Postal infrastructure", fields)
    for line in report.indicators.lines:
        why = line.why[0] if line.why else "; ".join(line.sources)
        goal = goal_words(line.target) if line.target else ""
        state = STATES[line.state][0] if line.state in STATES else ""
        sheet.write([line.code, line.name, line.vi, line.measure, measured(line.value, line.measure), goal, state, why])
    sheet.area()
