"""Here is decided how far a zip file is trusted: what it says of its size, and what really comes out of it, must stay within limits."""

import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from loaders.formats.refusal import gigabytes, refused, temporary_disk
from registry.errors import FileRefused

# A full sheet of a million rows unpacks to 1 GB at 10 to 30 times its packed size; the densest hand-over seen had 60.
MOST_UNPACKED: Final = 8 << 30
MOST_RATIO: Final = 200
SMALL: Final = 16 << 20
MOST_MEMBERS: Final = 10_000
_CHUNK: Final = 1 << 20
_ENCRYPTED: Final = 0x1


def examine(path: Path, look: Callable[[str, bytes], None] | None = None) -> None:
    """Unpack every member without keeping it; FileRefused for a bomb, an encrypted or a damaged archive.

    The sizes that the archive states are checked first, because they cost nothing, the bytes that come out are counted because the
    stated sizes may lie. `look` gets the name and the bytes of each member piece by piece.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            packed = max(1, path.stat().st_size)
            if len(members) > MOST_MEMBERS:
                raise refused(path, f"chứa hơn {MOST_MEMBERS:,} tệp con", f"holds more than {MOST_MEMBERS:,} members", hint=_HINT)
            _within(path, sum(member.file_size for member in members), packed)
            unpacked = 0
            for member in members:
                unpacked = _unpack(path, archive, member, (unpacked, packed), look)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise refused(
            path, f"là tệp nén bị hỏng ({error})", f"is a damaged zip file ({error})", hint="Hãy xuất hoặc nén lại tệp."
        ) from error


_HINT: Final = "Có vẻ là bom nén. Nếu là dữ liệu thật, hãy xuất lại dưới dạng CSV."


def _within(path: Path, unpacked: int, packed: int) -> None:
    """Refuse more bytes than any hand-over has, or than the packed ones can hold."""
    if unpacked > MOST_UNPACKED:
        raise refused(
            path,
            f"nở ra hơn giới hạn {gigabytes(MOST_UNPACKED)}",
            f"unpacks to more than the limit of {gigabytes(MOST_UNPACKED)}",
            hint=_HINT,
        )
    if unpacked > SMALL and unpacked > MOST_RATIO * packed:
        raise refused(
            path,
            f"nở ra hơn {MOST_RATIO} lần kích thước nén (giới hạn)",
            f"unpacks to more than the limit of {MOST_RATIO} times its packed size",
            hint=_HINT,
        )


def _unpack(
    path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo, sizes: tuple[int, int], look: Callable[[str, bytes], None] | None
) -> int:
    """Unpack one member with its stated size set aside, and count; return the sum so far."""
    unpacked, packed = sizes
    if member.flag_bits & _ENCRYPTED:
        raise refused(path, "có mật khẩu", "is protected by a password", hint="Hãy bỏ mật khẩu rồi nộp lại.")
    # Python's reader stops at the stated size; other readers do not, so that size must not decide what is counted.
    member.file_size = MOST_UNPACKED + 1
    # The check sum cannot be had without the stated size; the reader of the format checks it.
    member.CRC = None  # type: ignore[assignment]
    with archive.open(member) as stream:
        while piece := stream.read(_CHUNK):
            unpacked += len(piece)
            _within(path, unpacked, packed)
            if look:
                look(member.filename, piece)
    return unpacked


def extract(path: Path, folder: Path, suffixes: Mapping[str, str], main: str) -> list[tuple[str, Path]]:
    """Unpack the parts of every `main` (`.shp`) under plain names; return the member's own name and where it lies now.

    `suffixes` are the endings of the parts in the archive, and those that they get.
    """
    try:
        return _extracted(path, folder, suffixes, main)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise damaged(path, error, "tệp nén", "a zip file") from error


def _extracted(path: Path, folder: Path, suffixes: Mapping[str, str], main: str) -> list[tuple[str, Path]]:
    found: list[tuple[str, Path]] = []
    with zipfile.ZipFile(path) as archive, temporary_disk():
        members = {name.lower(): name for name in archive.namelist()}
        wanted = [name for name in archive.namelist() if name.lower().endswith(main) and not PurePosixPath(name).name.startswith("._")]
        for number, name in enumerate(wanted):
            stem = name[: -len(main)].lower()
            for suffix, given in suffixes.items():
                if part := members.get(stem + suffix):
                    _extract(archive, part, folder / f"part{number}{given}")
            found.append((PurePosixPath(name).stem, folder / f"part{number}{main}"))
    return found


def _extract(archive: zipfile.ZipFile, member: str, target: Path) -> None:
    with archive.open(member) as stream, target.open("wb") as made:
        while piece := stream.read(_CHUNK):
            made.write(piece)


def damaged(path: Path, error: Exception, vi: str, en: str) -> FileRefused:
    """Return the refusal of a file that a library could not read, with the library's first line."""
    said = (str(error).splitlines() or [type(error).__name__])[0][:200]
    return refused(
        path,
        f"không đọc được như {vi} ({said})",
        f"cannot be read as {en} ({said})",
        hint="Hãy xuất lại, hoặc lưu thành “CSV UTF-8”.",
    )
