"""Decides how the data of an official report become its document: which parts it has and in which order."""

from collections.abc import Iterable
from itertools import zip_longest
from typing import Final

from registry.coverage_words import HIDDEN
from service.reports.coverage_table import count
from service.reports.official_cells import households, share
from service.reports.official_charts import letter_of, map_of, moments, ranking_of, trend_of
from service.reports.official_data import Report, state_of, wanted_of
from service.reports.official_document import Blank, Block, Document, Figure, Paragraph, Points, Section, Words
from service.reports.official_figures import above, by_unit, spread, unit_word, whole
from service.reports.official_form import day_words, due_words, in_sentence, period_words, subject_of
from service.reports.official_ladder import ladder_table
from service.reports.official_notes import definitions, notes, sources
from service.reports.official_plans import indicators_table, plans, targets_table, unknown_indicators

_ROMAN: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")
_PLANS: Final = (
    "Thực hiện Quyết định số 654/QĐ-TTg ngày 30/5/2022 của Thủ tướng Chính phủ phê duyệt Chiến lược phát triển bưu chính đến năm 2025 "
    "và định hướng đến năm 2030 và Quyết định số 689/QĐ-BTTTT ngày 02/5/2024 của Bộ trưởng Bộ Thông tin và Truyền thông (chỉ tiêu 8: "
    "tỷ lệ hộ gia đình có địa chỉ vật lý được gắn địa chỉ số)"
)


def document_of(report: Report) -> Document:
    """Return the document of a report."""
    figures, issuer = report.figures, report.issuer
    year = report.printed_on.year
    return Document(
        superior=issuer.superior, issuer=issuer.name, number="Số: ………/BC-………",
        place_date=f"…………………, ngày …… tháng …… năm {year}", subject=subject_of(report.form, figures, report.period),
        addressee=issuer.addressee, due=due_words(report.form, report.period),
        sections=(*_numbered(_body(report)), *_annexes(report)), recipients=issuer.recipients, signer=issuer.signer,
        attached_to=f"(Kèm theo Báo cáo số ………/BC-……… ngày …… tháng …… năm {year})", footer=_footer(report),
        opening=(_opening(report),),
    )  # fmt: skip


def _footer(report: Report) -> str:
    when = period_words(report.form, report.figures.on, report.period).vi
    return f"Địa chỉ số, {in_sentence(report.figures.name)}, {when}. {state_of(report)}. Lập ngày {day_words(report.printed_on)}."


def _opening(report: Report) -> Paragraph:
    when = period_words(report.form, report.figures.on, report.period)
    return Paragraph(Words(
        f"{_PLANS}, đơn vị báo cáo kết quả {when.vi} như sau:",
        f"Report under decisions 654/QĐ-TTg and 689/QĐ-BTTTT (indicator 8), {when.en}.",
    ))  # fmt: skip


def _body(report: Report) -> list[tuple[Words, tuple[Block, ...]]]:
    figures = report.figures
    parts: list[tuple[Words, tuple[Block, ...]]] = [
        (Words("Kết quả chung", "Results"), tuple(_results(report))),
        (Words("So với chỉ tiêu và xu thế", "Targets and trend"), tuple(_plans(report))),
        (
            Words(f"Kết quả theo {unit_word(figures).vi.lower()}", f"Results by {unit_word(figures).en.lower()}"),
            tuple(each for each in (spread(figures), above(figures)) if each),
        ),
    ]
    if report.indicators:
        infrastructure: tuple[Block, ...] = (indicators_table(report.indicators), *unknown_indicators(report.indicators))
        parts.append((Words("Hạ tầng bưu chính", "Postal infrastructure"), infrastructure))
    parts.append((Words("Khó khăn, vướng mắc; kiến nghị, đề xuất", "Difficulties and proposals, to be filled in"), (Blank(5),)))
    return parts


def _numbered(parts: Iterable[tuple[Words, tuple[Block, ...]]]) -> Iterable[Section]:
    for number, (title, blocks) in zip(_ROMAN, parts, strict=False):
        yield Section(number, title, blocks)


def _results(report: Report) -> Iterable[Block]:
    yield _summary(report)
    yield whole(report.figures, report.before, report.before_name)
    if not report.figures.total.suppressed:
        yield ladder_table(report.figures.total.ladders)


