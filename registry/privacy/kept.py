"""Here is decided which kept rows are of a household, and how its words go out of them without the rest of the row."""

import json
from collections.abc import Callable, Sequence
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.personal import MASK
from registry.privacy.traces import found_in, pattern, telling
from registry.text import clean

# Says whether the header of a file is that of a column of household references; the loader knows the headers.
IsRefs = Callable[[str], bool]
_ROWS: Final = text("""
    SELECT r.batch_id, r.row_no, r.province_code, r.outcome, r.issues, r.raw, r.details,
        b.options -> 'mapping' -> 'columns' ->> 'ma_ho' AS mapped
    FROM batch_row AS r JOIN batch AS b ON b.id = r.batch_id
    WHERE (CAST(r.raw AS text) ~* :pattern OR CAST(r.details AS text) ~* :pattern)
        AND (CAST(:batch AS bigint) IS NULL OR r.batch_id = :batch)
    ORDER BY r.batch_id, r.row_no
""")
_WRITE: Final = text(
    "UPDATE batch_row SET raw = CAST(:raw AS jsonb), details = CAST(:details AS jsonb)"
    " WHERE batch_id = :batch AND row_no = :row AND province_code = :province"
)


def rows_of(session: Session, refs: Sequence[str], words: Sequence[str], is_refs: IsRefs, batch: int | None = None) -> list[Any]:
    """Return the rows that name one of the references, or hold one of the telling words anywhere: batch, number, cells, details.

    All kept cells are read: seconds for a million rows.
    """
    wanted = [*refs, *words]
    if not wanted:
        return []
    found = session.execute(_ROWS, {"pattern": pattern(wanted), "batch": batch}).all()
    return [row for row in found if _without(row, refs, words, is_refs) != (row.raw, row.details)]


def scrub_rows(session: Session, rows: Sequence[Any], refs: Sequence[str], words: Sequence[str], is_refs: IsRefs) -> None:
    """Mask the words in those rows; the caller commits."""
    for row in rows:
        raw, details = (None if part is None else json.dumps(part, ensure_ascii=False) for part in _without(row, refs, words, is_refs))
        at = {"batch": row.batch_id, "row": row.row_no, "province": row.province_code}
        session.execute(_WRITE, {"raw": raw, "details": details, **at})


def _without(row: Any, refs: Sequence[str], words: Sequence[str], is_refs: IsRefs) -> tuple[Any, Any]:  # noqa: ANN401 - a row of a query
    known = {ref.casefold() for ref in refs}
    strong = found_in(telling([*refs, *words]))

    def masked(key: str, value: Any) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(value, dict):
            return {name: masked(name, each) for name, each in value.items()}
        if isinstance(value, list):
            return [masked(key, each) for each in value]
        if not isinstance(value, str):
            return value
        if clean(value).casefold() in known and (key in {"ma_ho", row.mapped} or is_refs(key)):
            return MASK
        return strong.sub(MASK, value)

    return masked("", row.raw), masked("", row.details)
