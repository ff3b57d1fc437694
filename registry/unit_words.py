"""Here is decided which words and codes are units at all, by the reference table alone: no database is asked.

Serves whoever must guess what a column of a foreign file holds; which unit a row means is decided by `units_match`.
"""

import csv
from functools import lru_cache
from pathlib import Path
from typing import Final

from registry.unit_names import readings, same_province, squeeze
from registry.vocab import Level

_TABLE: Final = Path(__file__).parent / "reference" / "units.csv"
_CODE_LENGTH: Final = 5


@lru_cache(maxsize=1)
def _rows() -> tuple[tuple[str, str, str, str], ...]:
    with _TABLE.open(encoding="utf-8", newline="") as stream:
        return tuple((row["level"], row["code"], row["name"], row["full_name"]) for row in csv.DictReader(stream))


@lru_cache(maxsize=3)
def _names(level: Level) -> dict[str, str]:
    """Return the squeezed names of the units of a level, both worlds, with the code of one that bears it."""
    return {squeeze(name): code for at, code, *named in _rows() if at == level for name in named}


@lru_cache(maxsize=1)
def _commune_codes() -> frozenset[str]:
    return frozenset(code for level, code, *_ in _rows() if level == "commune")


def is_unit(level: Level, text: str) -> bool:
    """Tell whether a text names a unit of that level in the 63-province world or today's, with its type word or without."""
    known = _names(level)
    return any((same_province(name.key) if level == "province" else name.key) in known for name in readings(level, text))


def is_commune_code(text: str) -> bool:
    """Tell whether a text is the code of a commune of either world; a leading zero may be lost."""
    return text.isascii() and text.isdigit() and len(text) <= _CODE_LENGTH and text.zfill(_CODE_LENGTH) in _commune_codes()


def province_code(text: str) -> str | None:
    """Return the code of a province that a text names; of two namesakes in time, which share their code, either."""
    known = _names("province")
    return next((known[key] for name in readings("province", text) if (key := same_province(name.key)) in known), None)
