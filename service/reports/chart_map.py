"""Decides how coverage looks on a map: five classes from light to dark, hatched where unknown or above 100 %, islands in frames."""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

import shapely
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.path import Path as Outline

from registry.coverage import Ratio
from service.reports.areas import Area, Areas
from service.reports.chart_paper import ABOVE_HATCH, INK, PALE, RAMP, UNKNOWN_HATCH, ChartFormat, paper, printed
from service.reports.official_cells import number

# Fixed bounds, so that maps of two quarters compare; the finer ones serve a province that has only begun.
_BOUNDS: Final = ((0.5, 0.75, 0.9, 1.0), (0.1, 0.25, 0.5, 0.75), (0.01, 0.02, 0.05, 0.1))
_WIDTH_MM, _HEIGHT_MM = 165, 178
# A unit farther from the others than this share of their height stands in a frame of its own.
_FAR: Final = 0.6
# A number needs a circle of this radius, as a share of the map's height.
_LETTER: Final = 0.011
_KM_A_DEGREE: Final = 111.32


def map_chart(areas: Areas, ratios: Mapping[str, Ratio], title: str, form: ChartFormat = "svg", *, hidden: bool = False) -> bytes:
    """Return the map; `ratios` by unit code, a unit without one counts as unknown, or as hidden where small units are."""
    bounds = bounds_for([ratio.value for ratio in ratios.values() if ratio.value is not None])
    classes = [class_of(ratios.get(area.code), bounds) for area in areas.areas]
    near, far = _apart(areas.drawn)
    with paper(_WIDTH_MM, _HEIGHT_MM) as figure:
        axes = figure.add_axes((0.01, 0.14, 0.79 if far else 0.98, 0.83))
        _draw(axes, near, ratios, bounds)
        _scale_bar(axes, near)
        _number(axes, near, areas)
        for name, lon, lat in areas.named:
            axes.text(lon, lat - 0.15, name, ha="center", va="top", fontsize=6.5, style="italic")
        for place, area in enumerate(far):
            _frame(figure, area, ratios, bounds, place)
        _legend(figure, bounds, classes, missing=len(areas.areas) - len(areas.drawn), hidden=hidden)
        figure.text(0.5, 0.985, title, ha="center", va="top", fontsize=9, weight="bold")
        figure.text(0.5, 0.008, areas.caption.vi, ha="center", va="bottom", fontsize=6, color=PALE)
        return printed(figure, form, title=title, name="map")


def bounds_for(values: Sequence[float]) -> tuple[float, ...]:
    """Return the bounds that tell most units apart; the coarsest ones where that is the same."""
    return max(_BOUNDS, key=lambda bounds: len({sum(value >= bound for bound in bounds) for value in values}))


def class_of(ratio: Ratio | None, bounds: Sequence[float]) -> int | None:
    """Return the class of a ratio: 0 to 4, 5 above 100 %, None where it is unknown."""
    if ratio is None or ratio.value is None:
        return None
    return len(RAMP) if ratio.over_100 else sum(ratio.value >= bound for bound in bounds)


