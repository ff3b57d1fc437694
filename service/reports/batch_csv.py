"""Decides a batch's report as CSV: one line for each row that waits, why, what is proposed, then its cells as they came."""

import csv
from pathlib import Path

from loaders.result import LEADING
from registry.escaped import escaped
from service.reports.batch_rows import KeptRows
from service.written import replaced_when_done


def write_batch_csv(kept: KeptRows, path: Path) -> int:
    """Write the rows one by one, formulas disarmed; return how many. RefusedError when the file cannot be written."""
    number = 0
    with replaced_when_done(path) as stream:
        if stream is None:
            return number
        writer = csv.writer(stream)
        writer.writerow([*LEADING, *map(escaped, kept.header)])
        for number, row in enumerate(kept.rows, 1):  # noqa: B007 - the last number is how many there were
            writer.writerow([escaped(cell) for cell in (*row.leading, *row.cells)])
    return number
