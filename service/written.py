"""Decides how a result file appears: whole or not at all, so that a stop half-way leaves no half file behind."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from registry.errors import FileRefused


@contextmanager
def replaced_when_done(path: Path | None) -> Iterator[TextIO | None]:
    """Open a UTF-8 file beside `path` that takes its place when the block ends well; yield None without a path.

    Raises FileRefused when the folder cannot be written.
    """
    if path is None:
        yield None
        return
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        file = beside.open("w", encoding="utf-8-sig", newline="")
    except OSError as error:
        raise FileRefused(
            f"Không ghi được tệp {path}: {error.strerror}.",
            f"Cannot write {path}: {error.strerror}.",
            hint="Chọn thư mục khác với --output.",
        ) from error
    try:
        with file:
            yield file
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
