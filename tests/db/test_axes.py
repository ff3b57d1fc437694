"""Which number is the easting, and whether the points of a file lie where its rows say."""

from collections.abc import Iterable, Sequence

import pytest
from pyproj import Transformer
from sqlalchemy import text
from sqlalchemy.orm import Session

from loaders.axes import Axes, decide, misplaced
from loaders.copying import copy
from registry.geo import to_wgs84

VINH_LONG = "86"
PLACES = tuple[int, float, float]


@pytest.fixture
def places(session: Session) -> list[PLACES]:
    """Give a commune's id and a point in it, two for every commune of Vĩnh Long."""
    found = session.execute(
        text(
            "SELECT unit_id, ST_X(p.geom), ST_Y(p.geom) FROM (SELECT b.unit_id, (ST_Dump(ST_GeneratePoints(b.geom, 2, 1))).geom"
            " FROM unit_boundary AS b JOIN unit AS u ON u.id = b.unit_id WHERE u.province_code = :province AND u.in_force) AS p"
        ),
        {"province": VINH_LONG},
    )
    return [(unit, x, y) for unit, x, y in found]


def read(session: Session, rows: Iterable[Sequence[object]], choices: int = 1) -> None:
    """Put rows (commune, x, y) where the import leaves them."""
    session.execute(text("DROP TABLE IF EXISTS pg_temp.parsed, pg_temp.unit_key"))
    session.execute(text("CREATE TEMP TABLE parsed (row_no integer, k integer, x float8, y float8) ON COMMIT DROP"))
    session.execute(text("CREATE TEMP TABLE unit_key (k integer, choices integer, todays integer[]) ON COMMIT DROP"))
    copy(session, "parsed", ["row_no", "k", "x", "y"], ((number, *row) for number, row in enumerate(rows, 1)))
    session.execute(text("INSERT INTO unit_key SELECT DISTINCT k, CAST(:choices AS int), ARRAY[k] FROM parsed"), {"choices": choices})


def projected(places: Sequence[PLACES], epsg: int) -> list[PLACES]:
    """Return the places in metres of a VN-2000 zone."""
    easting, northing = Transformer.from_crs(4756, epsg, always_xy=True).transform(*zip(*((x, y) for _, x, y in places), strict=True))
    return [(unit, x, y) for (unit, _, _), x, y in zip(places, easting, northing, strict=True)]


def turned(places: Iterable[PLACES]) -> list[PLACES]:
    """Return the places with their two numbers swapped."""
    return [(unit, y, x) for unit, x, y in places]


def test_degrees_in_their_places_are_read_as_they_stand(session: Session, places: list[PLACES]) -> None:
    """All are inside, none the other way round, and the line to be printed says so."""
    read(session, places)
    found = decide(session, "EPSG:4326")
    assert (found.swapped, found.checked, found.inside_share, found.inside_share_swapped) == (False, len(places), 1.0, 0.0)
    assert not found.exact
    assert misplaced(found) is None
    assert "100.0 %" in found.words()[0]
    assert "100.0 %" in found.words()[1]


def test_a_file_with_latitude_first_is_turned_as_a_whole(session: Session, places: list[PLACES]) -> None:
    """The order that puts the points inside is taken."""
    read(session, turned(places))
    found = decide(session, "EPSG:4326")
    assert (found.swapped, found.inside_share, found.inside_share_swapped) == (True, 1.0, 0.0)
    assert misplaced(found) is None


@pytest.mark.parametrize("epsg", [9209, 9210, 5897, 3405])
def test_metres_are_read_in_either_order(session: Session, places: list[PLACES], epsg: int) -> None:
    """X = easting and X = northing, in any zone."""
    for rows, swapped in ((projected(places, epsg), False), (turned(projected(places, epsg)), True)):
        read(session, rows)
        found = decide(session, f"EPSG:{epsg}")
        assert (found.swapped, found.inside_share) == (swapped, 1.0)


