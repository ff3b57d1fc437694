"""Coordinates: the official datum shift everywhere, and the obvious mistakes recognised."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Geod, Transformer

from registry import zones
from registry.errors import UsageError
from registry.geo import known_crs, looks_like, to_wgs84
from registry.zones import NARROW_ZONES, UTM_ZONES, WIDE_ZONES, meridians, zone_name, zones_of_province

OFFICIAL = Transformer.from_pipeline("urn:ogc:def:coordinateOperation:EPSG::6960")
TRAP = Transformer.from_pipeline("urn:ogc:def:coordinateOperation:EPSG::5194")
EARTH = Geod(ellps="WGS84")
ZONES = sorted({**NARROW_ZONES, **WIDE_ZONES})
CENTIMETRE = 0.01


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the distance of two (longitude, latitude) pairs."""
    return float(EARTH.inv(*a, *b)[2])


@pytest.mark.parametrize("zone", ZONES)
def test_every_zone_agrees_with_the_official_operation(zone: int) -> None:
    """Projected by PROJ's own definition of the zone and shifted by its own EPSG:6960: the same point within a centimetre."""
    lat, lon = 16.0, {**NARROW_ZONES, **WIDE_ZONES}[zone] + 0.3
    easting, northing = Transformer.from_crs(4756, zone, always_xy=True).transform(lon, lat)
    (x,), (y,) = to_wgs84([easting], [northing], f"EPSG:{zone}")
    there_lat, there_lon = OFFICIAL.transform(lat, lon)
    assert metres((x, y), (there_lon, there_lat)) < CENTIMETRE


def test_around_ho_chi_minh_city_the_official_shift_is_taken() -> None:
    """At 10.5 N, 106 E PROJ alone takes EPSG:5194, about 0.8 m off."""
    (x,), (y,) = to_wgs84([106.0], [10.5], "EPSG:4756")
    official, trap = OFFICIAL.transform(10.5, 106.0), TRAP.transform(10.5, 106.0)
    assert metres((x, y), official[::-1]) < CENTIMETRE
    assert 0.6 < metres((x, y), trap[::-1]) < 1.0


def test_the_shift_is_some_two_hundred_metres() -> None:
    """No datum shift at all would be 190 to 230 m off: it must be there."""
    (x,), (y,) = to_wgs84([105.85], [21.03], "epsg:4756")
    assert 150 < metres((x, y), (105.85, 21.03)) < 260


@pytest.mark.parametrize("zone", [*ZONES, *UTM_ZONES, 4756])
def test_the_way_there_and_back_loses_less_than_a_centimetre(zone: int) -> None:
    """Degrees to the zone by the inverse of the official operation, and back."""
    lon, lat = UTM_ZONES.get(zone, 105.7) + 0.2, 20.9
    base = (lat, lon) if zone in UTM_ZONES else OFFICIAL.transform(lat, lon, direction="INVERSE")
    source = 4326 if zone in UTM_ZONES else 4756
    x, y = Transformer.from_crs(source, zone, always_xy=True).transform(base[1], base[0])
    (back_lon,), (back_lat,) = to_wgs84([x], [y], f"EPSG:{zone}")
    assert metres((back_lon, back_lat), (lon, lat)) < CENTIMETRE


def test_degrees_in_wgs84_stay_as_they_are() -> None:
    """EPSG:4326 is the identity, and nothing in gives nothing out."""
    assert to_wgs84([105.85, 103.01], [21.03, 21.38], "EPSG:4326") == ([105.85, 103.01], [21.03, 21.38])
    assert to_wgs84([], [], "EPSG:9205") == ([], [])


@pytest.mark.parametrize("crs", ["EPSG:3857", "EPSG:5194", "VN-2000", "", "9205; DROP", "EPSG:99999"])
def test_an_unknown_system_is_refused_with_the_known_ones(crs: str) -> None:
    """The hint names every zone with its meridian."""
    with pytest.raises(UsageError) as refusal:
        to_wgs84([1.0], [1.0], crs)
    assert "9205 (103°00′)" in refusal.value.hint
    assert "5899 (107°45′)" in refusal.value.hint


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("EPSG:9205", 9205), ("105-45", 9210), ("105°45'", 9210), ("105.75", 9210),
        ("9210", 9210), ("epsg::9210", 9210), ("urn:ogc:def:crs:EPSG::9210", 9210), ("vn2000:105-45", 9210),
        ("VN2000 105°45'", 9210), ("VN-2000 105.75", 9210), ("VN-2000 105,5", 9209), ("KTT 107-45", 5899), ("ktt 105°30′", 9209),
        ("VN2000 kinh tuyến trục 104 độ 45 phút", 9208), ("VN-2000 / TM-3 103-00", 9205), ("VN-2000 múi 3 độ 105", 5897),
        ("vn2000 105", 5897), ("VN2000 105 múi 6", 3405), ("vn2000:111", 3406), ("VN-2000 / UTM zone 48N", 3405),
        ("utm48", 32648), ("UTM 49N", 32649), ("WGS 84 / UTM zone 48N", 32648), ("wgs84", 4326), ("WGS 84", 4326), ("4756", 4756),
    ],
)  # fmt: skip
def test_a_system_may_be_written_as_people_write_it(text: str, code: int) -> None:
    """A meridian alone is the 3-degree zone, in which cadastral maps are drawn."""
    assert known_crs(text) == code


