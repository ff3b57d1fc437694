"""Decides the tables of figures in an official report: the three definitions for the whole, how the units spread, one line a unit."""

from collections.abc import Sequence
from typing import Final

from registry.coverage import CoverageLine, CoverageReport, Ratio
from registry.coverage_words import HIDDEN, UNKNOWN
from service.reports.coverage_table import count
from service.reports.official_cells import flags, households, points, share
from service.reports.official_document import CENTRE, LEFT, Column, Paragraph, Table, Words

LETTERS: Final = ("a", "b", "c")
MEANINGS: Final = {
    "a": Words("(a) Hộ có địa chỉ số / hộ đã ghi", "households coded / recorded"),
    "b": Words("(b) Hộ có địa chỉ số / hộ thống kê", "households coded / by statistics"),
    "c": Words("(c) Địa chỉ có mã / địa chỉ dự kiến", "addresses coded / expected"),
}
# Lower bound of a class, its words; the first class whose bound is reached takes the unit.
_CLASSES: Final = (
    (1.0, Words("Đạt 100 %", "100 %")),
    (0.9, Words("Từ 90 % đến dưới 100 %", "90 % to below 100 %")),
    (0.5, Words("Từ 50 % đến dưới 90 %", "50 % to below 90 %")),
    (0.0, Words("Dưới 50 %", "below 50 %")),
)
_UNITS: Final = {
    "commune": Words("Xã, phường, đặc khu", "Commune"),
    "district": Words("Huyện cũ", "Former district"),
    "province": Words("Tỉnh, thành phố", "Province"),
}
_ABOVE: Final = Words("Trên 100 % (▲)", "above 100 %")
_SECRET: Final = Words(f"Không công bố ({HIDDEN})", "not published")
_NOT_KNOWN: Final = Words("Chưa rõ (không có mẫu số)", "unknown, no denominator")


def unit_word(figures: CoverageReport) -> Words:
    """Return what the lines of a report are; a report without lines is of communes."""
    level = figures.lines[0].level if figures.lines else "commune"
    return _UNITS.get(level, _UNITS["commune"])


def whole(figures: CoverageReport, before: CoverageReport | None, before_name: str) -> Table:
    """Return the three definitions for the whole, beside those of the period before where it was frozen."""
    columns = [
        Column(Words("Định nghĩa", "definition"), "A", 4.4, LEFT), Column(Words("Tử số", "numerator"), "1", 1.9),
        Column(Words("Mẫu số", "denominator"), "2", 1.9), Column(Words("Tỷ lệ", "ratio"), "3 = 1/2", 2),
    ]  # fmt: skip
    if before:
        columns += [
            Column(Words(f"Kỳ trước ({before_name})", "before"), "4", 2.1),
            Column(Words("Tăng, giảm (điểm %)", "change"), "5 = 3 − 4", 1.9),
        ]
    rows = tuple(_whole_row(letter, figures, before) for letter in LETTERS)
    return Table(Words("Tỷ lệ theo ba định nghĩa", "The three definitions"), tuple(columns), rows)


def _whole_row(letter: str, figures: CoverageReport, before: CoverageReport | None) -> tuple[str, ...]:
    ratio = figures.total.ratios[letter]
    if figures.total.suppressed:
        return (
            MEANINGS[letter].vi,
            HIDDEN,
            households(figures.total.baseline) if letter == "b" else HIDDEN,
            *(HIDDEN,) * (3 if before else 1),
        )
    of = UNKNOWN if ratio.denominator is None else count(ratio.denominator)
    if letter == "b":
        of = households(figures.total.baseline)
    cells = (MEANINGS[letter].vi, count(ratio.numerator), of, share(ratio))
    if before is None:
        return cells
    earlier = before.total.ratios[letter]
    known = ratio.value is not None and earlier.value is not None
    return (
        *cells,
        HIDDEN if before.total.suppressed else share(earlier),
        points((ratio.value or 0) - (earlier.value or 0) if known else None),
    )


def spread(figures: CoverageReport) -> Table:
    """Return how many units stand in each class of each definition; the classes of a definition add up to all units."""
    words = unit_word(figures)
    columns = (
        Column(Words("Mức đạt", "class"), "A", 4, LEFT),
        *(Column(Words(f"Định nghĩa ({letter})", f"definition {letter}"), str(place), 2) for place, letter in enumerate(LETTERS, 1)),
    )
    found = {letter: [_SECRET if line.suppressed else class_of(line.ratios[letter]) for line in figures.lines] for letter in LETTERS}
    classes = (_ABOVE, *(each for _, each in _CLASSES), _NOT_KNOWN, *((_SECRET,) if figures.public else ()))
    rows = tuple((each.vi, *(count(found[letter].count(each)) for letter in LETTERS)) for each in classes)
    total = ("Tổng số", *(count(len(figures.lines)) for _ in LETTERS))
    title = Words(f"Số {words.vi.lower()} theo mức đạt", f"{words.en}s by class")
    return Table(title, columns, (*rows, total), totals=1)


