"""Decides what is looked at of a foreign file before anything is imported: how it is written, its first rows, what its columns mean."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final

from loaders.files import Source, opened, rows
from loaders.mapping import Mapping
from loaders.suggest import Proposal, propose

LOOKED_AT: Final = 2_000


@dataclass(frozen=True)
class Look:
    """A file that was looked at: how it was read (its snapshot is closed), its first rows, and a proposal for its columns."""

    source: Source
    first: Sequence[Sequence[str]]
    proposal: Proposal


def look(path: Path, given: Mapping, province: str | None = None) -> Look:
    """Read the head of a file with what a mapping says of it, and propose the rest; FileRefused or UsageError when it cannot be read."""
    names = tuple(given.headers)
    with opened(path, delimiter=given.delimiter, encoding=given.encoding, sheet=given.sheet, names=names, crs=given.crs) as found:
        first = [cells for cells, _ in islice(rows(found), LOOKED_AT)]
        if found.crs and not given.crs:
            given = replace(given, crs=found.crs)
        return Look(found, first, propose(found.header, first, given, province=province))
