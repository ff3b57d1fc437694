"""Here is decided how households counted on old communes are carried to those of today, each figure with the way it was got.

A commune that went over whole, or with all its people, gives all its households. One that was split is shared out by the households of
the doors that are recorded in it and stand in each part now, where enough are known; else evenly, for the areas of its parts are not
known. Shares are whole numbers that add up to what was counted.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from registry.units_directory import Directory, UnitRow

# Fewer households behind known doors tell nothing about how a commune was split.
ENOUGH_KNOWN: Final = 30
How = Literal["whole", "doors", "evenly"]


@dataclass(frozen=True)
class Carried:
    """Households (and people, where every part tells them) of a commune of today, and how many of them came by which way."""

    unit: UnitRow
    households: int
    population: int | None
    ways: Mapping[How, int]

    @property
    def estimated(self) -> bool:
        """Whether some of it was shared out."""
        return bool(self.ways["doors"] or self.ways["evenly"])

    @property
    def method(self) -> str:
        """Word the ways in the manner of the reference tables."""
        return f"{self.ways['whole']} from whole communes, {self.ways['doors']} shared by known doors, {self.ways['evenly']} shared evenly"


def carry(
    directory: Directory, counted: Mapping[int, tuple[int, int | None]], doors: Mapping[tuple[int, int], int]
) -> tuple[list[Carried], list[UnitRow]]:
    """Return the figures of today's communes, and the communes that cannot be had because a part of them was not counted.

    `counted` holds (households, people) by old unit; `doors` the households of known doors by (old unit, commune of today).
    """
    households: dict[int, dict[How, int]] = defaultdict(lambda: {"whole": 0, "doors": 0, "evenly": 0})
    people: dict[int, int] = defaultdict(int)
    unsure: set[int] = set()
    for old, (number, population) in counted.items():
        targets, whole = directory.today(directory.units[old])
        parts = list(targets)
        known = [doors.get((old, part), 0) for part in parts]
        how: How = "whole" if len(parts) == 1 or whole else "doors" if sum(known) >= ENOUGH_KNOWN else "evenly"
        weights = known if how == "doors" else [1] * len(parts)
        for part, share in zip(parts, shared(number, weights), strict=True):
            households[part][how] += share
        if population is None:
            unsure.update(parts)
        else:
            for part, share in zip(parts, shared(population, weights), strict=True):
                people[part] += share
    made, missing = [], []
    for part in sorted(households):
        unit, ways = directory.units[part], households[part]
        if all(origin.id in counted or part not in directory.today(origin)[0] for origin in directory.origins(unit)):
            made.append(Carried(unit, sum(ways.values()), None if part in unsure else people[part], ways))
        else:
            missing.append(unit)
    return made, missing


def shared(number: int, weights: Sequence[int]) -> list[int]:
    """Share a whole number out by weights; the shares add up to it, the largest remainders are rounded up."""
    total = sum(weights)
    exact = [number * weight / total for weight in weights]
    shares = [int(each) for each in exact]
    order = sorted(range(len(weights)), key=lambda at: (shares[at] - exact[at], at))
    for at in order[: number - sum(shares)]:
        shares[at] += 1
    return shares
