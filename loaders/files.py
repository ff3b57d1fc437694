"""Here is decided whether a handed-over file can be read at all: its encoding, its delimiter, its header; else a FileRefused."""

import codecs
import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from registry.errors import FileRefused, UsageError

CHUNK: Final = 1 << 20
LONGEST_CELL: Final = 10_000
DELIMITERS: Final = {",": "phẩy / comma", ";": "chấm phẩy / semicolon", "\t": "tab", "|": "gạch đứng / bar"}
_LONGEST_CSV_CELL: Final = 1 << 28
_SIGNATURES: Final = {
    b"PK\x03\x04": ("tệp Excel (.xlsx) hoặc tệp nén", "an Excel (.xlsx) or zip file"),
    b"\xd0\xcf\x11\xe0": ("tệp Excel cũ (.xls)", "an old Excel (.xls) file"),
    b"\xff\xfe": ("tệp UTF-16", "a UTF-16 file"),
    b"\xfe\xff": ("tệp UTF-16", "a UTF-16 file"),
    b"\x1f\x8b": ("tệp nén gzip", "a gzip file"),
    b"%PDF": ("tệp PDF", "a PDF file"),
}
_SAVE_AS: Final = "Hãy mở bằng bảng tính rồi lưu thành “CSV UTF-8”."


@dataclass(frozen=True)
class Source:
    """A readable file: its path, hash, size in bytes, encoding, delimiter and header cells."""

    path: Path
    sha256: str
    size: int
    encoding: str
    delimiter: str
    header: tuple[str, ...]


def examine(path: Path, *, delimiter: str | None = None, encoding: str | None = None) -> Source:
    """Hash the file and read its header; FileRefused names the file and the byte, line or column that is wrong."""
    encoding = _known_encoding(encoding)
    digest, size = _digest(path, encoding)
    delimiter = _known_delimiter(delimiter)
    header = _header(path, delimiter, encoding)
    if not any(cell.strip() for cell in header):
        raise _refused(path, "không có dòng tiêu đề", "has no header line", hint="Dòng đầu phải là tên các cột.")
    return Source(path, digest, size, encoding, delimiter, header)


def rows(source: Source) -> Iterator[tuple[list[str], int]]:
    """Yield the cells of each row after the header and the bytes read so far; lines that hold nothing at all are left out."""
    csv.field_size_limit(_LONGEST_CSV_CELL)
    with source.path.open("rb") as binary, io.TextIOWrapper(binary, encoding=source.encoding, newline="") as stream:
        reader = csv.reader(stream, delimiter=source.delimiter)
        try:
            next(reader)
            for cells in reader:
                if cells:
                    yield cells, binary.tell()
        except csv.Error as error:
            raise _refused(
                source.path,
                f"không đọc được gần dòng {reader.line_num} ({error})",
                f"cannot be read near line {reader.line_num} ({error})",
                hint="Thường là do một dấu ngoặc kép không được đóng.",
            ) from error


def _digest(path: Path, encoding: str) -> tuple[str, int]:
    """Read the whole file once: hash it and refuse what is no text in that encoding."""
    digest, size, tail, line = hashlib.sha256(), 0, b"", 1
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                if not size:
                    _refuse_signature(path, chunk)
                if b"\x00" in chunk:
                    where = line + chunk[: chunk.index(b"\x00")].count(b"\n")
                    raise _refused(path, f"có byte 0 ở dòng {where}", f"holds a NUL byte on line {where}", hint=_SAVE_AS)
                tail = _decodable(path, tail + chunk, encoding, size - len(tail), line)
                digest.update(chunk)
                size += len(chunk)
                line += chunk.count(b"\n")
    except (OSError, IsADirectoryError) as error:
        raise FileRefused(
            f"Không mở được tệp {path}.", f"Cannot open {path}: {error.strerror}.", hint="Kiểm tra đường dẫn và quyền đọc."
        ) from error
    if tail:
        raise _bad_byte(path, size - len(tail), line, encoding)
    if not size:
        raise _refused(path, "trống (0 byte)", "is empty (0 bytes)", hint="Hãy xuất lại tệp bàn giao.")
    return digest.hexdigest(), size


