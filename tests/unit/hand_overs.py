"""Writes the sample hand-over in every format that can be read: the vocabulary of the tests of formats."""

import csv
import io
import unicodedata
import warnings
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import pyarrow as pa
import pyogrio
import shapely
import xlsxwriter
from pyarrow import parquet as pq

from loaders.files import Source, opened, rows
from registry.old_text import Scheme, encoded

SAMPLE = Path(__file__).parents[2] / "sample_data" / "dien_bien.csv"
Rows = list[list[str]]


def sample(size: int = 3_000) -> Rows:
    """Return the header and the first rows of the sample."""
    with SAMPLE.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))[: size + 1]


def read(path: Path, **options: str | None) -> tuple[Source, Rows]:
    """Open a file; return the source and its header and rows."""
    with opened(path, **options) as source:
        return source, [list(source.header), *(cells for cells, _ in rows(source))]


def as_text(table: Rows, delimiter: str = ",") -> str:
    """Return a table as CSV."""
    made = io.StringIO()
    csv.writer(made, delimiter=delimiter).writerows(table)
    return made.getvalue()


def windows_1258(text: str) -> bytes:
    """Encode as Windows-1258 does: base letters, the tones behind them."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    made = bytearray()
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in tones))
        made += (base + "".join(part for part in parts if part in tones)).encode("cp1258")
    return bytes(made)


ENCODINGS: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "utf-8": ("utf-8", str.encode),
    "utf-8 with mark": ("utf-8", lambda text: text.encode("utf-8-sig")),
    "utf-8 decomposed": ("utf-8", lambda text: unicodedata.normalize("NFD", text).encode()),
    "utf-16": ("utf-16-le", lambda text: text.encode("utf-16")),
    "utf-16-le": ("utf-16-le", lambda text: text.encode("utf-16-le")),
    "utf-16-be": ("utf-16-be", lambda text: text.encode("utf-16-be")),
    "utf-16-be with mark": ("utf-16-be", lambda text: b"\xfe\xff" + text.encode("utf-16-be")),
    "windows-1258": ("windows-1258", windows_1258),
    "tcvn3": ("tcvn3", lambda text: encoded(text, Scheme.TCVN3).encode("latin-1")),
    "vni": ("vni", lambda text: encoded(text, Scheme.VNI).encode("cp1252")),
    "tcvn3 in utf-8": ("tcvn3", lambda text: encoded(text, Scheme.TCVN3).encode()),
    "vni in utf-8": ("vni", lambda text: encoded(text, Scheme.VNI).encode()),
    "mojibake": ("utf-8", lambda text: encoded(text, Scheme.MOJIBAKE).encode()),
}


def write_csv(path: Path, table: Rows) -> Path:
    """Write UTF-8 CSV."""
    path.write_bytes(as_text(table).encode())
    return path


def write_xlsx(path: Path, table: Sequence[Sequence[object]], *more: tuple[str, Sequence[Sequence[object]]]) -> Path:
    """Write a sheet `Bàn giao`, texts as texts and numbers as numbers, and more sheets."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        for name, lines in (("Bàn giao", table), *more):
            sheet = book.add_worksheet(name)
            for at, cells in enumerate(lines):
                sheet.write_row(at, 0, cells)
    return path


def write_ods(path: Path, table: Rows, attributes: str = "") -> Path:
    """Write an ODS by hand; `attributes` go to the first row."""
    lines = []
    for at, cells in enumerate(table):
        texts = (f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>' for cell in cells)
        lines.append(f"<table:table-row {'' if at else attributes}>{''.join(texts)}</table:table-row>")
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text", "style", "manifest")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="Bàn giao">{"".join(lines)}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    listed = (
        f'<?xml version="1.0"?><manifest:manifest {spaces}><manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", kind, zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", listed)
    return path


def write_map(
    path: Path, table: Rows, shapes: Sequence[object] | None = None, *, crs: str | None = "EPSG:4326", layer: str | None = None
) -> Path:
    """Write a layer by the ending of the name: attributes as texts, shapes as geometry (by default the points of the sample)."""
    header, *lines = table
    if shapes is None:
        x, y = header.index("kinh_do"), header.index("vi_do")
        shapes = [shapely.Point(float(row[x]), float(row[y])) for row in lines]
    driver = {".geojson": "GeoJSON", ".gpkg": "GPKG", ".kml": "LIBKML", ".kmz": "LIBKML", ".shp": "ESRI Shapefile"}[path.suffix]
    fields = [np.array([row[at] for row in lines], dtype=object) for at in range(len(header))]
    kind = "Point" if path.suffix == ".shp" else "Unknown"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        options = {"encoding": "ISO-8859-1"} if path.suffix == ".shp" else {}
        pyogrio.raw.write(
            path, shapely.to_wkb(np.array(shapes, dtype=object)), fields, header, geometry_type=kind, crs=crs, driver=driver,
            layer=layer, append=path.exists(), **options,
        )  # fmt: skip
    return path


def write_shapefile(
    path: Path, table: Rows, shapes: Sequence[object] | None = None, *, prj: str | None = None, crs: str | None = "EPSG:4326"
) -> Path:
    """Write a zipped Shapefile whose texts are bytes of any encoding shown as Latin-1; `prj` replaces what declares the CRS."""
    part = write_map(path.with_suffix(".shp"), table, shapes, crs=crs)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for ending in (".shp", ".shx", ".dbf", ".prj"):
            data = part.with_suffix(ending).read_bytes() if part.with_suffix(ending).exists() else b""
            data = prj.encode() if prj is not None and ending == ".prj" else data
            if data:
                archive.writestr(f"bàn giao/Nhà{ending.upper() if ending == '.dbf' else ending}", data)
    return path


def utf8_as_latin1(table: Rows) -> Rows:
    """Show the bytes of UTF-8 as Latin-1, for the DBF of a Shapefile."""
    return [[cell.encode().decode("latin-1") for cell in row] for row in table]


def write_parquet(path: Path, columns: dict[str, object], metadata: dict[bytes, bytes] | None = None) -> Path:
    """Write a Parquet file."""
    made = pa.table(columns)
    pq.write_table(made.replace_schema_metadata(metadata) if metadata else made, path)
    return path


def write_sample_parquet(path: Path, table: Rows) -> Path:
    """Write a table of texts as Parquet."""
    header, *lines = table
    return write_parquet(path, {name: [row[at] for row in lines] for at, name in enumerate(header)})


FORMATS: dict[str, Callable[[Path, Rows], Path]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "ods": write_ods,
    "geojson": write_map,
    "gpkg": write_map,
    "kml": write_map,
    "kmz": write_map,
    "zip": lambda path, table: write_shapefile(path, utf8_as_latin1(table)),
    "parquet": write_sample_parquet,
}
