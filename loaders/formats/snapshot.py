"""Here is decided where a file lies while it is read: in private temporary files without a name, of which a killed process leaves none."""

import codecs
import csv
import errno
import hashlib
import io
import os
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from loaders.formats.refusal import gigabytes, refused, temporary_disk
from registry.errors import FileRefused

CHUNK: Final = 1 << 20
LONGEST_CSV_CELL: Final = 1 << 28
# A small file that unpacks to more than this, and to more than so many times its own size, is a bomb and no hand-over.
MOST_GROWTH: Final = 300
GROWTH_ALLOWED: Final = 2 << 30
_ROWS_A_WRITE: Final = 2_000


class Snapshot:
    """Bytes in an unnamed temporary file of mode 0600; any number of readers, each with a place of its own."""

    def __init__(self) -> None:
        with temporary_disk():
            self._file = tempfile.TemporaryFile(prefix="diachiso-", buffering=0)  # noqa: SIM115 - closed by `close`
        self.size = 0

    def write(self, data: bytes) -> None:
        """Append bytes; RefusedError when the disk is full."""
        with temporary_disk():
            view = memoryview(data)
            while view:
                written = self._file.write(view) or 0
                self.size += written
                view = view[written:]

    def read(self, size: int, offset: int) -> bytes:
        """Return up to `size` bytes from an offset."""
        return os.pread(self._file.fileno(), size, offset)

    def stream(self, total: int = 0) -> "Reading":
        """Return the bytes from the start, as a raw stream that tells how far it was read, up to `total`."""
        return Reading(self, total)

    def text(self, reading: "Reading | None" = None, encoding: str = "utf-8") -> io.TextIOWrapper:
        """Return the text from the start, line ends as they are; a byte order mark is left out."""
        encoding = "utf-8-sig" if encoding == "utf-8" else encoding
        return io.TextIOWrapper(io.BufferedReader(reading or self.stream(), CHUNK), encoding=encoding, newline="")

    def close(self) -> None:
        """Give the disk back."""
        self._file.close()

    def __del__(self) -> None:
        """Give the disk back also where an error left the snapshot to nobody."""
        if hasattr(self, "_file"):
            self._file.close()


