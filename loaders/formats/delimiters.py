"""Here is decided which sign separates the cells of a CSV: the one under which the header is known and the lines are equally wide."""

import csv
import io
import re
from collections.abc import Collection
from itertools import islice
from pathlib import Path
from typing import Final

from loaders.formats import header
from loaders.formats.refusal import refused
from loaders.formats.snapshot import LONGEST_CSV_CELL
from registry.errors import FileRefused, UsageError

DELIMITERS: Final = {",": "phẩy / comma", ";": "chấm phẩy / semicolon", "\t": "tab", "|": "gạch đứng / bar"}
# Excel writes such a first line, and reads it.
_SEP_LINE: Final = re.compile(r'"?sep=(.)"?\r?\n?', re.IGNORECASE)
_EVEN_SHARE: Final = 0.8


def shown(delimiter: str) -> str:
    """Word a delimiter for a note: `; (chấm phẩy / semicolon)`."""
    sign = "\\t" if delimiter == "\t" else delimiter
    return f"{sign} ({DELIMITERS[delimiter]})" if delimiter in DELIMITERS else sign


def known(delimiter: str | None) -> str | None:
    """Return the delimiter that an option names; UsageError when it is not one character."""
    if delimiter is None:
        return None
    sign = {"\\t": "\t", "tab": "\t"}.get(delimiter, delimiter)
    if len(sign) != 1 or sign in '"\r\n':
        raise UsageError(
            f"Dấu phân cách phải là một ký tự, không phải “{sign}”.",
            "The delimiter is one character.",
            hint="--delimiter ';'",
            page="Chọn ở mục “Dấu phân cách”.",
        )
    return sign


def sep_line(text: str) -> str | None:
    """Return the delimiter that a first line `sep=;` names."""
    found = _SEP_LINE.match(text)
    return found[1] if found and found[1] not in '"\r\n' else None


def detected(text: str, names: Collection[str]) -> str:
    """Return the likeliest delimiter of the first lines; a comma when they have one column only."""
    return max(DELIMITERS, key=lambda sign: _score(text, sign, names))


def lines_of(text: str, delimiter: str) -> list[list[str]]:
    """Return the first records; what cannot be read ends them."""
    csv.field_size_limit(LONGEST_CSV_CELL)
    found = []
    try:
        for cells in islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 2 * header.LOOKED_AT):
            found.append(cells)  # noqa: PERF402 - what was read before an error counts
    except csv.Error:
        pass
    return found


def _score(text: str, sign: str, names: Collection[str]) -> tuple[int, int, float]:
    """Return known headers, width of even lines, and how even they are; nothing at all for a single column."""
    lines = [cells for cells in lines_of(text, sign) if cells]
    head = header.find(lines, names)
    if head is None or len(head.cells) < 2:  # noqa: PLR2004 - one column needs no delimiter
        return 0, 0, 0.0
    rows = lines[head.skip :]
    even = sum(len(cells) == len(head.cells) for cells in rows) / len(rows) if rows else 1.0
    return head.known, len(head.cells) if even >= _EVEN_SHARE else 0, even


def refuse_other(path: Path, cells: tuple[str, ...], delimiter: str) -> None:
    """Refuse a delimiter that leaves the header in one piece although another one would part it."""
    others = [sign for sign in DELIMITERS if sign != delimiter and len(cells) <= 1 and cells and sign in cells[0]]
    if others:
        raise _another(path, max(others, key=cells[0].count))


def _another(path: Path, likely: str) -> FileRefused:
    option = "$'\\t'" if likely == "\t" else f"'{likely}'"
    return refused(
        path,
        f"có dấu phân cách khác: dòng tiêu đề có vẻ ngăn bằng {DELIMITERS[likely]}",
        f"has another delimiter: the header seems to be separated by {DELIMITERS[likely]}",
        hint=f"Bỏ --delimiter để tự nhận, hoặc thêm --delimiter {option}",
        page="Chọn “Tự nhận” ở mục “Dấu phân cách”.",
    )