def class_of(ratio: Ratio) -> Words:
    """Return the class of a ratio."""
    if ratio.value is None:
        return _NOT_KNOWN
    if ratio.over_100:
        return _ABOVE
    return next(words for bound, words in _CLASSES if ratio.value >= bound)


def by_unit(figures: CoverageReport) -> Table:
    """Return one line a unit, the rows handed over without a known commune, and the total."""
    words = unit_word(figures)
    columns = (
        Column(Words("STT", "no."), "A", 0.9, CENTRE), Column(Words("Mã", "code"), "B", 1.35, CENTRE),
        Column(words, "C", 4.6, LEFT), Column(Words("Hộ theo thống kê", "households by statistics"), "1", 1.9),
        Column(Words("Địa chỉ trong sổ", "addresses"), "2", 1.7),
        Column(Words("Hộ có địa chỉ vật lý đã ghi", "households recorded"), "3", 2),
        Column(Words("Hộ có địa chỉ số", "households coded"), "4", 2), Column(Words("Địa chỉ có mã", "addresses coded"), "5", 1.7),
        Column(Words("Đã thông báo mã", "notified"), "6", 1.7), Column(Words("Địa chỉ dự kiến", "expected"), "7", 1.7),
        Column(Words("Định nghĩa (a)", "of recorded"), "8 = 4/3", 1.75), Column(Words("Định nghĩa (b)", "of statistics"), "9 = 4/1", 1.75),
        Column(Words("Định nghĩa (c)", "of expected"), "10 = 5/7", 1.75), Column(Words("Ghi chú", "notes"), "D", 1.5, LEFT),
    )  # fmt: skip
    rows = [(str(place), line.code, line.name, *_counts(line), flags(line)) for place, line in enumerate(figures.lines, 1)]
    lost = figures.total.expected - sum(line.expected for line in figures.lines)
    if lost and not figures.total.suppressed:
        rows.append(("", "", rest_words(figures), *("",) * 6, count(lost), *("",) * 4))
    total = ("", figures.total.code, f"Tổng số: {figures.name}", *_counts(figures.total), flags(figures.total))
    return Table(Words(""), columns, (*rows, total), totals=1)


def rest_words(figures: CoverageReport) -> str:
    """Say what makes the total more than the lines: rows of no known commune, and for the public what is hidden or rounded."""
    return "Không công bố, chưa rõ xã hoặc làm tròn" if figures.public else "Dòng bàn giao chưa rõ xã"


def _counts(line: CoverageLine) -> tuple[str, ...]:
    if line.suppressed:
        return (households(line.baseline), *(HIDDEN,) * 9)
    counted = (line.addresses, line.households, line.households_coded, line.coded, line.notified, line.expected)
    return (households(line.baseline), *map(count, counted), *(share(line.ratios[letter]) for letter in LETTERS))


def above(figures: CoverageReport) -> Paragraph | None:
    """Return the sentence that names the units above 100 % and says why that happens; None where there is none."""
    named = {letter: [line.name for line in figures.lines if line.ratios[letter].over_100] for letter in LETTERS}
    said = "; ".join(f"định nghĩa ({letter}): {listed(names)}" for letter, names in named.items() if names)
    if not said:
        return None
    return Paragraph(Words(
        f"Trên 100 % (▲, giữ nguyên, không làm tròn về 100 %): {said}. Lý do thường gặp: số hộ thống kê cũ hơn sổ địa chỉ, hộ mới lập "
        "hoặc tách hộ, số ước tính của xã được chia; địa chỉ mới có mã ngoài đợt bàn giao. Cần đối chiếu với nguồn thống kê mới.",
        "Above 100 % (kept as it is): statistics older than the registry, new households, estimates, or codes issued outside hand-overs.",
    ))  # fmt: skip


def listed(names: Sequence[str], most: int = 12) -> str:
    """Return names in a row; those that do not fit are counted, and stand marked in the annex."""
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" và {rest} đơn vị khác (xem phụ lục)" if rest > 0 else "")
