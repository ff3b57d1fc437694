"""Decides how units are ranked by coverage: bars from the highest down; of a long list the ends, and how many stand between them."""

from collections.abc import Sequence
from typing import Final

from matplotlib.axes import Axes

from registry.coverage import CoverageLine
from service.reports.chart_paper import ABOVE_HATCH, INK, PALE, RAMP, RULE, ChartFormat, paper, printed
from service.reports.official_cells import share, share_of

# So many bars stand under each other on a page of A4; a longer list shows as many of its two ends.
_MOST: Final = 24
_WIDTH_MM, _BAR_MM, _FRAME_MM = 165, 4.6, 26
_LONGEST_NAME: Final = 26
_MM_AN_INCH: Final = 25.4
_LOWEST_SCALE, _TARGET_IN_SIGHT, _ROOM_FOR_WORDS = 0.01, 1.4, 1.32

_BEHIND: Final = {"boxstyle": "square,pad=0.05", "facecolor": "white", "edgecolor": "none"}

Ranked = tuple[int, CoverageLine]


def ranking_chart(
    lines: Sequence[CoverageLine], letter: str, title: str, form: ChartFormat = "svg", *, target: float | None = None
) -> bytes:
    """Return the bars of one definition; `target` (a fraction) is drawn as a line. Units without a figure are only counted."""
    ranked = ranking(lines, letter)
    columns = panels(ranked)
    tallest = max([len(column) for column in columns] + [1])
    with paper(_WIDTH_MM, _FRAME_MM + tallest * _BAR_MM) as figure:
        grid = figure.subplots(1, len(columns), squeeze=False)[0]
        highest = max([ratio_of(line, letter) for _, line in ranked] + [_LOWEST_SCALE])
        # A target far above every bar would make the bars disappear; then it is told in words.
        near = target if target is not None and target <= highest * _TARGET_IN_SIGHT else None
        for axes, column in zip(grid, columns, strict=True):
            _bars(axes, column, letter, max(highest, near or 0) * _ROOM_FOR_WORDS, near, tallest)
        _words(grid, ranked, columns, len(lines))
        _explain(grid, target, near)
        figure.suptitle(title, fontsize=9, fontweight="bold", y=0.995, va="top")
        height = _FRAME_MM + tallest * _BAR_MM
        figure.subplots_adjust(left=0.26, right=0.985, top=1 - 15 / height, bottom=10 / height, wspace=0.85)
        return printed(figure, form, title=title, name="rank")


def ranking(lines: Sequence[CoverageLine], letter: str) -> list[Ranked]:
    """Return the units that have a figure, highest first, with their place; equal figures share a place."""
    known = sorted((line for line in lines if line.ratios[letter].value is not None), key=lambda line: (-ratio_of(line, letter), line.code))
    ranked: list[Ranked] = []
    for number, line in enumerate(known, 1):
        same = bool(ranked) and ratio_of(ranked[-1][1], letter) == ratio_of(line, letter)
        ranked.append((ranked[-1][0] if same else number, line))
    return ranked


def panels(ranked: Sequence[Ranked]) -> list[list[Ranked]]:
    """Return one column of bars, or two: the halves of a list, or its ends where it is long."""
    if len(ranked) <= _MOST:
        return [list(ranked)]
    if len(ranked) <= 2 * _MOST:
        half = (len(ranked) + 1) // 2
        return [list(ranked[:half]), list(ranked[half:])]
    return [list(ranked[:_MOST]), list(ranked[-_MOST:])]


def ratio_of(line: CoverageLine, letter: str) -> float:
    """Return the ratio of a line that has one."""
    return line.ratios[letter].value or 0.0


def _bars(axes: Axes, column: Sequence[Ranked], letter: str, most: float, target: float | None, tallest: int) -> None:
    values = [ratio_of(line, letter) for _, line in column]
    bars = axes.barh(range(len(column)), values, height=0.68, color=RAMP[3], edgecolor=INK, linewidth=0.3)
    for bar, (_, line) in zip(bars, column, strict=True):
        ratio = line.ratios[letter]
        if ratio.over_100:
            bar.set(hatch=ABOVE_HATCH, facecolor=RAMP[2])
        axes.text(bar.get_width() + most * 0.015, bar.get_y() + bar.get_height() / 2, share(ratio), va="center", fontsize=6.5, bbox=_BEHIND)
    axes.set_yticks(range(len(column)), [f"{place}. {_short(line.name)}" for place, line in column], fontsize=6.8)
    axes.set(xlim=(0, most), ylim=(tallest - 0.4, -0.6), xticks=[])
    axes.tick_params(axis="y", length=0)
    axes.spines["bottom"].set_visible(False)
    axes.spines["left"].set_color(RULE)
    if target is not None:
        axes.axvline(target, color=INK, linewidth=0.8, linestyle=(0, (4, 2)), zorder=0.5)


def _short(name: str) -> str:
    """Return a name that fits: what stands in brackets, as a former district's province does, goes first."""
    name = name if len(name) <= _LONGEST_NAME else name.partition(" (")[0]
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def _words(grid: Sequence[Axes], ranked: Sequence[Ranked], columns: Sequence[Sequence[Ranked]], units: int) -> None:
    shown = sum(map(len, columns))
    if shown < len(ranked):
        grid[0].set_title(f"{len(columns[0])} đơn vị cao nhất", fontsize=7.5, loc="left")
        grid[1].set_title(f"{len(columns[1])} đơn vị thấp nhất (trong {len(ranked)})", fontsize=7.5, loc="left")
    unknown = units - len(ranked)
    said = [f"{unknown} đơn vị chưa rõ tỷ lệ, không xếp hạng."] if unknown else []
    said.append("Số trước tên: thứ hạng; bằng nhau thì cùng hạng.")
    _foot(grid, " ".join(said), 0.5)


def _explain(grid: Sequence[Axes], target: float | None, drawn: float | None) -> None:
    if target is not None:
        where = "đường đứt" if drawn is not None else "nằm ngoài hình"
        _foot(grid, f"Chỉ tiêu {share_of(target)}: {where}.", 3.3)


def _foot(grid: Sequence[Axes], said: str, above_mm: float) -> None:
    figure = grid[0].get_figure(root=True)
    assert figure is not None  # noqa: S101 - axes of a drawing stand in it
    height_mm = figure.get_size_inches()[1] * _MM_AN_INCH
    figure.text(0.5, above_mm / height_mm, said, ha="center", va="bottom", fontsize=6, color=PALE)
