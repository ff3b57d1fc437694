"""Here is decided which cells of text a spreadsheet might run as a formula, and how every export writes them so that it shows them instead.

All text that begins with one of the four signs is disarmed, `+84 912 …` and `-5` among it: what a program reads them as is its own affair.
Numbers that this program writes are numbers, not text, and never come here. Blanks and unseen signs in front do not hide a sign, for
programs trim them; the full-width forms of the signs are formulas where keyboards write these.
"""

import re
from typing import Final

_UNSEEN: Final = r"\s\x00-\x1f\u200b-\u200f\u2060\ufeff"
_MAY_RUN: Final = re.compile(rf"[{_UNSEEN}]*[=+@＝＋＠－-]|[\t\r\n]")
_MARK: Final = "'"


def escaped(cell: str) -> str:
    """Return a cell of text that no spreadsheet runs: an apostrophe in front where it might (`tests/vectors/escaped_cells.csv`)."""
    return _MARK + cell if _MAY_RUN.match(cell) else cell


def unescaped(cell: str) -> str:
    """Return a cell as it was before `escaped`; an apostrophe that stood there by itself stays."""
    return cell[1:] if cell.startswith(_MARK) and _MAY_RUN.match(cell, 1) else cell
