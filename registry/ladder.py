"""Decides the rungs that a door climbs and what it takes to stand on each; the SQL twin is the function `ladder_step` of migration 0010.

A door stands on a rung when it meets that rung and every one below, so that the figures never increase upwards:

- collected  a live door (not retired)
- complete   its status is `complete` or beyond; the import lets a row get there only with a commune, a point and a place or number
- coded      complete, and it has an active digital address (schemes diachiso and ndas; other codes, kept as external codes, do not count)
- verified   coded, and its status is `verified` or beyond
- notified   coded, and its status is `notified` or beyond
- plated     coded, and its status is `plated`

A door that is said to be plated but has no code stands on `complete`: nobody can be told a code that is not there. Source: the stages
of the plans under QĐ 392/QĐ-BTTTT.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Final, Self

RUNGS: Final = ("collected", "complete", "coded", "verified", "notified", "plated")
KINDS: Final = ("household", "office", "business", "other")
# Rung, Vietnamese, English.
RUNG_WORDS: Final = (
    ("collected", "Đã thu thập", "collected"), ("complete", "Đủ thông tin", "complete"), ("coded", "Đã gắn mã", "coded"),
    ("verified", "Đã xác minh", "verified"), ("notified", "Đã thông báo", "notified"), ("plated", "Đã gắn biển", "plated"),
)  # fmt: skip


@dataclass(frozen=True)
class Ladder:
    """How many reached at least each rung."""

    collected: int = 0
    complete: int = 0
    coded: int = 0
    verified: int = 0
    notified: int = 0
    plated: int = 0

    def __add__(self, other: Self) -> "Ladder":
        """Add rung by rung."""
        return Ladder(*(getattr(self, name) + getattr(other, name) for name in RUNGS))

    def floored(self, step: int) -> "Ladder":
        """Round every figure down to a multiple of `step`: what it is at least."""
        return Ladder(*(getattr(self, name) // step * step for name in RUNGS))

    def to_dict(self) -> dict[str, int]:
        """Return the figures by rung."""
        return asdict(self)


@dataclass(frozen=True)
class Ladders:
    """`households` counts households by the rung of their door; the others count doors of that kind."""

    households: Ladder
    household: Ladder
    office: Ladder
    business: Ladder
    other: Ladder

    @classmethod
    def none(cls) -> "Ladders":
        """Return ladders on which nothing stands."""
        return cls(*(Ladder() for _ in fields(cls)))

    @classmethod
    def of(cls, figures: Mapping[str, int]) -> "Ladders":
        """Build them from figures named `homes_<rung>` and `<kind>_<rung>`."""
        return cls(*(Ladder(*(figures[f"{name}_{rung}"] for rung in RUNGS)) for name in ("homes", *KINDS)))

    @property
    def doors(self) -> Ladder:
        """All doors, whatever their kind."""
        return self.household + self.others

    @property
    def others(self) -> Ladder:
        """Offices, businesses and other objects: doors that are no dwellings."""
        return self.office + self.business + self.other

    def __add__(self, other: Self) -> "Ladders":
        """Add ladder by ladder."""
        return Ladders(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    def floored(self, step: int) -> "Ladders":
        """Round every figure down to a multiple of `step`."""
        return Ladders(*(getattr(self, each.name).floored(step) for each in fields(self)))

    def objects(self) -> dict[str, dict[str, int]]:
        """Return the ladder of each kind of door as plain values."""
        return {kind: getattr(self, kind).to_dict() for kind in KINDS}