def _summary(report: Report) -> Paragraph:
    total, ratios = report.figures.total, report.figures.total.ratios
    if total.suppressed:
        return Paragraph(Words(
            f"Số chung đến hết ngày {day_words(report.figures.on)} không công bố ({HIDDEN}), để không tính ngược được số của đơn vị có "
            f"từ 1 đến 4 hộ; số của các đơn vị khác ở Phụ lục I. {state_of(report)}.",
            "The totals are not published, lest a unit of 1 to 4 households be computed back.",
        ))  # fmt: skip
    where = in_sentence(report.figures.name) if report.figures.province_code else "cả nước"
    return Paragraph(Words(
        f"Đến hết ngày {day_words(report.figures.on)}, sổ địa chỉ của {where} có {count(total.addresses)} địa chỉ, trong đó "
        f"{count(total.coded)} địa chỉ có mã và {count(total.notified)} địa chỉ đã thông báo mã. Có {count(total.households)} hộ gia đình "
        f"có địa chỉ vật lý đã ghi, trong đó {count(total.households_coded)} hộ có địa chỉ số; tỷ lệ theo định nghĩa (a): "
        f"{share(ratios['a'])}. So với {households(total.baseline)} hộ theo nguồn thống kê, định nghĩa (b): {share(ratios['b'])}. "
        f"So với {count(total.expected)} địa chỉ dự kiến từ bàn giao, định nghĩa (c): {share(ratios['c'])}. {state_of(report)}.",
        f"Of {count(total.households)} households with a recorded physical address, {count(total.households_coded)} have a digital one.",
    ))  # fmt: skip


def _plans(report: Report) -> Iterable[Block]:
    if report.statuses:
        yield targets_table(report.statuses)
    else:
        yield Paragraph(Words(
            "Đơn vị chưa có chỉ tiêu riêng trong sổ; hình dưới so với chỉ tiêu của cả nước.",
            "No target of this unit is on file; the figure shows those of the country.",
        ))  # fmt: skip
    yield plans([each.target for each in report.statuses] or wanted_of(report))
    one = len(moments(report)) == 1
    words = Words(
        "Hình 1. Xu thế theo các kỳ đã chốt, so với chỉ tiêu" + ("; mới có một thời điểm, chưa thành xu thế" if one else ""),
        "Trend over the frozen periods, against the targets" + ("; one moment makes no trend yet" if one else ""),
    )
    yield Figure(trend_of(report).decode(), words, words.vi)


def _annexes(report: Report) -> Iterable[Section]:
    figures = report.figures
    words = unit_word(figures)
    parts: list[tuple[Words, tuple[Block, ...], bool]] = [
        (Words(f"Số liệu theo {words.vi.lower()}", f"Figures by {words.en.lower()}"), (by_unit(figures),), True),
        (Words("Bản đồ và xếp hạng", "Map and ranking"), tuple(_charts(report)), False),
        (Words("Định nghĩa, nguồn số liệu, ghi chú", "Definitions, sources, notes"), _explained(report), False),
    ]
    for number, (title, blocks, wide) in zip(_ROMAN, parts, strict=False):
        yield Section(f"Phụ lục {number}", title, blocks, annex=True, wide=wide)


def _charts(report: Report) -> Iterable[Block]:
    letter, words = letter_of(report.figures), unit_word(report.figures).vi.lower()
    if report.areas and report.areas.drawn:
        said = report.areas.caption
        caption = Words(f"Hình 2. Bản đồ theo {words}, định nghĩa ({letter}); số trên bản đồ là số thứ tự ở Phụ lục I. {said.vi}", said.en)
        yield Figure(map_of(report, letter).decode(), caption, caption.vi)
    elif report.areas:
        yield Paragraph(report.areas.caption)
    ranked = Words(f"Hình 3. Xếp hạng {words} theo định nghĩa ({letter})", "Ranking")
    yield Figure(ranking_of(report, letter).decode(), ranked, ranked.vi)


def _explained(report: Report) -> tuple[Block, ...]:
    titles = (Words("1. Ba định nghĩa", "Definitions"), Words("2. Nguồn số liệu", "Sources"), Words("3. Ghi chú", "Notes"))
    lists = (definitions(report.figures), sources(report.figures), notes(report.figures))
    heads = [Paragraph(each, strong=True) for each in titles]
    pairs: Iterable[tuple[Paragraph, Points]] = zip_longest(heads, lists)
    return tuple(block for pair in pairs for block in pair)
