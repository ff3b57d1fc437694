"""Here is decided whether a handed-over file can be read at all, whatever its format; else a FileRefused that says what to do."""

import csv
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import Final

from loaders.formats import archive, delimiters
from loaders.formats.csv_text import TextTable, Wanted, read_text
from loaders.formats.encodings import Encoding, named
from loaders.formats.kind import HEAD, SHEETS, SPATIAL, ZIPPED, Kind, kind_of
from loaders.formats.parts import Joined, choose, joined
from loaders.formats.private import private_folder
from loaders.formats.refusal import refused, temporary_disk
from loaders.formats.snapshot import LONGEST_CSV_CELL, Facts, Growth, Snapshot, copied, head_of, seen, write_rows
from registry.errors import UsageError

LONGEST_CELL: Final = 10_000
DELIMITERS: Final = delimiters.DELIMITERS


@dataclass(frozen=True)
class Source:
    """A readable file: its path, hash and size in bytes, its format, how it is written, its header, and what was noticed.

    `crs` is the coordinate system that a file of maps declares (`EPSG:n`, else None), `parts` its sheets or layers with the number of
    their first row, `notes` pairs of code and words. The rows lie in a private snapshot that lives as long as `opened`; `plain` says
    that each of its lines is one.
    """

    path: Path
    sha256: str
    size: int
    format: str
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    crs: str | None
    parts: tuple[tuple[str, int], ...]
    notes: tuple[tuple[str, str], ...]
    snapshot: Snapshot
    skip: int
    plain: bool


@dataclass(frozen=True)
class _Asked:
    """What the caller states of the file."""

    delimiter: str | None
    encoding: Encoding | None
    sheet: str | None
    layer: str | None
    crs: str | None
    names: Collection[str]


@contextmanager
def opened(
    path: Path,
    *,
    delimiter: str | None = None,
    encoding: str | None = None,
    sheet: str | None = None,
    layer: str | None = None,
    crs: str | None = None,
    names: Collection[str] = (),
) -> Iterator[Source]:
    """Read a file into a private snapshot, find its header, and give the snapshot up at the end.

    `delimiter` and `encoding` override what is detected, `sheet` and `layer` pick one of several, `crs` says that the caller knows the
    coordinate system, so that an unreadable one in the file does not matter; `names` are headers that a mapping knows. Raises
    UsageError for an option that is wrong in itself or does not fit the format, FileRefused for the file, RefusedError for a full disk.
    """
    source = _source(path, _Asked(delimiters.known(delimiter), named(encoding), sheet, layer, crs, names))
    try:
        yield source
    finally:
        source.snapshot.close()


def rows(source: Source, passing: Callable[[], bool] = bool) -> Iterator[tuple[list[str], int]]:
    """Yield the cells of each row and how many bytes of the file that is, up to `source.size`; empty lines are left out.

    While `passing` says so, the cells of the next row are of no use and may be any, which spares taking them apart.
    """
    csv.field_size_limit(LONGEST_CSV_CELL)
    reading = source.snapshot.stream(source.size)
    with source.snapshot.text(reading) as stream:
        reader = csv.reader(stream, delimiter=source.delimiter)
        try:
            for _ in islice(reader, source.skip):
                pass
            while True:
                if source.plain and passing():
                    line = next(stream, "")
                    if line.strip("\r\n"):
                        yield [], reading.done
                    elif not line:
                        return
                elif cells := next(reader, None):
                    yield cells, reading.done
                elif cells is None:
                    return
        except csv.Error as error:
            raise refused(
                source.path,
                f"không đọc được gần dòng {reader.line_num} ({error})",
                f"cannot be read near line {reader.line_num} ({error})",
                hint="Thường là do một dấu ngoặc kép không được đóng.",
            ) from error


def _source(path: Path, asked: _Asked) -> Source:
    kind = kind_of(path, head_of(path, HEAD))
    _refuse_misfits(path, kind, asked)
    return _from_text(path, asked) if kind is Kind.CSV else _from_tables(path, kind, asked)


def _from_text(path: Path, asked: _Asked) -> Source:
    raw = Snapshot()
    facts = copied(path, raw.write)
    found = read_text(path, raw, facts, Wanted(asked.delimiter, asked.encoding, asked.names))
    return _of(path, Kind.CSV, facts, found)


