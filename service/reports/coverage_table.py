"""Decides how coverage looks in a terminal: one line a commune, the total, then what every figure means and where it comes from."""

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from registry.coverage import CoverageLine, CoverageReport, Ratio
from registry.coverage_words import APPROXIMATE, source_words

# Vietnamese heading, English one beside it.
HEADINGS = (
    ("Mã", "Code"), ("Tên", "Name"), ("Hộ (điều tra)", "Baseline\nhouseholds"), ("Địa chỉ", "Addresses"), ("Có hộ", "With\nhouseholds"),
    ("Hộ đã ghi", "Households\nrecorded"), ("Có mã", "Coded"), ("Đã báo", "Notified"), ("(a)", "% of\nrecorded"), ("(b)", "% of\nbaseline"),
    ("(c)", "% of\nhand-over"),
)  # fmt: skip
_FEWEST_COLUMNS = 170


def print_coverage(report: CoverageReport, console: Console) -> None:
    """Print the whole report; a narrow terminal or a pipe gets lines as long as they need to be."""
    widen(console)
    table = Table(title=title(report), title_justify="left", pad_edge=False, show_footer=True)
    for place, ((vi, en), total) in enumerate(zip(HEADINGS, cells(report.total), strict=True)):
        heading = Text(vi, style="bold").append(f"\n{en}", style="dim not bold")
        table.add_column(heading, Text(total, style="bold"), justify="left" if place < 2 else "right", no_wrap=place > 0)  # noqa: PLR2004 - code and name
    for line in report.lines:
        table.add_row(*cells(line))
    console.print(table)
    for vi, en in footnotes(report):
        console.print(Text(vi).append(f"\n  {en}" if en else "", style="dim"), soft_wrap=True)


def widen(console: Console) -> None:
    """Give a table that goes to a pipe or a file the width that it needs."""
    if not console.is_terminal and console.width < _FEWEST_COLUMNS:
        console.width = _FEWEST_COLUMNS


def title(report: CoverageReport) -> str:
    """Return the heading of the report."""
    return f"Độ phủ địa chỉ số / Coverage: {report.name}, {report.on.isoformat()}"


def cells(line: CoverageLine) -> tuple[str, ...]:
    """Return the cells of a line in the order of HEADINGS; `–` for what is not known, never zero."""
    base = line.baseline
    ratios = line.ratios
    name = line.name if line.level == "commune" or not line.unplaced else f"{line.name} (gồm {line.unplaced} dòng chưa rõ xã)"
    return (
        line.code, name, "–" if base is None else ("~" if base.estimated else "") + count(base.households), count(line.addresses),
        count(line.household_addresses), count(line.households), count(line.coded), count(line.notified),
        *(percent(ratios[letter]) for letter in "abc"),
    )  # fmt: skip


def count(number: int) -> str:
    """Write a number the Vietnamese way: 1.234."""
    return f"{number:,}".replace(",", ".")


def percent(ratio: Ratio) -> str:
    """Write a ratio as a percentage with one decimal; never rounded up to 100, ▲ above 100, `–` without a denominator."""
    if ratio.value is None:
        return "–"
    return tenths(ratio.value) + (" ▲" if ratio.over_100 else "")


def tenths(value: float) -> str:
    """Write a fraction as a percentage with one decimal the Vietnamese way, `87,5`; one below 1 is never rounded up to 100."""
    shown = value * 100 if value >= 1 else min(value * 100, 99.9)
    return f"{shown:.1f}".replace(".", ",")


def footnotes(report: CoverageReport) -> Iterator[tuple[str, str]]:
    """Yield what stands under the table, Vietnamese and English: definitions, denominators, sources, notes."""
    for each in report.definitions:
        ratio = report.total.ratios[each.letter]
        of = "–" if ratio.denominator is None else count(ratio.denominator)
        yield f"({each.letter}) {each.vi} Tổng: {count(ratio.numerator)} / {of}.", each.en
    yield from report.notes
    if report.total.baseline_missing:
        missing = report.total.baseline_missing
        yield f"{missing} xã chưa có số hộ theo thống kê.", f"{missing} communes have no baseline."
    if report.total.approximate_area:
        yield APPROXIMATE
    sources = "; ".join(source_words(each)[0] for each in report.sources) or "–"
    sources_en = "; ".join(source_words(each)[1] for each in report.sources) or "–"
    yield (
        f"Nguồn số hộ: {sources}. Địa bàn: đơn vị có hiệu lực ngày {report.on.isoformat()}.",
        f"Households by: {sources_en}. Units in force that day.",
    )
