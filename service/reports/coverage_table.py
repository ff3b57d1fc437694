"""Decides how coverage looks in a terminal: one line a commune, the total, then what every figure means and where it comes from."""

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from registry.coverage import CoverageLine, CoverageReport, Ratio
from registry.coverage_words import APPROXIMATE, HIDDEN, UNKNOWN, source_words
from registry.ladder import RUNG_WORDS

# Vietnamese heading, English one beside it.
HEADINGS = (
    ("Mã", "Code"), ("Tên", "Name"), ("Hộ (điều tra)", "Baseline\nhouseholds"), ("Địa chỉ", "Addresses"), ("Có hộ", "With\nhouseholds"),
    ("Hộ đã ghi", "Households\nrecorded"), ("Có mã", "Coded"), ("Đã báo", "Notified"), ("(a)", "% of\nrecorded"), ("(b)", "% of\nbaseline"),
    ("(c)", "% of\nhand-over"),
)  # fmt: skip
_FEWEST_COLUMNS = 190
_MOST_NAMED = 6


def print_coverage(report: CoverageReport, console: Console) -> None:
    """Print the whole report; a narrow terminal or a pipe gets lines as long as they need to be."""
    widen(console)
    table = Table(title=title(report), title_justify="left", pad_edge=False, show_footer=True)
    for place, ((vi, en), total) in enumerate(zip(HEADINGS, cells(report.total), strict=True)):
        heading = Text(vi, style="bold").append(f"\n{en}", style="dim not bold")
        table.add_column(heading, Text(total, style="bold"), justify="left" if place < 2 else "right", no_wrap=True)  # noqa: PLR2004 - code and name
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
    """Return the cells of a line in the order of HEADINGS; `chưa rõ` for what is not known, `‡` for what is hidden, never zero."""
    base = line.baseline
    ratios = line.ratios
    name = line.name if line.level == "commune" or not line.unplaced else f"{line.name} (gồm {line.unplaced} dòng chưa rõ xã)"
    households = UNKNOWN if base is None else ("~" if base.estimated else "") + count(base.households)
    if line.suppressed:
        return (line.code, name, households, *[HIDDEN] * (len(HEADINGS) - 3))
    return (
        line.code, name, households, count(line.addresses),
        count(line.household_addresses), count(line.households), count(line.coded), count(line.notified),
        *(percent(ratios[letter]) for letter in "abc"),
    )  # fmt: skip


def count(number: int) -> str:
    """Write a number the Vietnamese way: 1.234."""
    return f"{number:,}".replace(",", ".")


def percent(ratio: Ratio) -> str:
    """Write a ratio as a percentage with one decimal; never rounded up to 100, ▲ above 100, `chưa rõ` without a denominator."""
    if ratio.value is None:
        return UNKNOWN
    shown = ratio.value * 100
    if ratio.value < 1:
        shown = min(shown, 99.9)
    return f"{shown:.1f}".replace(".", ",") + (" ▲" if ratio.over_100 else "")


def footnotes(report: CoverageReport) -> Iterator[tuple[str, str]]:
    """Yield what stands under the table, Vietnamese and English: definitions, denominators, sources, notes."""
    for each in report.definitions:
        ratio = report.total.ratios[each.letter]
        of = UNKNOWN if ratio.denominator is None else count(ratio.denominator)
        sums = HIDDEN if report.total.suppressed else f"{count(ratio.numerator)} / {of}"
        yield f"({each.letter}) {each.vi} Tổng: {sums}.", each.en
    yield ladder_words(report.total)
    yield from report.notes
    yield from over_notes(report)
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


def ladder_words(line: CoverageLine) -> tuple[str, str]:
    """Word the rungs of a line: doors, of them households apart from other objects."""
    if line.suppressed:
        return f"Các bậc: {HIDDEN}.", "The ladder is not published."
    doors, homes, others = line.ladder.to_dict(), line.ladders.households.to_dict(), line.others.to_dict()
    vi = "; ".join(
        f"{word.lower()} {count(doors[rung])} (hộ {count(homes[rung])}, đối tượng khác {count(others[rung])})"
        for rung, word, _ in RUNG_WORDS
    )
    en = "; ".join(
        f"{word} {doors[rung]:,} doors ({homes[rung]:,} households, {others[rung]:,} other objects)" for rung, _, word in RUNG_WORDS
    )
    return f"Địa chỉ theo bậc: {vi}.", f"Doors by rung: {en}."


def over_notes(report: CoverageReport) -> Iterator[tuple[str, str]]:
    """Yield why lines are above 100 %: each reason once, with the units it is said of."""
    said: dict[tuple[str, str, str], list[str]] = {}
    for line in (*report.lines, report.total):
        for letter, vi, en in line.flags:
            if line.ratios[letter].over_100:
                said.setdefault((letter, vi, en), []).append(line.name)
    for (letter, vi, en), names in said.items():
        listed = ", ".join(names[:_MOST_NAMED]) + (f" … (+{len(names) - _MOST_NAMED})" if len(names) > _MOST_NAMED else "")
        yield f"▲ ({letter}) {listed}: {vi}", en
