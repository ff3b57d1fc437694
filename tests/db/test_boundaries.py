"""Exact boundaries replace approximate areas: any file, any coordinate system, the right world, all or nothing."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pyproj import Transformer
from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.boundaries import load_files
from registry.errors import FileRefused, RefusedError
from registry.settings import settings
from registry.units import show
from registry.units_load import load_all

MUONG_CHA, CENTRE = "03166", (102.77781, 21.97863)


def square(lon: float, lat: float, half: float = 0.02) -> list[list[float]]:
    """Return a closed ring around a point, in degrees."""
    return [[lon + dx * half, lat + dy * half] for dx, dy in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))]


def geojson(path: Path, *features: tuple[dict[str, Any], list[list[float]]], crs: str | None = None) -> Path:
    """Write a GeoJSON file of polygons with those properties."""
    document: dict[str, Any] = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}
            for properties, ring in features
        ],
    }
    if crs:
        document["crs"] = {"type": "name", "properties": {"name": crs}}
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def communes_at(session: Session, lon: float, lat: float) -> list[str]:
    """Return the communes in force whose area holds a point."""
    query = """SELECT u.code FROM unit_boundary b JOIN unit u ON u.id = b.unit_id
               WHERE u.in_force AND u.level = 'commune' AND ST_Covers(b.geom, ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)) ORDER BY 1"""
    return list(session.execute(text(query), {"lon": lon, "lat": lat}).scalars())


def test_without_boundaries_every_commune_has_an_approximate_area(session: Session) -> None:
    """3,321 Voronoi cells, each marked approximate and holding its centre; China and the open sea are in none."""
    query = """SELECT count(*), bool_and(b.approximate), bool_and(ST_Intersects(b.geom, u.centre)), bool_and(ST_IsValid(b.geom))
               FROM unit u JOIN unit_boundary b ON b.unit_id = u.id WHERE u.in_force AND u.level = 'commune'"""
    assert tuple(session.execute(text(query)).one()) == (3321, True, True, True)
    assert communes_at(session, *CENTRE) == [MUONG_CHA]
    assert communes_at(session, 108.32, 22.82) == []
    assert communes_at(session, 110.5, 14.0) == []


def test_an_exact_boundary_replaces_the_approximate_one_and_survives_a_load(session: Session, tmp_path: Path) -> None:
    """The new area is exact, approximate neighbours give way to it, and loading the reference again keeps it."""
    path = geojson(tmp_path / "xa.geojson", ({"ma_xa": MUONG_CHA, "ten": "Mường Chà"}, square(*CENTRE, half=0.4)))
    report = load_files(session, [path])
    assert (report.loaded, report.centres_inside, report.still_approximate) == (1, 1, 3320)
    session.execute(text("COMMENT ON CONSTRAINT ex_unit_code_valid ON unit IS NULL"))
    assert load_all(session).changed
    assert show(session, MUONG_CHA, date(2026, 11, 1))[0].boundary == "exact"
    assert communes_at(session, CENTRE[0] + 0.39, CENTRE[1] + 0.39) == [MUONG_CHA]


def test_numbers_as_codes_get_their_zeros_back(session: Session, tmp_path: Path) -> None:
    """3166 in a numeric property is commune 03166."""
    assert load_files(session, [geojson(tmp_path / "so.geojson", ({"MaXa": 3166}, square(*CENTRE)))], level="commune").loaded == 1


def test_any_coordinate_system_is_turned_to_degrees(session: Session, tmp_path: Path) -> None:
    """A file in UTM metres lands where one in degrees does."""
    metres = Transformer.from_crs(4326, 32648, always_xy=True)
    ring = [list(metres.transform(lon, lat)) for lon, lat in square(*CENTRE)]
    path = geojson(tmp_path / "utm.geojson", ({"code": MUONG_CHA}, ring), crs="urn:ogc:def:crs:EPSG::32648")
    assert load_files(session, [path], on=date(2026, 1, 1)).centres_inside == 1


def test_invalid_rings_are_repaired_and_named(session: Session, tmp_path: Path) -> None:
    """A bow tie becomes a valid area, and the report says which unit's it was."""
    lon, lat = CENTRE
    bow = [[lon - 0.1, lat - 0.1], [lon + 0.1, lat + 0.1], [lon + 0.1, lat - 0.1], [lon - 0.1, lat + 0.1], [lon - 0.1, lat - 0.1]]
    report = load_files(session, [geojson(tmp_path / "no.geojson", ({"code": MUONG_CHA}, bow))])
    assert report.repaired == (MUONG_CHA,)


