"""Here is decided which words name a kind of door: a household, an office, a business, something else."""

from typing import Final

from registry.text import fold

KINDS: Final = {
    "ho gia dinh": "household", "ho": "household", "nha o": "household", "household": "household", "nha rieng": "household",
    "co quan": "office", "to chuc": "office", "co quan to chuc": "office", "office": "office",
    "doanh nghiep": "business", "cong ty": "business", "business": "business", "ho kinh doanh": "business", "cua hang": "business",
    "khac": "other", "other": "other",
}  # fmt: skip


def kind_of(text: str) -> str | None:
    """Return the kind of door that a word names; None when it is unknown."""
    return KINDS.get(fold(text.replace("_", " ")))
