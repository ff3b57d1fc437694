"""Decides how a workbook is written: in little memory, every cell a text, its temporary files gone whatever happens."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from loaders.result import atomic_path

_AS_TEXT = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@contextmanager
def workbook(path: Path) -> Iterator[Any]:
    """Give a workbook that appears under its name only when it is whole; RefusedError when it cannot be written, a full disk included."""
    with atomic_path(path) as hidden, TemporaryDirectory(prefix="diachiso-") as folder:
        try:
            with xlsxwriter.Workbook(str(hidden), {**_AS_TEXT, "tmpdir": folder}) as book:
                yield book
        except FileCreateError as error:
            said = error.args[0] if error.args else None
            raise (said if isinstance(said, OSError) else OSError(errno.EIO, str(error))) from error
