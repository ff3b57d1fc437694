"""Here is decided how a file is refused: its name, what is wrong in Vietnamese and English, and what to do."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from registry.errors import FileRefused, RefusedError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def refused(path: Path, vi: str, en: str, *, hint: str = "", page: str | None = None) -> FileRefused:
    """Return the refusal `Tệp a.csv …`; the words follow the name of the file."""
    return FileRefused(f"Tệp {path.name} {vi}.", f"{path.name} {en}.", hint=hint, page=page)


def gigabytes(size: int) -> str:
    """Write a number of bytes for people: `1,5 GB`, `200 MB`."""
    if size >= 1 << 30:
        return f"{size / (1 << 30):.1f} GB".replace(".0 ", " ")
    return f"{max(1, round(size / (1 << 20)))} MB"


@contextmanager
def temporary_disk() -> Iterator[None]:
    """Turn what the temporary folder refuses into a sentence: RefusedError when it is full or cannot be written."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise disk_full() from error
        raise _unwritable(f"Không ghi được tệp tạm ({error.strerror})", f"Temporary files cannot be written ({error.strerror})") from error


def disk_full() -> RefusedError:
    """Return the refusal that the temporary disk is full."""
    return _unwritable("Đĩa chứa tệp tạm đã đầy", "The disk of temporary files is full")


def _unwritable(vi: str, en: str) -> RefusedError:
    hint = "Giải phóng chỗ trống, hoặc đặt biến TMPDIR tới một thư mục trên đĩa còn chỗ rồi chạy lại."
    return RefusedError(f"{vi}; chưa có gì được nhập.", f"{en}; nothing was imported.", hint=hint)
