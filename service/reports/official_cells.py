"""Decides how a figure is written in an official report: 1.234.567, 87,5 %, `chưa rõ` where nobody knows, ~ before an estimate."""

from typing import Final

from registry.coverage import Baseline, CoverageLine, Ratio
from registry.coverage_words import UNKNOWN
from service.reports.coverage_table import count, tenths

# A number and its unit are never parted at the end of a line.
_TIED: Final = "\u00a0"


def share(ratio: Ratio) -> str:
    """Write a ratio as a percentage, ▲ above 100 %."""
    if ratio.value is None:
        return UNKNOWN
    return share_of(ratio.value) + (f"{_TIED}▲" if ratio.over_100 else "")


def share_of(value: float) -> str:
    """Write a fraction as a percentage: 87,5 %."""
    return f"{tenths(value)}{_TIED}%"


def points(difference: float | None) -> str:
    """Write a difference of two fractions in percentage points, with its sign."""
    if difference is None:
        return UNKNOWN
    rounded = round(difference * 100, 1)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return sign + f"{abs(rounded):.1f}".replace(".", ",")


def number(value: float | None, decimals: int = 0) -> str:
    """Write a number the Vietnamese way: 1.234,5."""
    if value is None:
        return UNKNOWN
    return f"{value:,.{decimals}f}".translate(str.maketrans(",.", ".,"))


def households(base: Baseline | None) -> str:
    """Write the households of a statistical source, ~ before an estimate."""
    return UNKNOWN if base is None else (f"~{_TIED}" if base.estimated else "") + count(base.households)


def flags(line: CoverageLine) -> str:
    """Name the definitions of a line that are above 100 %."""
    over = [letter for letter, ratio in line.ratios.items() if ratio.over_100]
    return f"▲{_TIED}({', '.join(over)})" if over else ""
