"""Here is decided what is told of a door's past: which file brought it, what each batch and each person changed, when and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from registry.codes import read
from registry.life.door import find
from registry.life.fields import changed
from registry.sqlfile import statement

_SQL: Final = Path(__file__).parents[1] / "sql" / "story.sql"
# What was done, Vietnamese and English; {} are the other codes.
WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "recorded": ("Ghi vào sổ theo lô {}", "Recorded by batch {}"),
    "changed": ("Sửa theo lô {}", "Changed by batch {}"),
    "dropped": ("Ngừng dùng: không có trong danh sách đầy đủ của lô {}", "Retired: not in the complete list of batch {}"),
    "returned": ("Dùng lại theo lô {}", "Back in use by batch {}"),
    "reformed": ("Chuyển theo sắp xếp đơn vị hành chính", "Taken along by a reform of units"),
    "other": ("Sửa ngoài lô", "Changed outside a batch"),
    "amended": ("Sửa thông tin", "Corrected"),
    "moved": ("Sửa vị trí", "Moved"),
    "verified": ("Đã xác minh", "Verified"),
    "notified": ("Đã thông báo", "Notified"),
    "plated": ("Đã gắn biển", "Plated"),
    "merged": ("Gộp vào {}", "Merged into {}"),
    "absorbed": ("Nhận gộp {}", "Took over {}"),
    "split": ("Tách ra {}", "Split off {}"),
    "split_from": ("Được tách từ {}", "Split off from {}"),
    "retired": ("Ngừng dùng", "Retired"),
    "revived": ("Khôi phục", "Revived"),
}
# What anybody may see; how many live there, notes, who did it and why stay with those who keep the registry.
PUBLIC: Final = ("so_nha", "duong", "thon_to", "can_ho", "loai", "xa", "toa_do", "trang_thai")
_SHOWN: Final = (*PUBLIC, "so_ho", "ghi_chu")


@dataclass(frozen=True)
class Entry:
    """One thing that happened: `on` the day in question, `at` when it was written; `fields` name -> (was, is); `codes` other codes."""

    kind: str
    on: date
    at: datetime
    vi: str
    en: str
    who: str = ""
    why: str = ""
    fields: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    codes: tuple[str, ...] = ()
    batch_id: int | None = None

    def public(self) -> dict[str, Any]:
        """Return what anybody may see of it."""
        return {
            "kind": self.kind, "date": self.on.isoformat(), "text": self.vi, "text_en": self.en, "codes": list(self.codes),
            "batch": self.batch_id, "fields": {name: list(pair) for name, pair in self.fields.items() if name in PUBLIC},
        }  # fmt: skip


def story(session: Session, code: str, *, notes: bool = True) -> list[Entry]:
    """Return what happened to the door under a code of any scheme, live or retired, the oldest first.

    Notes, names and reasons are read where `notes` says so, which the geocoder's role may not. Raises CodeError, NotFoundError, and
    RefusedError for a code that was withdrawn or is shared by several doors.
    """
    number, _ = find(session, read(code))
    by_hand = session.execute(statement(_SQL, "events" if notes else "public_events"), {"id": number}).all()
    note = session.execute(statement(_SQL, "note"), {"id": number}).scalar() if notes else None
    told = [*_origin(session, number), *_changes(session, number, note, by_hand), *map(_event, by_hand)]
    return sorted(told, key=lambda entry: entry.at)


def _origin(session: Session, number: int) -> Iterator[Entry]:
    for row in session.execute(statement(_SQL, "origin"), {"id": number}):
        yield _entry("recorded", row.at, row, f" ({row.file_name})")


def _changes(session: Session, number: int, note: str | None, by_hand: Sequence[Any]) -> Iterator[Entry]:
    """Yield what batches changed, and what was changed outside them by other means than an act by hand, which tells its own story."""
    images = session.execute(statement(_SQL, "images"), {"id": number, "note": note}).all()
    for was, now in pairwise(images):
        fields = changed(was, now)
        if was.batch_id is None and any(_tells(act, was.at, fields) for act in by_hand):
            continue
        returned = was.retired_at is not None and now.retired_at is None
        kind = _outside(was, now) if was.batch_id is None else "dropped" if was.op == "retire" else "returned" if returned else "changed"
        if fields or kind != "changed":
            yield _entry(kind, was.at, was, f" ({was.file_name})" if was.batch_id else "", fields)


def _tells(act: Any, at: datetime, fields: Mapping[str, tuple[str, str]]) -> bool:  # noqa: ANN401 - a row
    """Tell whether an act by hand is what made a change: it is told after it, and tells all that differs."""
    return bool(act.at >= at and all(tuple(act.fields.get(name, ())) == pair for name, pair in fields.items()))


def _outside(was: Any, now: Any) -> str:  # noqa: ANN401 - rows
    """Return what a change outside batches was: a unit that ended since was left for another one in a reform."""
    return "reformed" if was.commune_id != now.commune_id and not was.in_force else "other"


def _entry(kind: str, at: datetime, row: Any, file: str, fields: Mapping[str, tuple[str, str]] | None = None) -> Entry:  # noqa: ANN401 - a row
    vi, en = (words.format(row.batch_id) for words in WORDS[kind])
    why = f"{getattr(row, 'reason', '')}{file}".strip()
    return Entry(kind, at.date(), at, vi, en, row.actor, why, fields or {}, batch_id=row.batch_id)


def _event(row: Any) -> Entry:  # noqa: ANN401 - a row
    vi, en = (words.format(", ".join(row.others)) for words in WORDS[row.kind])
    fields = {name: (was, now) for name, (was, now) in row.fields.items() if name in _SHOWN}
    return Entry(row.kind, row.happened_on, row.at, vi, en, row.actor, row.reason, fields, tuple(row.others))
