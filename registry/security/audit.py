"""Here is decided how the trail of who did what is added to and read; triggers write most of it (sql/rights.sql), nobody changes it.

The trail is no chain of digests: each row would have to wait for the one before it, so that every import would wait for every other, and an
owner who could rewrite rows could rewrite digests as well. An export is one (`lines`): its last digest, kept elsewhere, proves that file.
"""

import csv
import hashlib
import io
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta, timezone
from typing import Any, Final

from sqlalchemy import ARRAY, Text, cast, func, insert, select, text
from sqlalchemy.orm import Session

from registry.errors import UsageError
from registry.escaped import escaped
from registry.models.security import Audit
from registry.personal import scrub
from registry.security.caller import Caller

# A day is one of Vietnam.
_HERE: Final = timezone(timedelta(hours=7))
MOST_LISTED: Final = 1000
_NAMES: Final = ("id", "actor", "role", "action", "entity", "subject", "provinces", "purpose", "request_id")
COLUMNS: Final = ("at", *_NAMES, "digest")
_FREE: Final = ("actor", "subject", "purpose", "request_id")
MOST_PURPOSE: Final = 200
FIRST_DIGEST: Final = "0" * 64


def note_read(session: Session, caller: Caller, *, entity: str, subject: str, provinces: str, purpose: str, request_id: str = "") -> None:
    """Write down that somebody reads records of households, before they are read, in the same transaction; the caller commits.

    `subject` says of what (a batch, a code), never of whom. UsageError without a purpose.
    """
    _of_caller(session, caller, "read", purpose, entity=entity, subject=subject, provinces=provinces, request_id=request_id)


def note_export(session: Session, caller: Caller, *, entity: str, subject: str, provinces: str, purpose: str, request_id: str = "") -> None:
    """Write down the same of records that are taken home as a file."""
    _of_caller(session, caller, "export", purpose, entity=entity, subject=subject, provinces=provinces, request_id=request_id)


def _of_caller(session: Session, caller: Caller, action: str, purpose: str, **what: str) -> None:
    if not purpose.strip():
        raise UsageError("Cần ghi mục đích xem dữ liệu hộ.", "Say what the household data is read for.")
    who = {"actor": caller.actor, "role": caller.role.value}
    _add(session, who, action, purpose=purpose, **what)


def note_act(session: Session, action: str, *, entity: str, subject: str, provinces: str, purpose: str) -> None:
    """Write down what the owner of the database does: whoever its connection says, else its account; the caller commits.

    `action` is read, export, erase, restrict, lift or purge. UsageError without a purpose.
    """
    if not purpose.strip():
        raise UsageError(
            "Cần ghi mục đích.",
            "Say what for.",
            hint='Ví dụ: --purpose "đối chiếu biên bản số 12"',
            page="Ví dụ: đối chiếu biên bản số 12.",
        )
    who = {
        "actor": func.coalesce(func.nullif(func.current_setting("diachiso.actor", True), ""), text("session_user")),
        "role": func.coalesce(func.nullif(func.current_setting("diachiso.role", True), ""), "owner"),
    }
    _add(session, who, action, entity=entity, subject=subject, provinces=provinces, purpose=purpose)


def _add(session: Session, who: dict[str, Any], action: str, *, purpose: str, request_id: str = "", **what: str) -> None:
    """Add a row; the request that it belongs to is the one that the session is bound to, unless it is said."""
    asked = request_id or func.coalesce(func.current_setting("diachiso.request", True), "")
    said = scrub(purpose.strip())[:MOST_PURPOSE]
    session.execute(insert(Audit).inline().values(**who, action=action, purpose=said, request_id=asked, **what))


def listed(
    session: Session, *, since: date | None = None, actor: str | None = None, limit: int = 100, provinces: Collection[str] | None = None
) -> Sequence[Audit]:
    """Return the newest rows of the trail, the oldest of them first; with `provinces` only those that name one of them."""
    wanted = select(Audit).where(Audit.at >= _start(since)).order_by(Audit.id.desc()).limit(min(limit, MOST_LISTED))
    if actor is not None:
        wanted = wanted.where(Audit.actor == actor)
    if provinces is not None:
        wanted = wanted.where(func.string_to_array(Audit.provinces, ",").op("&&")(cast(sorted(provinces), ARRAY(Text))))
    return session.scalars(wanted).all()[::-1]


def lines(session: Session, *, since: date | None = None) -> Iterator[str]:
    """Yield the trail as lines of JSON, the oldest first; `digest` is the SHA-256 of the digest before it and the line without it."""
    digest = FIRST_DIGEST
    wanted = select(Audit).where(Audit.at >= _start(since)).order_by(Audit.id)
    for row in session.scalars(wanted, execution_options={"yield_per": 1000}):
        plain = json.dumps(told(row), ensure_ascii=False, sort_keys=True)
        digest = hashlib.sha256(f"{digest}{plain}".encode()).hexdigest()
        yield json.dumps(told(row) | {"digest": digest}, ensure_ascii=False, sort_keys=True)


def csv_lines(chained: Iterator[str]) -> Iterator[str]:
    """Yield the lines of `lines` as those of a CSV under COLUMNS; the digests are the same."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="")
    for row in ([COLUMNS], (_cells(json.loads(line)) for line in chained)):
        for cells in row:
            buffer.seek(buffer.truncate(0))
            writer.writerow(cells)
            yield buffer.getvalue()


def from_csv(rows: Iterable[dict[str, str]]) -> Iterator[str]:
    """Yield the rows of such a CSV as the lines they were made of."""
    for row in rows:
        plain = {name: row[name].removeprefix("'") if name in _FREE else row[name] for name in COLUMNS}
        yield json.dumps(plain | {"id": int(row["id"])}, ensure_ascii=False, sort_keys=True)


def _cells(row: dict[str, Any]) -> list[str]:
    """Return the cells of a row; words that people chose get an apostrophe in front, so that no spreadsheet runs them."""
    return [_disarmed(row[name]) if name in _FREE else str(row[name]) for name in COLUMNS]


def _disarmed(words: str) -> str:
    """Return words that no spreadsheet runs; an apostrophe that was there is told from one that was put in front."""
    return f"'{words}" if words.startswith("'") else escaped(words)


def told(row: Audit) -> dict[str, Any]:
    """Return one row as it is told."""
    return {"at": row.at.isoformat()} | {name: getattr(row, name) for name in _NAMES}


def digest_of(line: str) -> str:
    """Return the digest that a line of an export ends with; that of nothing for none."""
    found: str = json.loads(line)["digest"] if line else FIRST_DIGEST
    return found


def _start(since: date | None) -> datetime:
    return datetime.combine(since or date(2000, 1, 1), time(), tzinfo=_HERE)


def broken(exported: Sequence[str]) -> int | None:
    """Return the number of the first line of an export (from 1) that does not follow from those before it; None where all do."""
    digest = FIRST_DIGEST
    for number, line in enumerate(exported, start=1):
        told_here = json.loads(line)
        stated = told_here.pop("digest")
        digest = hashlib.sha256(f"{digest}{json.dumps(told_here, ensure_ascii=False, sort_keys=True)}".encode()).hexdigest()
        if stated != digest:
            return number
    return None
