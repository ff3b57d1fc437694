"""Here is decided what can be wrong with a file, column, row or batch: stable codes, each with an outcome and words in two languages.

The issues stand in `issues.csv`, so that their words can be mended without code; what reports them is in `checks/`. What is told of a
batch beside its checks (`notes.csv`) has words of the same kind and makes nothing of a row, so that no profile changes it.
Where a hint names the command line, `on_page.csv` says the same to whoever has a page before him.
"""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, cast

Scope = Literal["file", "column", "row", "batch"]
Outcome = Literal["rejected", "incomplete", "duplicate", "accepted", "silent"]
Severity = Literal["error", "warning", "note"]

OUTCOMES: Final[dict[Outcome, Severity]] = {
    "rejected": "error", "incomplete": "warning", "duplicate": "warning", "accepted": "note", "silent": "note",
}  # fmt: skip
_HERE: Final = Path(__file__).parent


@dataclass(frozen=True)
class Issue:
    """One kind of trouble; `outcome` is what it makes of the row: `accepted` for a note, `silent` where only some profiles report it."""

    code: str
    outcome: Outcome
    vi: str
    en: str
    hint: str
    hint_en: str
    # What to do in both languages for whoever has a page before him and no command line.
    on_page: tuple[str, str]

    @property
    def scope(self) -> Scope:
        """Where the trouble lies: the first word of the code."""
        return cast("Scope", self.code.split(".", maxsplit=1)[0])


def _rows(table: str) -> list[dict[str, str]]:
    with (_HERE / table).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


_ON_PAGE: Final = {row["code"]: (row["hint"], row["hint_en"]) for row in _rows("on_page.csv")}


def _read(table: str) -> dict[str, Issue]:
    return {row["code"]: _issue(**row) for row in _rows(table)}


def _issue(code: str, outcome: str, vi: str, en: str, hint: str, hint_en: str) -> Issue:
    return Issue(code, cast("Outcome", outcome), vi, en, hint, hint_en, _ON_PAGE.get(code, (hint, hint_en)))


ISSUES: Final[dict[str, Issue]] = _read("issues.csv")
KNOWN: Final[dict[str, Issue]] = ISSUES | _read("notes.csv")
