"""Decides which doors and wider places could answer a question: the keys to look up, and what is found, scored."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from geocode.doors import Door, DoorKey, door_key
from geocode.gazetteer import Gazetteer
from geocode.label import door_candidate, label, place_label, units_on, wide_units
from geocode.parse import Reading
from geocode.place_table import GazPlace
from geocode.prepare import Prepared
from geocode.score import calibrated, doubt, evidence, house_part, place_part, rest_part, total, unit_part
from geocode.tuples import maker
from geocode.types import Candidate, Level, PartScore, UnitChain

MOST_HOUSES = 4
# The door is in another hamlet than the text says: probably not the one.
OTHER_HAMLET = 0.8
COMMUNE_ACCURACY_M = 3000.0
STREET_ACCURACY_M = 500.0
ALLEY_ACCURACY_M = 100.0


class Scored(NamedTuple):
    """One candidate with its score (the sum of its parts), the reading it comes from and the flags of its units."""

    candidate: Candidate
    score: float
    reading: Reading
    flags: frozenset[str]
    place_how: str
    house_how: str
    commune_id: int | None


_scored = maker(Scored)


def door_keys(prepared: Prepared) -> Iterator[DoorKey]:
    """Yield the doors to look up; none for a question without doors."""
    if not prepared.query.doors:
        return
    for reading in prepared.readings:
        room, anchors = _room(reading), _anchors(reading)
        for key in [path.key for path in reading.houses[:MOST_HOUSES]]:
            for place in anchors:
                yield door_key((place.id, key, False, room))
            if reading.hamlet and not reading.street:
                for place in anchors:
                    yield door_key((place.id, key, True, room))


def _room(reading: Reading) -> str:
    """Return the room of the flat that a reading names."""
    return reading.flat.rpartition("|")[2]


def alley_keys(prepared: Prepared) -> Iterator[tuple[int, str]]:
    """Yield the alleys, innermost first, and the places whose whereabouts a fallback would show."""
    for reading in prepared.readings:
        for place in _anchors(reading):
            # Whether an alley is known shows whether one of its doors is registered.
            for path in reading.houses[:1] if prepared.query.doors else ():
                for prefix in path.prefixes():
                    yield place.id, prefix
            yield place.id, ""


def _anchors(reading: Reading) -> tuple[GazPlace, ...]:
    """Return the places a number may hang on: the street's, else the hamlet's."""
    hit = reading.street or reading.hamlet
    return hit.places if hit else ()


def scored(
    gazetteer: Gazetteer, prepared: Prepared, doors: Mapping[DoorKey, list[Door]], points: Mapping[tuple[int, str], tuple[float, float]]
) -> list[Scored]:
    """Return every candidate of every reading with its part scores: its doors, or the deepest wider place where none is registered."""
    found: list[Scored] = []
    for reading in prepared.readings:
        at_door = list(_doors(gazetteer, prepared, reading, doors))
        found.extend(at_door or _fallbacks(gazetteer, prepared, reading, points))
    return found


def _doors(gazetteer: Gazetteer, prepared: Prepared, reading: Reading, doors: Mapping[DoorKey, list[Door]]) -> Iterator[Scored]:
    """Yield the registered doors of one reading."""
    hit = reading.street or reading.hamlet
    if hit is None:
        return
    room = _room(reading)
    for rank, key in enumerate([path.key for path in reading.houses[:MOST_HOUSES]]):
        for place in hit.places:
            found = doors.get(door_key((place.id, key, False, room)), [])
            if hit is reading.hamlet:
                found = found + doors.get(door_key((place.id, key, True, room)), [])
            for door in found:
                how = _flat_how(reading.flat, door.flat_key) or ("exact" if rank == 0 else "second")
                if how == "exact" and door.place_id != place.id:
                    how = "inside"
                yield _at_door(gazetteer, prepared, reading, (door, place), how)


def _flat_how(asked: str, held: str) -> str:
    """Tell how a flat that was asked about differs from that of a door; empty when it does not: a room may stand without its floor."""
    if asked == held:
        return ""
    if not asked:
        return "flat_missing"
    pairs = list(zip(asked.split("|"), held.split("|"), strict=False)) if held else []
    if any(one and other and one != other for one, other in pairs):
        return "other_flat"
    return "" if pairs and pairs[-1][0] and pairs[-1][0] == pairs[-1][1] else "second"


def _at_door(gazetteer: Gazetteer, prepared: Prepared, reading: Reading, found: tuple[Door, GazPlace], house_how: str) -> Scored:
    """Score one registered door that was found at a place."""
    door, place = found
    flags = _flags(reading)
    if "split" in flags:
        flags -= {"split"}
    place_how = _place_how(reading)
    if _recorded_elsewhere(gazetteer, reading, door):
        flags |= {"other_old_commune"}
    if reading.street and reading.hamlet and door.hamlet_id and door.hamlet_id not in {place.id for place in reading.hamlet.places}:
        flags |= {"other_hamlet"}
    parts = (unit_part(flags), place_part(place_how), house_part(house_how), rest_part(len(reading.ignored)))
    score = total(parts) * (OTHER_HAMLET if "other_hamlet" in flags else 1.0)
    confidence = calibrated(score, door=True) * doubt(house_how, place_how, len(reading.ignored))
    candidate = door_candidate(gazetteer, door, prepared.query.on, confidence, parts, known=place)
    return _scored((candidate, score, reading, flags, place_how, house_how, door.commune_id))


def _recorded_elsewhere(gazetteer: Gazetteer, reading: Reading, door: Door) -> bool:
    """Tell whether the text names an old commune and the door was recorded in another one that merged with it."""
    chain = reading.chain
    if chain is None or chain.unit.level != "commune" or chain.unit.valid_to is None:
        return False
    recorded = gazetteer.by_id.get(door.recorded_unit_id)
    if recorded is None or recorded.valid_to is None or recorded.id in chain.unit.recorded_as:
        return False
    # A name that was gone before 2025 has no unit of its own.
    return not chain.unit.id or not gazetteer.related(recorded.id, chain.unit.id)


def _flags(reading: Reading) -> frozenset[str]:
    """Return what is in doubt about the units of a reading."""
    if reading.chain is None:
        return frozenset({"no_commune", "no_province"})
    flags = reading.chain.flags
    if reading.chain.unit.level != "commune":
        flags |= {"no_commune"}
    elif not reading.chain.unit.decided:
        flags |= {"split"}
    return flags


def _place_how(reading: Reading) -> str:
    """Tell how the street or hamlet of a reading was matched."""
    hit = reading.street or reading.hamlet
    if hit:
        return hit.how
    return "none" if reading.street_text else "absent"


def _fallbacks(
    gazetteer: Gazetteer, prepared: Prepared, reading: Reading, points: Mapping[tuple[int, str], tuple[float, float]]
) -> Iterator[Scored]:
    """Yield the deepest wider places of a reading: alley mouth, street or hamlet, else the commune, else wider units."""
    flags = _flags(reading)
    hit = reading.street or reading.hamlet
    seen: set[int] = set()
    for place in hit.places if hit else ():
        if place.commune_id not in seen:
            seen.add(place.commune_id)
            yield _at_place(gazetteer, prepared, reading, place, points)
    if seen:
        return
    chain = reading.chain
    if chain is None:
        return
    missing = "none" if reading.houses else "absent"
    parts = (unit_part(flags), place_part(_place_how(reading)), house_part(missing), rest_part(len(reading.ignored)))
    if chain.unit.level == "commune":
        around = sorted(reading.communes or (), key=lambda each: each not in chain.unit.today) if "namesake" in flags else chain.unit.today
        for commune_id in around:
            if reading.communes is None or commune_id in reading.communes:
                yield _at_commune(gazetteer, prepared, reading, commune_id, flags, parts)
        return
    units = wide_units(gazetteer, chain.unit)
    candidate = Candidate(
        Level(chain.unit.level),
        units,
        calibrated(evidence(parts, door=False), door=False),
        _wide_label(units),
        lat=chain.unit.lat,
        lon=chain.unit.lon,
        parts=parts,
    )
    yield Scored(candidate, total(parts), reading, flags, _place_how(reading), missing, None)


def _wide_label(units: UnitChain) -> str:
    """Write district and province."""
    return ", ".join(unit.name for unit in (units.district, units.province) if unit)


def _at_place(
    gazetteer: Gazetteer, prepared: Prepared, reading: Reading, place: GazPlace, points: Mapping[tuple[int, str], tuple[float, float]]
) -> Scored:
    """Score a street, hamlet or alley mouth whose door is not registered."""
    flags = _flags(reading) - {"split"}
    level = Level.HAMLET if place.kind == "hamlet" else Level.STREET
    point, accuracy, house = points.get((place.id, "")), STREET_ACCURACY_M, None
    house_how = "none" if reading.houses else "absent"
    for path in reading.houses[:1]:
        for prefix in path.prefixes():
            if (place.id, prefix) in points:
                level, point, accuracy, house, house_how = Level.ALLEY, points[place.id, prefix], ALLEY_ACCURACY_M, prefix.upper(), "alley"
                break
    units = units_on(gazetteer, place.commune_id, None, prepared.query.on)
    commune = gazetteer.commune(place.commune_id)
    parts = (unit_part(flags), place_part(_place_how(reading)), house_part(house_how), rest_part(len(reading.ignored)))
    written = label("", place_label(place), "", units)
    candidate = Candidate(
        level=level,
        unit=units,
        confidence=calibrated(evidence(parts, door=False), door=False),
        label=written if house is None else f"ngõ/hẻm {house} {written}",
        place=place_label(place),
        house=None,
        lon=point[0] if point else commune.lon,
        lat=point[1] if point else commune.lat,
        accuracy_m=accuracy if point else COMMUNE_ACCURACY_M,
        parts=parts,
    )
    return Scored(candidate, total(parts), reading, flags, _place_how(reading), house_how, place.commune_id)


def _at_commune(
    gazetteer: Gazetteer, prepared: Prepared, reading: Reading, commune_id: int, flags: frozenset[str], parts: tuple[PartScore, ...]
) -> Scored:
    """Score a commune of today."""
    units = units_on(gazetteer, commune_id, None, prepared.query.on)
    commune = gazetteer.commune(commune_id)
    candidate = Candidate(
        Level.COMMUNE, units, calibrated(evidence(parts, door=False), door=False), label("", "", "", units),
        lat=commune.lat, lon=commune.lon, accuracy_m=COMMUNE_ACCURACY_M, parts=parts,
    )  # fmt: skip
    return Scored(candidate, total(parts), reading, flags, _place_how(reading), "none" if reading.houses else "absent", commune_id)
