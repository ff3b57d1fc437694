"""Decides how every chart is drawn: on a figure of its own (no shared state), in DejaVu Sans, in colours that survive a grey printer."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, Final, Literal
from xml.sax.saxutils import escape

import matplotlib as mpl
from matplotlib.figure import Figure

ChartFormat = Literal["svg", "png"]
FORMATS: Final[tuple[ChartFormat, ...]] = ("svg", "png")
INK, PALE, RULE = "#1a1a1a", "#5c5c5c", "#b8b8b8"
# Light to dark in one order of lightness: the order stays on a grey print and for every kind of colour blindness.
RAMP: Final = ("#fdf3c9", "#c5e2b0", "#78bfb4", "#3a86b0", "#1d3f7d")
UNKNOWN_HATCH, ABOVE_HATCH = "////", "xxx"
_DPI: Final = 200
# Matplotlib keeps its style for the whole process; two requests must not change it under each other.
_DRAWING: Final = Lock()
# Letters become shapes in the SVG: it looks the same where no font of ours is installed; ids do not change from run to run.
_STYLE: Final[dict[Any, Any]] = {
    "font.family": "DejaVu Sans", "font.size": 8, "svg.fonttype": "path", "svg.hashsalt": "diachiso", "axes.edgecolor": RULE,
    "axes.labelcolor": INK, "text.color": INK, "xtick.color": PALE, "ytick.color": INK, "hatch.linewidth": 0.5, "axes.spines.top": False,
    "axes.spines.right": False, "axes.linewidth": 0.6,
}  # fmt: skip


@contextmanager
def paper(width_mm: float, height_mm: float) -> Iterator[Figure]:
    """Give an empty figure of that size in millimetres; what is drawn inside the block has the style of all charts."""
    with _DRAWING, mpl.rc_context(_STYLE):
        yield Figure(figsize=(width_mm / 25.4, height_mm / 25.4), facecolor="white")


def printed(figure: Figure, form: ChartFormat, *, title: str, name: str) -> bytes:
    """Return the figure as SVG (with `title` for those who do not see it, ids beginning with `name`) or as PNG at 200 dots an inch.

    To be called inside the block of `paper`.
    """
    out = io.BytesIO()
    if form == "png":
        figure.savefig(out, format="png", dpi=_DPI, metadata={"Title": title, "Software": None})
        return out.getvalue()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Title": title})
    return _own_ids(out.getvalue().decode(), title, name).encode()


def _own_ids(svg: str, title: str, name: str) -> str:
    """Begin every id with `name`, so that several charts may stand in one page, and tell readers aloud what the picture is."""
    inner = svg[svg.index("<svg") :]
    inner = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", inner)
    return inner.replace("<svg ", f'<svg role="img" aria-label="{escape(title, {chr(34): "&quot;"})}" ', 1)
