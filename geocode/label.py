"""Decides how a door is written out: house path, street, hamlet, commune, province, as the units of the day are named."""

import re
from datetime import date

from geocode.doors import Door
from geocode.gazetteer import REFORM, Gazetteer, GazUnit
from geocode.place_table import GazPlace
from geocode.tuples import maker
from geocode.types import Candidate, Level, NamedUnit, PartScore, UnitChain

_candidate = maker(Candidate)

# With their marks: Dương Văn Dương and Phó Đức Chính are names.
_TYPED = re.compile(
    r"(?:đường|phố|đại lộ|quốc lộ|tỉnh lộ|hương lộ|xa lộ|ngõ|hẻm|kiệt|ấp|thôn|xóm|tổ|khu|cư xá|chung cư|lô|ql|tl|hl|đt|c/c|cc|kdc)[\s\d.]",
    re.IGNORECASE,
)


def place_label(place: GazPlace) -> str:
    """Write a place with the type word that it needs to be understood."""
    if place.kind != "street":
        return place.name
    return place.name if _TYPED.match(place.name) else f"đường {place.name}"


def house_label(house: str, flat: str) -> str:
    """Write the house path with its flat."""
    return f"{flat}, {house}" if flat and house else flat or house


def label(number: str, street: str, hamlet: str, chain: UnitChain) -> str:
    """Write a whole address of its labels, smallest part first, as Vietnamese addresses are written; empty parts are left out."""
    parts = [f"{number} {street}" if number and street else number or street, hamlet]
    parts += [unit.name for unit in (chain.commune, chain.district, chain.province) if unit]
    return ", ".join([part for part in parts if part])


def units_on(gazetteer: Gazetteer, commune_id: int, recorded_unit_id: int | None, on: date | None) -> UnitChain:
    """Return the units of a commune of today as they were named on a day (today when None).

    Before 2025-07-01 the unit an address was recorded under answers; else the only predecessor, or none where several were merged.
    """
    if on is None:
        known = gazetteer.chains_today.get(commune_id)
        if known is None:
            commune = gazetteer.commune(commune_id)
            province = gazetteer.province_of(commune_id)
            known = gazetteer.chains_today[commune_id] = UnitChain(_named(province), _named(commune), None, commune.postal_code)
        return known
    commune = gazetteer.commune(commune_id)
    if on < REFORM:
        return _old_units(gazetteer, commune, recorded_unit_id)
    return _units_between(gazetteer, commune, recorded_unit_id, on)


def wide_units(gazetteer: Gazetteer, unit: GazUnit) -> UnitChain:
    """Return the chain of a district or province of any world, as far as one of today follows from it."""
    if unit.level == "province" and unit.world == "new":
        return UnitChain(_named(gazetteer.current.get(("province", unit.province), unit)))
    today = gazetteer.province_today.get(("old", unit.province), frozenset())
    province = gazetteer.current["province", next(iter(today))] if len(today) == 1 else None
    district = _named(unit) if unit.level == "district" and unit.world == "old" else None
    return UnitChain(_named(province) if province else None, None, district)


def _old_units(gazetteer: Gazetteer, commune: GazUnit, recorded_unit_id: int | None) -> UnitChain:
    """Return the chain of the 63-province world that an address of today belonged to, as far as succession decides it."""
    recorded = gazetteer.by_id.get(recorded_unit_id) if recorded_unit_id else None
    before = [unit for unit in gazetteer.predecessors.get(commune.id, ()) if unit.world == "old"]
    if recorded is not None and recorded.world == "old":
        before = [recorded]
    unit = before[0] if len(before) == 1 else None
    districts, provinces = {each.district for each in before}, {each.province for each in before}
    district = gazetteer.old.get(("district", districts.pop())) if len(districts) == 1 else None
    province = gazetteer.old.get(("province", provinces.pop())) if len(provinces) == 1 else None
    return UnitChain(
        _named(province) if province else None,
        _named(unit) if unit else None,
        _named(district) if district else None,
        unit.postal_code if unit else None,
    )


def _units_between(gazetteer: Gazetteer, commune: GazUnit, recorded_unit_id: int | None, on: date) -> UnitChain:
    """Return the chain of a day since 2025-07-01: the unit among a commune's makings that was in force and that the door was recorded in.

    No commune where several were merged and the record does not tell; a day before the unit of the province began is told by its first.
    """
    then = [gazetteer.by_id[each] for each in gazetteer.lineage(commune.id) if _in_force(gazetteer.by_id[each], on)] or [commune]
    if len(then) > 1 and recorded_unit_id:
        then = [unit for unit in then if gazetteer.related(unit.id, recorded_unit_id)] or then
    codes = {unit.province for unit in then}
    held = gazetteer.versions["province", codes.pop()] if len(codes) == 1 else []
    province = next((unit for unit in held if _in_force(unit, on)), held[0] if held else None)
    unit = then[0] if len(then) == 1 else None
    return UnitChain(_named(province) if province else None, _named(unit) if unit else None, None, unit.postal_code if unit else None)


def _in_force(unit: GazUnit, on: date) -> bool:
    return unit.world == "new" and (unit.valid_from is None or unit.valid_from <= on) and (unit.valid_to is None or on < unit.valid_to)


def _named(unit: GazUnit) -> NamedUnit:
    """Return code and full name."""
    return NamedUnit(unit.code, unit.full_name)


def door_candidate(
    gazetteer: Gazetteer,
    door: Door,
    on: date | None,
    confidence: float,
    parts: tuple[PartScore, ...],
    distance_m: float | None = None,
    known: GazPlace | None = None,
) -> Candidate:
    """Describe a registered door as an answer; `distance_m` in metres where a point was asked about.

    `known` is a place that was found already and need not be looked up if it is the door's.
    """
    units = units_on(gazetteer, door.commune_id, door.recorded_unit_id, on)
    street, hamlet = door_places(gazetteer, door, known)
    number, place = house_label(door.house_path, door.flat), place_label(street) if street else None
    return _candidate((
        Level.HOUSEHOLD, units, confidence, label(number, place or "", hamlet.name if hamlet else "", units), place, number or None,
        door.code, door.scheme, door.id, door.lat, door.lon, door.accuracy_m, distance_m, parts,
    ))  # fmt: skip


def door_places(gazetteer: Gazetteer, door: Door, known: GazPlace | None = None) -> tuple[GazPlace | None, GazPlace | None]:
    """Return the place a number hangs on, and the hamlet when it is another; `known` saves looking for it."""
    street = known if known and known.id == door.place_id else gazetteer.places.by_id(door.place_id) if door.place_id else None
    hamlet = gazetteer.places.by_id(door.hamlet_id) if door.hamlet_id and door.hamlet_id != door.place_id else None
    return street, hamlet
