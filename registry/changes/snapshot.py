"""Here is decided what a snapshot of the registry is: every unit, door and code of a province as the event of some number left it."""

from collections.abc import Iterator
from itertools import chain
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.changes import states
from registry.changes.position import Position, at_head, head, mark_of, statement, token
from registry.errors import NotFoundError, UsageError

_SLICE: Final = 5000


def snapshot(session: Session, province: str | None = None, *, at: int | None = None) -> Iterator[dict[str, Any]]:
    """Give a first line with the number that the snapshot stands at, one line a thing, and a last line that counts them.

    `at` is the last event of an earlier transaction; else it is now. The session must be new: its transaction becomes a read-only one
    that sees one moment. Memory does not grow with the registry. NotFoundError for a number that was not given yet, UsageError for one
    in the middle of a transaction.
    """
    session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
    stands = at_head(session) if at is None else _position(session, at)
    installation = head(session).installation
    yield {
        "snapshot": stands.event, "transaction": stands.no, "province": province, "installation": installation,
        "next": token(stands, installation),
    }  # fmt: skip
    count = 0
    for line in chain(_units(session, stands, province), _doors(session, stands, province), _codes(session, stands, province)):
        yield line
        count += 1
    yield {"end": stands.event, "lines": count}


def _position(session: Session, at: int) -> Position:
    if at == 0:
        return Position(0)
    told = session.execute(statement("transaction_with"), {"event": at}).first()
    if told is None:
        hint = "Bỏ --at (hoặc at=) để lấy bản chụp hiện nay."
        raise NotFoundError(f"Chưa có sự kiện số {at}.", f"There is no event {at} yet.", hint=hint)
    if told.last_event != at:
        raise UsageError(
            f"Số {at} nằm giữa một giao dịch ({told.first_event} đến {told.last_event}).",
            f"Number {at} is in the middle of a transaction ({told.first_event} to {told.last_event}).",
            hint=f"Dùng {told.last_event}.",
        )
    return Position(at, told.no, mark=mark_of(told))


def _units(session: Session, stands: Position, province: str | None) -> Iterator[dict[str, Any]]:
    for whens in _slices(session, "unit_ids", stands, province=province):
        found = states.units(session, whens)
        for state in (found[when] for when in whens if when in found):
            if province in {None, state["province_code"]}:
                yield _line("unit", states.unit_key(state["level"], state["code"], state["valid_from"]), state["province_code"], state)


def _doors(session: Session, stands: Position, province: str | None) -> Iterator[dict[str, Any]]:
    for whens in _slices(session, "address_ids", stands, province=province):
        found = states.doors(session, whens)
        for when, state in ((when, found[when]) for when in whens if when in found):
            if province in {None, state["province_code"]}:
                yield _line("address", str(when[0]), state["province_code"], state)


def _codes(session: Session, stands: Position, province: str | None) -> Iterator[dict[str, Any]]:
    for whens in _slices(session, "codes_known", stands, province=province):
        found = states.codes(session, whens)
        homes = states.homes(session, ((int(state["address"]), stands.no) for state in found.values()))
        for when, state in ((when, found[when]) for when in whens if when in found):
            home = homes.get((int(state["address"]), stands.no))
            if province in {None, home}:
                yield _line("code", when[0], home, state)


def _slices(session: Session, name: str, stands: Position, **asked: str | None) -> Iterator[list[states.When]]:
    """Give the keys that a statement finds, in their order, some thousands at a time."""
    rows = session.execute(statement(name), {"no": stands.no, **asked}, execution_options={"yield_per": _SLICE})
    for part in rows.scalars().partitions():
        yield [(each, stands.no) for each in part]


def _line(entity: str, key: str, province: str | None, state: states.State) -> dict[str, Any]:
    return {"entity": entity, "key": key, "province_code": province, "state": state}
