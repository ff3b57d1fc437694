"""Here is decided which words are the name of a street at all, by the reference table alone: no database is asked."""

import csv
from functools import lru_cache
from pathlib import Path
from typing import Final

from registry.place_key import street_key

_TABLE: Final = Path(__file__).parent / "reference" / "place_names.csv"


def is_street(text: str) -> bool:
    """Tell whether a text names a street of any commune, with its type word or without, with marks or without."""
    return street_key(text) in _names()


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    with _TABLE.open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(line for line in stream if not line.startswith("#"))
        return frozenset(street_key(row["name"]) for row in rows if row["kind"] == "street")
