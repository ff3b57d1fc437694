"""Decides what stands at a point: the nearest registered doors, else the commune whose area holds it."""

from sqlalchemy.orm import Session

from geocode.doors import Door, commune_at, nearest_doors
from geocode.gazetteer import Gazetteer
from geocode.label import door_candidate, label, units_on
from geocode.types import Candidate, Level, PartScore

FARTHEST_M = 1000.0
# Confidence by distance in metres, as Pelias publishes it for its reverse answers.
STEPS = ((1.0, 1.0), (10.0, 0.9), (100.0, 0.8), (250.0, 0.7), (1000.0, 0.6))


def reverse(session: Session, gazetteer: Gazetteer, lat: float, lon: float, limit: int) -> list[Candidate]:
    """Return the doors nearest to a point (degrees WGS 84) within a kilometre, else the commune there, else nothing."""
    near = [(door, distance) for door, distance in nearest_doors(session, lon, lat, limit) if distance <= FARTHEST_M]
    if near:
        return [_at(gazetteer, door, distance) for door, distance in near]
    held = commune_at(session, lon, lat)
    if held is None:
        return []
    commune_id, approximate = held
    units = units_on(gazetteer, commune_id, None, None)
    commune = gazetteer.commune(commune_id)
    part = PartScore("area", 0.5, 1.0, "ranh giới gần đúng" if approximate else "trong ranh giới xã")
    return [
        Candidate(
            Level.COMMUNE,
            units,
            0.4 if approximate else 0.5,
            label("", "", None, None, units),
            lat=commune.lat,
            lon=commune.lon,
            parts=(part,),
        )
    ]


def _at(gazetteer: Gazetteer, door: Door, distance: float) -> Candidate:
    """Describe a door at that distance in metres."""
    confidence = _confidence(distance)
    part = PartScore("distance", confidence, 1.0, f"cách {distance:.0f} m")
    return door_candidate(gazetteer, door, None, confidence, (part,), round(distance, 1))


def _confidence(distance: float) -> float:
    """Return the confidence of a door at that distance in metres."""
    return next((confidence for limit, confidence in STEPS if distance <= limit), STEPS[-1][1])
