"""Decides what the golden file asks: its doors are rows of the sample batches, looked up in the registry at hand."""

import csv
import re
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.errors import FileRefused
from registry.settings import PROJECT
from service.bench.accuracy import Question

GOLDEN = PROJECT / "sample_data" / "golden_queries.csv"
_CODE = re.compile(r"CODE\(([^)]+)\)")
_DOORS = text("""
SELECT b.file_name, r.row_no, r.code, r.address_id FROM batch_row r JOIN batch b ON b.id = r.batch_id
WHERE b.state = 'committed' AND r.address_id IS NOT NULL AND b.file_name = ANY(:names)
""")


def golden_questions(session: Session, path: Path) -> list[Question]:
    """Return the questions of a golden file; none when the batches that it speaks of are not in the registry.

    The file names doors as `file.csv:stt`; the files lie beside it. Raises FileRefused when it lacks a column or cannot be read.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        named = {row["expect_door"] for row in rows if row["expect_door"]} | {each for row in rows for each in _CODE.findall(row["query"])}
        doors = _doors(session, path.parent, sorted({each.split(":")[0] for each in named}))
        return [_question(row, doors) for row in rows] if named <= doors.keys() else []
    except (OSError, KeyError, UnicodeDecodeError) as error:
        raise FileRefused(
            f"Không đọc được tệp câu hỏi mẫu {path.name}.", f"Cannot read the golden file {path.name}.",
            hint="Cột cần có / columns: query, expect_verdict, expect_level, expect_door, expect_commune, class",
        ) from error  # fmt: skip


def _doors(session: Session, folder: Path, names: list[str]) -> dict[str, tuple[str, int]]:
    """Return code and address id of every accepted row as `file.csv:stt`."""
    numbers: dict[tuple[str, int], str] = {}
    for name in names:
        with (folder / name).open(encoding="utf-8", newline="") as file:
            numbers |= {(name, number): row["stt"] for number, row in enumerate(csv.DictReader(file), start=1)}
    found = session.execute(_DOORS, {"names": names})
    return {f"{row.file_name}:{numbers[row.file_name, row.row_no]}": (row.code, row.address_id) for row in found}


def _question(row: dict[str, str], doors: dict[str, tuple[str, int]]) -> Question:
    """Read one line: verdicts and levels may be several, parted by bars."""
    return Question(
        "golden", row["class"], _CODE.sub(lambda match: doors[match[1]][0], row["query"]), "as told",
        doors[row["expect_door"]][1] if row["expect_door"] else None,
        frozenset({row["expect_commune"]} - {""}),
        frozenset(row["expect_verdict"].split("|")), frozenset(row["expect_level"].split("|")) - {""},
    )  # fmt: skip