def test_units_of_the_old_world_are_refused_with_the_day_to_use(session: Session, tmp_path: Path) -> None:
    """Codes are reused: Chà Cang under 03166 is an old unit, and the refusal says --on 2025-06-30."""
    path = geojson(tmp_path / "cu.geojson", ({"code": MUONG_CHA, "name": "Chà Cang"}, square(*CENTRE)))
    with pytest.raises(RefusedError) as refused:
        load_files(session, [path], on=date(2026, 11, 1))
    assert "--on 2025-06-30" in refused.value.hint
    assert load_files(session, [path], on=date(2025, 6, 30)).loaded == 1


def test_unknown_codes_are_listed_and_the_rest_is_loaded(session: Session, tmp_path: Path) -> None:
    """A code of no unit is reported, an area without a code is counted."""
    ring = square(*CENTRE)
    path = geojson(
        tmp_path / "la.geojson",
        ({"code": MUONG_CHA}, ring),
        ({"code": "99998"}, ring),
        ({"code": MUONG_CHA}, square(102.9, 21.9)),
        ({"code": None}, ring),
    )
    report = load_files(session, [path])
    assert (report.loaded, report.unknown, report.without_code, report.joined) == (1, ("99998",), 1, (MUONG_CHA,))


@pytest.mark.parametrize("content", [None, "", "không phải bản đồ", '{"type": "FeatureCollection", "features": []}'])
def test_a_file_that_is_no_map_is_refused(session: Session, tmp_path: Path, content: str | None) -> None:
    """Missing, empty, text, without areas: a sentence, not a traceback."""
    path = tmp_path / "x.geojson"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(FileRefused):
        load_files(session, [path])


def test_a_file_without_codes_names_its_properties(session: Session, tmp_path: Path) -> None:
    """The refusal lists the properties among which to choose."""
    with pytest.raises(FileRefused) as refused:
        load_files(session, [geojson(tmp_path / "k.geojson", ({"loai": "xã"}, square(*CENTRE)))])
    assert "loai" in refused.value.hint


def test_areas_outside_vietnam_are_refused(session: Session, tmp_path: Path) -> None:
    """Metres that pass for degrees, and other countries, are a wrong coordinate system."""
    with pytest.raises(FileRefused):
        load_files(session, [geojson(tmp_path / "xa.geojson", ({"code": MUONG_CHA}, square(2.35, 48.85)))])


def test_one_bad_file_stops_all(session: Session, tmp_path: Path) -> None:
    """Files are read before anything is written."""
    good = geojson(tmp_path / "a.geojson", ({"code": MUONG_CHA}, square(*CENTRE)))
    with pytest.raises(FileRefused):
        load_files(session, [good, tmp_path / "missing.geojson"])
    assert show(session, MUONG_CHA, date(2026, 11, 1))[0].boundary == "approximate"


def test_the_command_reports_and_refuses(command: Callable[..., Any], tmp_path: Path) -> None:
    """Exit code 0 with counts, 1 with a sentence."""
    done = command("units", "boundaries", str(geojson(tmp_path / "a.geojson", ({"code": MUONG_CHA}, square(*CENTRE)))))
    assert done.code == 0
    assert "Đã nạp 1 ranh giới" in done.out
    refused = command("units", "boundaries", str(tmp_path / "none.gpkg"))
    assert (refused.code, "Không có tệp" in refused.err) == (1, True)


def test_the_real_boundaries_fit_the_real_centres(session: Session) -> None:
    """All 34 files of today's map load, every code known, every centre inside its commune."""
    files = sorted((settings().shared / "boundaries_new").glob("*.geojson"))
    if not files:
        pytest.skip("the real boundaries are not here")
    report = load_files(session, files)
    assert (report.loaded, report.unknown, report.centres_inside, report.still_approximate) == (3321, (), 3321, 0)
