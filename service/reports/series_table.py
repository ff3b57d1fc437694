"""Decides how series and differences look in a terminal: a unit a line, a period a column, what is an estimate marked."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from registry.carry import SeriesPoint
from registry.trends import Diff, Series
from service.reports.coverage_table import count, percent, widen

CARRIED = {
    "same": "", "whole": "+", "doors": "≡", "estimated": "~",
}  # fmt: skip
LEGEND = (
    "+ cộng từ các đơn vị cũ trọn vẹn; ≡ đếm lại theo xã hiện nay của từng địa chỉ; ~ ước tính một phần; – chưa rõ hoặc chưa có đơn vị.",
    "+ whole units added up; ≡ recounted by the doors' own communes of now; ~ an estimate in part; – unknown, or no such unit that day.",
)
_MAPS = {"today": "theo địa bàn hiện nay / on today's map", "day": "theo địa bàn của từng kỳ / on the map of the day"}


def print_series(series: Series, letter: str, console: Console) -> None:
    """Print one definition's ratio of every unit over the periods, with the households coded of the total."""
    widen(console)
    table = _table(f"Chuỗi số liệu ({letter}) / Series: {series.name}, {_MAPS[series.map]}")
    for snapshot in series.periods:
        table.add_column(f"{snapshot.label}\n{snapshot.day.isoformat()}", justify="right")
    for line in series.lines:
        table.add_row(line.code, line.name, *(ratio(point, letter) for point in line.points))
    table.add_section()
    table.add_row(series.total.code, series.total.name, *(ratio(point, letter) for point in series.total.points), style="bold")
    coded = (count(point.line.households_coded) if point else "–" for point in series.total.points)
    table.add_row("", "Hộ có địa chỉ số / households coded", *coded)
    console.print(table)
    _legend(console)


def print_diff(diff: Diff, console: Console) -> None:
    """Print both periods and what grew."""
    widen(console)
    table = _table(f"So sánh / Difference: {diff.name}, {diff.earlier.label} → {diff.later.label}, {_MAPS[diff.map]}")
    for heading in ("Hộ có mã\ncoded", "→", "±", "(a)", "→", "± điểm %", "(b)", "→", "± điểm %"):
        table.add_column(heading, justify="right")
    for line in (*diff.lines, diff.total):
        cells = [_count(line.before), _count(line.after), _signed(line.change("households_coded"))]
        for letter in "ab":
            grown = line.ratio_change(letter)
            points = "–" if grown is None else f"{100 * grown:+.1f}".replace(".", ",")
            cells += [ratio(line.before, letter), ratio(line.after, letter), points]
        table.add_row(line.code, line.name, *cells, style="bold" if line is diff.total else None)
    console.print(table)
    _legend(console)


def ratio(point: SeriesPoint | None, letter: str) -> str:
    """Return a ratio with the mark of how it was carried."""
    if point is None:
        return "–"
    mark = CARRIED[point.carried]
    return f"{mark} {percent(point.line.ratios[letter])}".strip()


def _table(title: str) -> Table:
    table = Table(title=title, title_justify="left", pad_edge=False)
    table.add_column("Mã\nCode")
    table.add_column("Tên\nName", no_wrap=True)
    return table


def _count(point: SeriesPoint | None) -> str:
    return count(point.line.households_coded) if point else "–"


def _signed(number: int | None) -> str:
    return "–" if number is None else ("+" if number > 0 else "") + count(number)


def _legend(console: Console) -> None:
    console.print(Text(LEGEND[0]).append(f"\n  {LEGEND[1]}"), style="dim", soft_wrap=True)
