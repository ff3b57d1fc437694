"""Here is decided what the header of one column says: the canonical column that it stands for, surely or nearly.

`synonyms.csv` holds the known headers (canonical, synonym, language, source); the order of its lines is the order in which several
columns for one meaning are read. Headers are compared without accents, case, spaces, underscores, slashes, numbering and units.
"""

import csv
import re
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from registry.text import clean, fold

# What columns that name or reach a person stand for: they are never stored, not even in the quarantine.
PERSONAL_MARK: Final = "personal"
_TABLE: Final = Path(__file__).parent / "synonyms.csv"
_NUMBERING: Final = re.compile(r"^\s*(?:[\[(]\s*[0-9]{1,3}\s*[\])]|(?:cột|cot|column|col)?\s*[0-9]{1,3}\s*[.):])\s*", re.IGNORECASE)
_BRACKETS: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}")
_BETWEEN: Final = re.compile(r"\s*[/,;|\n\r–—]\s*|\s+-\s+|\s+(?:hoặc|hay|và|or|and)\s+", re.IGNORECASE)
# What may stand before the name of a column that a heading spans (`Địa chỉ` above `Số nhà`, `Xã`), and what may follow it.
_SPANS: Final = ("diachi", "toado")
_MARKERS: Final = ("batbuoc", "required", "neuco")
_SYSTEMS: Final = ("wgs84", "wgs", "vn2000", "dothapphan", "thapphan", "decimal", "met", "m")
_COORDINATES: Final = frozenset({"kinh_do", "vi_do", "toa_do"})
# A slip is one letter in a word of five, two in one of ten, and rarely the first: `hướng` is no `phường`.
_SHORTEST_NEAR, _LONG_NEAR = 5, 10


class Known(NamedTuple):
    """A canonical column (or `personal`) and the place of the synonym among those of the column, 0 the most telling."""

    canonical: str
    rank: int


def header_key(cell: str) -> str:
    """Return a header as headers are compared: `Tỉnh/Thành phố`, `tinh_thanh_pho` and `tinhThanhPho` are one."""
    return fold(cell.replace("_", " ")).replace("/", "").replace(" ", "")


@lru_cache(maxsize=1)
def synonyms() -> dict[str, tuple[str, ...]]:
    """Return the folded synonyms of each canonical column, and of `personal`, in the order of the table."""
    found: dict[str, list[str]] = {}
    with _TABLE.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            folded = " ".join(fold(row["synonym"].replace("_", " ").replace("/", " ")).split())
            found.setdefault(row["canonical"], []).append(folded)
    return {canonical: tuple(dict.fromkeys(words)) for canonical, words in found.items()}


@lru_cache(maxsize=1)
def _index() -> dict[str, Known]:
    pairs = ((word, name, rank) for name, words in synonyms().items() for rank, word in enumerate(words))
    return {header_key(word): Known(name, rank) for word, name, rank in pairs}


@lru_cache(maxsize=4096)
def known(cell: str) -> Known | None:
    """Return what a header stands for; None for one that nobody knows. Two languages in one header must agree."""
    bare = clean(_NUMBERING.sub("", cell))
    for form in (bare, clean(_BRACKETS.sub(" ", bare))):
        if found := _by_key(header_key(form)):
            return found
    parts = [_by_key(header_key(_BRACKETS.sub(" ", part))) for part in _BETWEEN.split(_NUMBERING.sub("", cell)) if header_key(part)]
    agreed = {part.canonical for part in parts if part}
    return parts[0] if len(parts) > 1 and len(agreed) == 1 and all(parts) else None


def near(cell: str) -> str | None:
    """Return the canonical column that a header with a slip probably means; None when no column, or more than one, is near."""
    key = header_key(_BRACKETS.sub(" ", _NUMBERING.sub("", cell)))
    if len(key) < _SHORTEST_NEAR or known(cell):
        return None
    slips = 2 if len(key) >= _LONG_NEAR else 1
    close: dict[str, int] = {}
    for word, each in _index().items():
        comparable = len(word) >= _SHORTEST_NEAR and (word[0] == key[0] or len(key) >= _LONG_NEAR)
        distance = OSA.distance(key, word, score_cutoff=slips) if comparable else slips + 1
        if distance <= slips:
            close[each.canonical] = min(distance, close.get(each.canonical, slips))
    best = min(close.values(), default=0)
    meant = [name for name, distance in close.items() if distance == best]
    return meant[0] if len(meant) == 1 and meant[0] != PERSONAL_MARK else None


def _by_key(key: str) -> Known | None:
    if found := _index().get(key):
        return found
    for beginning in _SPANS:
        if key.startswith(beginning) and (found := _index().get(key.removeprefix(beginning))):
            return found
    for ending in _MARKERS:
        if key.endswith(ending) and (found := _index().get(key.removesuffix(ending))):
            return found
    for ending in _SYSTEMS:
        found = _index().get(key.removesuffix(ending)) if key.endswith(ending) else None
        if found and found.canonical in _COORDINATES:
            return found
    return None
