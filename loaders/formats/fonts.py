"""Here is decided which columns of a table were typed in an old font (TCVN3, VNI) or misread on their way, and what they say."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final

from loaders.fields import is_known_header
from loaders.formats.header import LOOKED_AT
from loaders.formats.mixed_fonts import Kind, kinds_of, likeliest, read_as
from loaders.formats.snapshot import Snapshot
from registry.old_text import Scheme, font_of, repaired

_SCHEMES: Final = (Scheme.TCVN3, Scheme.VNI, Scheme.MOJIBAKE)
# Columns are judged by these many windows of these many bytes, spread over the file.
_WINDOWS, _WINDOW = 12, 1 << 16
_MOST_CELLS: Final = 2_000
# Less misread text is mended cell by cell, by the checks.
_SHARE: Final = 0.5
_SMALL: Final = re.compile("[a-z]")


@dataclass(frozen=True)
class Fonts:
    """In what each column (position from 0) was typed that is not all sound, and the scheme of the other lines; `forced` holds for all.

    `small` are the columns in which small letters occur: TCVN3 draws a toned capital as a small letter in another font, so a cell without
    any plain small letter (`X· Nµ Hú`) tells its case only by its neighbours.
    """

    columns: dict[int, tuple[Kind, ...]]
    main: Scheme
    small: frozenset[int] = frozenset()
    forced: bool = False


def head_font(text: str) -> Scheme | None:
    """Return the old font of the first lines of a text, if they show one."""
    scheme = font_of(line for line in text.split("\n")[:LOOKED_AT] if not line.isascii())
    return scheme if scheme in _SCHEMES else None


def found(snapshot: Snapshot, delimiter: str, forced: Scheme | None, head: str) -> Fonts | None:
    """Judge the columns of a table by their own cells; None when all of it is sound."""
    cells: dict[int, dict[str, None]] = {}
    for row in sampled(snapshot, delimiter):
        for at, cell in enumerate(row):
            if not cell.isascii():
                cells.setdefault(at, {})[cell] = None
    small = frozenset(at for at, values in cells.items() if any(map(_SMALL.search, values)))
    if forced:
        return Fonts({}, forced, small, forced=True)
    kinds = {at: kinds for at, values in cells.items() if (kinds := _kinds(list(values)[:_MOST_CELLS]))}
    main = Counter(kind for each in kinds.values() if (kind := next(filter(None, each)))).most_common(1)[0][0] if kinds else head_font(head)
    return Fonts(kinds, main, small) if main else None


@lru_cache(maxsize=1 << 16)
def _read(cell: str, kinds: tuple[Kind, ...], *, small: bool = False) -> str:
    return read_as(cell, kinds[0], small=small) if len(kinds) == 1 else likeliest(cell, kinds, small=small)


def _kinds(cells: Sequence[str]) -> tuple[Kind, ...]:
    """Return in what a column was typed; empty for one that is sound, or so little damaged that the checks mend single cells."""
    scheme = font_of(cells)
    if scheme is not Scheme.MOJIBAKE and (scheme or any((again := repaired(cell)) and again.scheme in _SCHEMES for cell in cells)):
        kinds = kinds_of(cells)
        if any(kinds):
            return kinds
    if scheme not in _SCHEMES:
        return ()
    return (scheme,) if sum(read_as(cell, scheme) != cell for cell in cells) >= _SHARE * len(cells) else ()


def sampled(snapshot: Snapshot, delimiter: str) -> Iterator[list[str]]:
    """Yield rows of the usual width from windows spread over the file."""
    rows: list[list[str]] = []
    for start in range(0, snapshot.size, max(_WINDOW, snapshot.size // _WINDOWS)):
        piece = snapshot.read(_WINDOW, start)
        whole = piece[piece.find(b"\n") + 1 if start else 0 : piece.rfind(b"\n") + 1] or piece
        with suppress(csv.Error):
            rows += csv.reader(io.StringIO(whole.decode("utf-8", "ignore"), newline=""), delimiter=delimiter)
    if rows:
        usual = Counter(map(len, rows)).most_common(1)[0][0]
        yield from (row for row in rows if len(row) == usual)


def read(rows: Iterable[list[str]], fonts: Fonts) -> Iterator[list[str]]:
    """Yield the records with their cells in Unicode, NFC."""
    waiting = iter(rows)
    for row in islice(waiting, LOOKED_AT):
        yield [cell if cell.isascii() else _head_cell(cell, at, fonts) for at, cell in enumerate(row)]
    if fonts.forced:
        for row in waiting:
            yield [cell if cell.isascii() else _read(cell, (fonts.main,), small=at in fonts.small) for at, cell in enumerate(row)]
        return
    for row in waiting:
        for at, kinds in fonts.columns.items():
            if at < len(row) and not row[at].isascii():
                row[at] = _read(row[at], kinds, small=at in fonts.small)
        yield row


def _head_cell(cell: str, at: int, fonts: Fonts) -> str:
    """Read a cell of the first lines, which may be a title, a header in the same font or in none, or data."""
    if is_known_header(cell):
        return cell
    made = _read(cell, fonts.columns.get(at, (fonts.main,)), small=at in fonts.small)
    if fonts.forced or at in fonts.columns or is_known_header(made):
        return made
    again = repaired(cell)
    return again.text if again and again.scheme in _SCHEMES else cell
