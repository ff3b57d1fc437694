"""Here is decided which cells say in words that there is nothing: the NULL of a database, the “không có” of a clerk, the 0 of a form.

Taken at their word they would be a street, an alley or a flat that all doors without one share.
"""

from collections.abc import Collection
from itertools import product
from typing import Final

# What databases and programs write in every column.
_NULLS: Final = frozenset({"null", "(null)", "none", "nan", "nil", "n/a"})
_NOTHING_WORDS: Final = """
không, khong, không có, khong co, k có, ko có, không tên, khong ten, không có tên, chưa có, chua co, chưa có tên, chua co ten, chưa đặt tên,
không rõ, khong ro, chưa rõ, không xác định, chưa xác định, không số, khong so, không có số, chưa có số, chua co so, chưa cấp số
"""
_NOTHING: Final = frozenset(word.strip() for word in _NOTHING_WORDS.split(",")) | {"0"}
# Where such a word is no value of its own.
_SAYING: Final = frozenset({
    "so_nha", "ngo", "ngach", "duong", "thon_to", "toa_nha", "tang", "phong", "huyen", "ma_xa", "ma_ho", "ma_dia_chi_so", "vpostcode",
})  # fmt: skip
# The ground floor.
_WITH_ZERO: Final = frozenset({"tang", "phong"})
_ALL: Final = _NULLS | _NOTHING
# As they stand in cells, so that a row without any of them is known at once.
_WRITTEN: Final = frozenset(
    f"{before}{form(word)}{behind}"
    for word, form, before, behind in product(_ALL, (str.lower, str.upper, str.capitalize, str.title), ("", " "), ("", " "))
)


def words_of(column: str, mapped: Collection[str] = ()) -> frozenset[str]:
    """Return the words, in small letters, that leave a column empty, but for those that a mapping gives a meaning."""
    words = _ALL if column in _SAYING else _NULLS
    return words - ({"0"} if column in _WITH_ZERO else set()) - {word.casefold() for word in mapped}


def is_absent(cell: str, words: Collection[str]) -> bool:
    """Tell whether a cell is one of the words of its column."""
    return cell.strip().casefold() in words


def without(cells: tuple[str, ...], words: tuple[frozenset[str], ...]) -> tuple[str, ...]:
    """Return the cells of a row, emptied where they say that there is nothing."""
    if _WRITTEN.isdisjoint(cells):
        return cells
    return tuple("" if is_absent(cell, said) else cell for cell, said in zip(cells, words, strict=True))