def test_the_wrong_zone_is_refused_with_the_right_one_named(session: Session, places: list[PLACES]) -> None:
    """A quarter of a degree is 27 km: nothing lies inside, and the zone that fits is found."""
    read(session, turned(projected(places, 9209)))
    refusal = misplaced(decide(session, "EPSG:9210"))
    assert refusal is not None
    assert "--crs EPSG:9209" in refusal.hint
    assert "--accept-misplaced" in refusal.hint
    assert "at least 99.0 % must" in str(refusal)


@pytest.mark.parametrize("some", [10, 200])
def test_in_a_wrong_zone_the_order_is_that_of_easting_and_northing(session: Session, places: list[PLACES], some: int) -> None:
    """Nothing lies inside either way; the numbers themselves tell which is which."""
    for rows, swapped in ((projected(places, 9209), False), (turned(projected(places, 9209)), True)):
        read(session, rows[:some])
        found = decide(session, "EPSG:9218")
        assert (found.swapped, found.inside_share) == (swapped, 0.0)


def test_metres_without_a_system_are_refused_with_the_zone_that_fits(session: Session, places: list[PLACES]) -> None:
    """It is proposed, not taken."""
    read(session, projected(places, 9209))
    found = decide(session, "EPSG:4326")
    refusal = misplaced(found)
    assert refusal is not None
    assert "--crs EPSG:9209" in refusal.hint
    assert found.zones == ("EPSG:9209 (105°30′)", "EPSG:9210 (105°45′)")


def test_degrees_under_a_projected_system_are_told_to_leave_it_out(session: Session, places: list[PLACES]) -> None:
    """The other mistake."""
    read(session, places)
    refusal = misplaced(decide(session, "EPSG:9209"))
    assert refusal is not None
    assert "bỏ --crs" in refusal.hint


def test_two_zones_in_one_file_are_told_apart(session: Session, places: list[PLACES]) -> None:
    """A province that was merged holds files of several zones."""
    half = len(places) // 2
    read(session, projected(places[:half], 9209) + projected(places[half:], 9210))
    refusal = misplaced(decide(session, "EPSG:4326"))
    assert refusal is not None
    assert "split the file" in refusal.hint
    assert "EPSG:9209" in refusal.hint
    assert "EPSG:9210" in refusal.hint


def test_one_point_in_fifty_elsewhere_stops_the_file_and_one_in_two_hundred_does_not(session: Session, places: list[PLACES]) -> None:
    """The line is 99 %."""
    many = places * 4
    for every, stopped in ((50, True), (200, False)):
        read(session, [(unit, x + 0.6 * (not at % every), y) for at, (unit, x, y) in enumerate(many)])
        assert (misplaced(decide(session, "EPSG:4326")) is not None) == stopped


def test_a_few_bad_rows_never_stop_a_small_file(session: Session, places: list[PLACES]) -> None:
    """Under 20 points nothing is refused; under 100 a file is refused only when most of them lie elsewhere."""
    read(session, [(unit, x + 0.6, y) for unit, x, y in places[:19]])
    assert misplaced(decide(session, "EPSG:4326")) is None
    read(session, [(unit, x + 0.6 * (at < 11), y) for at, (unit, x, y) in enumerate(places[:24])])
    assert misplaced(decide(session, "EPSG:4326")) is None
    read(session, [(unit, x + 0.6 * (at < 13), y) for at, (unit, x, y) in enumerate(places[:24])])
    assert misplaced(decide(session, "EPSG:4326")) is not None


@pytest.mark.parametrize(("rows", "swapped"), [(1, False), (2, True), (18, True)])
def test_a_small_file_in_degrees_is_turned_only_as_a_whole(session: Session, places: list[PLACES], rows: int, swapped: bool) -> None:  # noqa: FBT001 - drawn
    """Two rows that lie in their communes only when swapped are a file with latitude first; a single one or one of several is a slip."""
    read(session, turned(places[:rows]))
    assert decide(session, "EPSG:4326").swapped is swapped
    read(session, [*turned(places[:rows]), places[rows]])
    assert not decide(session, "EPSG:4326").swapped
    read(session, [*turned(places[:rows]), (places[rows][0], 20.0, 106.0)])
    assert not decide(session, "EPSG:4326").swapped


