"""Decides a plain CSV: the named columns in their order, an unknown value an empty cell, true and false as 1 and 0."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def plain_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Return the file's text."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: int(row[name]) if isinstance(row[name], bool) else row[name] for name in columns})
    return out.getvalue()
