"""Decides how a run of the accuracy bench is kept and compared: new is a failure that neither the earlier run nor the register has."""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from registry.errors import FileRefused, RefusedError
from service.bench.accuracy import FAILED, Asked

KNOWN = Path(__file__).parent / "known_failures.csv"
_COLUMNS = ("key", "source", "class", "text", "why")
# Texts of other sources belong to somebody else: a run names them by their key alone.
_OWN_SOURCES = frozenset({"noise", "golden"})


@dataclass(frozen=True)
class Learnt:
    """What writing the register changed: failures added, kept, dropped because they are right now, and left because nobody asked them."""

    added: int
    kept: int
    fixed: int
    not_asked: int


@contextmanager
def written(path: Path) -> Iterator[TextIO]:
    """Open a file to write; raises RefusedError where that cannot be done."""
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            yield file
    except OSError as error:
        raise RefusedError(f"Không ghi được {path}.", f"Cannot write {path}: {error.strerror}.", hint="Chọn thư mục khác.") from error


def save_run(path: Path, asked: Iterable[Asked]) -> None:
    """Write one JSON object a question: key, source, class, outcome, verdict, confidence; the text only of the project's own sources."""
    with written(path) as file:
        for each in asked:
            question, best = each.question, each.answer.best
            line = {
                "key": question.key, "source": question.source, "class": question.name, "outcome": each.outcome.value,
                "verdict": each.answer.verdict.value, "confidence": round(best.confidence, 4) if best else 0.0,
            }  # fmt: skip
            shown = {"text": question.text} if question.source in _OWN_SOURCES else {}
            file.write(json.dumps(line | shown, ensure_ascii=False) + "\n")


def failures_of(path: Path) -> frozenset[str]:
    """Return the keys of the questions that failed in a saved run; raises FileRefused for another file."""
    failed = {outcome.value for outcome in FAILED}
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        return frozenset(row["key"] for row in rows if row["outcome"] in failed)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FileRefused(
            f"Không đọc được lần đo đã lưu {path.name}.", f"Cannot read the saved run {path.name}.",
            hint="diachiso bench accuracy --save RUN.jsonl",
        ) from error  # fmt: skip


def read_known(path: Path) -> dict[str, dict[str, str]]:
    """Return the register of known failures by key; empty when the file is not there; raises FileRefused for another file."""
    if not path.exists():
        return {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return {row["key"]: {column: row[column] or "" for column in _COLUMNS} for row in csv.DictReader(file)}
    except (OSError, KeyError, UnicodeDecodeError) as error:
        raise FileRefused(
            f"Không đọc được sổ lỗi đã biết {path.name}.", f"Cannot read the register of known failures {path.name}.",
            hint="Cột cần có / columns: " + ", ".join(_COLUMNS),
        ) from error  # fmt: skip


def new_failures(asked: Sequence[Asked], excused: Iterable[str]) -> list[Asked]:
    """Return the answers that fail and that nothing excuses: those that were right, or were not asked, before."""
    known = frozenset(excused)
    return [each for each in asked if each.outcome in FAILED and each.question.key not in known]


def learn(path: Path, asked: Sequence[Asked]) -> Learnt:
    """Write the present failures into the register; a failure that stays keeps its reason, what was not asked stays as it is."""
    before = read_known(path)
    keys = {each.question.key for each in asked}
    failed = {each.question.key: each for each in asked if each.outcome in FAILED}
    rows = {key: row for key, row in before.items() if key not in keys}
    left = len(rows)
    rows |= {key: _row(each, before.get(key, {}).get("why", "")) for key, each in failed.items()}
    with written(path) as file:
        out = csv.DictWriter(file, _COLUMNS, lineterminator="\n")
        out.writeheader()
        out.writerows(sorted(rows.values(), key=lambda row: (row["source"], row["class"], row["key"])))
    kept = len(failed.keys() & before.keys())
    return Learnt(len(failed) - kept, kept, len(before) - left - kept, left)


def _row(asked: Asked, why: str) -> dict[str, str]:
    """Return the register's line of a failure."""
    question = asked.question
    shown = question.text if question.source in _OWN_SOURCES else ""
    return {"key": question.key, "source": question.source, "class": question.name, "text": shown, "why": why}
