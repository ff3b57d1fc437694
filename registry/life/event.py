"""Here is decided what every act on a door leaves behind: its story, the counts of its commune, and word to other processes."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.announce import announce
from registry.errors import UsageError
from registry.life.chain import SQL
from registry.life.door import Door
from registry.recipients import mask_recipients
from registry.sqlfile import statement
from registry.tally import recount

Kind = Literal[
    "amended", "moved", "verified", "notified", "plated", "merged", "absorbed", "split", "split_from", "retired", "revived",
]  # fmt: skip
# A sentence in Vietnamese and in English.
Sentence = tuple[str, str]
MOST_REASON: Final = 1000


@dataclass(frozen=True)
class Happened:
    """What an act did: `fields` name -> (was, is) by the words of a hand-over, `others` further codes, `warnings` in two languages."""

    kind: Kind
    code: str
    address_id: int
    province_code: str
    fields: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    others: tuple[str, ...] = ()
    warnings: tuple[Sentence, ...] = ()


@dataclass(frozen=True)
class Ground:
    """Who acts and why; a reason is kept for good, so names and numbers of people are taken out of it."""

    actor: str
    reason: str
    on: date | None = None


def ground(session: Session, actor: str, reason: str, on: date | None = None) -> Ground:
    """Return who acts and why, and the day on which it happened (today when None).

    UsageError without a name or a reason, with one that is too long, and for a day that has not come.
    """
    if not actor.strip() or not reason.strip():
        raise UsageError("Cần ghi ai sửa và lý do.", "Say who changes it and why.", hint='Ví dụ: --reason "sửa theo biên bản số 12"')
    if len(reason) > MOST_REASON:
        raise UsageError(f"Lý do dài quá {MOST_REASON} ký tự.", f"The reason is longer than {MOST_REASON} characters.")
    today: date = session.execute(text("SELECT current_date")).scalar_one()
    if on is not None and on > today:
        raise UsageError(f"Ngày {on:%d/%m/%Y} chưa đến.", f"The day {on.isoformat()} has not come yet.")
    return Ground(actor.strip(), mask_recipients(reason.strip()), on)


def tell(session: Session, told: Sequence[tuple[Door, Happened]], why: Ground) -> None:
    """Write acts on doors into their stories; each door is as it was before the act."""
    rows = [
        {
            "province": door.province_code, "address": happened.address_id, "code": happened.code, "kind": happened.kind,
            "others": list(happened.others), "fields": {name: list(pair) for name, pair in happened.fields.items()},
            "place": door.place_id, "house": door.house_key, "flat": door.flat_key, "lon": door.lon, "lat": door.lat,
        }
        for door, happened in told
    ]  # fmt: skip
    given = {"told": json.dumps(rows, ensure_ascii=False), "on": why.on, "actor": why.actor, "reason": why.reason}
    session.execute(statement(SQL, "tell"), given)


def finish(session: Session, communes: Collection[int], told: Sequence[str]) -> None:
    """Recount the communes touched and let other processes know; the last step of every act."""
    recount(session, communes)
    announce(session, f"life {told[0]}" if told else "life")