def _apart(areas: Sequence[Area]) -> tuple[list[Area], list[Area]]:
    """Split off the units that lie far out at sea: Hoàng Sa and Trường Sa would make the mainland a speck."""
    if not areas:
        return [], []
    boxes = shapely.bounds([area.shape for area in areas])
    centres = [((box[0] + box[2]) / 2, (box[1] + box[3]) / 2) for box in boxes]
    middle = (sorted(x for x, _ in centres)[len(areas) // 2], sorted(y for _, y in centres)[len(areas) // 2])
    reach = sorted(math.dist(each, middle) for each in centres)
    usual = reach[int(0.9 * (len(reach) - 1))] * (1 + _FAR) + 0.5
    far = [math.dist(each, middle) > usual for each in centres]
    return [a for a, out in zip(areas, far, strict=True) if not out], [a for a, out in zip(areas, far, strict=True) if out]


def _draw(axes: Axes, areas: Iterable[Area], ratios: Mapping[str, Ratio], bounds: Sequence[float]) -> None:
    axes.set_axis_off()
    by_class: dict[int | None, list[Outline]] = {}
    for area in areas:
        by_class.setdefault(class_of(ratios.get(area.code), bounds), []).append(_outline(area.shape))
    for found, outlines in sorted(by_class.items(), key=lambda item: -1 if item[0] is None else item[0]):
        axes.add_collection(PathCollection(outlines, linewidths=0.35, **_look(found)))
    axes.autoscale_view()
    low, high = axes.get_ylim()
    axes.set_aspect(1 / math.cos(math.radians((low + high) / 2)))


def _look(found: int | None) -> dict[str, Any]:
    """Return colour and hatch of a class."""
    if found is None:
        return {"facecolors": "white", "edgecolors": PALE, "hatch": UNKNOWN_HATCH}
    if found == len(RAMP):
        return {"facecolors": RAMP[2], "edgecolors": INK, "hatch": ABOVE_HATCH}
    return {"facecolors": RAMP[found], "edgecolors": INK}


def _outline(shape: Any) -> Outline:  # noqa: ANN401 - shapely has no types
    """Return a polygon or several, holes included, as one outline."""
    rings = [ring for part in shapely.get_parts(shape) if part.geom_type == "Polygon" for ring in (part.exterior, *part.interiors)]
    return Outline.make_compound_path(*(Outline(shapely.get_coordinates(ring), closed=True) for ring in rings))


def _number(axes: Axes, near: Sequence[Area], areas: Areas) -> None:
    """Write into each area that has room the number of its line in the table."""
    low, high = axes.get_ylim()
    room = (high - low) * _LETTER
    numbers = {area.code: place for place, area in enumerate(areas.areas, 1)}
    for area in near:
        circle = shapely.maximum_inscribed_circle(area.shape, tolerance=room / 4)
        if shapely.length(circle) >= room:
            x, y = shapely.get_coordinates(circle)[0]
            spot = {"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
            axes.text(x, y, str(numbers[area.code]), ha="center", va="center", fontsize=5.5, bbox=spot)


def _frame(figure: Figure, area: Area, ratios: Mapping[str, Ratio], bounds: Sequence[float], place: int) -> None:
    inset = figure.add_axes((0.81, 0.2 + 0.16 * place, 0.17, 0.13))
    _draw(inset, [area], ratios, bounds)
    inset.set_axis_on()
    inset.set(xticks=[], yticks=[])
    for spine in inset.spines.values():
        spine.set(visible=True, color=PALE, linewidth=0.5)
    inset.margins(0.15)
    inset.set_title(area.name, fontsize=7, pad=2)


def _scale_bar(axes: Axes, areas: Sequence[Area]) -> None:
    """Draw a bar of a round number of kilometres, about a fifth of the map."""
    if not areas:
        return
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    wide = (right - left) * _KM_A_DEGREE * math.cos(math.radians((low + high) / 2))
    steps = [step * 10**power for power in range(4) for step in (1, 2, 5)]
    km = max(step for step in steps if step <= max(wide / 4, 1))
    length = (right - left) * km / wide
    x, y = left + 0.02 * (right - left), low + 0.015 * (high - low)
    axes.plot([x, x + length], [y, y], color=INK, linewidth=1.6, solid_capstyle="butt")
    axes.text(x + length / 2, y + 0.008 * (high - low), f"{km} km", ha="center", va="bottom", fontsize=7)


def _legend(figure: Figure, bounds: Sequence[float], classes: Sequence[int | None], *, missing: int, hidden: bool) -> None:
    edges = (0.0, *bounds)
    names = [f"từ {_bound(low)} đến dưới {_bound(high)} %" for low, high in pairwise(edges)] + [f"từ {_bound(bounds[-1])} %"]
    names[0] = f"dưới {_bound(bounds[0])} %"
    names[-1] = "100 %" if bounds[-1] == 1 else f"từ {_bound(bounds[-1])} đến 100 %"
    entries = [*enumerate(names), (len(RAMP), "trên 100 % ▲"), (None, "chưa rõ, không công bố" if hidden else "chưa rõ")]
    handles = []
    for found, name in entries:
        look = _look(found)
        patch = Patch(
            facecolor=look["facecolors"], edgecolor=look["edgecolors"], hatch=look.get("hatch"), linewidth=0.5,
            label=f"{name} ({classes.count(found)})",
        )  # fmt: skip
        handles.append(patch)
    title = "Tỷ lệ (số đơn vị)" + (f"; {missing} đơn vị chưa có ranh giới, không vẽ" if missing else "")
    figure.legend(
        handles=handles, loc="lower center", bbox_to_anchor=(0.5, 0.025), ncols=4, fontsize=7, title=title, title_fontsize=7,
        frameon=False, handlelength=2.2, handleheight=1.3, columnspacing=1.2,
    )  # fmt: skip


def _bound(value: float) -> str:
    return number(value * 100)
