"""Decides a plain CSV: the named columns in order, an unknown value an empty cell, true and false as 1 and 0, text that nothing runs."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from registry.escaped import escaped


def plain_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Return the file's text."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(row[name]) for name in columns})
    return out.getvalue()


def _cell(value: Any) -> Any:  # noqa: ANN401 - whatever a cell may hold
    if isinstance(value, bool):
        return int(value)
    return escaped(value) if isinstance(value, str) else value
