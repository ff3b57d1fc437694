"""A point becomes the nearest door, with its distance and the units of a day."""

import json
import math
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from geocode.doors import nearest_doors
from geocode.resolver import Resolver
from geocode.types import Level
from registry.models.tables import Address, Unit

BEFORE = date(2024, 1, 1)


def a_door(samples: Session) -> Any:  # noqa: ANN401 - a row
    """Return id and point of a door that was recorded in a commune of the old map."""
    asked = (
        select(Address.id, Address.point.ST_X().label("lon"), Address.point.ST_Y().label("lat"), Unit.code, Unit.full_name)
        .join(Unit, Unit.id == Address.recorded_unit_id)
        .where(~Unit.in_force, Address.retired_at.is_(None))
        .order_by(Address.id)
        .limit(1)
    )
    return samples.execute(asked).one()


def test_the_nearest_by_metres_is_first(samples: Session, resolver: Resolver) -> None:
    """Of ten points around doors, no registered door is nearer than the one that answers, as the spheroid measures."""
    points = samples.execute(text("SELECT ST_X(point) + 0.0007, ST_Y(point) - 0.0004 FROM address ORDER BY id LIMIT 10")).all()
    nearest = text(
        "SELECT min(ST_Distance(point::geography, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)::geography))"
        " FROM address WHERE retired_at IS NULL"
    )
    for lon, lat in points:
        found = resolver.reverse(samples, lat, lon, 5)
        distances = [each.distance_m for each in found if each.distance_m is not None]
        assert distances == sorted(distances)
        assert distances[0] == pytest.approx(samples.execute(nearest, {"lon": lon, "lat": lat}).scalar_one(), abs=0.06)


def test_a_door_east_of_the_point_beats_one_that_is_nearer_in_degrees(samples: Session) -> None:
    """A degree of longitude is shorter than one of latitude: metres decide, not degrees."""
    row = a_door(samples)
    lon, lat = 109.0, 23.0
    samples.execute(
        text("UPDATE address SET point = ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) WHERE id = :id"),
        {"id": row.id, "lon": lon + 0.00100, "lat": lat},
    )
    other = samples.execute(text("SELECT min(id) FROM address WHERE id <> :id AND retired_at IS NULL"), {"id": row.id}).scalar_one()
    samples.execute(
        text("UPDATE address SET point = ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) WHERE id = :id"),
        {"id": other, "lon": lon, "lat": lat + 0.00097},
    )
    (nearest,) = nearest_doors(samples, lon, lat, 1)
    assert nearest[0].id == row.id
    assert nearest[1] == pytest.approx(111_320 * 0.001 * math.cos(math.radians(lat)), rel=0.01)


def test_the_units_are_those_of_the_day(samples: Session, resolver: Resolver) -> None:
    """Today's commune today; before the reform the commune that the door was recorded in, with its district."""
    row = a_door(samples)
    (now,) = resolver.reverse(samples, row.lat, row.lon)
    (then,) = resolver.reverse(samples, row.lat, row.lon, 1, BEFORE)
    assert (now.address_id, then.address_id) == (row.id, row.id)
    assert now.code == then.code is not None
    assert now.distance_m == then.distance_m == pytest.approx(0, abs=0.2)
    assert then.unit.commune
    assert (then.unit.commune.code, then.unit.commune.name) == (row.code, row.full_name)
    assert then.unit.district
    assert then.unit.district.name in then.label
    assert now.unit.district is None


def test_a_commune_without_doors_is_named_as_of_the_day(samples: Session, resolver: Resolver) -> None:
    """An area of today that was one commune before answers with that one; a merged one with the units they shared."""
    lon, lat = 105.0, 22.8
    (now,) = resolver.reverse(samples, lat, lon)
    (then,) = resolver.reverse(samples, lat, lon, 1, BEFORE)
    assert now.level is Level.COMMUNE
    assert now.distance_m is None
    assert then.unit != now.unit
    assert then.unit.province
    deepest = then.unit.commune or then.unit.district or then.unit.province
    assert then.level is (Level.COMMUNE if then.unit.commune else Level.DISTRICT if then.unit.district else Level.PROVINCE)
    assert then.label.startswith(deepest.name)


def test_a_point_at_sea_has_no_answer(samples: Session, resolver: Resolver) -> None:
    """Nothing is guessed outside every commune, whatever the day."""
    assert resolver.reverse(samples, 0, 160, 1, BEFORE) == []


def test_the_index_answers_whatever_the_limit(samples: Session) -> None:
    """The look-up is a walk through the point index, also where the number of doors comes as a parameter."""
    nearest_doors(samples, 103.02, 21.4, 3)
    samples.execute(text("SET LOCAL enable_seqscan = off"))
    plan = "\n".join(samples.execute(text("EXPLAIN EXECUTE diachiso_doors_nearest(103.02, 21.4, 3)")).scalars())
    assert "ix_address_point" in plan
    assert "Seq Scan on address" not in plan


def test_the_command_shows_door_distance_code_and_units(command: Callable[..., Any]) -> None:
    """`reverse` on a registry without doors says the commune; JSON holds the same; a point at sea is refused."""
    printed = command("reverse", "21.3856", "103.0162", "--on", "01/01/2024")
    assert printed.code == 0
    assert "Tỉnh Điện Biên" in printed.out
    asked = json.loads(command("reverse", "21.3856", "103.0162", "--json").out)
    assert asked["candidates"][0]["unit"]["province"]["name"] == "Tỉnh Điện Biên"
    assert command("reverse", "0", "160").code == 1
    assert command("reverse", "91", "160").code == 2
    assert command("reverse", "nan", "105").code == 2
    assert command("reverse", "21", "105", "--on", "hôm qua").code == 2
