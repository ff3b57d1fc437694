"""Maps and columns of records: attributes become columns, geometry becomes a point, the declared system is named or asked for."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyproj
import pytest
import shapely

from loaders.files import opened
from registry.errors import FileRefused, UsageError
from registry.old_text import Scheme, encoded
from registry.zones import NARROW_ZONES, WIDE_ZONES
from tests.unit.hand_overs import read, sample, utf8_as_latin1, windows_1258, write_map, write_parquet, write_shapefile

TABLE = [["so_nha", "duong", "xa", "tinh"], *([str(at), "Trần Phú", "Phường Điện Biên Phủ", "Điện Biên"] for at in range(1, 4))]
SQUARE = shapely.box(103.0, 21.0, 103.2, 21.2)
SHAPES = [shapely.Point(103.0162, 21.3856), SQUARE, shapely.Point()]
METRES = [shapely.Point(501660.5, 2365200.25), shapely.Point(501661, 2365201), None]


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "kml"])
def test_geometry_becomes_a_point(tmp_path: Path, ending: str) -> None:
    """A point gives its coordinates, an area a point inside it, an empty one empty cells."""
    shapes = [*SHAPES[:2], None] if ending == "kml" else SHAPES
    source, found = read(write_map(tmp_path / f"a.{ending}", TABLE, shapes))
    assert found[0] == [*TABLE[0], "kinh_do", "vi_do"]
    assert found[1] == [*TABLE[1], "103.0162", "21.3856"]
    assert SQUARE.contains(shapely.Point(*map(float, found[2][-2:])))
    assert found[3] == [*TABLE[3], "", ""]
    assert source.crs == "EPSG:4326"


def test_columns_of_coordinates_come_before_geometry(tmp_path: Path) -> None:
    """Where the attributes hold coordinates, these are read, in the system that their size shows."""
    table = sample(3)
    source, found = read(write_map(tmp_path / "a.gpkg", table, METRES, crs="EPSG:9205"))
    assert found == table
    assert source.crs == "EPSG:4326"
    metres = [["so_nha", "x", "y"], *(["1", "501660.5", "2365200.25"] for _ in range(3))]
    assert read(write_map(tmp_path / "b.gpkg", metres, METRES, crs="EPSG:9205"))[0].crs == "EPSG:9205"
    assert read(write_map(tmp_path / "c.gpkg", metres, SHAPES, crs="EPSG:4326"))[0].crs is None


DATUM = 'DATUM["D_Vietnam_2000",SPHEROID["WGS_1984",6378137,298.257223563]]'
UNNAMED = (
    'DATUM["unknown",SPHEROID["WGS84",6378137,298.257223563],'
    "TOWGS84[-191.90441429,-39.30318279,-111.45032835,-0.00928836,0.01975479,-0.00427372,0.252906278]]"
)
WGS84 = 'DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137,298.257223563]]'


def _prj(datum: str, meridian: float, scale: float = 0.9999) -> str:
    return (
        f'PROJCS["KTT",GEOGCS["GCS",{datum},PRIMEM["Greenwich",0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
        f'PARAMETER["False_Easting",500000],PARAMETER["False_Northing",0],PARAMETER["Central_Meridian",{meridian}],'
        f'PARAMETER["Scale_Factor",{scale}],PARAMETER["Latitude_Of_Origin",0],UNIT["Meter",1]]'
    )


PRJ = [
    (_prj(DATUM, 103), "EPSG:9205"), (_prj(DATUM, 105.75), "EPSG:9210"), (_prj(UNNAMED, 105.75), "EPSG:9210"),
    (_prj(DATUM, 105, 0.9996), "EPSG:3405"), (_prj(WGS84, 105, 0.9996), "EPSG:32648"), ("", None),
    *((pyproj.CRS(f"EPSG:{code}").to_wkt("WKT1_ESRI"), f"EPSG:{code}") for code in (*NARROW_ZONES, *WIDE_ZONES, 32649, 4326, 4756)),
]  # fmt: skip


@pytest.mark.parametrize(("prj", "crs"), PRJ)
def test_the_system_of_a_shapefile_is_named_by_its_zone(tmp_path: Path, prj: str, crs: str | None) -> None:
    """A definition without an authority is known by meridian, scale and datum; none at all is none."""
    source, found = read(write_shapefile(tmp_path / "a.zip", utf8_as_latin1(TABLE), METRES, prj=prj))
    assert source.crs == crs
    assert found[1][-2:] == ["501660.5", "2365200.25"]
    assert found[3][-2:] == ["", ""]


@pytest.mark.parametrize("prj", [_prj(WGS84, 103), _prj(DATUM, 103.1), pyproj.CRS("EPSG:3857").to_wkt("WKT1_ESRI")])
def test_a_system_that_nobody_can_name_asks_for_the_option(tmp_path: Path, prj: str) -> None:
    """The refusal says --crs; with it the file is read."""
    path = write_shapefile(tmp_path / "a.zip", utf8_as_latin1(TABLE), METRES, prj=prj)
    with pytest.raises(FileRefused, match="unknown coordinate system") as refused:
        read(path)
    assert "--crs" in refused.value.hint
    source, found = read(path, crs="EPSG:9205")
    assert (source.crs, found[0][-2:]) == (None, ["x", "y"])


DBF = {
    "utf-8": lambda text: text.encode(),
    "windows-1258": windows_1258,
    "tcvn3": lambda text: encoded(text, Scheme.TCVN3).encode("latin-1"),
    "vni": lambda text: encoded(text, Scheme.VNI).encode("cp1252"),
}


@pytest.mark.parametrize("encoding", DBF)
def test_the_texts_of_a_dbf_are_decoded(tmp_path: Path, encoding: str) -> None:
    """Whatever bytes the table holds; headers that a DBF cut after ten letters are whole again."""
    header, *rows = sample(200)
    wanted = [[*header], *rows]
    table = [header, *([DBF[encoding](cell).decode("latin-1") for cell in row] for row in rows)]
    source, found = read(write_shapefile(tmp_path / "a.zip", table))
    if encoding == "tcvn3":
        found, wanted = ([[cell.lower() for cell in row] for row in lines] for lines in (found, wanted))
    assert found == wanted
    assert source.encoding == encoding
    assert read(tmp_path / "a.zip", encoding=encoding)[1][1:] == read(tmp_path / "a.zip")[1][1:]


def test_half_a_letter_at_the_end_of_a_dbf_cell_is_dropped(tmp_path: Path) -> None:
    """A DBF cuts bytes, not letters; the file is UTF-8 all the same."""
    cut = "Phường Điện Biên Phủ".encode()[:-1].decode("latin-1")
    table = [TABLE[0], *([*row[:2], cut, row[3]] for row in utf8_as_latin1(TABLE)[1:])]
    source, found = read(write_shapefile(tmp_path / "a.zip", table, METRES))
    assert source.encoding == "utf-8"
    assert found[1][:4] == ["1", "Trần Phú", "Phường Điện Biên Ph", "Điện Biên"]


def test_layers_are_joined_or_picked(tmp_path: Path) -> None:
    """Layers whose columns agree are one table; another one is named in a note and read when asked for."""
    path = tmp_path / "a.gpkg"
    write_map(path, TABLE, SHAPES, layer="xa_1")
    write_map(path, TABLE, SHAPES, layer="xa_2")
    write_map(path, [["ten", "loai_duong"], ["a", "b"]], [SQUARE], layer="duong_pho")
    source, found = read(path)
    assert source.parts == (("xa_1", 1), ("xa_2", 4))
    assert [row[0] for row in found[1:]] == ["1", "2", "3", "1", "2", "3"]
    assert "duong_pho" in dict(source.notes)["file.sheets"]
    assert read(path, layer="duong_pho")[1][0][:2] == ["ten", "loai_duong"]
    with pytest.raises(UsageError, match="no layer"):
        read(path, layer="x")


def test_kml_by_hand_gives_its_data(tmp_path: Path) -> None:
    """Placemarks of Google Earth: plain Data elements become columns, names and descriptions stay, drawing does not."""
    path = tmp_path / "a.kml"
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>Nhà 1</name>'
        '<ExtendedData><Data name="so_nha"><value>12</value></Data><Data name="duong"><value>Trần Phú</value></Data></ExtendedData>'
        "<Point><coordinates>103.0162,21.3856,0</coordinates></Point></Placemark></Document></kml>",
        encoding="utf-8",
    )
    source, found = read(path)
    assert found == [["Name", "so_nha", "duong", "kinh_do", "vi_do"], ["Nhà 1", "12", "Trần Phú", "103.0162", "21.3856"]]
    assert source.crs == "EPSG:4326"


def test_geojson_keeps_texts_and_numbers_as_written(tmp_path: Path) -> None:
    """Leading zeros, dates and nested values come back as they stood."""
    properties = {"ma_xa": "03127", "so_nha": 12, "ngay_thu_thap": "2024/03/12", "them": {"a": 1}}
    feature = {"type": "Feature", "properties": properties, "geometry": {"type": "Point", "coordinates": [103.5, 21]}}
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    _, found = read(path)
    assert found[1][:3] == ["03127", "12", "2024/03/12"]
    assert json.loads(found[1][3]) == {"a": 1}
    assert found[1][4:] == ["103.5", "21"]


def test_geoparquet_gives_points_and_its_system(tmp_path: Path) -> None:
    """WKB becomes coordinates; without a word the system is WGS 84, otherwise the declared one."""
    wkb = list(shapely.to_wkb(np.array([*METRES[:2], shapely.Point()], dtype=object)))
    columns: dict[str, object] = {"so_nha": [1, 2, 3], "ma_xa": ["03127"] * 3, "geometry": pa.array(wkb, pa.binary())}
    said = {"encoding": "WKB", "crs": pyproj.CRS("EPSG:9205").to_json_dict()}
    for column, crs, names in ((said, "EPSG:9205", ["x", "y"]), ({"encoding": "WKB"}, "EPSG:4326", ["kinh_do", "vi_do"])):
        geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
        source, found = read(write_parquet(tmp_path / "a.parquet", columns, {b"geo": json.dumps(geo).encode()}))
        assert source.crs == crs
        assert found[:2] == [["so_nha", "ma_xa", *names], ["1", "03127", "501660.5", "2365200.25"]]
        assert found[3][-2:] == ["", ""]


def test_parquet_values_read_as_typed(tmp_path: Path) -> None:
    """Numbers, truths, decimals, dates, lists and nothing."""
    columns: dict[str, object] = {
        "so_nha": pa.array([12.0, None]), "dung": pa.array([True, None]), "x": pa.array([["a"], None]),
        "ngay": pa.array(np.array(["2024-03-12", "NaT"], dtype="datetime64[D]")),
    }  # fmt: skip
    assert read(write_parquet(tmp_path / "a.parquet", columns))[1] == [
        ["so_nha", "dung", "x", "ngay"], ["12", "TRUE", '["a"]', "2024-03-12"], ["", "", "", ""],
    ]  # fmt: skip


def test_a_zip_without_a_map_is_refused(tmp_path: Path) -> None:
    """The refusal lists what is inside."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("ban_giao.csv", "so_nha\n1\n")
    with pytest.raises(FileRefused, match=r"inside: ban_giao\.csv"), opened(path):
        pass
