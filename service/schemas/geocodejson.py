"""Decides how candidates become features of the flat GeocodeJSON dialect that addok and the French BAN serve."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from geocode.types import Candidate, Level, Verdict
from registry.text import fold
from registry.vocab import AREA_WORDS, HAMLET_WORDS

ATTRIBUTION: Final = "diachiso"
LICENCE: Final = "Apache-2.0"
# What Photon's clients read beside the properties of addok, with `state`.
COUNTRY: Final = ("VN", "Việt Nam")
# RFC 7946 leaves precision open; seven decimals are about one centimetre.
_DECIMALS: Final = 7

TYPES: Final[Mapping[Level, str]] = {
    Level.HOUSEHOLD: "housenumber",
    Level.ALLEY: "street",
    Level.STREET: "street",
    Level.HAMLET: "locality",
    Level.COMMUNE: "municipality",
    Level.DISTRICT: "municipality",
    Level.PROVINCE: "municipality",
}
_NOT_STREETS: Final = tuple(f"{word} " for word in (*HAMLET_WORDS, *AREA_WORDS))


def collection(
    candidates: Iterable[Candidate],
    *,
    query: str,
    limit: int,
    filters: Mapping[str, str],
    verdict: Verdict | None = None,
    already_filtered: bool = False,
) -> dict[str, Any]:
    """Return a FeatureCollection of at most `limit` features, [longitude, latitude] in degrees WGS 84.

    A candidate without a point is left out: clients of this dialect read every geometry. `/v1/resolve` shows it. The filters are
    echoed; candidates that were chosen by them are not asked again.
    """
    wanted = [each for each in candidates if has_point(each)] if already_filtered else drawable(candidates, filters.get("type"))
    features = [feature(each) for each in wanted[:limit]]
    if features and verdict is not None:
        features[0]["properties"]["verdict"] = verdict.value
    echoed = {"filters": dict(filters)} if filters else {}
    return {
        "type": "FeatureCollection",
        "version": "draft",
        "features": features,
        "attribution": ATTRIBUTION,
        "licence": LICENCE,
        "query": query,
        "limit": limit,
        **echoed,
    }


def feature(candidate: Candidate) -> dict[str, Any]:
    """Return one feature; empty properties are left out."""
    properties = {**_identity(candidate), **_place(candidate), **_units(candidate)}
    if candidate.distance_m is not None:
        properties["distance"] = round(candidate.distance_m)
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [_degrees(candidate.lon), _degrees(candidate.lat)]},
        "properties": {name: value for name, value in properties.items() if value is not None},
    }


def drawable(candidates: Iterable[Candidate], kind: str | None) -> list[Candidate]:
    """Return the candidates that have a point and are of that type, or of any."""
    return [each for each in candidates if has_point(each) and kind in (None, type_of(each))]


def has_point(candidate: Candidate) -> bool:
    """Tell whether a candidate can be drawn."""
    return candidate.lat is not None and candidate.lon is not None


def places_of(doors: Iterable[Candidate], kind: str) -> list[Candidate]:
    """Return the doors of that type, or the streets or localities that doors stand in, nearest first, each once.

    A place has the point and the distance of its nearest door, and no code: only doors carry one.
    """
    found: dict[tuple[str, str], Candidate] = {}
    for door in doors:
        if type_of(door) == kind:
            found[door.label, str(door.address_id)] = door
        elif door.level is Level.HOUSEHOLD and door.house and door.place and kind == _kind_of_place(door.place):
            place = _place_of(door)
            found.setdefault((place.label, ""), place)
    return list(found.values())


def _place_of(door: Candidate) -> Candidate:
    level = Level.HAMLET if _kind_of_place(door.place or "") == "locality" else Level.STREET
    units = (door.unit.commune, door.unit.district, door.unit.province)
    label = ", ".join([door.place or "", *(unit.name for unit in units if unit)])
    return door._replace(level=level, label=label, house=None, code=None, scheme=None, address_id=None, accuracy_m=None)


def _kind_of_place(name: str) -> str:
    return "locality" if f"{fold(name)} ".startswith(_NOT_STREETS) else "street"


def type_of(candidate: Candidate) -> str:
    """Return the dialect's type; a door without a number is a locality, for clients read `housenumber` of the others."""
    if candidate.level is Level.HOUSEHOLD and not candidate.house:
        return "locality"
    return TYPES.get(candidate.level, "municipality")


def _identity(found: Candidate) -> dict[str, Any]:
    commune = found.unit.commune or found.unit.district or found.unit.province
    number = f"d{found.address_id}" if found.address_id is not None else None
    fallback = "_".join(part for part in (commune.code if commune else "", fold(found.place or ""), found.house or "") if part)
    return {
        "label": found.label,
        "score": round(found.confidence, 4),
        "id": (found.code or number or fallback).replace(" ", "-"),
        "type": type_of(found),
        "importance": round(found.confidence, 4),
        "code": found.code,
    }


def _place(found: Candidate) -> dict[str, Any]:
    commune = found.unit.commune or found.unit.district or found.unit.province
    is_locality = bool(found.place) and _kind_of_place(found.place or "") == "locality"
    parts: Sequence[str | None] = (found.house, found.place)
    return {
        "name": " ".join(part for part in parts if part) or (commune.name if commune else found.label),
        "housenumber": found.house if type_of(found) == "housenumber" else None,
        "street": None if is_locality else found.place,
        "locality": found.place if is_locality else None,
    }


def _units(found: Candidate) -> dict[str, Any]:
    province, commune = found.unit.province, found.unit.commune or found.unit.district
    named = commune or province
    return {
        "postcode": found.unit.postal_code or "",
        "citycode": found.unit.commune.code if found.unit.commune else "",
        "city": named.name if named else "",
        "state": province.name if province else None,
        "country": COUNTRY[1],
        "countrycode": COUNTRY[0],
        "context": f"{province.code}, {province.name}" if province else "",
        # Only the units of a day before 2025-07-01 have districts.
        "district": found.unit.district.name if found.unit.commune and found.unit.district else None,
    }


def _degrees(value: float | None) -> float:
    return round(value or 0.0, _DECIMALS)
