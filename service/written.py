"""Decides how a result file appears: whole or not at all, so that a stop half-way leaves no half file behind."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from registry.errors import FileRefused, UsageError


def refuse_overwriting(source: Path, output: Path | None) -> None:
    """Refuse with UsageError a result that would take the place of its own input, whatever the two paths are called."""
    if output is None or not output.exists() or not output.samefile(source):
        return
    raise UsageError(
        f"--output {output} chính là tệp vào; kết quả sẽ ghi đè lên nó.",
        f"--output {output} is the input file itself; the result would overwrite it.",
        hint=f"Chọn tên khác: --output {source.with_name(source.stem + '_ket_qua.csv')}",
    )


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
