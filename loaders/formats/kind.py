"""Here is decided what kind of file was handed over, by its first bytes and not by its name."""

import re
import zipfile
from enum import StrEnum
from pathlib import Path
from typing import Final

from loaders.formats.refusal import refused


class Kind(StrEnum):
    """The formats that can be read."""

    CSV = "csv"
    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    GEOJSON = "geojson"
    GPKG = "gpkg"
    KML = "kml"
    KMZ = "kmz"
    SHP = "shp"
    PARQUET = "parquet"


SHEETS: Final = (Kind.XLSX, Kind.XLS, Kind.ODS)
SPATIAL: Final = (Kind.GEOJSON, Kind.GPKG, Kind.KML, Kind.KMZ, Kind.SHP)
ZIPPED: Final = (Kind.XLSX, Kind.ODS, Kind.KMZ, Kind.SHP)
READABLE: Final = "CSV, XLSX, XLS, ODS, GeoJSON, GeoPackage, Shapefile (.zip), KML, Parquet"
HEAD: Final = 1 << 14
_AS_XLSX: Final = "Hãy mở bằng bảng tính rồi lưu thành .xlsx."
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_REFUSED: Final = (
    (b"PK\x05\x06", "tệp nén rỗng", "an empty zip file", "Hãy nén lại tệp bàn giao."),
    (b"\x1f\x8b", "tệp nén gzip", "a gzip file", "Hãy giải nén trước."),
    (b"Rar!", "tệp nén RAR", "a RAR file", "Hãy giải nén trước."),
    (b"7z\xbc\xaf\x27\x1c", "tệp nén 7z", "a 7z file", "Hãy giải nén trước."),
    (b"%PDF", "tệp PDF", "a PDF file", "Hãy xin tệp bảng tính hoặc CSV gốc."),
    (b"\x00\x00\x27\x0a", "riêng phần .shp của một Shapefile", "the .shp part of a shapefile alone", "Nén cùng .shx, .dbf, .prj."),
    (b"\x89PNG", "tệp ảnh", "a picture", "Hãy xin tệp bảng tính hoặc CSV gốc."),
    (b"\xff\xd8\xff", "tệp ảnh", "a picture", "Hãy xin tệp bảng tính hoặc CSV gốc."),
)  # fmt: skip
_WEB: Final = re.compile(rb"<(?:!doctype html|html|table|head|meta)\b", re.IGNORECASE)


def kind_of(path: Path, head: bytes) -> Kind:
    """Return the kind of a file by its first bytes; FileRefused names what it is when it cannot be read."""
    if head.startswith(_ZIP):
        return _zipped(path)
    if head.startswith(_OLE):
        return Kind.XLS
    if head.startswith(b"SQLite format 3\0"):
        return Kind.GPKG
    if head.startswith(b"PAR1"):
        return Kind.PARQUET
    for signature, vi, en, hint in _REFUSED:
        if head.startswith(signature):
            raise refused(path, f"là {vi}", f"is {en}", hint=f"{hint} Đọc được: {READABLE}.")
    return _text(path, head.removeprefix(b"\xef\xbb\xbf").lstrip())


def _text(path: Path, start: bytes) -> Kind:
    """Tell the formats that are texts themselves from a CSV."""
    if start.startswith(b"{"):
        return Kind.GEOJSON
    if start.startswith(b"<"):
        if b"<kml" in start:
            return Kind.KML
        if b"office:spreadsheet" in start:
            raise refused(path, "là bảng tính XML 2003", "is an XML spreadsheet of 2003", hint=_AS_XLSX)
        if _WEB.search(start[:2048]):
            raise refused(path, "là một trang web (HTML)", "is a web page (HTML)", hint=_AS_XLSX)
        if start.startswith(b"<?xml"):
            raise refused(path, "là tệp XML không đọc được", "is XML of an unknown kind", hint=f"Đọc được: {READABLE}.")
    if re.match(rb"\[\s*\{", start):
        raise refused(path, "là JSON, không phải GeoJSON", "is JSON, not GeoJSON", hint="Cần một FeatureCollection (GeoJSON) hoặc CSV.")
    return Kind.CSV


def _zipped(path: Path) -> Kind:
    """Tell by its members what a zip file is."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.lower() for name in archive.namelist()}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise refused(
            path,
            "là tệp Excel (.xlsx) hoặc tệp nén bị hỏng",
            "is an Excel (.xlsx) or zip file that is damaged",
            hint="Hãy xuất lại, hoặc lưu thành “CSV UTF-8”.",
        ) from error
    if "xl/workbook.bin" in names:
        raise refused(path, "là bảng tính nhị phân (.xlsb)", "is a binary workbook (.xlsb)", hint=_AS_XLSX)
    if any(name.startswith("xl/") for name in names):
        return Kind.XLSX
    if "content.xml" in names:
        return Kind.ODS
    if any(name.endswith(".shp") for name in names):
        return Kind.SHP
    if any(name.endswith(".kml") for name in names):
        return Kind.KMZ
    inside = ", ".join(sorted(names)[:5]) or "(không có gì / nothing)"
    raise refused(
        path,
        f"là tệp nén không có Shapefile hay KML; bên trong: {inside}",
        f"is a zip file without a shapefile or KML; inside: {inside}",
        hint=f"Hãy giải nén trước. Đọc được: {READABLE}.",
    )
