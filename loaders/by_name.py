"""Here is decided what a column of bare names, without any type word, probably holds: streets, communes, districts or provinces.

Hùng Vương is a street, and a commune too. Names are asked only where no column with type words fits.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final

from registry.street_words import is_street
from registry.text import fold
from registry.unit_words import is_unit
from registry.vocab import Level

ENOUGH: Final = 0.8
FEWEST: Final = 3
TYPED: Final = 0.5
_TYPE_WORDS: Final[dict[Level, re.Pattern[str]]] = {
    "commune": re.compile(r"(?:xa|phuong|thi tran|dac khu|x|p|tt|f|dk)\s+\S|[pf]\d"),
    "district": re.compile(r"(?:quan|huyen|thi xa|thanh pho|q|h|tx|tp)\s+\S|q\d"),
    "province": re.compile(r"(?:tinh|thanh pho|tp|t)\s+\S|tphcm"),
}
_COLUMNS: Final[tuple[tuple[str, Level], ...]] = (("tinh", "province"), ("huyen", "district"), ("xa", "commune"))
_STREET_HEADER: Final = re.compile(r"(?<!thanh )(?<!khu )(?<!dan )\b(?:duong|pho|tuyen|street|road)\b")


def by_type_word(cells: Sequence[str]) -> str | None:
    """Return tinh, huyen or xa for filled cells that name such units, most of them with their type word; None for others."""
    return next((column for column, level in _COLUMNS if _names(cells, level) >= ENOUGH and _typed(cells, level) > TYPED), None)


def by_name(header: str, cells: Sequence[str]) -> str | None:
    """Return duong, tinh, huyen or xa for a column of bare names; None when nothing is plain. A header that speaks of streets decides."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if len(filled) < FEWEST:
        return None
    streets, units = _share(filled, lambda cell: _worded(cell) and is_street(cell)), {level: _names(filled, level) for _, level in _COLUMNS}
    if _STREET_HEADER.search(fold(header.replace("_", " ").replace("/", " "))):
        return "duong" if max(streets, *units.values()) >= ENOUGH else None
    if units["province"] >= ENOUGH:
        return "tinh"
    if streets >= ENOUGH:
        return "duong"
    return next((column for column, level in _COLUMNS if units[level] >= ENOUGH), None)


def _names(cells: Sequence[str], level: Level) -> float:
    """Return the share of the cells that name a unit; a bare number names none."""
    return _share(cells, lambda cell: (_worded(cell) or _is_typed(cell, level)) and is_unit(level, cell))


def _typed(cells: Sequence[str], level: Level) -> float:
    return _share(cells, lambda cell: _is_typed(cell, level))


def _is_typed(cell: str, level: Level) -> bool:
    return _TYPE_WORDS[level].match(fold(cell)) is not None


def _worded(cell: str) -> bool:
    """Tell whether a cell holds a word rather than a number or a single letter."""
    return any(len(word) > 1 and word.isalpha() for word in fold(cell).split())


def _share(cells: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, cells)) / len(cells)
