"""Decides what a file of boundaries says: which property is the code, which level it is, where its areas lie in WGS 84."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import pyogrio
import pyproj
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from registry import geo
from registry.errors import FileRefused, UsageError
from registry.text import clean, fold

Level = Literal["province", "district", "commune"]
DIGITS: Final[dict[Level, int]] = {"province": 2, "district": 3, "commune": 5}
# Folded names of the property that holds the code, most telling first, then those that hold the name.
CODE_FIELDS: Final = (
    "code", "ma xa", "maxa", "ma phuong xa", "ma px", "ward code", "commune code", "gso code", "ma dvhc", "madvhc", "ma tinh", "matinh",
    "province code", "ma huyen", "ma", "id dvhc", "macode",
)  # fmt: skip
NAME_FIELDS: Final = ("full name", "ten day du", "name", "ten", "ten xa", "tenxa", "ten dvhc", "ten tinh", "tentinh", "ward name", "ward")
_WGS84: Final = "EPSG:4326"
# Metres and degrees apart: a file without a stated CRS is taken for degrees only when it could be nothing else.
_CODED: Final = re.compile(r"0*\d{1,5}(?:\.0+)?")


@dataclass(frozen=True)
class Area:
    """One area of a file: code with its leading zeros, name (empty when the file has none), MultiPolygon in EPSG:4326 or None."""

    code: str
    name: str
    shape: Any
    repaired: bool


@dataclass(frozen=True)
class BoundaryFile:
    """The areas of one file and the level of units that they are."""

    path: Path
    level: Level
    areas: tuple[Area, ...]


def read_boundaries(path: Path, level: Level | None = None, code_field: str | None = None) -> BoundaryFile:
    """Read a GeoJSON, GeoPackage or other vector file in any coordinate system; FileRefused says what is wrong with it."""
    meta, shapes, columns = _read(path)
    field = _code_field(path, columns, code_field)
    codes = [_code_text(value) for value in columns[field]]
    level = level or _level_of(path, field, codes)
    named = next((columns[name] for wanted in NAME_FIELDS for name in columns if _words(name) == wanted), None)
    names = [clean(str(value)) if value is not None else "" for value in named] if named is not None else [""] * len(codes)
    mended, repaired = _mend(_degrees(path, shapes, meta["crs"]))
    areas = tuple(
        Area(code.zfill(DIGITS[level]) if code else "", name, shape, bool(was))
        for code, name, shape, was in zip(codes, names, mended, repaired, strict=True)
    )
    return BoundaryFile(path, level, areas)


def _read(path: Path) -> tuple[dict[str, Any], Any, dict[str, Any]]:
    """Return what pyogrio says of the first layer: its description, its shapes and its columns by name."""
    if not path.is_file():
        raise FileRefused(f"Không có tệp {path}.", f"There is no file {path}.")
    try:
        meta, _, wkb, fields = pyogrio.raw.read(path, force_2d=True)
        shapes = shapely.from_wkb(wkb) if wkb is not None else None
    except (DataSourceError, DataLayerError, shapely.errors.GEOSException, ValueError, UnicodeDecodeError) as error:
        raise FileRefused(
            f"Không đọc được {path.name} như tệp bản đồ.",
            f"{path.name} cannot be read as a spatial file: {str(error).splitlines()[0][:200]}",
            hint="Dùng GeoJSON, GeoPackage (.gpkg) hoặc Shapefile (.shp cùng .dbf, .shx).",
        ) from error
    if shapes is None or not len(shapes):
        raise FileRefused(f"Tệp {path.name} không có vùng nào.", f"{path.name} has no areas.")
    return meta, shapes, dict(zip(meta["fields"], fields, strict=True))


def _code_field(path: Path, columns: dict[str, Any], wanted: str | None) -> str:
    """Return the property that holds the code: the one asked for, else the first known name whose values look like codes."""
    if wanted is not None:
        if wanted in columns:
            return wanted
        raise _no_code(path, columns, f"Tệp {path.name} không có thuộc tính {wanted!r}.", f"{path.name} has no property {wanted!r}.")
    for known in CODE_FIELDS:
        for name, values in columns.items():
            if _words(name) == known and sum(bool(_code_text(value)) for value in values) * 2 > len(values):
                return name
    raise _no_code(path, columns, f"Tệp {path.name} không có thuộc tính chứa mã đơn vị.", f"{path.name} has no property with unit codes.")


def _no_code(path: Path, columns: dict[str, Any], vi: str, en: str) -> FileRefused:
    named = ", ".join(columns) or "—"
    return FileRefused(vi, en, hint=f"Chọn bằng --code-field một trong: {named}." if columns else f"{path.name} không có thuộc tính nào.")


def _words(field: str) -> str:
    """Return a property name folded, underscores as spaces."""
    return fold(field.replace("_", " "))


def _code_text(value: object) -> str:
    """Return the digits of a code that a table may hold as text or number, empty when it is none."""
    if value is None or isinstance(value, bool):
        return ""
    written = clean(str(value))
    return written.split(".")[0] if _CODED.fullmatch(written) else ""


def _level_of(path: Path, field: str, codes: list[str]) -> Level:
    """Tell the level by the longest codes; numbers may have lost their zeros."""
    longest = max((len(code) for code in codes if code), default=0)
    if longest == 0:
        raise FileRefused(
            f"Thuộc tính {field!r} của {path.name} không chứa mã đơn vị.", f"Property {field!r} of {path.name} holds no unit codes."
        )
    return "province" if longest <= DIGITS["province"] else "district" if longest == DIGITS["district"] else "commune"


def _degrees(path: Path, shapes: Any, crs: str | None) -> Any:  # noqa: ANN401 - shapely is untyped
    """Return the shapes in WGS 84 degrees; FileRefused when they then lie outside Vietnam."""
    source = crs or _WGS84
    try:
        turned = shapes if source == _WGS84 else shapely.transform(shapes, lambda xy: _transform(xy, source))
    except (pyproj.exceptions.ProjError, shapely.errors.GEOSException) as error:
        raise FileRefused(
            f"Không đổi được hệ tọa độ của {path.name}: {source[:60]}.", f"Cannot transform the coordinates of {path.name}: {source[:60]}."
        ) from error
    west, south, east, north = shapely.total_bounds(turned)
    box = geo.VN_BBOX
    if not (box[0] - 1 <= west and box[1] - 1 <= south and east <= box[2] + 1 and north <= box[3] + 1):
        raise FileRefused(
            f"Các vùng trong {path.name} nằm ngoài Việt Nam.",
            f"The areas of {path.name} lie outside Vietnam: {west:.5g} {south:.5g} {east:.5g} {north:.5g} ({crs or 'no CRS stated'}).",
            hint="Tệp ghi sai hệ tọa độ hoặc không ghi; hãy khai đúng hệ (ví dụ VN-2000 của tỉnh) rồi xuất lại.",
        )
    return turned


def _transform(xy: Any, crs: str) -> Any:  # noqa: ANN401 - arrays of shape (n, 2)
    """Transform easting, northing to longitude, latitude; VN-2000 with the official datum shift."""
    try:
        lon, lat = geo.to_wgs84(xy[:, 0].tolist(), xy[:, 1].tolist(), crs)
    except UsageError:
        transformer = pyproj.Transformer.from_crs(crs, _WGS84, always_xy=True)
        lon, lat = transformer.transform(xy[:, 0], xy[:, 1])
    return np.column_stack([lon, lat])


def _mend(shapes: Any) -> tuple[list[Any], Any]:  # noqa: ANN401 - shapely is untyped
    """Return MultiPolygons (None where no area is left) and which of them had invalid rings."""
    present = ~shapely.is_missing(shapes)
    broken = present & ~shapely.is_valid(shapes)
    whole = np.where(broken, shapely.make_valid(shapes), shapes)
    return [multipolygon(shape) for shape in whole], broken


def multipolygon(shape: Any) -> Any:  # noqa: ANN401 - shapely is untyped
    """Return the polygons of any shape as one MultiPolygon, None where there are none."""
    if shape is None:
        return None
    parts = [part for one in shapely.get_parts(shape) for part in shapely.get_parts(one)]
    polygons = [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]
    return shapely.MultiPolygon(polygons) if polygons else None
