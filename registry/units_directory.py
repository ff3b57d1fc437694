"""Here is decided how units of both worlds are indexed for matching: by squeezed name, by code, by chain, by what they became."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from registry.unit_names import kind_and_name, same_province, squeeze, squeeze_marked

REFORM: Final = date(2025, 7, 1)
World = Literal["old", "new"]


@dataclass(frozen=True)
class UnitRow:
    """A unit as the matcher needs it; days are None where open, `valid_to` is the first one out of force."""

    id: int
    level: str
    code: str
    name: str
    full_name: str
    kind: str
    parent_code: str | None
    province_code: str
    valid_from: date | None
    valid_to: date | None

    @property
    def world(self) -> World:
        """The world of 63 provinces and districts, or that of 34 provinces."""
        return "old" if self.valid_from is None or self.valid_from < REFORM else "new"


@dataclass(frozen=True)
class Link:
    """One row of the succession: predecessor, successor, whether the part took all people."""

    predecessor: int
    successor: int
    whole: bool
    all_people: bool


@dataclass(frozen=True)
class FormerRow:
    """A commune name of the years before 2025 with the codes of what it became in both worlds."""

    full_name: str
    district: str
    province: str
    old_codes: tuple[str, ...]
    new_codes: tuple[str, ...]


@dataclass
class Directory:
    """Units of both worlds, ready to be looked up; build it once a batch."""

    units: dict[int, UnitRow]
    communes: dict[World, dict[str, list[UnitRow]]] = field(default_factory=lambda: {"old": defaultdict(list), "new": defaultdict(list)})
    by_code: dict[str, list[UnitRow]] = field(default_factory=lambda: defaultdict(list))
    former: dict[str, list[FormerRow]] = field(default_factory=lambda: defaultdict(list))
    links: dict[int, list[Link]] = field(default_factory=lambda: defaultdict(list))
    backward: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    parents: dict[tuple[World, str, str], UnitRow] = field(default_factory=dict)
    provinces: dict[str, list[UnitRow]] = field(default_factory=lambda: defaultdict(list))
    marked: dict[int, str] = field(default_factory=dict)

    def today(self, unit: UnitRow) -> tuple[tuple[int, ...], bool]:
        """Return the communes in force that the unit became, and whether one of them was chosen because all people went there."""
        if unit.valid_to is None:
            return (unit.id,), False
        chosen = [link for link in self.links[unit.id] if link.whole or link.all_people]
        by_people = bool(chosen) and not chosen[0].whole
        found: list[int] = []
        for link in chosen[:1] or self.links[unit.id]:
            further, people = self.today(self.units[link.successor])
            found += further
            by_people = by_people or people
        return tuple(dict.fromkeys(found)), by_people

    def origins(self, unit: UnitRow) -> list[UnitRow]:
        """Return the units of the old world that went into a unit, through any number of reforms."""
        if unit.world == "old":
            return [unit]
        return [origin for number in self.backward[unit.id] for origin in self.origins(self.units[number])]

    def district(self, unit: UnitRow) -> UnitRow | None:
        """Return the district of a commune of the old world; a district stands for itself."""
        if unit.world == "new":
            return None
        return unit if unit.level == "district" else self.parents.get(("old", "district", unit.parent_code or ""))

    def province(self, unit: UnitRow) -> UnitRow | None:
        """Return the province of a unit in its own world: of those that bore the code, the first that did not end before the unit did."""
        last = unit.valid_to or date.max
        held = self.provinces[unit.province_code]
        return next((each for each in held if each.world == unit.world and (each.valid_to or date.max) >= last), None)

    def label(self, unit: UnitRow) -> str:
        """Return the whole chain of a unit as people write it."""
        above = [part.full_name for part in (self.district(unit), self.province(unit)) if part and part.id != unit.id]
        return ", ".join([unit.full_name, *above])


def build(units: Iterable[UnitRow], links: Iterable[Link], former: Iterable[FormerRow]) -> Directory:
    """Index the units; of several versions of one unit in the new world the one in force stands for the parents."""
    directory = Directory({unit.id: unit for unit in units})
    for unit in sorted(directory.units.values(), key=lambda unit: unit.valid_to or date.max):
        directory.marked[unit.id] = squeeze_marked(unit.name)
        if unit.level == "commune":
            for key in dict.fromkeys((squeeze(unit.name), squeeze(unit.full_name))):
                directory.communes[unit.world][key].append(unit)
            directory.by_code[unit.code].append(unit)
        else:
            directory.parents[unit.world, unit.level, unit.code] = unit
            if unit.level == "province":
                directory.provinces[unit.code].append(unit)
    for link in links:
        directory.links[link.predecessor].append(link)
        directory.backward[link.successor].append(link.predecessor)
    for row in former:
        for key in dict.fromkeys((squeeze(kind_and_name(row.full_name)[1]), squeeze(row.full_name))):
            directory.former[key].append(row)
    return directory


def province_key(unit: UnitRow) -> str:
    """Return the key by which a province is compared with a stated one."""
    return same_province(squeeze(unit.name))
