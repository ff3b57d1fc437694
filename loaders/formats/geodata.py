"""Here is decided how the layers of GeoJSON, GeoPackage, Shapefile and KML become lines: attributes as columns, the geometry as a point."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pyogrio
from pyogrio.errors import CRSError, DataLayerError, DataSourceError, FieldError, GeometryError

from loaders.formats import archive, geometry
from loaders.formats.cell_text import cell_text
from loaders.formats.crs import declared
from loaders.formats.kind import Kind
from loaders.formats.parts import Part

SLICE: Final = 5_000
# What KML says of the drawing of a place, not of the place.
_DRAWING: Final = frozenset(
    ("timestamp", "begin", "end", "altitudemode", "tessellate", "extrude", "visibility", "draworder", "icon", "snippet")
)  # fmt: skip
# GDAL takes half a minute to look for the number of a system that its .prj does not name, so it does not get to see the .prj.
_SHP_PARTS: Final = {".shp": ".shp", ".shx": ".shx", ".dbf": ".dbf", ".prj": ".prj-said"}
_OFTEN_EMPTY: Final = ("id", "Name", "description")
_CUT_AT: Final = 10
# A DBF cuts headers after ten letters.
_CUT: Final = {name[:_CUT_AT]: name for name in ("ma_dia_chi_so", "ngay_thu_thap")}
_ERRORS: Final = (DataSourceError, DataLayerError, FieldError, GeometryError, CRSError, ValueError, OSError)


@dataclass(frozen=True)
class Layer:
    """One layer: the file and layer to open, how its text is encoded (bytes pass as Latin-1 where nobody knows), its CRS."""

    origin: Path
    path: Path
    name: str | int
    kind: Kind
    crs: str | None
    header: tuple[str, ...]
    taken: tuple[str, ...]
    added: tuple[str, ...]

    def lines(self) -> Iterator[list[str]]:
        """Yield the header, then the rows, a slice at a time in memory."""
        yield [*self.header, *self.added]
        try:
            yield from self._rows()
        except _ERRORS as error:
            raise archive.damaged(self.origin, error, "tệp bản đồ", "a spatial file") from error

    def _rows(self) -> Iterator[list[str]]:
        with (
            _quiet(),
            pyogrio.raw.open_arrow(self.path, layer=self.name, batch_size=SLICE, use_pyarrow=True, **_options(self.kind)) as (meta, reader),
        ):
            shapes = meta["geometry_name"] or "wkb_geometry"
            for batch in reader:
                named = dict(zip(batch.schema.names, batch.columns, strict=True))
                columns: list[Any] = [[self._text(value) for value in named[name].to_pylist()] for name in self.taken]
                if self.added:
                    columns += zip(*geometry.points(named[shapes].to_pylist()), strict=True)
                yield from map(list, zip(*columns, strict=True))

    def _text(self, value: Any) -> str:  # noqa: ANN401 - whatever a field holds
        text = cell_text(value)
        return _whole(text) if self.kind is Kind.SHP and not text.isascii() else text


def layers(path: Path, kind: Kind, *, stated: bool) -> list[Part]:
    """Return the layers of a spatial file; FileRefused when it cannot be read or its coordinate system is unknown.

    `path` lies in a private folder, into which a Shapefile is unpacked; `stated` says that the caller gives the CRS.
    """
    try:
        found = list(_layers(path, kind, stated=stated))
    except _ERRORS as error:
        raise archive.damaged(path, error, "tệp bản đồ", "a spatial file") from error
    return [Part(name, layer.lines, titled=False, crs=layer.crs) for name, layer in found]


def _layers(path: Path, kind: Kind, *, stated: bool) -> Iterator[tuple[str, Layer]]:
    if kind is Kind.SHP:
        for name, shp in archive.extract(path, path.parent, _SHP_PARTS, ".shp"):
            yield name, _layer(path, shp, shp.stem, kind, stated=stated)
        return
    if kind is Kind.GEOJSON:
        # It has one layer, and to ask for its name would read the whole file once more.
        yield path.stem, _layer(path, path, 0, kind, stated=stated)
        return
    with _quiet():
        names = [str(name) for name, _ in pyogrio.list_layers(path)]
    for name in names:
        yield name, _layer(path, path, name, kind, stated=stated)


def _layer(origin: Path, path: Path, name: str | int, kind: Kind, *, stated: bool) -> Layer:
    with _quiet():
        info = pyogrio.read_info(path, layer=name, **_options(kind))
    taken = tuple(map(str, info["fields"]))
    if kind in (Kind.KML, Kind.KMZ):
        taken = _of_places(path, name, taken)
    header = tuple(_CUT.get(cell.lower(), cell) if kind is Kind.SHP else cell for cell in taken)
    crs = declared(origin, _projection(path) if kind is Kind.SHP else info["crs"], stated=stated)
    if geometry.has_coordinates(header):
        layer = Layer(origin, path, name, kind, crs, header, taken, ())
        return replace(layer, crs=geometry.crs_of_columns(crs, layer.lines()))
    shaped = info["geometry_type"] is not None
    added = geometry.column_names(crs, info["total_bounds"] if crs is None else None) if shaped else ()
    return Layer(origin, path, name, kind, crs, header, taken, added)


def _projection(shp: Path) -> str:
    """Return what the .prj beside a .shp says."""
    part = shp.with_suffix(_SHP_PARTS[".prj"])
    return part.read_text(encoding="utf-8", errors="replace").strip() if part.exists() else ""


def _of_places(path: Path, name: str | int, fields: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out what KML says of drawing, and its names and descriptions where none is filled in."""
    kept = [field for field in fields if field.lower() not in _DRAWING]
    doubtful = [field for field in _OFTEN_EMPTY if field in kept]
    filled: set[str] = set()
    with _quiet(), pyogrio.raw.open_arrow(path, layer=name, batch_size=SLICE, columns=doubtful, use_pyarrow=True) as (_, reader):
        for batch in reader:
            filled |= {field for field in doubtful if batch.column(field).null_count < batch.num_rows}
    # The identifier of a placemark is drawn by the program that wrote the file.
    return tuple(field for field in kept if field not in doubtful or (field in filled and field != "id"))


def _options(kind: Kind) -> dict[str, str]:
    """Return how GDAL shall open a kind: dates as they are written, the bytes of a DBF one letter each."""
    if kind is Kind.SHP:
        return {"encoding": "ISO-8859-1"}
    return {"DATE_AS_STRING": "YES"} if kind is Kind.GEOJSON else {}


def _whole(text: str) -> str:
    """Drop half a UTF-8 letter at the end of a cell that a DBF cut at its width; the text is bytes shown as Latin-1."""
    data = text.encode("latin-1", "ignore")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if "unexpected end" in error.reason and not data[: error.start].isascii():
            return data[: error.start].decode("latin-1")
    return text


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep GDAL's warnings from the terminal: what matters is refused in words."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