@pytest.mark.parametrize("text", ["105", "105-15", "105.1", "105-45-30", "vn2000:105-15", "vn2000:99", "auto", "utm47", "vn2000 5897 105"])
def test_what_names_no_zone_is_refused(text: str) -> None:
    """A bare number may be anything, and no zone has that meridian."""
    with pytest.raises(UsageError):
        known_crs(text)


@pytest.mark.parametrize("epsg", [4326, 4756, *meridians()])
def test_the_name_of_a_system_names_it_again(epsg: int) -> None:
    """What messages show can be typed."""
    assert f"EPSG:{epsg}" in zone_name(epsg)


@pytest.mark.parametrize("epsg", ZONES)
def test_the_zones_are_those_of_the_epsg_registry(epsg: int) -> None:
    """Meridian, scale and false easting as PROJ's own database has them."""
    parameters = {each.name: each.value for each in CRS.from_epsg(epsg).coordinate_operation.params}
    assert parameters["Longitude of natural origin"] == {**NARROW_ZONES, **WIDE_ZONES}[epsg]
    assert parameters["Scale factor at natural origin"] == (0.9999 if epsg in NARROW_ZONES else 0.9996)
    assert parameters["False easting"] == 500_000


def test_a_merged_province_has_the_zones_of_all_it_was_made_from() -> None:
    """Ninh Bình took Hà Nam (105°00′) and Nam Định (105°30′); Hà Nam alone is found by its old code; every province has a zone."""
    assert [zone.name for zone in zones_of_province("37")] == ["EPSG:5897 (105°00′)", "EPSG:9209 (105°30′)"]
    assert zones_of_province("37")[0].provinces == ("Ninh Bình", "Hà Nam")
    assert [zone.epsg for zone in zones_of_province("35")] == [5897]
    assert [zone.epsg for zone in zones_of_province("11")] == [9205]
    assert zones_of_province("99") == []


def test_the_table_of_meridians_agrees_with_the_areas_of_use() -> None:
    """Each of the 63 provinces stands once, in a zone whose meridian is the one printed beside it."""
    with (Path(zones.__file__).parent / "reference" / "meridians.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len({row["code"] for row in rows}) == len(rows) == 63
    assert len({row["province_code"] for row in rows}) == 34
    assert all(zones.angle(NARROW_ZONES[int(row["epsg"])]) == row["meridian"] for row in rows)


def test_as_many_x_as_y_are_needed() -> None:
    """Columns of different length are a mistake of the caller, said plainly."""
    with pytest.raises(UsageError):
        to_wgs84([1.0], [], "EPSG:4326")


@pytest.mark.parametrize(
    ("lon", "lat", "verdict"),
    [
        (105.85, 21.03, "ok"),
        (106.698, 10.772, "ok"),
        (112.34, 16.83, "ok"),
        (114.36, 9.6, "ok"),
        (21.03, 105.85, "swapped"),
        (0.0, 0.0, "zero"),
        (105.85, 0.0, "zero"),
        (500_123.0, 2_345_678.0, "projected"),
        (2_345_678.0, 500_123.0, "projected"),
        (116.4, 39.9, "outside"),
        (113.26, 23.13, "outside"),
        (2.35, 48.85, "outside"),
        (float("nan"), 21.0, "outside"),
        (float("inf"), 21.0, "outside"),
    ],
)
def test_obvious_mistakes_are_recognised(lon: float, lat: float, verdict: str) -> None:
    """Hà Nội, TP.HCM, Hoàng Sa, Trường Sa; swapped, zero, metres, Beijing, Canton, Paris, not a number."""
    assert looks_like(lon, lat) == verdict


@given(st.floats(), st.floats())
def test_any_pair_gets_a_verdict(lon: float, lat: float) -> None:
    """No pair of numbers is an error."""
    assert looks_like(lon, lat) in {"ok", "zero", "swapped", "projected", "outside"}
