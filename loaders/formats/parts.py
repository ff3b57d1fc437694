"""Here is decided which sheets or layers of a file are one hand-over, and how they are read one after the other."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Final

from loaders.fields import is_known_header
from loaders.formats import header
from loaders.formats.header import Head
from loaders.formats.refusal import refused
from registry.errors import UsageError
from registry.recipients import without_persons
from registry.text import fold

Key = tuple[str, int]
# A table of so many known columns reads as a hand-over; lists of codes beside it have fewer, or others.
_FEWEST_KNOWN: Final = 3
_SAME_SHARE: Final = 0.6
_MOST_NAMED: Final = 12


@dataclass(frozen=True)
class Part:
    """One sheet or layer: its name, its lines from the top as often as asked, whether titles may stand above the header."""

    name: str
    lines: Callable[[], Iterator[list[str]]]
    titled: bool = True
    hidden: bool = False
    crs: str | None = None


@dataclass
class Joined:
    """The parts that are read as one table; `first` gets the number of each part's first row while the rows are read."""

    header: tuple[str, ...]
    read: tuple[tuple[Part, Head], ...]
    notes: tuple[tuple[str, str], ...]
    crs: str | None
    first: list[tuple[str, int]] = field(default_factory=list)

    def rows(self) -> Iterator[list[str]]:
        """Yield the rows of all parts under one header; lines of a sheet that hold nothing are left out."""
        number = 1
        self.first.clear()
        place = {key: at for at, key in enumerate(_keys(self.header))}
        for part, head in self.read:
            self.first.append((part.name, number))
            order = [place[key] for key in _keys(head.cells)]
            for cells in islice(part.lines(), head.skip, None):
                if not part.titled or any(cell and not cell.isspace() for cell in cells):
                    number += 1
                    yield _placed(cells, order, len(self.header))


def choose(path: Path, parts: Sequence[Part], wanted: str | None, word: tuple[str, str]) -> Sequence[Part]:
    """Return the part that an option names, by its name or its number from 1, else all; UsageError lists the names."""
    if wanted is None:
        return parts
    named = [part for part in parts if part.name == wanted] or [part for part in parts if fold(part.name) == fold(wanted)]
    if not named and wanted.isdigit() and 1 <= int(wanted) <= len(parts):
        named = [parts[int(wanted) - 1]]
    if not named:
        vi, en = word
        listed = ", ".join(part.name for part in parts)
        raise UsageError(f"Tệp {path.name} không có {vi} “{wanted}”.", f"{path.name} has no {en} “{wanted}”.", hint=f"Có: {listed}")
    return named[:1]


def joined(path: Path, parts: Sequence[Part], names: Collection[str], *, chosen: bool) -> Joined:
    """Find the header of each part and join those that agree with the one that knows most columns; the others are named in a note.

    FileRefused when no part holds anything.
    """
    heads = [(part, head) for part in parts if (head := _head(part, names))]
    shown = [pair for pair in heads if chosen or not pair[0].hidden] or heads
    if not shown:
        raise refused(path, "trống, không có dòng tiêu đề", "is empty and has no header line", hint="Dòng đầu phải là tên các cột.")
    main = max(shown, key=lambda pair: pair[1].known)
    reasons = {part.name: _against(main, pair) if pair in shown else "ẩn / hidden" for pair in heads for part in pair[:1]}
    read = tuple(pair for pair in heads if not reasons[pair[0].name])
    unread = [(name, why) for name, why in reasons.items() if why]
    notes = [*_sheet_note(read, unread), *(note for part, head in read for note in _title_note(part, head, many=len(read) > 1))]
    return Joined(_union([head.cells for _, head in read]), read, tuple(notes), main[0].crs)


def _head(part: Part, names: Collection[str]) -> Head | None:
    """Return the header of a part, blank columns named by their letters so that no cell under them is lost."""
    lines = list(islice(part.lines(), header.LOOKED_AT if part.titled else 1))
    if not part.titled:
        return Head(tuple(lines[0]), 1, header.known_cells(lines[0], names)) if lines and lines[0] else None
    found = header.find(lines, names)
    if found is None:
        return None
    used = max((at + 1 for cells in lines[found.skip :] for at, cell in enumerate(cells) if cell.strip()), default=0)
    named = max((at + 1 for at, cell in enumerate(found.cells) if cell.strip()), default=0)
    cells = [*found.cells, *[""] * used][: max(used, named)]
    return replace(found, cells=tuple(cell if cell.strip() else f"cột_{letters(at)}" for at, cell in enumerate(cells)))


def letters(column: int) -> str:
    """Return the letters of a column, counted from 0, as spreadsheets show them: 0 is A, 27 is AB."""
    name, left = "", column + 1
    while left:
        left, digit = divmod(left - 1, 26)
        name = chr(ord("A") + digit) + name
    return name


def _against(main: tuple[Part, Head], other: tuple[Part, Head]) -> str:
    """Say why a part is not read together with the main one; empty when their headers agree."""
    ours, theirs = set(main[1].keys), set(other[1].keys)
    if ours != theirs:
        known_ours, known_theirs = ({cell for cell in head.cells if is_known_header(cell)} for _, head in (main, other))
        ours, theirs = ({fold(cell) for cell in cells} for cells in (known_ours, known_theirs))
        if len(theirs) < _FEWEST_KNOWN or len(ours & theirs) < _SAME_SHARE * len(ours | theirs):
            return "khác cột / other columns"
    return "" if main[0].crs == other[0].crs else "khác hệ tọa độ / another CRS"


def _keys(cells: Sequence[str]) -> list[Key]:
    """Return what tells columns apart in sheets whose order differs: the folded header, and which one of that name it is."""
    seen: Counter[str] = Counter()
    found = []
    for cell in cells:
        key = fold(cell.replace("_", " ")) or cell
        seen[key] += 1
        found.append((key, seen[key]))
    return found


def _union(headers: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the columns of all parts, each once, in the order in which they come."""
    found: dict[Key, str] = {}
    for cells in headers:
        for key, cell in zip(_keys(cells), cells, strict=True):
            found.setdefault(key, cell)
    return tuple(found.values())


def _placed(cells: list[str], order: list[int], width: int) -> list[str]:
    """Put the cells under the common header; what stands beyond the part's own header comes last, unless it is blank."""
    row = [""] * width
    for at, cell in zip(order, cells, strict=False):
        row[at] = cell
    surplus = cells[len(order) :]
    while surplus and not surplus[-1].strip():
        surplus.pop()
    return row + surplus if surplus else row


def _sheet_note(read: Sequence[tuple[Part, Head]], unread: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    if len(read) + len(unread) < 2:  # noqa: PLR2004 - a single sheet goes without saying
        return []
    words = "đọc / read: " + _listed([without_persons(part.name) for part, _ in read])
    if unread:
        words += "; không đọc / not read: " + _listed([f"{without_persons(name)} ({why})" for name, why in unread])
    return [("file.sheets", words)]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_MOST_NAMED]) + (f", … ({len(names)})" if len(names) > _MOST_NAMED else "")


def _title_note(part: Part, head: Head, *, many: bool) -> list[tuple[str, str]]:
    return list(header.title_notes(head, f"{without_persons(part.name)}: " if many else ""))
