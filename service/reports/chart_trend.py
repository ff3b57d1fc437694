"""Decides how a trend is drawn: one line a definition over the ends of the periods, targets as diamonds on the day they are due."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from service.reports.chart_paper import INK, PALE, RAMP, RULE, ChartFormat, paper, printed
from service.reports.moments import Goal, Moment
from service.reports.official_cells import number, share_of

_WIDTH_MM, _HEIGHT_MM = 165, 74
# Told apart without colour too: shape of the mark and of the line.
_LOOKS: Final = {
    "a": (RAMP[4], "o", "-"), "b": (RAMP[3], "s", (0, (5, 2))), "c": (PALE, "^", (0, (1, 1.5))),
}  # fmt: skip
# Where the last figure of a definition stands beside its mark, in points: three equal ones do not lie on each other.
_BESIDE: Final = {"a": 5, "b": -2, "c": -9}
# Days under the axis stand level, slant, or give way to the next one, by the share of the axis between them.
_SLANTING, _TOO_NEAR = 0.12, 0.035
_HEADROOM, _WHOLE = 1.12, 1.0


def trend_chart(moments: Sequence[Moment], goals: Sequence[Goal], title: str, form: ChartFormat = "svg") -> bytes:
    """Return the chart; a definition without any known figure has no line."""
    with paper(_WIDTH_MM, _HEIGHT_MM) as figure:
        axes = figure.add_axes((0.085, 0.13, 0.89, 0.68))
        for letter, look in _LOOKS.items():
            _line(axes, moments, letter, look)
        _goals(axes, goals)
        known = [value for moment in moments for value in moment.ratios.values() if value is not None]
        _frame(axes, moments, goals, max([*known, *(goal.value for goal in goals), _WHOLE]))
        figure.text(0.5, 0.985, title, ha="center", va="top", fontsize=9, weight="bold")
        if axes.get_legend_handles_labels()[0]:
            axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=4, fontsize=7, frameon=False)
        return printed(figure, form, title=title, name="trend")


def _line(axes: Axes, moments: Sequence[Moment], letter: str, look: tuple[str, str, object]) -> None:
    known = [(moment.day.toordinal(), moment.ratios[letter]) for moment in moments if moment.ratios.get(letter) is not None]
    if not known:
        return
    colour, mark, dash = look
    days, values = zip(*known, strict=True)
    axes.plot(days, values, color=colour, marker=mark, linestyle=dash, linewidth=1.3, markersize=4.5, label=f"định nghĩa ({letter})")
    axes.annotate(
        share_of(values[-1] or 0),
        (days[-1], values[-1]),
        xytext=(5, _BESIDE[letter]),
        textcoords="offset points",
        fontsize=6.5,
        color=colour,
    )


def _goals(axes: Axes, goals: Sequence[Goal]) -> None:
    if not goals:
        return
    days = [goal.day.toordinal() for goal in goals]
    axes.scatter(
        days, [goal.value for goal in goals], marker="D", s=26, facecolor="white", edgecolor=INK, linewidth=0.9, label="chỉ tiêu", zorder=3
    )
    for day, goal in zip(days, goals, strict=True):
        axes.annotate(
            goal.name,
            (day, goal.value),
            xytext=(0, 6 if goal.value >= _WHOLE else -11),
            textcoords="offset points",
            ha="center",
            fontsize=6.5,
        )


def named_days(days: Sequence[int], width: float) -> list[int]:
    """Return the days that have room for their name on an axis so many days wide: of two close ones the later."""
    return [day for day, after in zip(days, [*days[1:], math.inf], strict=False) if after - day >= _TOO_NEAR * width]


def _frame(axes: Axes, moments: Sequence[Moment], goals: Sequence[Goal], most: float) -> None:
    days = sorted({moment.day.toordinal() for moment in moments} | {goal.day.toordinal() for goal in goals})
    edge = max((days[-1] - days[0]) * 0.06, 30) if days else 30
    if days:
        axes.set_xlim(days[0] - edge, days[-1] + edge)
    ends = {moment.day.toordinal(): moment.name for moment in moments} | {goal.day.toordinal(): str(goal.day.year) for goal in goals}
    width = days[-1] - days[0] + 2 * edge if days else 1
    shown = named_days(sorted(ends), width)
    slant = any(after - day < _SLANTING * width for day, after in pairwise(shown))
    axes.set_xticks(shown, [ends[day] for day in shown], fontsize=6.5, rotation=25 if slant else 0)
    axes.set_ylim(0, most * _HEADROOM)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{number(value * 100)} %"))
    axes.tick_params(axis="y", labelsize=7, length=2)
    axes.tick_params(axis="x", length=2)
    axes.grid(axis="y", color=RULE, linewidth=0.4)
    axes.axhline(_WHOLE, color=PALE, linewidth=0.6)
