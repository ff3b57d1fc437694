"""Here is decided how a door climbs the ladder: collected, complete, verified, notified, plated; one step or several, never down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.codes import Code, read
from registry.errors import DiachisoError, RefusedError
from registry.history import remember
from registry.life.chain import SQL
from registry.life.door import Door, find, find_all, read_doors, refuse_retired
from registry.life.event import Ground, Happened, finish, ground, tell
from registry.locks import acquire
from registry.sqlfile import statement

LADDER: Final = ("collected", "complete", "verified", "notified", "plated")
Step = Literal["verified", "notified", "plated"]
WORDS: Final = {
    "collected": "thu thập / collected", "complete": "đầy đủ / complete", "verified": "đã xác minh / verified",
    "notified": "đã thông báo / notified", "plated": "đã gắn biển / plated",
}  # fmt: skip
_CLIMB: Final = text("UPDATE address SET status = :status, updated_at = now() WHERE id = ANY (CAST(:ids AS bigint[]))")
_REACHED: Final = text(
    "SELECT address_id, max(happened_on) AS last FROM life_event WHERE address_id = ANY (CAST(:ids AS bigint[]))"
    " AND kind IN ('verified', 'notified', 'plated') GROUP BY address_id"
)


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


def advance_all(session: Session, codes: Sequence[str], step: Step, *, reason: str, actor: str, on: date | None = None) -> list[Climb]:
    """Take many doors up the ladder, each on its own merits; return what became of each, in their order. The caller commits.

    Provinces are locked in the order of their codes, so that two lists never wait for each other; communes are recounted once.
    """
    why = ground(session, actor, reason, on)
    numbers = _numbers(session, codes)
    found = [number for number in numbers if isinstance(number, int)]
    session.execute(statement(SQL, "lock"), {"ids": found})
    doors = read_doors(session, found)
    reached = {row.address_id: row.last for row in session.execute(_REACHED, {"ids": found})} if on else {}
    climbing: dict[int, Door] = {}
    climbs = []
    for code, number in zip(codes, numbers, strict=True):
        door = doors.get(number) if isinstance(number, int) else None
        refused = _refusal(session, door, step, on, reached) if door else number
        if door and door.id in climbing:
            refused = RefusedError(f"Mã {door.name} đã có ở dòng trước.", f"Code {door.name} was given before in this list.")
        if door is None or isinstance(refused, DiachisoError):
            climbs.append(Climb(code, refused=refused if isinstance(refused, DiachisoError) else None))
            continue
        climbing[door.id] = door
        climbs.append(Climb(code, Happened(step, door.name, door.id, door.province_code, {"trang_thai": (door.status, step)})))
    _climb(session, climbing, [climb.happened for climb in climbs if climb.happened], step, why)
    return climbs


def _climb(session: Session, doors: Mapping[int, Door], happened: Sequence[Happened], step: Step, why: Ground) -> None:
    if not doors:
        return
    remember(session, "address", list(doors), "update", actor=why.actor, reason=why.reason)
    session.execute(_CLIMB, {"status": step, "ids": list(doors)})
    tell(session, [(doors[each.address_id], each) for each in happened], why)
    finish(session, {door.commune_id for door in doors.values()}, [door.name for door in doors.values()])


def _numbers(session: Session, codes: Sequence[str]) -> list[int | DiachisoError]:
    """Return the id of each code's door, or why it has none; the provinces of all are locked."""
    read_codes = [_read(code) for code in codes]
    known = find_all(session, [code for code in read_codes if isinstance(code, Code)])
    found = [_number(session, code, known) for code in read_codes]
    for province in sorted({each[1] for each in found if isinstance(each, tuple)}):
        acquire(session, province, wait=True)
    return [each[0] if isinstance(each, tuple) else each for each in found]


def _read(code: str) -> Code | DiachisoError:
    try:
        return read(code)
    except DiachisoError as refused:
        return refused


def _number(session: Session, code: Code | DiachisoError, known: Mapping[str, tuple[int | None, str]]) -> tuple[int, str] | DiachisoError:
    if isinstance(code, DiachisoError):
        return code
    number, province = known.get(code.text, (None, ""))
    if number is not None:
        return number, province
    try:
        return find(session, code)
    except DiachisoError as refused:
        return refused


def _refusal(session: Session, door: Door, step: Step, on: date | None, reached: Mapping[int, date]) -> DiachisoError | None:
    """Return why a door cannot climb; None when it can."""
    try:
        refuse_retired(session, door, door.name)
    except DiachisoError as refused:
        return refused
    if LADDER.index(door.status) >= LADDER.index(step):
        return RefusedError(
            f"Địa chỉ {door.name} đang ở bậc “{WORDS[door.status]}”; trạng thái chỉ đi lên.",
            f"Door {door.name} is {door.status} already; a status only goes up.",
        )
    last = reached.get(door.id)
    if last is not None and on is not None and on < last:
        return RefusedError(
            f"Ngày {on:%d/%m/%Y} trước bậc đã có của {door.name} ({last:%d/%m/%Y}).",
            f"The day {on.isoformat()} lies before an earlier step of {door.name} ({last.isoformat()}).",
        )
    return None
