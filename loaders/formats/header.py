"""Here is decided which line of a table is its header: the one with the most known column names, below titles and above the rows."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from loaders import headers
from registry.recipients import without_persons
from registry.text import clean, fold

# The header is looked for among so many lines; titles of hand-over tables take fewer than ten.
LOOKED_AT: Final = 40
# One known name may stand in a title (`Tỉnh`), two hardly ever do.
_FEWEST_KNOWN: Final = 2
# Without known names a line is a title when it fills fewer than this share of the columns.
_TITLE_SHARE: Final = 0.5
_LONGEST_TITLE: Final = 80
_MOST_TITLES: Final = 3
_FEWEST_NUMBERED: Final = 3
_ORDINAL: Final = re.compile(r"[(\[]?\s*([0-9]{1,3}|[A-Z])\s*[)\]]?")
_NUMBER: Final = re.compile(r"[-+]?[0-9][0-9.,]*")


@dataclass(frozen=True)
class Head:
    """The header cells, how many lines to skip before the rows, how many cells are known, and the title lines above, in words."""

    cells: tuple[str, ...]
    skip: int
    known: int
    titles: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the header as headers of two sheets are compared."""
        return tuple(fold(cell.replace("_", " ")) for cell in self.cells)


def find(lines: Sequence[Sequence[str]], names: Collection[str] = ()) -> Head | None:
    """Find the header among the first lines of a table; None when they hold nothing.

    `names` are headers that a mapping knows. A header on two lines (`Tọa độ` above `Kinh độ`, `Vĩ độ`) is read as one, and a line that
    only numbers the columns below it, `(1) (2) (3)`, is skipped.
    """
    lines = lines[:LOOKED_AT]
    filled = [at for at, cells in enumerate(lines) if any(cell.strip() for cell in cells)]
    if not filled:
        return None
    at, cells, known, height = _best(lines, filled, names)
    if known < min(_FEWEST_KNOWN, _filled(cells)) and len(filled) > 1:
        at, cells, known, height = _by_shape(lines, filled, known_of=names)
    skip = at + height
    while skip < len(lines) and _numbers_columns(lines[skip]):
        skip += 1
    above = (" ".join(clean(cell) for cell in lines[each] if cell.strip()) for each in filled if each < at)
    return Head(tuple(cells), skip, known, tuple(without_persons(words)[:_LONGEST_TITLE] for words in above))


def title_notes(head: Head, part: str = "") -> tuple[tuple[str, str], ...]:
    """Return the note on lines above the header that are not read as rows."""
    if not head.titles:
        return ()
    shown = "; ".join(f"“{words}”" for words in head.titles[:_MOST_TITLES])
    more = "; …" if len(head.titles) > _MOST_TITLES else ""
    return (("file.title_rows", f"{part}{len(head.titles)} dòng / lines: {shown}{more}"),)


def known_cells(cells: Sequence[str], names: Collection[str] = ()) -> int:
    """Count the different columns of a hand-over that the cells are headers of; a row of forty `x` is the header of one."""
    read = {cell: headers.known(cell) for cell in cells if cell.strip()}
    return len({found.canonical if found else cell.strip() for cell, found in read.items() if found or cell.strip() in names})


Found = tuple[int, Sequence[str], int, int]


def _best(lines: Sequence[Sequence[str]], filled: Sequence[int], names: Collection[str]) -> Found:
    """Return place, cells, known names and height (1 or 2 lines) of the line, or pair of lines, with the most known names."""
    best: Found = (filled[0], lines[filled[0]], known_cells(lines[filled[0]], names), 1)
    for at in filled:
        known = known_cells(lines[at], names)
        if known > best[2]:
            best = (at, lines[at], known, 1)
    at, known = best[0], best[2]
    for upper in (at - 1, at):
        if known >= _FEWEST_KNOWN and 0 <= upper < len(lines) - 1:
            joined = _joined(lines[upper], lines[upper + 1])
            if (together := known_cells(joined, names)) > best[2]:
                best = (upper, joined, together, 2)
    return best


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Read two lines as one header: the lower cell, or the upper one where the lower is empty."""
    width = max(len(upper), len(lower))
    above, below = ([*cells, *[""] * (width - len(cells))] for cells in (upper, lower))
    return [low if low.strip() else high for high, low in zip(above, below, strict=True)]


def _by_shape(lines: Sequence[Sequence[str]], filled: Sequence[int], known_of: Collection[str]) -> Found:
    """Without known names, take the first line that fills as many columns as the rows do and holds no number.

    A title of a sheet takes as many cells as its table, blank ones; a line that has fewer cells is no title but a header with something
    wrong below it, as in a single column of addresses whose commas nobody quoted.
    """
    usual = Counter(_filled(lines[at]) for at in filled[len(filled) // 2 :]).most_common(1)[0][0]
    for at in filled:
        if len(lines[at]) > len(lines[filled[0]]):
            break
        if _filled(lines[at]) > usual * _TITLE_SHARE and not any(_NUMBER.fullmatch(cell.strip()) for cell in lines[at]):
            return at, lines[at], known_cells(lines[at], known_of), 1
    return filled[0], lines[filled[0]], known_cells(lines[filled[0]], known_of), 1


def _filled(cells: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)


def _numbers_columns(cells: Sequence[str]) -> bool:
    """Tell a line `(1) (2) (3)`, `1 2 3` or `A B 1 2` that numbers the columns one after the other."""
    marks = [_ORDINAL.fullmatch(cell.strip()) for cell in cells if cell.strip()]
    if len(marks) < _FEWEST_NUMBERED or not all(marks):
        return False
    said = [mark[1] for mark in marks if mark]
    letters = [each for each in said if each.isalpha()]
    numbers = [int(each) for each in said if each.isdigit()]
    return (
        [*letters, *map(str, numbers)] == said
        and letters == [chr(ord("A") + at) for at in range(len(letters))]
        and (not numbers or numbers == list(range(numbers[0], numbers[0] + len(numbers))))
        and (not numbers or numbers[0] <= len(letters) + 1)
    )
