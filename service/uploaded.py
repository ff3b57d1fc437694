"""Decides how an uploaded table becomes readable: a private copy, read as any hand-over, its rows counted first."""

import re
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import PurePosixPath
from typing import Final

from fastapi import UploadFile

from loaders import files
from loaders.formats.private import private_folder
from loaders.formats.refusal import temporary_disk
from registry.errors import TooLargeError

MOST_ROWS: Final = 200_000
# One stray cell at the far right of a sheet makes every row as wide.
MOST_CELLS: Final = 1_000
_LONGEST_NAME: Final = 80


@contextmanager
def readable(upload: UploadFile, delimiter: str | None, encoding: str | None, names: Collection[str] = ()) -> Iterator[files.Source]:
    """Give the table of an upload; FileRefused when it cannot be read, to its last row, TooLargeError when it has too many of them."""
    with private_folder() as folder:
        copy = folder / file_name(upload.filename)
        with temporary_disk(), copy.open("wb") as stream:
            shutil.copyfileobj(upload.file, stream)
        with files.opened(copy, delimiter=delimiter, encoding=encoding, names=names) as source:
            copy.unlink()
            _refuse_long(source)
            yield source


def file_name(sent: str | None) -> str:
    """Return the last part of a name as it was sent, without what a header or a folder would stumble over."""
    name = re.sub(r"[^\w. ()-]", "_", PurePosixPath((sent or "").replace("\\", "/")).name).strip(" .")
    return name[-_LONGEST_NAME:] or "data.csv"


def _refuse_long(source: files.Source) -> None:
    number = 0
    for number, (cells, _) in enumerate(islice(files.rows(source), MOST_ROWS + 1), start=1):
        if len(cells) > MOST_CELLS:
            raise TooLargeError(
                f"Dòng {number:,} có {len(cells):,} ô; nhiều nhất {MOST_CELLS:,}.", f"Row {number:,} has {len(cells):,} cells.",
                hint="Xóa các ô thừa ở bên phải của trang tính, rồi gửi lại.",
            )  # fmt: skip
    if number > MOST_ROWS:
        raise TooLargeError(
            f"Tệp có hơn {MOST_ROWS:,} dòng.", f"The table has more than {MOST_ROWS:,} rows.",
            hint="Chia tệp, hoặc dùng: diachiso resolve --input", page="Chia tệp, hoặc gửi ở mục Đang chạy: Tìm mã cho một bảng lớn.",
        )  # fmt: skip
