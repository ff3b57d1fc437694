"""Here is decided how a ledger file is read: one line a province and day, the country's without a code, blanks for the unknown."""

import csv
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from loaders.ledger import STATES
from loaders.statements import run
from registry.errors import FileRefused
from registry.text import fold

COLUMNS: Final = ("as_of", "province_code", "province", "expected", "handed_over", "state", "source")
_STATE_WORDS: Final = {"day du": "complete", "du": "complete", "mot phan": "partial", "chua": "none"}
_NUMBER: Final = re.compile(r"\d{1,15}|\d{1,3}(?:[., \u00a0]\d{3}){1,4}")
_COUNTRY: Final = ("", "ca nuoc", "toan quoc")


@dataclass(frozen=True)
class LedgerLoad:
    """What a load did: lines added, changed and left as they were."""

    added: int
    changed: int
    same: int


def load(session: Session, path: Path) -> LedgerLoad:
    """Load a ledger file (CSV in UTF-8 with COLUMNS); a line of a day and province replaces the earlier one. The caller commits.

    FileRefused names the line: an unknown province for that day, a name that is not the code's, a number that is none, a state that
    contradicts the numbers, a line without a source, a province twice.
    """
    rows = _read(path)
    known: dict[date, dict[str, Any]] = {}
    seen: set[tuple[date, str]] = set()
    done = {True: 0, False: 0}
    for number, row in rows:
        values = _values(path, number, row)
        day, code = values["as_of"], row["province_code"].strip()
        if (day, code) in seen:
            raise _refused(path, number, f"{code or 'cả nước'} ngày {day} đứng hai lần", f"{code or 'the country'} stands twice for {day}")
        seen.add((day, code))
        if day not in known:
            known[day] = {unit.code: unit for unit in run(session, "ledger", "province", day=day)}
        values["unit_id"] = _unit(path, number, row, known[day])
        put = run(session, "ledger", "put", **values).first()
        if put is not None:
            done[put.added] += 1
    return LedgerLoad(done[True], done[False], len(rows) - sum(done.values()))


def _read(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Return the lines with their numbers."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, restval="")
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            rows = [(reader.line_num, row) for row in reader] if not missing else []
    except OSError as error:
        raise FileRefused(f"Không mở được tệp {path}.", f"Cannot open {path}: {error.strerror}.", hint="Kiểm tra đường dẫn.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise FileRefused(f"Tệp {path.name} không phải CSV bảng mã UTF-8.", f"{path.name} is no CSV in UTF-8: {error}.") from error
    if missing or not rows:
        listed = ", ".join(missing)
        vi, en = (f"thiếu cột {listed}", f"lacks columns {listed}") if missing else ("không có dòng nào", "has no rows")
        hint = f"Các cột: {', '.join(COLUMNS)}; mẫu: sample_data/ledger_2023_06.csv"
        raise FileRefused(f"Tệp {path.name} {vi}.", f"{path.name} {en}.", hint=hint)
    return rows


def _values(path: Path, number: int, row: dict[str, str]) -> dict[str, Any]:
    try:
        day = date.fromisoformat(row["as_of"].strip())
    except ValueError as error:
        raise _refused(path, number, f"ngày “{row['as_of']}” không có dạng YYYY-MM-DD", f"“{row['as_of']}” is no date") from error
    expected, handed_over = (_number(path, number, row[name]) for name in ("expected", "handed_over"))
    state, source = _state(path, number, row["state"]), row["source"].strip()
    if not source:
        raise _refused(path, number, "thiếu nguồn (source)", "no source is named")
    if expected is None and handed_over is None and state is None:
        raise _refused(path, number, "không có số liệu nào", "the line says nothing")
    _refuse_contradiction(path, number, expected, handed_over, state)
    return {"as_of": day, "expected": expected, "handed_over": handed_over, "state": state, "source": source}


def _number(path: Path, number: int, cell: str) -> int | None:
    bare = cell.strip()
    if not bare:
        return None
    if not _NUMBER.fullmatch(bare):
        raise _refused(path, number, f"“{bare}” không phải số nguyên", f"“{bare}” is no whole number")
    return int(re.sub(r"\D", "", bare))


def _state(path: Path, number: int, cell: str) -> str | None:
    bare = cell.strip()
    found = bare if bare in STATES else _STATE_WORDS.get(fold(bare))
    if bare and found is None:
        listed = ", ".join(STATES)
        raise _refused(path, number, f"tình trạng “{bare}” lạ; có: {listed}", f"unknown state “{bare}”; known: {listed}")
    return found


def _refuse_contradiction(path: Path, number: int, expected: int | None, handed_over: int | None, state: str | None) -> None:
    """Refuse a state that its own numbers deny; more handed over than expected is told when shown, for sources do say so."""
    if handed_over is None or state is None:
        return
    short = expected is not None and handed_over < expected
    if (state == "complete" and short) or (state == "none" and handed_over > 0) or (state == "partial" and not handed_over):
        raise _refused(path, number, f"“{state}” trái với số đã bàn giao {handed_over}", f"“{state}” contradicts {handed_over} handed over")


def _unit(path: Path, number: int, row: dict[str, str], provinces: dict[str, Any]) -> int | None:
    """Return the id of the province, None for the country; code and name must be of one province of that day."""
    code, name = row["province_code"].strip(), fold(row["province"])
    if not code:
        if name in _COUNTRY:
            return None
        raise _refused(path, number, f"“{row['province']}” thiếu mã tỉnh", f"“{row['province']}” has no province code")
    unit = provinces.get(code)
    if unit is None:
        raise _refused(path, number, f"không có tỉnh mã {code} ngày {row['as_of']}", f"no province has the code {code} on {row['as_of']}")
    if name and _spelt(name) not in {_spelt(fold(unit.name)), _spelt(fold(unit.full_name))}:
        raise _refused(path, number, f"mã {code} là {unit.full_name}, không phải {row['province']}", f"{code} is {unit.full_name}")
    return int(unit.id)


def _spelt(name: str) -> str:
    return name.replace("-", " ").replace("  ", " ")


def _refused(path: Path, number: int, vi: str, en: str) -> FileRefused:
    return FileRefused(f"Tệp {path.name}, dòng {number}: {vi}.", f"{path.name}, line {number}: {en}.", hint="Không dòng nào được nạp.")