def _from_tables(path: Path, kind: Kind, asked: _Asked) -> Source:
    """Copy the file to a private folder, for its reader needs a name, and write its tables as one CSV."""
    made = Snapshot()
    with private_folder() as folder:
        copy = folder / _named(path, kind)
        facts = _private(path, copy)
        table, notes = _table(copy, kind, asked)
        encoding = "latin-1" if kind is Kind.SHP else "utf-8"
        write_rows(made, chain([table.header], table.rows()), encoding=encoding, growth=Growth(copy, facts.size))
    found = read_text(path, made, seen(made), Wanted(",", asked.encoding, asked.names, titled=False))
    kept = [note for note in found.notes if note[0] == "file.encoding" and (kind is Kind.SHP or found.old)]
    return replace(
        _of(path, kind, facts, found),
        crs=table.crs,
        parts=tuple(table.first) if len(table.read) > 1 else (),
        notes=(("file.format", kind.upper()), *kept, *table.notes, *notes),
    )


def _of(path: Path, kind: Kind, facts: Facts, found: TextTable) -> Source:
    return Source(
        path, facts.sha256, facts.size, kind.value, found.encoding, found.delimiter, found.header, None, (), found.notes, found.snapshot,
        found.skip, found.plain,
    )  # fmt: skip


def _named(path: Path, kind: Kind) -> str:
    """Return the name of the copy, which refusals show: that of the file, with the ending by which the reader of maps knows the kind."""
    known = {Kind.GEOJSON: (".geojson", ".json"), Kind.GPKG: (".gpkg",), Kind.KML: (".kml",), Kind.KMZ: (".kmz",)}.get(kind)
    return path.name if known is None or path.suffix.lower() in known else f"{path.name}.{kind}"


def _private(path: Path, copy: Path) -> Facts:
    with temporary_disk():
        stream = copy.open("wb", buffering=0)

    def write(data: bytes) -> None:
        with temporary_disk():
            # On a disk that is nearly full a write takes what it can, and only the next one says that it is full.
            view = memoryview(data)
            while view:
                view = view[stream.write(view) :]

    with stream:
        return copied(path, write, as_text=False)


def _table(copy: Path, kind: Kind, asked: _Asked) -> tuple[Joined, list[tuple[str, str]]]:
    """Return the sheets, layers or table of a file as one, and notes on them."""
    # The readers take most of a second to load, and most files are CSV.
    from loaders.formats import geodata, parquet, spreadsheet  # noqa: PLC0415

    notes: list[tuple[str, str]] = []
    if kind in SHEETS:
        parts, notes = spreadsheet.sheets(copy, kind)
        word = ("trang tính", "sheet")
    elif kind is Kind.PARQUET:
        parts, word = [parquet.table(copy, stated=asked.crs is not None)], ("bảng", "table")
    else:
        if kind in ZIPPED:
            archive.examine(copy)
        parts = geodata.layers(copy, kind, stated=asked.crs is not None)
        word = ("lớp", "layer")
    wanted = asked.sheet or asked.layer
    return joined(copy, choose(copy, parts, wanted, word), asked.names, chosen=wanted is not None), notes


def _refuse_misfits(path: Path, kind: Kind, asked: _Asked) -> None:
    """Refuse an option that means nothing for the format: somebody takes the file for another."""
    only_font = kind not in (Kind.CSV, Kind.SHP) and asked.encoding is not None and asked.encoding.font is None
    misfits = [
        (asked.delimiter is not None and kind is not Kind.CSV, "--delimiter", "Dấu phân cách", "dấu phân cách", "delimiter"),
        (only_font, "--encoding", "Bảng mã", "bảng mã (chỉ tcvn3, vni)", "encoding (but tcvn3, vni)"),
        (asked.sheet is not None and kind not in SHEETS, "--sheet", "Trang tính hoặc lớp", "trang tính", "sheets"),
        (asked.layer is not None and kind not in SPATIAL, "--layer", "Trang tính hoặc lớp", "lớp bản đồ", "layers"),
    ]
    for wrong, option, field, vi, en in misfits:
        if wrong:
            raise UsageError(
                f"Tệp {path.name} là {kind.upper()}, không có {vi}.",
                f"{path.name} is {kind.upper()} and has no {en}.",
                hint=f"Bỏ {option}.",
                page=f"Bỏ trống mục “{field}”.",
            )


def refuse_unreadable(path: Path) -> None:
    """Look at the first bytes of a file, and into it where it is packed; FileRefused for what is plainly no table."""
    if kind_of(path, head_of(path, HEAD)) in ZIPPED:
        archive.examine(path)
