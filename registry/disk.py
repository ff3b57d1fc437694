"""What the disk under `var/` may refuse, said in a sentence, and the lock that lets one process at a time change it."""

import contextlib
import errno
import fcntl
from collections.abc import Iterator
from pathlib import Path

from registry.errors import UnavailableError


@contextlib.contextmanager
def one_at_a_time(var: Path) -> Iterator[None]:
    """Let one process at a time create, start or stop the cluster; the lock goes with its holder, also when killed."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "cluster.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def disk_refusals(var: Path) -> Iterator[None]:
    """Turn what a disk or its rights refuse into a sentence."""
    try:
        yield
    except OSError as error:
        place = error.filename or var
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            vi, en = "Đĩa đã đầy", "The disk is full"
        elif error.errno == errno.EROFS:
            vi, en = "Đĩa chỉ cho đọc", "The disk is read-only"
        elif isinstance(error, PermissionError):
            vi, en = "Không có quyền ghi", "Writing is not permitted"
        else:
            vi, en = f"Lỗi đĩa ({error.strerror})", f"The disk failed ({error.strerror})"
        hint = "Chọn nơi khác bằng DIACHISO_VAR, hoặc dùng máy chủ riêng bằng DIACHISO_DATABASE_URL."
        raise UnavailableError(f"{vi}: {place}", f"{en}: {place}", hint=hint) from error
