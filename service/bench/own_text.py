"""Decides what the trial on real texts counts: which accepted rows come back to their own door, and in the true commune."""

import csv
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from geocode.resolver import Resolver
from geocode.types import Answer, Level, Query, Verdict
from registry.errors import FileRefused, NotFoundError

CHUNK = 500
_ROWS = text("""
SELECT r.row_no, r.address_id, a.recorded_text, a.house_key <> '' AS numbered, u.code AS commune_code
FROM batch_row r JOIN address a ON a.id = r.address_id AND a.province_code = r.province_code JOIN unit u ON u.id = a.commune_id
WHERE r.batch_id = :batch AND r.outcome = 'accepted' ORDER BY r.row_no
""")


@dataclass
class OwnTexts:
    """Counts over the accepted rows of one batch."""

    rows: int = 0
    numbered: int = 0
    same: int = 0
    same_numbered: int = 0
    listed: int = 0
    same_commune: int = 0
    accepted: int = 0
    accepted_wrong: int = 0
    true_known: int = 0
    true_commune: int = 0
    stored_true: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)

    def lines(self) -> list[tuple[str, int, int]]:
        """Return the measures as (name, count, of how many)."""
        return [
            ("trở về đúng địa chỉ / comes back to the same address", self.same, self.rows),
            ("… trong các dòng có số nhà / … of rows with a house number", self.same_numbered, self.numbered),
            ("… hoặc có trong danh sách / … or is among the candidates", self.listed, self.rows),
            ("đúng xã đã ghi vào sổ / same commune as registered", self.same_commune, self.rows),
            ("ACCEPT", self.accepted, self.rows),
            ("ACCEPT sai nhà / ACCEPT of another door", self.accepted_wrong, max(1, self.accepted)),
            ("xã của câu trả lời khớp toạ độ / commune agrees with the point", self.true_commune, self.true_known),
            ("xã đã ghi vào sổ khớp toạ độ / registered commune agrees with the point", self.stored_true, self.true_known),
        ]


def own_texts(session: Session, resolver: Resolver, batch_id: int, truth: Path | None, column: str) -> OwnTexts:
    """Resolve the recorded text of every accepted row of a batch and count; raises NotFoundError for a batch without such rows."""
    rows = session.execute(_ROWS, {"batch": batch_id}).all()
    if not rows:
        raise NotFoundError(
            f"Lô {batch_id} không có dòng nào được nhận.", f"Batch {batch_id} has no accepted row.", hint="diachiso batches"
        )
    communes = _truth(truth, column) if truth else {}
    found = OwnTexts()
    for start in range(0, len(rows), CHUNK):
        part = rows[start : start + CHUNK]
        answers = resolver.resolve_many(session, [Query(row.recorded_text) for row in part])
        for row, answer in zip(part, answers, strict=True):
            _count(found, row.address_id, answer, numbered=row.numbered, registered=row.commune_code, true=communes.get(row.row_no, ""))
    return found


def _count(found: OwnTexts, address_id: int, answer: Answer, *, numbered: bool, registered: str, true: str) -> None:
    """Count one answer."""
    best = answer.best
    door = best.address_id if best else None
    listed = {each.address_id for each in answer.candidates} | {door}
    commune = best.unit.commune.code if best and best.unit.commune else ""
    accept = answer.verdict is Verdict.ACCEPT and best is not None and best.level is Level.HOUSEHOLD
    found.rows += 1
    found.numbered += numbered
    found.same += door == address_id
    found.same_numbered += numbered and door == address_id
    found.listed += address_id in listed
    found.same_commune += commune == registered
    found.accepted += accept
    found.accepted_wrong += accept and door != address_id
    found.verdicts[answer.verdict] += 1
    if true:
        found.true_known += 1
        found.true_commune += commune == true
        found.stored_true += registered == true


def _truth(path: Path, column: str) -> dict[int, str]:
    """Return the true commune codes of a file by row number."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return {number: row[column] for number, row in enumerate(csv.DictReader(file), start=1)}
    except (OSError, KeyError, UnicodeDecodeError) as error:
        raise FileRefused(
            f"Không đọc được cột “{column}” của {path.name}.", f"Cannot read column {column} of {path.name}.", hint="--truth-column TÊN_CỘT"
        ) from error
