"""Decides what a trend is drawn from: the ends of periods with their ratios, and the targets; no drawing, hence quick to load."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Moment:
    """A period's end: its name, the day, and the ratios by letter; None where unknown."""

    name: str
    day: date
    ratios: dict[str, float | None]


@dataclass(frozen=True)
class Goal:
    """A target: the day by which it is due, the fraction to be reached, its words."""

    day: date
    value: float
    name: str
