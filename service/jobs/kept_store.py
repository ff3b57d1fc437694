"""Decides how the rows of a check that would not enter are kept beside their file: found by number, outcome and issue."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from registry.errors import RefusedError

_NUMBERS: Final = 2**63
_TABLES: Final = (
    "CREATE TABLE header (cells TEXT)",
    "CREATE TABLE kept (row INTEGER PRIMARY KEY, outcome TEXT, issues TEXT, said TEXT)",
)
_PAGE: Final = (
    "SELECT said FROM kept WHERE row > :after AND (:outcome IS NULL OR outcome = :outcome)"
    " AND (:issue IS NULL OR instr(issues, ';' || :issue || ';')) ORDER BY row LIMIT :most"
)


def write(path: Path, header: Sequence[str], rows: Iterable[dict[str, Any]]) -> None:
    """Write the rows (as `service.reports.row_json` tells them), in place of those of an earlier check."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as store:
        path.chmod(0o600)
        for statement in _TABLES:
            store.execute(statement)
        store.execute("INSERT INTO header VALUES (?)", (json.dumps(header, ensure_ascii=False),))
        store.executemany(
            "INSERT INTO kept VALUES (?, ?, ?, ?)",
            ((row["row"], row["outcome"], _joined(row["issues"]), json.dumps(row, ensure_ascii=False)) for row in rows),
        )
        store.commit()


def page(path: Path, *, after: int, most: int, issue: str | None = None, outcome: str | None = None) -> dict[str, Any]:
    """Return header and rows behind a row, and the row to go on behind, None at the end; RefusedError while nothing was checked."""
    with opened(path) as kept:
        asked = {"after": after, "most": most + 1, "issue": issue, "outcome": outcome}
        rows = [json.loads(said) for (said,) in kept.store.execute(_PAGE, asked)]
        return paged(kept.header, rows, most)


@dataclass(frozen=True)
class Kept:
    """The rows of a check, open: the names of their cells, and the cells of one."""

    header: tuple[str, ...]
    store: sqlite3.Connection

    def cells(self, row: int) -> list[str] | None:
        """Return the cells of a row, None for one that was not held back."""
        # SQLite knows no larger number.
        found = self.store.execute("SELECT said FROM kept WHERE row = ?", (row,)).fetchone() if row < _NUMBERS else None
        return None if found is None else list(json.loads(found[0])["cells"])


@contextmanager
def opened(path: Path) -> Iterator[Kept]:
    """Open the rows of a check; RefusedError while nothing was checked."""
    if not path.exists():
        raise RefusedError("Tệp chưa được kiểm tra xong.", "The file has not been checked yet.", hint="Xem trạng thái của tệp.")
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as store:
        yield Kept(tuple(json.loads(store.execute("SELECT cells FROM header").fetchone()[0])), store)


def paged(header: Sequence[str], rows: Sequence[dict[str, Any]], most: int) -> dict[str, Any]:
    """Return a page of the first `most` rows; that there is one more says that a page follows."""
    shown = list(rows[:most])
    return {"header": list(header), "rows": shown, "next": shown[-1]["row"] if len(rows) > most else None}


def _joined(issues: Iterable[dict[str, Any]]) -> str:
    return ";" + "".join(f"{each['code']};" for each in issues)
