"""Decides what is looked at of a foreign file before anything is imported: how it is written, its first rows, what its columns mean."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Final

from loaders.files import Source, opened, rows
from loaders.formats.kind import Kind
from loaders.mapping import Mapping
from loaders.suggest import Proposal, propose
from registry.recipients import without_persons

LOOKED_AT: Final = 2_000
MOST_PARTS: Final = 12


@dataclass(frozen=True)
class Look:
    """A file that was looked at: how it was read (its snapshot is closed), its first rows, and a proposal for its columns."""

    source: Source
    first: Sequence[Sequence[str]]
    proposal: Proposal

    @property
    def encoding(self) -> str | None:
        """How its letters are written, where that is a question: not in a workbook or a map, unless an old font was found in it."""
        asked = self.source.format == Kind.CSV or any(code == "file.encoding" for code, _ in self.source.notes)
        return self.source.encoding if asked else None

    @property
    def parts(self) -> str | None:
        """Return the sheets or layers that were read as one, without names of people; None where there is but one."""
        names = [without_persons(name) for name, _ in self.source.parts]
        more = f" … (+{len(names) - MOST_PARTS})" if len(names) > MOST_PARTS else ""
        return ", ".join(names[:MOST_PARTS]) + more or None


def look(path: Path, given: Mapping, province: str | None = None) -> Look:
    """Read the head of a file with what a mapping says of it, and propose the rest; FileRefused or UsageError when it cannot be read."""
    names = tuple(given.headers)
    with opened(path, delimiter=given.delimiter, encoding=given.encoding, sheet=given.sheet, names=names, crs=given.crs) as found:
        first = [cells for cells, _ in islice(rows(found), LOOKED_AT)]
        if found.crs and not given.crs:
            given = replace(given, crs=found.crs)
        return Look(found, first, propose(found.header, first, given, province=province))
