"""Here is decided what a reader of the change feed gets: events in the order of their numbers, whole transactions where they fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy.orm import Session

from registry.changes import states
from registry.changes.position import Position, head, mark_of, read_since, statement, token
from registry.changes.states import State, When

MOST: Final = 10_000
CHANNEL: Final = "diachiso_changes"
_ENTITIES: Final = {"address": "address", "digital_address": "code", "unit": "unit"}


@dataclass(frozen=True)
class Event:
    """One change: its number, its transaction, and what the thing is since; `state` None: it is no longer in the registry.

    `op` is created, changed, retired, merged, revived, withdrawn (a code whose batch was undone) or deleted. `from_province` is told where
    a door left one; a door that came from elsewhere brings its `codes`.
    """

    number: int
    transaction: int
    at: str
    entity: str
    key: str
    op: str
    province_code: str | None
    state: State | None
    from_province: str | None = None
    codes: dict[str, State] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, without what does not apply."""
        named = {name: value for name, value in vars(self).items() if name not in {"from_province", "codes"}}
        return named | {name: value for name in ("from_province", "codes") if (value := getattr(self, name)) is not None}

    def concerns(self, province: str | None) -> bool:
        """Tell whether a reader of one province, or of all, is to see it."""
        return province is None or province in {self.province_code, self.from_province}


@dataclass(frozen=True)
class Page:
    """The events after `since` up to `through`; `complete` where `through` ends a transaction. `last` is the newest number there is."""

    installation: str
    since: int
    through: int
    last: int
    complete: bool
    next: str
    events: tuple[Event, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return vars(self) | {"events": [event.to_dict() for event in self.events]}


def read(session: Session, since: str, *, limit: int = 1000, province: str | None = None) -> Page:
    """Return the events after a number or a resume token, over at most `limit` numbers.

    A page ends with a transaction unless the next one alone has more events than `limit`. With a province, events elsewhere are left out
    and numbers skipped; the token moves on. Nothing yet: no events, and a token for later. Raises what `read_since` raises.
    """
    known = read_since(session, since)
    now = head(session)
    until = min(known.event + limit, now.event)
    whole = session.execute(statement("whole_until"), {"since": known.event, "until": until}).scalar()
    through = whole or max(until, known.event)
    rows = _rows(session, known, through) if through > known.event else []
    reached = _reached(session, through, rows) if rows else known
    return Page(
        now.installation, known.event, through, now.event, _complete(session, through, now.event), token(reached, now.installation),
        tuple(event for event in _events(session, rows) if event.concerns(province)),
    )  # fmt: skip


def _rows(session: Session, known: Position, through: int) -> Sequence[Row[Any]]:
    asked = {"since": known.event, "until": through, "no": known.no, "part": known.part, "row": known.row}
    return session.execute(statement("events"), asked).all()


def _reached(session: Session, through: int, rows: Sequence[Row[Any]]) -> Position:
    last = rows[-1]
    told = session.execute(statement("transaction"), {"no": last.no}).one()
    return Position(through, last.no, last.part, last.row, mark_of(told))


def _complete(session: Session, through: int, last: int) -> bool:
    """Tell whether an event is the last of its transaction."""
    if not 0 < through < last:
        return True
    return bool(session.execute(statement("transaction_with"), {"event": through}).one().last_event == through)


def _events(session: Session, rows: Sequence[Row[Any]]) -> list[Event]:
    """Word events: what each thing was at the end of the transaction, and what that makes of the change."""
    of = {entity: [row for row in rows if row.entity == entity] for entity in _ENTITIES}
    worded = [*_doors(session, of["address"]), *_codes(session, of["digital_address"]), *_units(session, of["unit"])]
    return sorted(worded, key=lambda event: event.number)


def _doors(session: Session, rows: Sequence[Row[Any]]) -> list[Event]:
    then = states.doors(session, ((int(row.id), row.no) for row in rows)) if rows else {}
    found = []
    for row in rows:
        when, was = (int(row.id), row.no), _before(row)
        found.append((row, when, was, then.get(when)))
    brought = _brought(session, [when for _, when, was, state in found if was and state and _province(was) != _province(state)])
    return [
        _event(row, row.id, (was, state), (_province(was), _province(state)), brought.get(when) if was else None)
        for row, when, was, state in found
    ]


def _brought(session: Session, moved: Sequence[When]) -> dict[When, dict[str, State]]:
    """Return the codes of doors that came from another province."""
    found: dict[When, dict[str, State]] = {when: {} for when in moved}
    if moved:
        hung: dict[int, list[str]] = {}
        for row in session.execute(statement("codes_of"), {"ids": sorted({door for door, _ in moved})}):
            hung.setdefault(row.address_id, []).append(row.code)
        asked = ((code, no) for door, no in moved for code in hung.get(door, ()))
        for (code, no), state in states.codes(session, asked).items():
            found.get((int(state["address"]), no), {})[code] = state
    return found


def _codes(session: Session, rows: Sequence[Row[Any]]) -> list[Event]:
    """A code belongs to the province of its door; one that was taken from its door, to that of the door before."""
    if not rows:
        return []
    then = states.codes(session, ((row.id, row.no) for row in rows))
    found, wanted = [], set[When]()
    for row in rows:
        state = then.get((row.id, row.no))
        was = _before(row)
        old = (int(was["address_id"]), row.no - 1) if was and was["address_id"] else None
        new = (int(state["address"]), row.no) if state else None
        wanted |= {each for each in (old, new) if each}
        found.append((row, was, state, old, new))
    homes = states.homes(session, wanted)
    return [
        _event(row, row.id, (was, state), (homes.get(old) if old else None, homes.get(new) if new else None))
        for row, was, state, old, new in found
    ]


def _units(session: Session, rows: Sequence[Row[Any]]) -> list[Event]:
    if not rows:
        return []
    then = states.units(session, [(int(row.id), no) for row in rows for no in (row.no - 1, row.no)])
    found = []
    for row in rows:
        was, state = (then.get((int(row.id), no)) for no in (row.no - 1, row.no))
        told = state or was
        key = states.unit_key(told["level"], told["code"], told["valid_from"]) if told else row.id
        found.append(_event(row, key, (was, state), (_province(was), _province(state))))
    return found


def _before(row: Row[Any]) -> State | None:
    return None if row.op == "insert" else row.before


def _province(state: State | None) -> str | None:
    return state["province_code"] if state else None


def _event(
    row: Row[Any],
    key: str,
    change: tuple[State | None, State | None],
    province: tuple[str | None, str | None],
    codes: dict[str, State] | None = None,
) -> Event:
    (was, state), (old, new) = change, province
    left = old if state is not None and was is not None and old not in {None, new} else None
    return Event(
        row.number, row.no, row.at.isoformat(), _ENTITIES[row.entity], key, operation(row.entity, was, state),
        old if state is None else new, state, left, codes,
    )  # fmt: skip


def operation(entity: str, was: State | None, state: State | None) -> str:
    """Name what happened to a thing between two states; None: it was, or is, not there."""
    if state is None:
        return "withdrawn" if entity == "digital_address" else "deleted"
    ended = "valid_to" if entity == "unit" else "retired_at"
    if was is None:
        return "created"
    if state[ended] and not was[ended]:
        return "merged" if state.get("replaced_by") else "retired"
    return "revived" if was[ended] and not state[ended] else "changed"
