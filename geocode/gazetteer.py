"""Decides what the matcher knows by heart: units of both worlds, former names, abbreviations and the places of each commune."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from geocode.place_table import PlaceTable
from geocode.types import UnitChain
from registry.place_key import OTHER_HEADS
from registry.text import fold, toned

World = Literal["new", "old", "former"]
REFORM = date(2025, 7, 1)


@dataclass(frozen=True, slots=True)
class GazUnit:
    """One unit as it may be named: in its own world, with the communes it is in today (those that took all people first).

    `recorded_as` holds the communes of 2025-06 that a commune of before was then: what doors recorded in it may be recorded under;
    a unit that a later reform ended counts for all that it was made from.
    """

    id: int
    level: str
    code: str
    name: str
    full_name: str
    kind: str
    world: World
    district: str
    province: str
    today: tuple[int, ...]
    decided: bool
    tone: str
    lon: float | None = None
    lat: float | None = None
    postal_code: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    recorded_as: frozenset[int] = frozenset()


@dataclass
class Gazetteer:
    """Names folded once; the loader fills and indexes it, and after that only what is derived on demand is added."""

    version: str = ""
    units: dict[str, list[GazUnit]] = field(default_factory=lambda: defaultdict(list))
    named: dict[str, dict[str, tuple[GazUnit, ...]]] = field(default_factory=dict)
    by_id: dict[int, GazUnit] = field(default_factory=dict)
    current: dict[tuple[str, str], GazUnit] = field(default_factory=dict)
    old: dict[tuple[str, str], GazUnit] = field(default_factory=dict)
    predecessors: dict[int, list[GazUnit]] = field(default_factory=lambda: defaultdict(list))
    province_today: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    provinces_before: dict[str, frozenset[str]] = field(default_factory=dict)
    old_provinces: dict[int, frozenset[str]] = field(default_factory=dict)
    old_districts: dict[int, frozenset[str]] = field(default_factory=dict)
    namesakes: dict[int, frozenset[int]] = field(default_factory=dict)
    communes_of_district: dict[str, frozenset[int]] = field(default_factory=dict)
    communes_of_old_province: dict[str, frozenset[int]] = field(default_factory=dict)
    communes_of_province: dict[str, frozenset[int]] = field(default_factory=dict)
    abbreviations: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    street_aliases: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    places: PlaceTable = field(default_factory=PlaceTable)
    # Streets of the lists of names, by old province: also those that no registered door has yet.
    listed_streets: frozenset[tuple[str, str]] = frozenset()
    beginnings: frozenset[str] = frozenset()
    syllables: frozenset[str] = frozenset()
    place_heads: frozenset[str] = frozenset()
    postal: dict[str, int] = field(default_factory=dict)
    versions: dict[tuple[str, str], list[GazUnit]] = field(default_factory=lambda: defaultdict(list))
    # What each unit was made from, one step back; and the communes that are no more, in which doors wait for an officer since a reform.
    made_from: dict[int, tuple[int, ...]] = field(default_factory=dict)
    lineages: dict[int, frozenset[int]] = field(default_factory=dict)
    waiting: frozenset[int] = frozenset()
    pools: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    chains_today: dict[int, UnitChain] = field(default_factory=dict)
    damaged: dict[str, list[GazUnit]] = field(default_factory=dict)
    longest: int = 6

    def index(self) -> None:
        """Derive from units, abbreviations and places what the hot path asks."""
        self._index_names()
        self._index_namesakes()
        self.index_heads()

    def _index_names(self) -> None:
        """Find units by name and level, the names of each province and district, and every beginning of a name."""
        for name in (*self.units, *self.abbreviations):
            held = [*self.units.get(name, ())]
            held += [unit for level, full in self.abbreviations.get(name, ()) for unit in self.units.get(full, ()) if unit.level == level]
            levels = dict.fromkeys(unit.level for unit in held)
            self.named[name] = {level: tuple(unit for unit in held if unit.level == level) for level in levels}
        pools: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        for name, units in self.units.items():
            for unit in units if not name.isdigit() else ():
                for pool in self._pools_of(unit):
                    pools[pool][name] = None
        self.pools = {pool: tuple(names) for pool, names in pools.items()}
        self.beginnings = frozenset(name[:length] for name in self.named for length in range(1, len(name) + 1))

    def _index_namesakes(self) -> None:
        """Find the communes of today that bear the name of the old district around them: a bare Hoàn Kiếm may mean either."""
        for (level, code), district in self.old.items():
            around = self.communes_of_district.get(code, frozenset()) if level == "district" else frozenset()
            for commune in around:
                if compact(self.by_id[commune].name) == compact(district.name):
                    self.namesakes[commune] = around

    def index_heads(self) -> None:
        """Derive the words with which any known street or hamlet begins."""
        heads = self.places.first_words
        # `DX 018` has the key `dx18`: its letters may stand alone in a text.
        lettered = {head.rstrip("0123456789") for head in heads if not head.isalpha()} - {""}
        self.place_heads = heads | lettered | OTHER_HEADS | {alias.partition(" ")[0] for alias in self.street_aliases}

    def _pools_of(self, unit: GazUnit) -> list[tuple[str, str]]:
        """Return the pools of names that a unit belongs to: its level everywhere, by province of today, a commune by its old district."""
        provinces = {unit.province} if unit.world == "new" else self.province_today.get(("old", unit.province), frozenset())
        found = [(unit.level, ""), *((unit.level, province) for province in provinces)]
        return [*found, ("inside", unit.district)] if unit.level == "commune" and unit.district else found

    def commune(self, unit_id: int) -> GazUnit:
        """Return a commune in force today by its id."""
        return self.by_id[unit_id]

    def province_of(self, commune_id: int) -> GazUnit:
        """Return today's province of a commune in force today; of one in which doors wait, its last one where today's is not known."""
        key = "province", self.by_id[commune_id].province
        return self.current.get(key) or self.versions[key][-1]

    def lineage(self, unit_id: int) -> frozenset[int]:
        """Return a unit and all that it was made from, through any number of reforms."""
        known = self.lineages.get(unit_id)
        if known is None:
            known = frozenset({unit_id}).union(*(self.lineage(each) for each in self.made_from.get(unit_id, ())))
            self.lineages[unit_id] = known
        return known

    def related(self, one: int, other: int) -> bool:
        """Tell whether one of two units went into the other."""
        return one in self.lineage(other) or other in self.lineage(one)


def compact(text: str) -> str:
    """Return the key under which unit names are found: folded, without spaces, a bare number without leading zeros."""
    key = fold(text).replace(" ", "")
    return key.lstrip("0") or key if key.isdigit() else key


def make_unit(row: Mapping[str, object], today: Sequence[tuple[int, str, bool]]) -> GazUnit:
    """Build a unit from a row of `unit` and its successors today as (unit id, kind, all_people)."""
    ordered = sorted(today, key=lambda item: (not item[2], item[1] != "whole"))
    decided = len(ordered) <= 1 or sum(item[2] for item in ordered) == 1
    valid_from, valid_to = row["valid_from"], row["valid_to"]
    world: World = "new" if isinstance(valid_from, date) and valid_from >= REFORM else "old"
    level, code, province = str(row["level"]), str(row["code"]), str(row["province_code"])
    return GazUnit(
        id=int(str(row["id"])),
        level=level,
        code=code,
        name=str(row["name"]),
        full_name=str(row["full_name"]),
        kind=str(row["kind"]),
        world=world,
        district=(str(row["parent_code"]) if level == "commune" else code) if world == "old" and level != "province" else "",
        province=province,
        today=tuple(item[0] for item in ordered),
        decided=decided,
        tone=toned(str(row["name"])).replace(" ", ""),
        lon=_float(row.get("lon")),
        lat=_float(row.get("lat")),
        postal_code=str(row["postal_code"]) if row.get("postal_code") else None,
        valid_from=valid_from if isinstance(valid_from, date) else None,
        valid_to=valid_to if isinstance(valid_to, date) else None,
        recorded_as=frozenset({int(str(row["id"]))}) if world == "old" else frozenset(),
    )


def _float(value: object) -> float | None:
    """Return a number or nothing."""
    return float(str(value)) if value is not None else None
