"""Charts can be read in grey, tell unknown from zero, and keep every unit and figure they are given."""

import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import pairwise

import matplotlib as mpl
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_rgb

from registry.coverage import Ratio
from service.reports.areas import Area, Areas
from service.reports.chart_map import bounds_for, class_of, map_chart
from service.reports.chart_paper import RAMP
from service.reports.chart_trend import named_days, trend_chart
from service.reports.moments import Goal, Moment

SVG = "{http://www.w3.org/2000/svg}"


def squares(count: int) -> tuple[Area, ...]:
    """Return so many squares of a tenth of a degree in a row."""
    return tuple(
        Area(f"{n:05d}", f"Xã {n}", approximate=False, shape=shapely.box(105 + n / 10, 20, 105.1 + n / 10, 20.1)) for n in range(count)
    )


def parsed(svg: bytes) -> ET.Element:
    """Return the root of a picture; a picture that is not well formed fails."""
    return ET.fromstring(svg)  # noqa: S314 - as above


def lightness(colour: str) -> float:
    """Return how light a colour is on a grey print, 0 to 1 (ITU-R BT.709)."""
    red, green, blue = to_rgb(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_scale_darkens_step_by_step() -> None:
    """Each class is clearly darker than the one before: the order stays on a grey print."""
    steps = [lightness(colour) for colour in RAMP]
    assert all(lighter - darker > 0.1 for lighter, darker in pairwise(steps))


@given(st.integers(0, 300), st.integers(0, 200))
def test_every_ratio_has_one_class(numerator: int, denominator: int) -> None:
    """Unknown, above 100 % and the five classes never mix; a higher ratio never has a lower class."""
    ratio = Ratio(numerator, denominator)
    found = class_of(ratio, bounds_for([0.3, 0.8]))
    assert (found is None) == (ratio.value is None)
    assert (found == len(RAMP)) == ratio.over_100
    assert found is None or 0 <= found <= len(RAMP)
    higher = class_of(Ratio(numerator + 1, denominator), bounds_for([0.3, 0.8]))
    assert found is None or (higher or 0) >= found


def test_the_bounds_are_those_that_tell_units_apart() -> None:
    """A province that has only begun gets fine classes, one near its goal the coarse ones of the targets."""
    assert bounds_for([0.012, 0.03, 0.06])[0] == 0.01
    assert bounds_for([0.6, 0.8, 0.95, 1.0])[-1] == 1.0


def test_a_map_is_a_picture_that_says_what_it_shows() -> None:
    """The SVG parses, is named for who cannot see it, has no letter that needs a font, and its ids begin with its own name."""
    ratios = {"00000": Ratio(1, 2), "00001": Ratio(3, 2), "00002": Ratio(1, 0)}
    root = parsed(map_chart(Areas("11", squares(4)), ratios, "Bản đồ “thử” <1>"))
    assert root.get("aria-label") == "Bản đồ “thử” <1>"
    assert not root.findall(f".//{SVG}text")
    ids = [each.get("id") for each in root.iter() if each.get("id")]
    assert all(found and found.startswith("map-") for found in ids)
    assert len(ids) == len(set(ids))


def test_a_far_island_does_not_make_the_mainland_a_speck() -> None:
    """A unit far out at sea gets a frame of its own, at the scale of the page."""
    areas = (*squares(6), Area("99999", "Trường Sa", approximate=True, shape=shapely.box(112, 10, 112.2, 10.2)))
    with_island = parsed(map_chart(Areas("56", areas), {}, "x"))
    without = parsed(map_chart(Areas("56", areas[:-1]), {}, "x"))
    frames = [
        len([each for each in root.iter(f"{SVG}g") if (each.get("id") or "").startswith("map-axes")]) for root in (with_island, without)
    ]
    assert frames == [2, 1]


@pytest.mark.parametrize("form", ["svg", "png"])
def test_the_same_figures_draw_the_same_picture(form: str) -> None:
    """Two runs give the same bytes: nothing in the picture depends on the hour or on chance."""
    moments = [
        Moment("2026-Q2", date(2026, 6, 30), {"a": 0.5, "b": None, "c": 1.2}),
        Moment("2026-Q3", date(2026, 9, 30), {"a": 0.7, "b": 0.1, "c": 1.2}),
    ]
    goals = [Goal(date(2025, 12, 31), 1.0, "100 %")]
    once, again = (trend_chart(moments, goals, "Xu thế", form) for _ in range(2))
    assert once == again


def test_charts_drawn_at_once_are_those_drawn_alone() -> None:
    """Requests draw in threads: what one draws never shows in another, and the process's own style is left alone."""
    before = dict(mpl.rcParams)
    charts = [lambda: map_chart(Areas("11", squares(3)), {}, "x"), lambda: trend_chart([], [], "x")] * 4
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda draw: draw(), charts))
    assert found == [draw() for draw in charts]
    assert dict(mpl.rcParams) == before


def test_periods_that_end_close_together_are_not_written_over_each_other() -> None:
    """Of two days nearer than their words are wide only the later is named under the axis; the last one always is."""
    assert named_days([0, 365, 1000, 1030], 1100) == [0, 365, 1030]
    assert named_days([7], 30) == [7]
    assert named_days([], 1) == []


def test_a_trend_without_any_moment_is_still_a_picture() -> None:
    """Nothing frozen and no target: empty axes, no failure."""
    assert parsed(trend_chart([], [], "Xu thế")).tag == f"{SVG}svg"
