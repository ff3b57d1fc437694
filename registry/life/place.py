"""Here is decided which place a corrected name means: found in the commune under the key that imports use, made where it has none."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from registry.errors import RefusedError, UsageError
from registry.history import remember
from registry.house_path import alley_name
from registry.life.chain import SQL
from registry.life.door import Door
from registry.life.event import Ground
from registry.place_key import PlaceKind, kind_in_street_cell, place_key
from registry.recipients import mask_recipients
from registry.sqlfile import statement
from registry.text import clean, fold
from registry.vocab import ALLEY_WORDS

_LONGEST = 120


@dataclass(frozen=True)
class Named:
    """A place as somebody names it: its kind, the name as it is kept, its key."""

    kind: PlaceKind
    name: str
    key: str


def street(text: str) -> Named:
    """Read a street as a hand-over does: `Ngõ Trại Cá` is an alley, `Ấp 4` a hamlet, `Cư xá Lữ Gia` an area."""
    name = _cell(text)
    word, _, rest = fold(name).partition(" ")
    if word in ALLEY_WORDS and rest and not rest[0].isdigit() and (own := alley_name(name)):
        return _named("alley", f"Ngõ {own}" if fold(own) == own else name, own)
    return _named(kind_in_street_cell(name), name, name)


def hamlet(text: str) -> Named:
    """Read a hamlet or group."""
    return _named("hamlet", _cell(text), _cell(text))


def building(text: str) -> Named:
    """Read a building."""
    return _named("building", _cell(text), _cell(text))


def find_or_make(session: Session, door: Door, named: Named, why: Ground, *, commune_id: int | None = None) -> int:
    """Return the id of that place in the commune of the door, or in another one; what is not there is made, and remembered.

    Merged communes each had a Tổ dân phố 5 of their own: of several hamlets it is the one of the unit that the door was recorded in, else
    the one whose doors are nearest.
    """
    commune = commune_id or door.commune_id
    origin = door.recorded_unit_id if named.kind == "hamlet" and commune == door.commune_id != door.recorded_unit_id else None
    given = {"commune": commune, "kind": named.kind, "key": named.key, "origin": origin}
    found = session.execute(statement(SQL, "places"), {**given, "lon": door.lon, "lat": door.lat}).first()
    if found is not None:
        return int(found.id)
    made = int(session.execute(statement(SQL, "make_place"), {**given, "name": named.name}).scalar_one())
    remember(session, "place", [made], "insert", actor=why.actor, reason=why.reason)
    return made


def _named(kind: PlaceKind, name: str, keyed: str) -> Named:
    key = place_key(kind, keyed)
    if not key:
        raise UsageError(f"“{name}” không phải tên đường, tên thôn.", f"“{name}” names no place.", hint="Viết cả tên, ví dụ: Trần Phú.")
    return Named(kind, name, key)


def _cell(text: str) -> str:
    """Return a name as it is kept; a name of a person is none of a place."""
    name = clean(text)
    if len(name) > _LONGEST:
        raise UsageError(f"Tên dài quá {_LONGEST} ký tự.", f"A name is longer than {_LONGEST} characters.")
    if mask_recipients(name) != name:
        raise RefusedError("Tên đường, thôn có tên người hoặc số điện thoại.", "The name of the place names or reaches a person.")
    return name