def test_even_one_point_in_metres_tells_its_order(session: Session, places: list[PLACES]) -> None:
    """Northing and easting never fit both ways."""
    read(session, turned(projected(places[:1], 9209)))
    assert decide(session, "EPSG:9209").swapped


def test_a_few_strays_are_their_rows_fault(session: Session, places: list[PLACES]) -> None:
    """Zeros, a swapped pair, metres among degrees, a point in China: the checks of rows reject them one by one."""
    strays = [(places[0][0], 0, 0), (places[0][0], 10.2, 106.1), (places[0][0], 565_000, 1_130_000), (places[0][0], 116.4, 39.9)] * 2
    read(session, places + strays)
    found = decide(session, "EPSG:4326")
    assert (found.checked, found.inside_share) == (len(places), 1.0)
    read(session, places + strays[1:4] * 30)
    assert decide(session, "EPSG:4326").inside_share < 0.99


@pytest.mark.parametrize("odd", [None, 0, float("inf"), 1e300])
def test_odd_numbers_are_no_error(session: Session, places: list[PLACES], odd: float | None) -> None:
    """Whatever a cell of coordinates holds."""
    read(session, [*places, (places[0][0], odd, 10.2), (places[0][0], 106.1, odd)])
    for crs in ("EPSG:4326", "EPSG:9209"):
        decide(session, crs)


def test_rows_whose_commune_is_open_do_not_count(session: Session, places: list[PLACES]) -> None:
    """A unit that was split is decided by the point, so that the point proves nothing."""
    read(session, places, choices=2)
    found = decide(session, "EPSG:4326")
    assert found == Axes(swapped=False, checked=0, inside_share=0.0, inside_share_swapped=0.0, exact=False)
    assert misplaced(found) is None


def test_an_exact_area_is_held_to_five_hundred_metres(session: Session, places: list[PLACES]) -> None:
    """As the check of single rows; an approximate one to five kilometres."""
    unit = places[0][0]
    square = "SRID=4326;MULTIPOLYGON(((106 10, 106.1 10, 106.1 10.1, 106 10.1, 106 10)))"
    session.execute(
        text("UPDATE unit_boundary SET geom = :geom, approximate = false WHERE unit_id = :unit"), {"geom": square, "unit": unit}
    )
    for off, inside in ((0.0, 1.0), (0.004, 1.0), (0.01, 0.0)):
        read(session, [(unit, 106.1 + off, 10.05)] * 30)
        found = decide(session, "EPSG:4326")
        assert (found.exact, found.inside_share) == (True, inside)
    session.execute(text("UPDATE unit_boundary SET approximate = true WHERE unit_id = :unit"), {"unit": unit})
    read(session, [(unit, 106.14, 10.05)] * 30)
    found = decide(session, "EPSG:4326")
    assert (found.exact, found.inside_share) == (False, 1.0)


def test_a_large_file_is_sampled_for_the_order_and_counted_whole(session: Session, places: list[PLACES]) -> None:
    """In metres the share is that of the sample, and the line says so."""
    many = (places * (25_000 // len(places) + 1))[:25_000]
    read(session, turned(many))
    found = decide(session, "EPSG:4326")
    assert (found.swapped, found.checked, found.sampled, found.inside_share) == (True, 25_000, False, 1.0)
    read(session, projected(many, 9209))
    found = decide(session, "EPSG:9209")
    assert (found.swapped, found.checked, found.sampled, found.inside_share) == (False, 20_000, True, 1.0)
    assert "lấy mẫu" in found.words()[0]


def test_what_was_transformed_here_is_what_the_registry_keeps(places: list[PLACES]) -> None:
    """The axes use the same official shift as the import (EPSG:6960); without any, a point would lie 200 m off."""
    (unit, x, y), *_ = projected(places, 9209)
    (lon,), (lat,) = to_wgs84([x], [y], "EPSG:9209")
    assert (unit, lon, lat) != places[0]
    assert abs(lon - places[0][1]) < 0.003
    assert abs(lat - places[0][2]) < 0.003
