"""Decides what a new unit takes over from those it was made from: postal code, centre, area and people, where they follow at all."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from registry.reform_table import Part
from registry.text import fold, toned
from registry.vocab import Level

# What a unit keeps that only goes on under another province.
_SAME: Final = ("level", "code", "name", "full_name", "kind", "postal_code", "lon", "lat", "area_km2", "population")
DEFAULT_SOURCE: Final = "bảng kế thừa / succession table"


@dataclass(frozen=True)
class KnownUnit:
    """A unit in force the day before; `ends` is its first day out of force where that is known. Degrees EPSG:4326, km²."""

    id: int
    level: Level
    code: str
    name: str
    full_name: str
    kind: str
    province_code: str
    postal_code: str | None
    ends: date | None
    lon: float | None
    lat: float | None
    area_km2: float | None
    population: int | None


@dataclass(frozen=True)
class NewLink:
    """A predecessor of a new unit: whole, or a part (`all_people`: with the whole population); `places` are said to go this way."""

    predecessor: KnownUnit
    kind: Part
    all_people: bool = False
    places: tuple[str, ...] = ()
    note: str = ""
    source: str = DEFAULT_SOURCE


@dataclass(frozen=True)
class NewUnit:
    """A unit that begins on the day, with what it was made from."""

    level: Level
    code: str
    name: str
    full_name: str
    kind: str
    province_code: str
    postal_code: str | None
    lon: float | None
    lat: float | None
    area_km2: float | None
    population: int | None
    source: str
    links: tuple[NewLink, ...]


def carried(unit: KnownUnit, province_code: str, note: str, source: str) -> NewUnit:
    """Return the same unit under another province."""
    same = {name: getattr(unit, name) for name in _SAME}
    return NewUnit(**same, province_code=province_code, source=source, links=(NewLink(unit, "whole", note=note, source=source),))


def is_named(unit: KnownUnit, said: str) -> bool:
    """Tell whether a name, with type word or without, is the unit's; accents may be missing, wrong ones are another name."""
    own = {unit.name, unit.full_name}
    return any(toned(said) == toned(name) for name in own) or (said.isascii() and fold(said) in {fold(name) for name in own})


def said_of(unit: KnownUnit) -> str:
    """Word a unit: `03166 Xã Mường Chà`."""
    return f"{unit.code} {unit.full_name}"


def postal(code: str, links: tuple[NewLink, ...]) -> str | None:
    """Return the postal code that goes on in use: of the predecessor of the same code, else of the most peopled whole one."""
    ordered = sorted(links, key=lambda link: (link.predecessor.code != code, link.kind != "whole", -(link.predecessor.population or 0)))
    return next((link.predecessor.postal_code for link in ordered if link.predecessor.postal_code), None)


def centre(code: str, links: tuple[NewLink, ...]) -> tuple[float | None, float | None]:
    """Return the mean of the centres of the whole predecessors, by area; of a part only the unit that goes on under its code has one."""
    whole = [link.predecessor for link in links if link.kind == "whole"] or [
        link.predecessor for link in links if link.predecessor.code == code
    ]
    placed = [(unit.lon, unit.lat, unit.area_km2 or 1.0) for unit in whole if unit.lon is not None and unit.lat is not None]
    if not placed:
        return None, None
    weight = sum(area for _, _, area in placed)
    return sum(lon * area for lon, _, area in placed) / weight, sum(lat * area for _, lat, area in placed) / weight


def area(links: tuple[NewLink, ...]) -> float | None:
    """Return the sum of the areas of whole predecessors, None where any is a part or unknown."""
    areas = [link.predecessor.area_km2 if link.kind == "whole" else None for link in links]
    return round(sum(area for area in areas if area is not None), 2) if all(area is not None for area in areas) else None


def population(links: tuple[NewLink, ...]) -> int | None:
    """Return the sum of the people of predecessors that came whole or with all people, None where any is a part or unknown."""
    people = [link.predecessor.population if link.kind == "whole" else None for link in links]
    return sum(each for each in people if each is not None) if all(each is not None for each in people) else None
