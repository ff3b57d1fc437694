"""Here is decided what is kept of a row outside the registry: all its cells, personal data masked, read once more from the file."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from loaders import values
from loaders.cells import masked
from loaders.copying import copy
from loaders.fields import EXACT, Columns
from loaders.files import Source, rows
from loaders.point_cell import point_cell
from loaders.statements import run
from registry.distribution import NO_PROVINCE
from registry.personal import MASK
from registry.recipients import without_persons

_AS_IT_IS: Final = "="
_SLICE: Final = 20_000
_NEXT: Final = "SELECT row_no, outcome, issues, details FROM kept WHERE row_no > :after ORDER BY row_no LIMIT :most"
_COLUMNS: Final = ("batch_id", "row_no", "province_code", "outcome", "issues", "details", "raw")


def write_kept(session: Session, batch_id: int, source: Source, columns: Columns) -> int:
    """Write the rows of `kept` with their cells to `batch_row`; return how many."""
    home, stream = home_of(session, batch_id), _Stream(source)
    after = written = 0
    while waiting := session.execute(text(_NEXT), {"after": after, "most": _SLICE}).all():
        copy(session, "batch_row", _COLUMNS, _with_cells((batch_id, home), waiting, stream, columns))
        after, written = waiting[-1].row_no, written + len(waiting)
    return written


def home_of(session: Session, batch_id: int) -> str:
    """Return the province in which the kept rows of a batch lie, so that every try at mending one finds the others."""
    return str(run(session, "quarantine", "home", batch=batch_id).scalar() or NO_PROVINCE)


class _Stream:
    """The rows of a file, of which those in between are passed over."""

    def __init__(self, source: Source) -> None:
        self._number = self._wanted = 0
        self._rows = rows(source, lambda: self._number + 1 < self._wanted)

    def row(self, wanted: int) -> list[str]:
        """Return a row that stands behind the last one, by its number."""
        self._wanted = wanted
        for cells, _ in self._rows:
            self._number += 1
            if self._number == wanted:
                return cells
        raise IndexError(wanted)


def _with_cells(at: tuple[int, str], waiting: Sequence[Any], stream: _Stream, columns: Columns) -> Iterator[tuple[Any, ...]]:
    keys, kinds = raw_keys(columns), _kinds(columns)
    for row_no, outcome, issues, details in waiting:
        cells = stream.row(row_no)
        raw: dict[str, Any] = {key: kept_cell(kind, cell) for key, kind, cell in zip(keys, kinds, cells, strict=False)}
        if len(cells) > len(keys):
            raw["_extra"] = [masked("", cell) for cell in cells[len(keys) :]]
        said = json.dumps(details, ensure_ascii=False) if details else None
        yield at[0], row_no, at[1], outcome, "{" + ",".join(issues) + "}", said, json.dumps(raw, ensure_ascii=False).replace("\\u0000", " ")


def kind_of(canonical: str) -> str:
    """Return how a column that is read as that one is kept (see `kept_cell`)."""
    return _AS_IT_IS + canonical if canonical in EXACT else canonical


def _kinds(columns: Columns) -> list[str | None]:
    """Return what each column is: its canonical name, "" where nobody reads it, marked `_AS_IT_IS` if exact, None if personal."""
    said = {at: name for name, places in columns.joined.items() for at in places} | {at: name for name, at in columns.position.items()}
    exact = columns.exact()
    return [
        None if at in columns.personal else _AS_IT_IS + said[at] if at in exact else said.get(at, "") for at in range(len(columns.header))
    ]


def kept_cell(kind: str | None, cell: str) -> str:
    """Return a cell as it is kept or shown outside the registry: nothing of a personal column, codes and numbers as they are."""
    if kind is None:
        return MASK if cell else ""
    if kind[:1] != _AS_IT_IS:
        return masked(kind, cell)
    column = kind.removeprefix(_AS_IT_IS)
    return cell if _fits(column, cell.strip()) else MASK if column == "ma_ho" else masked(column, cell)


def _fits(column: str, text: str) -> bool:
    """Say whether a cell is what its column promises, so that its digits are no phone number."""
    if column in {"kinh_do", "vi_do"}:
        return values.number(text)[0] is not None
    if column == "toa_do":
        both = point_cell(text)
        return both is not None and max(map(abs, both)) < values.FARTHEST
    if column == "ma_dia_chi_so":
        return values.said_code(text).issue != "row.code_shape"
    if column == "ngay_thu_thap":
        return values.day(text) is not None
    return column == "ma_ho" and not values.said_household(text).issues


def raw_keys(columns: Columns) -> list[str]:
    """Return the names under which the cells are kept: the headers without names of people, numbered where they repeat."""
    return header_keys(columns.header)


def header_keys(header: Sequence[str]) -> list[str]:
    """Return the same of the header of a file."""
    names = [without_persons(name) for name in header]
    return [name if names.index(name) == at else f"{name}#{at + 1}" for at, name in enumerate(names)]
