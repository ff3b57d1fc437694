"""Here is decided what is said of a code whose door ended or changed hands: merged, retired, split, and when; never who or why."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.life.chain import SQL, last_of
from registry.sqlfile import statement

_BY_CODE: Final = text("SELECT address_id, status, retired_at, replaced_by FROM digital_address WHERE code = :code")
_ACTIVE: Final = text("SELECT code FROM digital_address WHERE address_id = :id AND status = 'active'")
_SPLITS: Final = text("SELECT happened_on, others FROM life_event WHERE address_id = :id AND kind = 'split' ORDER BY id")


@dataclass(frozen=True)
class Fate:
    """What became of a code: `kind` is retired, merged or split, `instead` the code to use today, if any; sentences in two languages."""

    kind: str
    on: date | None
    instead: str | None
    vi: str
    en: str


def fate_of(session: Session, code: str) -> Fate | None:
    """Return what became of a digital address in canonical spelling; None while nothing is to be told, or when it is unknown."""
    row = session.execute(_BY_CODE, {"code": code}).first()
    if row is None or row.address_id is None:
        return None
    if row.status != "retired":
        return _split(session, row.address_id)
    last = last_of(session, row.address_id)
    instead = session.scalar(_ACTIVE, {"id": last}) or (row.replaced_by if last == row.address_id else None)
    end = session.execute(statement(SQL, "last_end"), {"id": row.address_id}).first()
    if end is None or end.kind == "revived":
        return _ended("merged" if instead else "retired", _day(row.retired_at), instead)
    return _ended(end.kind, end.happened_on, instead)


def why_ended(session: Session, code: str) -> str:
    """Return the reason of the act that ended the door of a retired code, for whoever keeps the registry; empty where none was told."""
    return session.scalar(statement(SQL, "last_reason"), {"code": code}) or ""


def _ended(kind: str, on: date | None, instead: str | None) -> Fate:
    vi_on, en_on = (f" từ ngày {on:%d/%m/%Y}", f" since {on.isoformat()}") if on else ("", "")
    if kind == "merged" and instead:
        vi = f"Mã này đã ngừng dùng{vi_on}: địa chỉ được gộp vào {instead}; hãy dùng {instead}."
        return Fate(kind, on, instead, vi, f"This code is retired{en_on}: its door was merged into {instead}; use {instead}.")
    if kind == "merged":
        vi = f"Mã này đã ngừng dùng{vi_on}: địa chỉ được gộp vào một địa chỉ nay cũng đã ngừng dùng."
        return Fate(kind, on, None, vi, f"This code is retired{en_on}: its door was merged into one that is now retired too.")
    return Fate(kind, on, instead, f"Mã này đã ngừng dùng{vi_on}.", f"This code is retired{en_on}.")


def _split(session: Session, address_id: int) -> Fate | None:
    splits = session.execute(_SPLITS, {"id": address_id}).all()
    if not splits:
        return None
    on, others = splits[-1].happened_on, ", ".join(dict.fromkeys(code for row in splits for code in row.others))
    vi = f"Địa chỉ này đã được tách ngày {on:%d/%m/%Y}; phần tách ra mang mã {others}."
    return Fate("split", on, None, vi, f"This door was split on {on.isoformat()}; what was split off bears {others}.")


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
