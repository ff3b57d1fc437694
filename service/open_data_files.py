"""Decides how a table of open data is written: CSV, Parquet, GeoJSON and GeoPackage, the same bytes for the same rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyogrio
from pyarrow import parquet

from service.reports.plain_csv import plain_csv

# Name, and what it holds: text, count, number, day, yes.
Column = tuple[str, str]
GEO: Final = frozenset({"geojson", "gpkg"})
MEDIA: Final[Mapping[str, str]] = {
    "csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet", "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
}  # fmt: skip
_DRIVERS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "geojson": ("GeoJSON", {"RFC7946": "YES", "COORDINATE_PRECISION": "6"}),
    "gpkg": ("GPKG", {}),
}
_TYPES: Final[Mapping[str, Any]] = {
    "text": pa.string(), "count": pa.int64(), "number": pa.float64(), "day": pa.date32(), "yes": pa.bool_(),
}  # fmt: skip


@dataclass(frozen=True)
class Table:
    """Rows by column; `geometry` holds an area a row as WKB (EPSG:4326), None for a table that lies nowhere."""

    columns: tuple[Column, ...]
    rows: Sequence[Mapping[str, Any]]
    geometry: Sequence[bytes] | None = None

    def with_areas(self, areas: "Table") -> "Table":
        """Return the rows whose code has an area, with it."""
        shapes = {row["code"]: shape for row, shape in zip(areas.rows, areas.geometry or (), strict=True)}
        placed = [row for row in self.rows if row["code"] in shapes]
        return Table(self.columns, placed, [shapes[row["code"]] for row in placed])


def written(table: Table, path: Path, day: date) -> Path:
    """Write the file, whose suffix says what it is: `csv` (UTF-8 with the mark that spreadsheets need), `parquet`, `geojson` or `gpkg`.

    A GeoPackage is dated `day`, not now; its layer, and that of GeoJSON, is called like the file.
    """
    if path.suffix == ".csv":
        path.write_text(plain_csv([name for name, _ in table.columns], table.rows), encoding="utf-8-sig", newline="")
    elif path.suffix == ".parquet":
        parquet.write_table(_arrow(table), path, compression="zstd")
    else:
        _mapped(table, path, day)
    return path


def _arrow(table: Table) -> Any:  # noqa: ANN401 - a table of pyarrow
    arrays = [pa.array([_plain(row[name], kind) for row in table.rows], _TYPES[kind]) for name, kind in table.columns]
    return pa.Table.from_arrays(arrays, names=[name for name, _ in table.columns])


def _plain(value: Any, kind: str) -> Any:  # noqa: ANN401 - whatever a cell may hold
    """Return the cell; what PostgreSQL gives as a decimal becomes a float."""
    return float(value) if kind == "number" and value is not None else value


def _mapped(table: Table, path: Path, day: date) -> None:
    driver, options = _DRIVERS[path.suffix[1:]]
    # GDAL writes the moment into a GeoPackage, which would be another file under the same version.
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{day.isoformat()}T00:00:00.000Z"})
    shaped = _arrow(table)
    fields, masks = zip(*(_field(shaped.column(name), kind) for name, kind in table.columns), strict=True)
    pyogrio.raw.write(
        path, np.array(table.geometry, dtype=object), list(fields), [name for name, _ in table.columns], field_mask=list(masks),
        layer=path.stem, driver=driver, geometry_type="MultiPolygon", crs="EPSG:4326", promote_to_multi=True, **options,
    )  # fmt: skip


def _field(column: Any, kind: str) -> tuple[Any, Any]:  # noqa: ANN401 - a column of pyarrow becomes arrays of numpy
    """Return the values and where there is none."""
    missing = np.array(column.is_null())
    if kind == "text":
        return np.array(column.to_pylist(), dtype=object), missing
    if kind == "day":
        return np.array(column.to_pylist(), dtype="datetime64[D]"), missing
    empty = {"count": 0, "number": 0.0, "yes": False}[kind]
    return np.array([empty if value is None else value for value in column.to_pylist()]), missing
