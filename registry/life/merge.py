"""Here is decided how two records become one: one code is retired and leads to the other, whose door takes over households and codes."""

from sqlalchemy.orm import Session

from registry.codes import read
from registry.errors import RefusedError
from registry.history import remember
from registry.life.chain import SQL, last_of
from registry.life.door import Door, find, open_door, read_door
from registry.life.event import Ground, Happened, Sentence, finish, ground, tell
from registry.life.fields import MOST_HOUSEHOLDS
from registry.life.retire import end
from registry.sqlfile import statement


def merge(session: Session, code: str, into: str, *, reason: str, actor: str, households: int | None = None) -> Happened:
    """Merge the door of `code` into the one of `into`, which stays; the caller commits.

    Where `into` was itself merged before, the door at the end of that chain stays. References and further codes move over; households are
    added up unless `households` says how many there are. Raises what `open_door` raises; RefusedError for a door merged with itself, for
    doors of two provinces (a code tells its province), for fewer households than references; UsageError without an actor or a reason.
    """
    why = ground(session, actor, reason)
    door = open_door(session, code)
    heir = _heir(session, into)
    _fits(door, heir)
    total = door.households + heir.households if households is None else households
    if not door.refs + heir.refs <= total <= MOST_HOUSEHOLDS:
        raise RefusedError(
            f"Hai địa chỉ có {door.refs + heir.refs} mã hộ nên số hộ không thể là {total}.",
            f"The two doors have {door.refs + heir.refs} household references, so {total} households cannot be.",
        )
    moved = hand_over(session, door, heir, why) | {"gained": str(total - heir.households)}
    remember(session, "address", [heir.id], "update", actor=why.actor, reason=why.reason)
    session.execute(statement(SQL, "count_households"), {"id": heir.id, "households": total})
    end(session, door, heir.id, heir.code, why)
    return _told(session, door, heir, total, moved, why)


def _told(session: Session, door: Door, heir: Door, total: int, moved: dict[str, str], why: Ground) -> Happened:
    fields = {name: ("", ids) for name, ids in moved.items() if ids}
    gained = {"so_ho": (str(heir.households), str(total))}
    merged = Happened("merged", door.name, door.id, door.province_code, fields, (heir.name,), _doubts(door, heir, total))
    absorbed = Happened("absorbed", heir.name, heir.id, heir.province_code, gained, (door.name,))
    tell(session, [(door, merged), (heir, absorbed)], why)
    finish(session, {door.commune_id, heir.commune_id}, [door.name])
    return Happened("merged", door.name, door.id, door.province_code, gained, (heir.name,), merged.warnings)


def hand_over(session: Session, door: Door, heir: Door, why: Ground) -> dict[str, str]:
    """Give the references and further codes of a door to another one; return the ids of what moved, for the way back."""
    refs = list(session.execute(statement(SQL, "refs"), {"id": door.id}).scalars())
    remember(session, "household", refs, "update", actor=why.actor, reason=why.reason)
    session.execute(statement(SQL, "move_refs"), {"ids": refs, "to": heir.id, "province": heir.province_code})
    both = list(session.execute(statement(SQL, "codes_both"), {"id": door.id, "to": heir.id}).scalars())
    remember(session, "external_code", both, "delete", actor=why.actor, reason=why.reason)
    session.execute(statement(SQL, "drop_codes"), {"ids": both})
    codes = list(session.execute(statement(SQL, "further_codes"), {"id": door.id}).scalars())
    remember(session, "external_code", codes, "update", actor=why.actor, reason=why.reason)
    session.execute(statement(SQL, "move_codes"), {"ids": codes, "to": heir.id, "province": heir.province_code})
    return {"refs": " ".join(map(str, refs)), "codes": " ".join(map(str, codes))}


def _heir(session: Session, into: str) -> Door:
    """Return the door that stays: the one of the code, or the last of those that took its place."""
    number, _ = find(session, read(into))
    last = last_of(session, number)
    if last == number:
        return open_door(session, into)
    session.execute(statement(SQL, "lock"), {"ids": [last]})
    return _live(read_door(session, last))


def _live(door: Door) -> Door:
    if door.retired_at is not None:
        raise RefusedError(
            f"Địa chỉ sẽ nhận, {door.name}, đã ngừng dùng.", f"The door that would stay, {door.name}, is retired.",
            hint=f"Khôi phục trước: diachiso address revive {door.name} --reason …", page="Nhờ người quản trị khôi phục trước.",
        )  # fmt: skip
    return door


def _fits(door: Door, heir: Door) -> None:
    if door.id == heir.id:
        raise RefusedError("Không gộp một địa chỉ với chính nó.", "A door cannot be merged with itself.")
    if door.province_code != heir.province_code:
        raise RefusedError(
            f"Không gộp địa chỉ của hai tỉnh ({door.province_code}, {heir.province_code}): mã cho biết tỉnh.",
            f"Doors of two provinces ({door.province_code}, {heir.province_code}) are not merged: a code tells its province.",
            hint="Cho ngừng dùng địa chỉ ghi sai tỉnh: diachiso address retire …",
            page="Đề nghị “Không còn” cho địa chỉ ghi sai tỉnh.",
        )


def _doubts(door: Door, heir: Door, total: int) -> tuple[Sentence, ...]:
    if not door.households or total != door.households + heir.households:
        return ()
    said = f"{heir.households} + {door.households} = {total}"
    return (
        (f"Số hộ được cộng: {said}; nếu là cùng một hộ ghi hai lần, nói số đúng bằng --households.",
         f"Households were added up: {said}; where one household was recorded twice, say the number by --households."),
    )  # fmt: skip
