"""Here is decided which door a code means to somebody who is about to change it, and which codes he may not use."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from registry.codes import Code, Scheme, read
from registry.errors import NotFoundError, RefusedError
from registry.life.chain import SQL
from registry.life.fate import fate_of
from registry.locks import acquire
from registry.sqlfile import statement

_ISSUED = (Scheme.DIACHISO, Scheme.NDAS)


@dataclass(frozen=True)
class Door:
    """A door as the registry has it; `lon`, `lat` in degrees WGS 84, `refs` is how many household references live there.

    `code` is its active code, of a retired door the one that went with it; None where it never had one.
    """

    id: int
    province_code: str
    commune_id: int
    recorded_unit_id: int
    place_id: int | None
    hamlet_id: int | None
    house_path: str
    house_key: str
    flat: str
    flat_key: str
    kind: str
    households: int
    status: str
    note: str
    retired_at: datetime | None
    replaced_by: int | None
    lon: float
    lat: float
    place_kind: str | None
    place_name: str | None
    hamlet_name: str | None
    commune_name: str
    commune_code: str
    postal_code: str | None
    in_force: bool
    code: str | None
    refs: int

    @property
    def name(self) -> str:
        """What the events of this door are told under: its code."""
        return self.code or "—"


def open_door(session: Session, code: str, *, retired: bool = False) -> Door:
    """Return the live door under a code of any scheme, or with `retired` the retired one, locked, its province locked too.

    Raises CodeError (misshapen, or one of ours with a wrong check character), NotFoundError (unknown), RefusedError (withdrawn, shared by
    several doors, retired: says what happened and what to use instead; not retired where a retired one is wanted).
    """
    asked = read(code)
    number, province = find(session, asked)
    acquire(session, province, wait=True)
    session.execute(statement(SQL, "lock"), {"ids": [number]})
    door = read_door(session, number)
    if not retired:
        refuse_retired(session, door, asked.text)
    if door.retired_at is None and retired:
        raise RefusedError(f"Địa chỉ {asked.text} vẫn đang dùng.", f"Door {asked.text} is in use, it was not retired.")
    return door


def find(session: Session, code: Code, sees: Callable[[str], bool] = lambda _province: True) -> tuple[int, str]:
    """Return the id and the province of the one door under a code, live or retired, in the provinces that whoever asks sees.

    NotFoundError, worded alike, for codes of others and codes of nobody; RefusedError for one that was withdrawn or that doors share.
    """
    found = find_all(session, [code]).get(code.text)
    if found is not None and not sees(found[1]):
        raise unknown(code)
    if found is not None and found[0] is None:
        raise RefusedError(
            f"Mã {code.text} đã bị thu hồi: không địa chỉ nào mang mã này.",
            f"Code {code.text} was withdrawn: no door carries it.",
            hint="Tra theo địa chỉ để tìm mã hiện nay: diachiso resolve …",
            page="Tra theo địa chỉ ở trang Tra cứu để tìm mã hiện nay.",
        )
    if found is not None and found[0] is not None:
        return found[0], found[1]
    rows = session.execute(statement(SQL, "by_external"), {"code": code.text, "scheme": code.scheme.value}).all()
    rows = [row for row in rows if sees(row.province_code)]
    if not rows:
        raise unknown(code)
    if len(rows) > 1:
        raise RefusedError(
            f"Mã {code.text} dùng chung cho {len(rows)} địa chỉ.", f"{len(rows)} doors share the code {code.text}.",
            hint="Dùng mã riêng của địa chỉ: diachiso code show", page="Dùng mã riêng của địa chỉ.",
        )  # fmt: skip
    return rows[0].address_id, rows[0].province_code


def unknown(code: Code) -> NotFoundError:
    """Return the refusal of a code that the registry does not have, or that whoever asks may not know of."""
    return NotFoundError(
        f"Mã {code.text} đúng dạng nhưng chưa có trong sổ.",
        f"Code {code.text} is well formed but not in the registry.",
        hint="So lại từng ký tự với biển; hoặc tìm bằng địa chỉ: diachiso resolve …",
        page="So lại từng ký tự với biển; hoặc tra bằng địa chỉ ở trang Tra cứu.",
    )


def find_all(session: Session, codes: Sequence[Code]) -> dict[str, tuple[int | None, str]]:
    """Return the id and the province of the doors under digital addresses, by code; the id of a withdrawn one is None."""
    issued = [code.text for code in codes if code.scheme in _ISSUED]
    return {row.code: (row.address_id, row.province_code) for row in session.execute(statement(SQL, "by_code"), {"codes": issued})}


def read_door(session: Session, number: int) -> Door:
    """Return the door of that id as it is now; NotFoundError when the batch that had brought it was rolled back."""
    found = read_doors(session, [number]).get(number)
    if found is None:
        raise NotFoundError(
            "Địa chỉ này không còn trong sổ.", "This door is no longer in the registry.", hint="Lô đã ghi nó được hoàn tác."
        )
    return found


def read_doors(session: Session, numbers: Collection[int]) -> dict[int, Door]:
    """Return doors as they are now, by id."""
    rows = session.execute(statement(SQL, "door"), {"ids": list(numbers)}).mappings()
    return {row["id"]: Door(**row) for row in rows}


def refuse_taken(session: Session, door_id: int, place_id: int | None, house_key: str, flat_key: str) -> None:
    """Refuse a key under which another live door stands; doors without a number have no key."""
    if place_id is None or not house_key + flat_key:
        return
    given = {"place": place_id, "house": house_key, "flat": flat_key, "id": door_id}
    other = session.execute(statement(SQL, "same_door"), given).first()
    if other is not None:
        raise RefusedError(
            f"Ở đó đã có địa chỉ khác: {other.code}.",
            f"Another door stands there already: {other.code}.",
            hint=f"Nếu là một địa chỉ ghi hai lần, hãy gộp: diachiso address merge MÃ {other.code} --reason …",
            page="Nếu là một địa chỉ ghi hai lần, hãy đề nghị “Trùng địa chỉ khác”, hoặc nhờ người quản trị gộp hai địa chỉ ấy.",
        )


def refuse_retired(session: Session, door: Door, code: str) -> None:
    """Refuse a retired door, saying what happened to it and what to use instead."""
    if door.retired_at is None:
        return
    fate = fate_of(session, code)
    if fate is None:
        vi, en = f"Mã {code} đã ngừng dùng.", f"Code {code} is retired."
        raise RefusedError(vi, en, hint=f"Xem: diachiso address history {code}", page=f"Tra mã {code} ở trang Tra cứu.")
    vi, en = f"Mã {code}: {fate.vi}", f"Code {code}: {fate.en}"
    if fate.instead:
        raise RefusedError(vi, en, hint=f"Dùng mã {fate.instead}.")
    raise RefusedError(vi, en, hint="Nếu ngừng nhầm: diachiso address revive MÃ --reason …", page="Nếu ngừng nhầm, hãy báo người quản trị.")