class Reading(io.RawIOBase):
    """A reader of a snapshot; `done` is how far it was read, as a part of `total`, which is the size of the file that it was made from."""

    def __init__(self, snapshot: Snapshot, total: int) -> None:
        self._snapshot, self._total, self._position = snapshot, total, 0
        self.done = 0

    def readable(self) -> bool:
        """Say that this can be read."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer
        """Fill the buffer from the place of this reader."""
        data = self._snapshot.read(len(buffer), self._position)
        buffer[: len(data)] = data
        self._position += len(data)
        self.done = self._total * self._position // max(1, self._snapshot.size)
        return len(data)


@dataclass
class Facts:
    """What was seen while a file was copied: its hash and size; for a text its quotes, its first NUL byte and first byte that is no UTF-8.

    Offsets are counted in bytes from 0; -1 is none. `marks` says that UTF-8 may hold letters and marks apart (NFD).
    """

    sha256: str = ""
    size: int = 0
    ascii: bool = True
    quotes: bool = False
    marks: bool = False
    nul: int = -1
    bad: int = -1


def head_of(path: Path, size: int) -> bytes:
    """Return the first bytes of a file; FileRefused when it cannot be opened or is no ordinary file."""
    try:
        _ordinary(path)
        with path.open("rb", buffering=0) as stream:
            return stream.read(size)
    except OSError as error:
        raise _unreadable(path, error) from error


def copied(path: Path, write: Callable[[bytes], None], *, as_text: bool = True) -> Facts:
    """Copy a file byte by byte, hash it and look at its text on the way.

    FileRefused when it cannot be opened, is no ordinary file, is empty, or was changed by somebody while it was read.
    """
    try:
        before = _ordinary(path)
        with path.open("rb", buffering=0) as stream:
            facts = _copy(stream, write, as_text=as_text)
        after = path.stat()
    except OSError as error:
        raise _unreadable(path, error) from error
    if _identity(before) != _identity(after) or facts.size != before.st_size:
        raise refused(
            path,
            "bị thay đổi trong khi đang đọc; chưa có gì được nhập",
            "changed while it was read; nothing was imported",
            hint="Chờ tệp được ghi xong rồi chạy lại.",
        )
    if not facts.size:
        raise refused(path, "trống (0 byte)", "is empty (0 bytes)", hint="Hãy xuất lại tệp bàn giao.")
    return facts


def seen(snapshot: Snapshot) -> Facts:
    """Look at a text that was written here as `copied` looks at one that was handed over."""
    return _copy(snapshot.stream(), lambda _: None, as_text=True)


def _ordinary(path: Path) -> os.stat_result:
    """Return what is known of a file; a device or a pipe has no end that could be waited for."""
    found = path.stat()
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(found.st_mode):
        raise refused(path, "không phải là một tệp thường", "is not an ordinary file", hint="Hãy chỉ tới một tệp bàn giao.")
    return found


def _unreadable(path: Path, error: OSError) -> FileRefused:
    return FileRefused(f"Không mở được tệp {path}.", f"Cannot open {path}: {error.strerror}.", hint="Kiểm tra đường dẫn và quyền đọc.")


def _identity(found: os.stat_result) -> tuple[int, ...]:
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _copy(stream: io.RawIOBase, write: Callable[[bytes], None], *, as_text: bool) -> Facts:
    facts, digest, decoder = Facts(), hashlib.sha256(), codecs.getincrementaldecoder("utf-8")()
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
        if as_text:
            _look(facts, decoder, chunk)
        write(chunk)
        facts.size += len(chunk)
    if as_text and facts.bad < 0 and (left := len(decoder.getstate()[0])):
        facts.bad = facts.size - left
    facts.sha256 = digest.hexdigest()
    return facts


def _look(facts: Facts, decoder: codecs.IncrementalDecoder, chunk: bytes) -> None:
    """Note what the chunk shows of the text; an ASCII chunk needs no decoding."""
    facts.quotes = facts.quotes or b'"' in chunk
    if facts.nul < 0 and (at := chunk.find(b"\0")) >= 0:
        facts.nul = facts.size + at
    pending = len(decoder.getstate()[0])
    if chunk.isascii() and not pending:
        return
    facts.ascii = False
    # In UTF-8 this byte begins the combining marks U+0300 to U+033F and nothing else.
    facts.marks = facts.marks or b"\xcc" in chunk
    if facts.bad < 0:
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            facts.bad = facts.size - pending + error.start


class Growth:
    """Counts what is really unpacked from a file; FileRefused when it is a bomb."""

    def __init__(self, path: Path, size: int) -> None:
        self._path, self._size, self.unpacked = path, size, 0

    def add(self, size: int) -> None:
        """Count bytes that were unpacked."""
        self.unpacked += size
        if self.unpacked > max(GROWTH_ALLOWED, MOST_GROWTH * self._size):
            raise refused(
                self._path,
                f"nở ra hơn {MOST_GROWTH} lần kích thước của nó và hơn {gigabytes(GROWTH_ALLOWED)}: có vẻ là bom nén",
                f"unpacks to more than {MOST_GROWTH} times its size and more than {gigabytes(GROWTH_ALLOWED)}: it looks like a bomb",
                hint="Xuất lại tệp dưới dạng CSV nếu đây là dữ liệu thật.",
            )


def write_rows(
    snapshot: Snapshot, rows: Iterable[Sequence[str]], *, delimiter: str = ",", encoding: str = "utf-8", growth: Growth | None = None
) -> None:
    """Append rows as CSV; what the encoding lacks becomes a question mark."""
    waiting = iter(rows)
    while chunk := list(islice(waiting, _ROWS_A_WRITE)):
        text = io.StringIO()
        csv.writer(text, delimiter=delimiter).writerows(chunk)
        # Neither a lone surrogate nor a NUL is a character that a database keeps.
        data = text.getvalue().encode(encoding, "replace").replace(b"\0", b" ")
        if growth:
            growth.add(len(data))
        snapshot.write(data)


def records(snapshot: Snapshot, delimiter: str) -> Iterator[list[str]]:
    """Yield every record of a CSV, title lines and empty ones too."""
    csv.field_size_limit(LONGEST_CSV_CELL)
    with snapshot.text() as stream:
        yield from csv.reader(stream, delimiter=delimiter)
