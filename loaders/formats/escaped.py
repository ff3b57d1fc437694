"""Decides which cells a spreadsheet would run as a formula, and writes them so that it shows them instead."""

import re
from typing import Final

_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
# -12.5, +84 912 345 678 and -105,85 are numbers; no formula consists of digits, spaces and one decimal sign.
_NUMBER: Final = re.compile(r"[+-] ?[0-9][0-9 ]*(?:[.,][0-9]+)?(?:[eE][+-]?[0-9]{1,3})?")


def escaped(cell: str) -> str:
    """Return a cell that no spreadsheet runs: an apostrophe before `= + - @`, tab or carriage return; plain numbers stay."""
    if cell.startswith(_STARTS) and not _NUMBER.fullmatch(cell):
        return "'" + cell
    return cell
