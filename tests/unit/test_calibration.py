"""Intervals, bins, the fitted line and its drawing."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geocode.types import Answer, Candidate, Level, UnitChain, Verdict
from service.bench.accuracy import Asked, Outcome, Question
from service.bench.calibration import calibrated, curve, door_points, fit, wide_points
from service.bench.calibration_plot import plot
from service.bench.interval import wilson

POINTS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=200)


def asked(verdict: Verdict, level: Level, expects: str = "door", *, holds: bool = True) -> Asked:
    """Return an answer as the bench keeps it."""
    best = Candidate(level, UnitChain(), 0.8, "x", address_id=1 if level is Level.HOUSEHOLD else None)
    question = Question("noise", "01 full", "x", expects, 1 if expects == "door" else None)
    return Asked(question, Answer("x", verdict, best, 0.1, "", ""), Outcome.RIGHT, holds)


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"), [(0, 0, 0, 1), (0, 100, 0, 0.037), (50, 100, 0.4038, 0.5962), (100, 100, 0.963, 1)]
)
def test_wilson_holds_at_the_ends(hits: int, count: int, low: float, high: float) -> None:
    """No wrong answer in a hundred does not mean none in a thousand."""
    assert wilson(hits, count) == pytest.approx((low, high), abs=1e-3)


def test_a_curve_counts_what_holds() -> None:
    """Bins, counts, shares and the expected calibration error are those worked out by hand."""
    found = curve([(0.95, True)] * 9 + [(0.95, False)] + [(0.25, False)] * 10)
    assert [(each.low, each.count, each.share) for each in found.bins] == [(0.2, 10, 0.0), (0.9, 10, 0.9)]
    assert found.error == pytest.approx((0.25 + 0.05) / 2)


@given(POINTS)
def test_every_answer_is_in_one_bin(points: list[tuple[float, bool]]) -> None:
    """None is lost, also at 0 and 1, and the error is a share."""
    found = curve(points)
    assert sum(each.count for each in found.bins) == len(points)
    assert 0 <= found.error <= 1


def test_pooling_puts_violators_together() -> None:
    """A dip is levelled with its neighbour; what rises stays."""
    points = [(0.2, False)] * 4 + [(0.5, True)] * 3 + [(0.5, False)] + [(0.6, True)] * 2 + [(0.6, False)] * 2 + [(0.9, True)] * 4
    assert fit(points) == [(0.2, 0.0), (0.55, 0.625), (0.9, 1.0)]


@given(POINTS, st.integers(1, 12))
def test_a_fitted_line_never_falls(points: list[tuple[float, bool]], most: int) -> None:
    """Scores and confidences both rise, there are no more points than asked for, and the table reads as it was fitted."""
    table = fit(points, most)
    assert len(table) <= most
    assert [score for score, _ in table] == sorted(score for score, _ in table)
    assert [share for _, share in table] == sorted(share for _, share in table)
    if table:
        read = [calibrated(table, step / 50) for step in range(51)]
        assert read == sorted(read)
        assert all(0 <= each <= 1 for each in read)


def test_only_answers_that_claim_something_count() -> None:
    """An ambiguous answer, a refusal, a district, and the door of a text whose door nobody knows stay out of the curves."""
    door = asked(Verdict.ACCEPT, Level.HOUSEHOLD)
    wide = asked(Verdict.CONFIRM, Level.COMMUNE, holds=False)
    silent = [
        asked(Verdict.AMBIGUOUS, Level.HOUSEHOLD), asked(Verdict.REJECT, Level.HOUSEHOLD), asked(Verdict.CONFIRM, Level.DISTRICT),
        asked(Verdict.ACCEPT, Level.HOUSEHOLD, "commune"),
    ]  # fmt: skip
    assert door_points([door, wide, *silent]) == [(0.8, True)]
    assert wide_points([door, wide, *silent]) == [(0.8, False)]


def test_the_drawing_is_an_svg_that_names_its_axes() -> None:
    """The plot is well-formed, on white, with a point and a count for each bin, in Vietnamese and English."""
    found = curve([(0.95, True)] * 1200 + [(0.25, False)] * 3)
    drawn = plot([("Nhà / doors", found), ("Xã / communes <b>", found)])
    tree = ET.fromstring(drawn)  # noqa: S314 - our own text
    names = "".join(tree.itertext())
    assert tree.tag.endswith("svg")
    assert len(tree.findall(".//{*}circle")) == 4
    for words in ("Độ tin cậy", "stated confidence", "Tỉ lệ đúng", "1,200", "n = 1,203"):
        assert words in names
