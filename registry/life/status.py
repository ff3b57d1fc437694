"""Here is decided how a door climbs the ladder: collected, complete, verified, notified, plated; one step or several, never down."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.codes import read
from registry.errors import DiachisoError, RefusedError
from registry.history import remember
from registry.life.door import Door, find, open_door
from registry.life.event import Ground, Happened, finish, ground, tell
from registry.locks import acquire

LADDER: Final = ("collected", "complete", "verified", "notified", "plated")
Step = Literal["verified", "notified", "plated"]
WORDS: Final = {
    "collected": "thu thập / collected", "complete": "đầy đủ / complete", "verified": "đã xác minh / verified",
    "notified": "đã thông báo / notified", "plated": "đã gắn biển / plated",
}  # fmt: skip
_CLIMB: Final = text("UPDATE address SET status = :status, updated_at = now() WHERE id = ANY (CAST(:ids AS bigint[]))")
_REACHED: Final = text("SELECT max(happened_on) FROM life_event WHERE address_id = :id AND kind IN ('verified', 'notified', 'plated')")


@dataclass(frozen=True)
class Climb:
    """What became of one code of a list: what happened, or why not."""

    code: str
    happened: Happened | None = None
    refused: DiachisoError | None = None


def verify(session: Session, code: str, *, reason: str, actor: str, on: date | None = None) -> Happened:
    """Somebody saw that the door is as written. Raises as `advance`."""
    return advance(session, code, "verified", reason=reason, actor=actor, on=on)


def notify(session: Session, code: str, *, reason: str, actor: str, on: date | None = None) -> Happened:
    """Who lives there was told the code. Raises as `advance`."""
    return advance(session, code, "notified", reason=reason, actor=actor, on=on)


def plate(session: Session, code: str, *, reason: str, actor: str, on: date | None = None) -> Happened:
    """The plate with the code hangs there. Raises as `advance`."""
    return advance(session, code, "plated", reason=reason, actor=actor, on=on)


def advance(session: Session, code: str, step: Step, *, reason: str, actor: str, on: date | None = None) -> Happened:
    """Take one door up the ladder, as of a day (today when None); the caller commits.

    Raises what `open_door` raises; RefusedError when the door stands there or higher already, or the day lies before an earlier step;
    UsageError without an actor or a reason, or for a day to come.
    """
    (climb,) = advance_all(session, [code], step, reason=reason, actor=actor, on=on)
    if climb.refused is not None:
        raise climb.refused
    if climb.happened is None:
        raise RefusedError("Mã được ghi hai lần.", "The code was given twice.")
    return climb.happened


def advance_all(
    session: Session, codes: Sequence[str], step: Step, *, reason: str, actor: str, on: date | None = None,
    tell_progress: Callable[[int], object] | None = None,
) -> list[Climb]:  # fmt: skip
    """Take many doors up the ladder, each on its own merits; return what became of each, in their order. The caller commits.

    Communes are recounted once. Provinces are locked in the order of their codes, so that two lists never wait for each other.
    """
    why = ground(session, actor, reason, on)
    _lock(session, codes)
    climbs: list[Climb] = []
    doors: dict[int, Door] = {}
    for nth, code in enumerate(codes):
        climbs.append(_one(session, code, step, why, doors))
        if tell_progress:
            tell_progress(nth + 1)
    if doors:
        remember(session, "address", list(doors), "update", actor=why.actor, reason=why.reason)
        session.execute(_CLIMB, {"status": step, "ids": list(doors)})
        for climb in climbs:
            if climb.happened is not None:
                tell(session, doors[climb.happened.address_id], climb.happened, why)
        finish(session, {door.commune_id for door in doors.values()}, [door.name for door in doors.values()])
    return climbs


def _one(session: Session, code: str, step: Step, why: Ground, doors: dict[int, Door]) -> Climb:
    try:
        door = open_door(session, code)
        if door.id in doors:
            raise RefusedError(f"Mã {door.name} đã có ở dòng trước.", f"Code {door.name} was given before in this list.")
        _climbs(session, door, step, why)
    except DiachisoError as refused:
        return Climb(code, refused=refused)
    doors[door.id] = door
    return Climb(code, Happened(step, door.name, door.id, door.province_code, {"trang_thai": (door.status, step)}))


def _climbs(session: Session, door: Door, step: Step, why: Ground) -> None:
    if LADDER.index(door.status) >= LADDER.index(step):
        raise RefusedError(
            f"Địa chỉ {door.name} đang ở bậc “{WORDS[door.status]}”; trạng thái chỉ đi lên.",
            f"Door {door.name} is {door.status} already; a status only goes up.",
        )
    reached = session.scalar(_REACHED, {"id": door.id})
    if reached is not None and why.on is not None and why.on < reached:
        raise RefusedError(
            f"Ngày {why.on:%d/%m/%Y} trước bậc đã có của {door.name} ({reached:%d/%m/%Y}).",
            f"The day {why.on.isoformat()} lies before an earlier step of {door.name} ({reached.isoformat()}).",
        )


def _lock(session: Session, codes: Sequence[str]) -> None:
    provinces = set()
    for code in codes:
        try:
            provinces.add(find(session, read(code))[1])
        except DiachisoError:
            # Told again, of its own row, when the row is looked at.
            continue
    for province in sorted(provinces):
        acquire(session, province, wait=True)
