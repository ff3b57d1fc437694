"""Here is decided how Parquet and GeoParquet become lines: one batch of records at a time, the geometry as a point."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from pyarrow import parquet as pq

from loaders.formats import archive, geometry
from loaders.formats.cell_text import cell_text
from loaders.formats.crs import declared
from loaders.formats.parts import Part

SLICE: Final = 5_000
_ERRORS: Final = (pa.ArrowException, OSError, ValueError, KeyError)


@dataclass(frozen=True)
class _Table:
    path: Path
    taken: tuple[str, ...]
    shapes: str | None
    added: tuple[str, ...]

    def lines(self) -> Iterator[list[str]]:
        """Yield the header, then the rows."""
        yield [*self.taken, *self.added]
        try:
            with _opened(self.path) as table:
                read = [*self.taken, *([self.shapes] if self.shapes and self.added else [])]
                for batch in table.iter_batches(batch_size=SLICE, columns=read):
                    yield from self._rows(batch)
        except _ERRORS as error:
            raise _damaged(self.path, error) from error

    def _rows(self, batch: Any) -> Iterator[list[str]]:  # noqa: ANN401 - a batch of pyarrow
        columns: list[Any] = [[cell_text(value) for value in batch.column(name).to_pylist()] for name in self.taken]
        if self.shapes and self.added:
            columns += zip(*geometry.points(batch.column(self.shapes).to_pylist()), strict=True)
        yield from map(list, zip(*columns, strict=True))


def table(path: Path, *, stated: bool) -> Part:
    """Return the one table of a Parquet file; FileRefused when it cannot be read or its coordinate system is unknown."""
    try:
        with _opened(path) as opened:
            names = tuple(opened.schema_arrow.names)
            geo = _geo(opened.schema_arrow.metadata or {})
    except _ERRORS as error:
        raise _damaged(path, error) from error
    shapes = geo.get("primary_column") if geo.get("primary_column") in names else None
    said = geo.get("columns", {}).get(shapes, {}) if shapes else {}
    # Without a word on it GeoParquet means longitude and latitude of WGS 84; an explicit null means that nobody knows.
    crs = declared(path, said.get("crs", "OGC:CRS84"), stated=stated) if shapes else None
    taken = tuple(name for name in names if name not in geo.get("columns", {}))
    if geometry.has_coordinates(taken):
        plain = _Table(path, taken, None, ())
        return Part(path.stem, plain.lines, titled=False, crs=geometry.crs_of_columns(crs, plain.lines()))
    readable = shapes is not None and said.get("encoding") == "WKB"
    added = geometry.column_names(crs, said.get("bbox")) if readable else ()
    return Part(path.stem, _Table(path, taken, shapes, added).lines, titled=False, crs=crs)


def _opened(path: Path) -> Any:  # noqa: ANN401 - a file of pyarrow
    return pq.ParquetFile(path, pre_buffer=False, buffer_size=1 << 20)


def _geo(metadata: dict[bytes, bytes]) -> dict[str, Any]:
    """Return GeoParquet's own description of the geometry, empty for a plain table."""
    found = json.loads(metadata.get(b"geo", b"{}"))
    return found if isinstance(found, dict) else {}


def _damaged(path: Path, error: Exception) -> Exception:
    return archive.damaged(path, error, "tệp Parquet", "Parquet")
