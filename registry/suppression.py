"""Decides which units a public table hides, so that a unit of 1 to 4 households cannot be computed back from what is shown.

A unit is hidden as a whole line: every count and every ratio, for a ratio beside its denominator would tell the numerator. Hidden first
are the units with a sensitive count from 1 to 4. Then, in each sum that holds one of them, another unit is hidden whose count is at
least CUSHION, so that it can have taken up the difference; where no sibling is that large, the sum itself is hidden and the question moves
up. A hidden sum hides one of its own parts in turn, else it could be added up from below.

What is promised: whoever knows every published figure, that sums hold, that counts are whole and not negative, and that of two nested
counts the inner is not larger, finds every value from 1 to 4 possible for every sensitive count that is hidden. What is not promised:
anything against knowledge from elsewhere (a neighbour who knows his own count), against comparing tables of two days, or against
overlaying other geographies than those tied together by `hidden_parts`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

SMALL: Final = 5
# A cushion gives or takes up to three (from 1 to 4 and back) and is still no small figure.
CUSHION: Final = SMALL + 3


@dataclass(frozen=True)
class Row:
    """A unit with its sensitive counts (all rows in the same order); of equal cushions the one of the lowest `rank`, then id, is hidden.

    The ranks should not change from day to day: a pattern that moves tells more than one that stays. The counts of a parent must be the
    sums of its children's.
    """

    id: str
    parent: str | None
    counts: tuple[int, ...]
    rank: int = 0


def is_small(number: int) -> bool:
    """Tell whether a count may not be shown; zero may."""
    return 0 < number < SMALL


def hidden(rows: Iterable[Row]) -> frozenset[str]:
    """Return the ids of the rows to hide, for rows that form a tree (or several) by `parent`."""
    return _Tree(rows).cover()


class _Tree:
    """The rows by id and by parent, and what is hidden so far."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = {row.id: row for row in rows}
        self.children: dict[str, list[Row]] = defaultdict(list)
        for row in sorted(self.rows.values(), key=lambda row: row.id):
            if row.parent is not None:
                self.children[row.parent].append(row)
        self.demands: dict[str, set[int]] = {row.id: small for row in self.rows.values() if (small := _small_columns(row.counts))}
        self.out = set(self.demands)

    def cover(self) -> frozenset[str]:
        """Settle the sums from the deepest up: a demand that no cushion meets becomes a demand of the sum."""
        for parent in sorted(self.children, key=lambda each: (-self._depth(each), each)):
            self._settle(parent)
        return frozenset(self.out)

    def _settle(self, parent: str) -> None:
        for row in self.children[parent]:
            for column in sorted(self.demands.get(row.id, ())):
                if not self._cushioned(row, column):
                    self.out.add(parent)
                    self.demands.setdefault(parent, set()).add(column)

    def _cushioned(self, row: Row, column: int) -> bool:
        """Find, or hide, a sibling that can take up a change of this row in a column; False when there is none."""
        siblings = [each for each in self.children[row.parent or ""] if each.id != row.id and each.counts[column] >= CUSHION]
        for each in sorted(siblings, key=lambda each: (each.id not in self.out, each.rank, each.id)):
            if (path := self._way_down(each, column)) is not None:
                self.out.update(path)
                return True
        return False

    def _way_down(self, row: Row, column: int) -> list[str] | None:
        """Return the ids from a row down to a leaf, each at least CUSHION in the column; those already hidden are preferred."""
        if not self.children.get(row.id):
            return [row.id]
        fit = [each for each in self.children[row.id] if each.counts[column] >= CUSHION]
        for each in sorted(fit, key=lambda each: (each.id not in self.out, each.rank, each.id)):
            if (path := self._way_down(each, column)) is not None:
                return [row.id, *path]
        return None

    def _depth(self, number: str) -> int:
        depth, row = 0, self.rows.get(number)
        while row is not None and row.parent is not None:
            depth, row = depth + 1, self.rows.get(row.parent)
        return depth


def hidden_parts(parts: Mapping[str, Mapping[str, Sequence[int]]], hidden_units: Iterable[str]) -> frozenset[str]:
    """Return the parts of another partition of the same doors to hide beside the units that are hidden already.

    `parts` leads from a part (a former district, a cell of the map) to the counts of the doors that it shares with each unit. Hidden are
    the parts that share doors with a hidden unit, so that no hidden unit can be added up from parts; those with a small count; and for
    each unit in such a small part another part that can have taken doors of that unit.
    """
    secret = set(hidden_units)
    out = {part for part, shares in parts.items() if not secret.isdisjoint(unit for unit, counts in shares.items() if any(counts))}
    small = [part for part, shares in parts.items() if _small_columns([sum(each) for each in zip(*shares.values(), strict=True)])]
    by_unit: dict[str, list[str]] = defaultdict(list)
    for part, shares in parts.items():
        for unit in shares:
            by_unit[unit].append(part)
    out.update(small)
    for part in sorted(small):
        for unit, counts in parts[part].items():
            if unit not in secret and any(counts):
                out.update(_partners(part, unit, parts, [each for each in by_unit[unit] if each != part], out))
    return frozenset(out)


def _partners(
    part: str, unit: str, parts: Mapping[str, Mapping[str, Sequence[int]]], others: Sequence[str], out: set[str]
) -> Iterator[str]:
    """Yield what hides a small part's share of a unit: one large share of the same unit, else all of them."""
    needed = [column for column, number in enumerate(parts[part][unit]) if number]
    large = [each for each in others if all(parts[each][unit][column] >= CUSHION for column in needed)]
    yield from [min(large, key=lambda each: (each not in out, each))] if large else others


def _small_columns(counts: Sequence[int]) -> set[int]:
    return {column for column, number in enumerate(counts) if is_small(number)}
