"""Decides what stands at a point: the nearest registered doors, else the commune whose area holds it, as units were on a day."""

from datetime import date

from sqlalchemy.orm import Session

from geocode.doors import Door, commune_at, nearest_doors
from geocode.gazetteer import Gazetteer
from geocode.label import door_candidate, label, units_on
from geocode.types import Candidate, Level, PartScore, UnitChain

FARTHEST_M = 1000.0
# Confidence by distance in metres, as Pelias publishes it for its reverse answers.
STEPS = ((1.0, 1.0), (10.0, 0.9), (100.0, 0.8), (250.0, 0.7), (1000.0, 0.6))


def reverse(session: Session, gazetteer: Gazetteer, lat: float, lon: float, limit: int, on: date | None = None) -> list[Candidate]:
    """Return the doors nearest to a point (degrees WGS 84) within a kilometre, else the commune there, else nothing.

    Units are named as on the day `on` (today when None). Before 2025-07-01 a door answers with the commune it was recorded in; an
    area of today that several communes merged into says only the district or province that they share.
    """
    near = [(door, distance) for door, distance in nearest_doors(session, lon, lat, limit) if distance <= FARTHEST_M]
    if near:
        return [_at(gazetteer, door, distance, on) for door, distance in near]
    held = commune_at(session, lon, lat)
    return [_inside(gazetteer, *held, on)] if held else []


def _inside(gazetteer: Gazetteer, commune_id: int, approximate: bool, on: date | None) -> Candidate:  # noqa: FBT001 - a column
    """Describe the commune of today whose area holds the point, by its units on a day."""
    units = units_on(gazetteer, commune_id, None, on)
    commune = gazetteer.commune(commune_id)
    part = PartScore("area", 0.5, 1.0, "ranh giới gần đúng" if approximate else "trong ranh giới xã")
    return Candidate(
        _level(units),
        units,
        0.4 if approximate else 0.5,
        label("", "", "", units),
        lat=commune.lat,
        lon=commune.lon,
        parts=(part,),
    )


def _level(units: UnitChain) -> Level:
    """Return the deepest level that the units of a day reach."""
    named = ((Level.COMMUNE, units.commune), (Level.DISTRICT, units.district), (Level.PROVINCE, units.province))
    return next((level for level, unit in named if unit), Level.NONE)


def _at(gazetteer: Gazetteer, door: Door, distance: float, on: date | None) -> Candidate:
    """Describe a door at that distance in metres."""
    confidence = _confidence(distance)
    part = PartScore("distance", confidence, 1.0, f"cách {distance:.0f} m")
    return door_candidate(gazetteer, door, on, confidence, (part,), round(distance, 1))


def _confidence(distance: float) -> float:
    """Return the confidence of a door at that distance in metres."""
    return next((confidence for limit, confidence in STEPS if distance <= limit), STEPS[-1][1])
