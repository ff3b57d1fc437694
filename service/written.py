"""Decides how a result file appears: whole or not at all, so that a stop half-way leaves no half file behind."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from loaders.result import atomic, atomic_path
from registry.errors import UsageError


def refuse_overwriting(source: Path, output: Path | None, option: str = "--output") -> None:
    """Refuse with UsageError a result that would take the place of its own input, whatever the two paths are called."""
    if output is None or not output.exists() or not output.samefile(source):
        return
    raise UsageError(
        f"{option} {output} chính là tệp vào; kết quả sẽ ghi đè lên nó.",
        f"{option} {output} is the input file itself; the result would overwrite it.",
        hint=f"Chọn tên khác: {option} {source.with_name(source.stem + '_ket_qua.csv')}",
    )


@contextmanager
def replaced_when_done(path: Path | None) -> Iterator[IO[str] | None]:
    """Open a UTF-8 file beside `path` that takes its place when the block ends well; yield None without a path.

    Raises RefusedError when the folder cannot be written.
    """
    if path is None:
        yield None
        return
    # The mark at the head lets a spreadsheet see that the file is UTF-8.
    with atomic(path, encoding="utf-8-sig") as file:
        yield file


def encoded(form: str, words: str) -> bytes:
    """Return the bytes of a text as a file; the mark at the head of a CSV tells spreadsheets that it is UTF-8."""
    return words.encode("utf-8-sig" if form == "csv" else "utf-8")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that appears whole or not at all; RefusedError when it cannot be written."""
    with atomic_path(path) as hidden:
        hidden.write_bytes(content)
