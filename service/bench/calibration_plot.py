"""Decides how the calibration is drawn: a reliability diagram in plain SVG, readable on white and without colour."""

from html import escape

from service.bench.calibration import Bin, Curve

_SIDE, _LEFT, _TOP, _GAP = 340, 70, 60, 90
_HEIGHT = _TOP + _SIDE + 95
_FONT = 'font-family="Helvetica, Arial, sans-serif"'
_TICKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
_COUNTS = "Số dưới mỗi cột: số câu trả lời / numbers below the bars: answers"
_BAR, _POINT = "#9ecae1", "#08519c"


def plot(curves: list[tuple[str, Curve]]) -> str:
    """Return an SVG with one diagram a named curve, side by side: share that holds over confidence, the diagonal, counts below."""
    width = _LEFT + len(curves) * (_SIDE + _GAP)
    panels = "".join(_panel(name, each, _LEFT + place * (_SIDE + _GAP)) for place, (name, each) in enumerate(curves))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{_HEIGHT}" '
        f'viewBox="0 0 {width} {_HEIGHT}" {_FONT} font-size="12">\n'
        f'<rect width="{width}" height="{_HEIGHT}" fill="#ffffff"/>\n{panels}</svg>\n'
    )


def _panel(name: str, curve: Curve, left: int) -> str:
    """Draw one diagram; its origin is the lower left corner."""
    bottom = _TOP + _SIDE
    return "".join(
        [
            _text(left, _TOP - 32, name, "start", 'font-weight="bold"'),
            _text(left, _TOP - 14, f"n = {curve.count:,}; ECE = {curve.error:.3f}", "start"),
            f'<rect x="{left}" y="{_TOP}" width="{_SIDE}" height="{_SIDE}" fill="none" stroke="#333333"/>\n',
            *(_tick(left, bottom, share) for share in _TICKS),
            *(_bar(each, left, bottom) for each in curve.bins),
            f'<line x1="{left}" y1="{bottom}" x2="{left + _SIDE}" y2="{_TOP}" stroke="#666666" stroke-dasharray="5 4"/>\n',
            _line(curve, left, bottom),
            *(_mark(each, left, bottom) for each in curve.bins),
            _text(left + _SIDE / 2, bottom + 58, "Độ tin cậy nêu ra / stated confidence", "middle"),
            _text(left + _SIDE / 2, bottom + 78, _COUNTS, "middle", 'fill="#555555"'),
            _upright(left - 44, _TOP + _SIDE / 2, "Tỉ lệ đúng / share that is right"),
        ]
    )


def _tick(left: int, bottom: int, share: float) -> str:
    """Draw a mark on both axes with its grid line."""
    along, up = left + share * _SIDE, bottom - share * _SIDE
    grid = f'<line x1="{left}" y1="{up:.1f}" x2="{left + _SIDE}" y2="{up:.1f}" stroke="#e5e5e5"/>\n'
    return grid + _text(left - 8, up + 4, f"{share:.1f}", "end") + _text(along, bottom + 36, f"{share:.1f}", "middle")


def _bar(each: Bin, left: int, bottom: int) -> str:
    """Draw a bin as a bar, with its count below the axis."""
    start, wide, tall = left + each.low * _SIDE, (each.high - each.low) * _SIDE, each.share * _SIDE
    bar = f'<rect x="{start + 1:.1f}" y="{bottom - tall:.1f}" width="{wide - 2:.1f}" height="{tall:.1f}" fill="{_BAR}"/>\n'
    return bar + _text(start + wide / 2, bottom + 16, f"{each.count:,}", "middle", 'fill="#555555" font-size="9"')


def _mark(each: Bin, left: int, bottom: int) -> str:
    """Draw the point of a bin: its mean confidence and the share that holds."""
    where = f"{each.count:,} câu / answers: {each.confidence:.3f} → {each.share:.3f}"
    along, up = left + each.confidence * _SIDE, bottom - each.share * _SIDE
    return f'<circle cx="{along:.1f}" cy="{up:.1f}" r="4" fill="{_POINT}"><title>{escape(where)}</title></circle>\n'


def _line(curve: Curve, left: int, bottom: int) -> str:
    """Join the points."""
    points = " ".join(f"{left + each.confidence * _SIDE:.1f},{bottom - each.share * _SIDE:.1f}" for each in curve.bins)
    return f'<polyline points="{points}" fill="none" stroke="{_POINT}" stroke-width="2"/>\n'


def _text(along: float, up: float, words: str, anchor: str, more: str = "") -> str:
    """Write a line of text."""
    return f'<text x="{along:.1f}" y="{up:.1f}" text-anchor="{anchor}" {more}>{escape(words)}</text>\n'


def _upright(along: float, up: float, words: str) -> str:
    """Write a line of text from bottom to top."""
    return _text(along, up, words, "middle", f'transform="rotate(-90 {along:.1f} {up:.1f})"')
