"""Decides what an archive of WAL must hold: every segment from the start of a base backup on, none missing between."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

# Timeline, log and segment, eight hexadecimal digits each; a log has 256 segments of 16 MB, the size that initdb chooses.
_SEGMENT: Final = re.compile(r"[0-9A-F]{24}")
_START: Final = re.compile(r"^START WAL LOCATION: .*\(file ([0-9A-F]{24})\)", re.MULTILINE)
_IN_A_LOG: Final = 256


def start_of(label: str) -> str:
    """Return the first segment that a base backup needs, from its `backup_label`; ValueError where that does not say."""
    found = _START.search(label)
    if found is None:
        raise ValueError(label[:80])
    return found[1]


def segments(*directories: Path) -> list[str]:
    """Return the names of the segments in some directories; what cannot be read holds none."""
    names: set[str] = set()
    for directory in directories:
        try:
            names |= {path.name for path in directory.iterdir() if _SEGMENT.fullmatch(path.name)}
        except OSError:
            continue
    return sorted(names)


def first_missing(start: str, there: Iterable[str]) -> str | None:
    """Return the first segment that is missing behind the start, None when they follow one another to the last.

    Timelines are not told apart: one that begins goes on with the number at which the one before it was left.
    """
    numbers = {_number(name) for name in there if _number(name) >= _number(start)}
    if not numbers:
        return start
    gap = next((number for number in range(_number(start), max(numbers)) if number not in numbers), None)
    return None if gap is None else f"{start[:8]}{gap // _IN_A_LOG:08X}{gap % _IN_A_LOG:08X}"


def _number(name: str) -> int:
    return int(name[8:16], 16) * _IN_A_LOG + int(name[16:24], 16)
