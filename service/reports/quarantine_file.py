"""Decides in which forms kept rows go home to be mended: as text with commas, or as a workbook."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from loaders.result import write_quarantine
from service.reports.quarantine_xlsx import write_quarantine_xlsx

# By the suffix of the file: writes the rows of `loaders.quarantine.quarantined`, and returns how many.
WRITERS: Final[Mapping[str, Callable[[Iterator[dict[str, Any]], Path], int]]] = {".csv": write_quarantine, ".xlsx": write_quarantine_xlsx}
