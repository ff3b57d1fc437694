"""Here is decided what the register of breaches tells: when one was found, what was done, and how much is left of the 72 hours.

The authority (Ministry of Public Security, A05) is to know within 72 hours of the detection: Law 91/2025/QH15 and Decree 356/2025/NĐ-CP.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from registry.errors import NotFoundError, RefusedError, UsageError
from registry.models.privacy import Breach, BreachEntry
from registry.personal import scrub

HOURS: Final = 72
LAW: Final = "Luật 91/2025/QH15, Nghị định 356/2025/NĐ-CP"
LONGEST: Final = 2000
# The register takes nothing back: a slip in the year would stand in it for good.
_EARLIEST: Final = datetime(2020, 1, 1, tzinfo=UTC)
_GREATEST_ID: Final = 2**63 - 1
Kind = Literal["note", "notified", "closed"]
State = Literal["open", "notified", "closed"]


@dataclass(frozen=True)
class Entry:
    """One thing that was done about a breach."""

    at: datetime
    kind: str
    words: str
    actor: str


@dataclass(frozen=True)
class Case:
    """One breach as it stands at a moment; `hours_left` counts until the authority must know, below zero when it should have."""

    id: int
    what: str
    detected_at: datetime
    opened_at: datetime
    opened_by: str
    entries: tuple[Entry, ...]
    now: datetime

    @property
    def deadline(self) -> datetime:
        """Until when the authority must know."""
        return self.detected_at + timedelta(hours=HOURS)

    @property
    def notified_at(self) -> datetime | None:
        """When the authority was told, for the first time."""
        return next((each.at for each in self.entries if each.kind == "notified"), None)

    @property
    def state(self) -> State:
        """How far it has come."""
        if any(each.kind == "closed" for each in self.entries):
            return "closed"
        return "open" if self.notified_at is None else "notified"

    @property
    def hours_left(self) -> float | None:
        """Hours until the deadline; None once the authority knows or the case is closed."""
        return None if self.state != "open" else round((self.deadline - self.now).total_seconds() / 3600, 1)

    @property
    def late(self) -> bool:
        """Whether the authority was, or still is, told too late; a case that ended without telling it was none to be told."""
        if self.notified_at is not None:
            return self.notified_at > self.deadline
        return self.state == "open" and self.now > self.deadline


def open_case(session: Session, what: str, *, actor: str, detected_at: datetime | None = None) -> int:
    """Write down a breach; return its number; the caller commits. UsageError for no words, or a detection to come or long ago."""
    now = datetime.now(UTC)
    if detected_at is not None and detected_at > now:
        raise UsageError("Thời điểm phát hiện chưa tới.", "The breach was not detected yet at that moment.")
    if detected_at is not None and detected_at < _EARLIEST:
        raise UsageError(
            f"Thời điểm phát hiện trước năm {_EARLIEST.year}; hãy xem lại năm.",
            f"The breach was detected before {_EARLIEST.year}: look at the year.",
        )
    values = {"what": _words(what), "actor": actor, "detected_at": detected_at or now}
    return int(session.execute(insert(Breach).values(**values).returning(Breach.id)).scalar_one())


def add(session: Session, number: int, kind: Kind, words: str, *, actor: str) -> None:
    """Write down what was done; the caller commits. NotFoundError for an unknown breach, RefusedError for one that is closed."""
    if case_of(session, number, datetime.now(UTC)).state == "closed":
        raise RefusedError(
            f"Vụ {number} đã đóng.",
            f"Breach {number} is closed.",
            hint="Mở vụ mới: diachiso breach open",
            page="Ghi một vụ mới ở trang Vi phạm dữ liệu.",
        )
    session.execute(insert(BreachEntry).values(breach_id=number, kind=kind, words=_words(words), actor=actor))


def case_of(session: Session, number: int, now: datetime) -> Case:
    """Return one breach as it stands; NotFoundError for an unknown number."""
    found = _cases(session, session.scalars(select(Breach).where(Breach.id == number)).all(), now) if number <= _GREATEST_ID else []
    if not found:
        vi, en = f"Không có vụ {number}.", f"There is no breach {number}."
        raise NotFoundError(vi, en, hint="diachiso breach list", page="Xem danh sách ở trang Vi phạm dữ liệu.")
    return found[0]


def listed(session: Session, now: datetime) -> list[Case]:
    """Return all breaches: those whose clock runs, the most urgent first, then the others, the newest first."""
    found = _cases(session, session.scalars(select(Breach)).all(), now)
    return sorted(found, key=lambda case: (case.state != "open", case.deadline if case.state == "open" else now, -case.id))


def _cases(session: Session, rows: Sequence[Breach], now: datetime) -> list[Case]:
    entries: dict[int, list[Entry]] = {}
    wanted = select(BreachEntry).where(BreachEntry.breach_id.in_([row.id for row in rows])).order_by(BreachEntry.id)
    for each in session.scalars(wanted):
        entries.setdefault(each.breach_id, []).append(Entry(each.at, each.kind, each.words, each.actor))
    return [Case(row.id, row.what, row.detected_at, row.at, row.actor, tuple(entries.get(row.id, ())), now) for row in rows]


def _words(said: str) -> str:
    """Return words as they are kept: without names and numbers of people, for a breach is no place for more of them."""
    if not said.strip() or len(said) > LONGEST:
        raise UsageError(f"Cần ghi nội dung, tối đa {LONGEST} ký tự.", f"Say what it is, in at most {LONGEST} characters.")
    return scrub(said.strip())