def _decodable(path: Path, data: bytes, encoding: str, offset: int, line: int) -> bytes:
    """Return the unfinished bytes at the end of a chunk; refuse the first byte that the encoding does not know."""
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        unfinished = encoding.startswith("utf") and error.end == len(data) and len(data) - error.start < len("\U00010000".encode())
        if not unfinished or "unexpected end" not in error.reason:
            raise _bad_byte(path, offset + error.start, line + data[: error.start].count(b"\n"), encoding) from error
        return data[error.start :]
    return b""


def _bad_byte(path: Path, offset: int, line: int, encoding: str) -> FileRefused:
    if not encoding.startswith("utf"):
        return _refused(path, f"không đúng bảng mã {encoding} ở dòng {line}", f"is not {encoding} on line {line}", hint=_SAVE_AS)
    return _refused(
        path,
        f"không phải UTF-8: byte thứ {offset + 1}, dòng {line}",
        f"is not UTF-8: byte {offset + 1}, line {line}",
        hint=f"{_SAVE_AS} Nếu tệp dùng bảng mã Windows tiếng Việt, thêm --encoding windows-1258.",
    )


def _refuse_signature(path: Path, head: bytes) -> None:
    for signature, (vi, en) in _SIGNATURES.items():
        if head.startswith(signature):
            raise _refused(path, f"là {vi}, không phải CSV", f"is {en}, not a CSV", hint=_SAVE_AS)


def _header(path: Path, delimiter: str, encoding: str) -> tuple[str, ...]:
    csv.field_size_limit(_LONGEST_CSV_CELL)
    try:
        with path.open(encoding=encoding, newline="") as stream:
            cells = next(csv.reader(stream, delimiter=delimiter), [])
    except csv.Error as error:
        raise _refused(path, f"không đọc được dòng tiêu đề ({error})", f"has an unreadable header ({error})") from error
    others = [sign for sign in DELIMITERS if sign != delimiter and len(cells) <= 1 and cells and sign in cells[0]]
    if others:
        likely = max(others, key=cells[0].count)
        shown = "$'\\t'" if likely == "\t" else f"'{likely}'"
        raise _refused(
            path,
            f"có dấu phân cách khác: dòng tiêu đề có vẻ ngăn bằng {DELIMITERS[likely]}",
            f"has another delimiter: the header seems to be separated by {DELIMITERS[likely]}",
            hint=f"Thêm --delimiter {shown}",
        )
    return tuple(cells)


def _known_encoding(encoding: str | None) -> str:
    try:
        name = codecs.lookup(encoding or "utf-8-sig").name
        # Python also knows codecs that are no character sets (hex, rot13); only encoding a text tells them apart.
        "a".encode(name)
    except (LookupError, ValueError) as error:
        raise UsageError(
            f"Không có bảng mã “{encoding}”.", f"Unknown encoding “{encoding}”.", hint="Ví dụ: utf-8, windows-1258."
        ) from error
    return "utf-8-sig" if name == "utf-8" else name


def _known_delimiter(delimiter: str | None) -> str:
    sign = {None: ",", "\\t": "\t", "tab": "\t"}.get(delimiter, delimiter) or ","
    if len(sign) != 1 or sign in '"\r\n':
        raise UsageError(
            f"Dấu phân cách phải là một ký tự, không phải “{sign}”.", "The delimiter is one character.", hint="--delimiter ';'"
        )
    return sign


def _refused(path: Path, vi: str, en: str, *, hint: str = "") -> FileRefused:
    return FileRefused(f"Tệp {path.name} {vi}.", f"{path.name} {en}.", hint=hint)
