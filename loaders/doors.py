"""Here is decided what the door cells of a row mean: the house path, an alley with a name, the place, the flat, the stated units."""

import re
from dataclasses import dataclass, replace
from typing import Final

from loaders.cells import PERSONAL, Found, cell
from loaders.number_cells import NUMBER, Numbered, numbered
from registry.house_path import alley_name, flat_key, from_columns, readings
from registry.place_key import PlaceKind, kind_in_street_cell, place_key
from registry.street_words import is_street
from registry.text import fold
from registry.vocab import HAMLET_WORDS

# A spreadsheet's half (12,5), or two numbers: nobody knows which.
_HALF: Final = re.compile(r"\d+,\d{1,2}")
_BRACKETS: Final = re.compile(r"\s*\([^()]*\)\s*")
# As it stands a path: nine numbers in ten. Years have four digits, so no date is among them.
_PLAIN: Final = re.compile(r"[1-9][0-9]{0,3}[A-Za-z]?(?:/[1-9][0-9]{0,2}[A-Za-z]?){0,5}")
_ALLEY: Final = re.compile(r"(?:ngõ|ngách|hẻm|kiệt|ngo|ngach|hem|kiet)\b\s+\D", re.IGNORECASE)
_NUMBER_FIRST: Final = re.compile(
    rf"(?:(?:số|so)(?:\s+(?:nhà|nha))?\s*|sn\s*|no\.?\s*)?({NUMBER})\s*[,-]?\s+(?![-/])([^\W\d_].*)", re.IGNORECASE
)
# What may stand behind a number without being a street: a day's month, a part of the number, a word of nearness, a smaller place.
_NO_STREET: Final = re.compile(
    r"(?:tháng|thang|th|bis|ter|kép|kep|quater|cũ|cu|mới|moi|lô|lo|dãy|day|tầng|tang|lầu|lau|phòng|phong|căn|can|khu|block|tòa|toà|toa"
    r"|ngõ|ngo|ngách|ngach|hẻm|hem|kiệt|kiet|số|so|nhà|nha|đối|doi|gần|gan|cạnh|canh|bên|ben|sau|trước|truoc|giáp|giap|cách|cach|và|va"
    r"|đến|den|hộ|ho|người|nguoi|tỉnh lộ|quốc lộ|hương lộ|km|m|mét|cư xá|cu xa|chung cư|chung cu)(?!\w)",
    re.IGNORECASE,
)
_TYPE_WORD: Final = re.compile(r"(?:đường|duong|phố|pho)\s+", re.IGNORECASE)
_UNITS_BEHIND: Final = re.compile(
    r"\s*(?:[,;|]|\s[-–]\s)\s*((?:phường|phuong|xã|xa|thị trấn|thi tran|đặc khu|dac khu|quận|quan|huyện|huyen|thị xã|thi xa"
    r"|thành phố|thanh pho|tỉnh|tinh"
    r"|(?:p|x|tt|q|h|tx|tp|t)(?:\.\s*|\s+(?=\d)|(?<=[pqPQ])(?=\d)|(?<=tt|tx|tp|TT|TX|TP)\s+))\s*\S.*)",
    re.IGNORECASE,
)
_BARE_NUMBER: Final = re.compile(r"(\d+)(?:[.,]0+)?")
_HAMLET_FIRST: Final = frozenset(word.partition(" ")[0] for word in HAMLET_WORDS)
# What is left of a cell that only said whose house it is, or near whose.
_NO_PLACE_WORDS: Final = """
hộ ho chủ chu gia đình dinh nhà nha trọ đất quán tiệm cửa hàng đối diện gần cạnh sau trước bên giáp ngõ ngách hẻm kiệt đường phố xóm của
"""
_NO_PLACE: Final = frozenset(_NO_PLACE_WORDS.split())
_AROUND: Final = " \t\u00a0.,;"
_UNMARKED_ALLEY: Final = re.compile(r"ngo\s", re.IGNORECASE)
_COLUMNS: Final[dict[PlaceKind, str]] = {"street": "duong", "hamlet": "thon_to", "building": "toa_nha", "alley": "ngo", "area": "duong"}
_STREET_DIGITS, _HIGHEST_FLOOR, _CODE_LENGTH = 4, 99, 5


@dataclass(frozen=True, slots=True)
class House:
    """A house path (empty when the row has no number), the name of its alley if it bears one, and what is wrong.

    `issue` decides the fate of the row, `issues` come on top. `street` is a street that stands in the number cell, `own` the path
    beside it; `alleys` are the alley cells.
    """

    path: str = ""
    key: str = ""
    alley: str = ""
    issue: str = ""
    suggestion: str = ""
    issues: tuple[Found, ...] = ()
    street: str = ""
    own: tuple[str, str] = ("", "")
    alleys: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Place:
    """A place: kind, name as kept, key (empty: nothing said). `house` is a number that stands before the name, `bare` the name then."""

    kind: PlaceKind = "street"
    name: str = ""
    key: str = ""
    issues: tuple[Found, ...] = ()
    house: str = ""
    bare: str = ""

    @property
    def emptied(self) -> bool:
        """Tell whether the cell said nothing but who lives there, so that the place of a number is not known."""
        return not self.key and any(issue.code in PERSONAL for issue in self.issues)


@dataclass(frozen=True, slots=True)
class Flat:
    """A flat as shown and its key; the building belongs to it."""

    text: str = ""
    key: str = ""
    issues: tuple[Found, ...] = ()


@dataclass(frozen=True, slots=True)
class Units:
    """The stated units, repaired: ma_xa, xa, huyen, tinh."""

    key: tuple[str, str, str, str]
    issues: tuple[Found, ...] = ()


def house(so_nha: str, ngo: str, ngach: str) -> House:
    """Read the number cells; never invents a path: a date is suggested back, a text is reported."""
    if not ngo and not ngach:
        if not so_nha:
            return House()
        if _PLAIN.fullmatch(so_nha):
            return House(so_nha.upper(), so_nha.lower())
    said = numbered(so_nha)
    cells = [cell(name, raw) for name, raw in (("ngo", ngo), ("ngach", ngach))]
    ngo, ngach = (_whole(each.text) for each in cells)
    found = (*said.issues, *(issue for each in cells for issue in each.issues))
    settled = _house(said, ngo, ngach)
    return replace(settled, issues=(*found, *settled.issues), alleys=(ngo, ngach))


def _house(said: Numbered, ngo: str, ngach: str) -> House:
    so_nha, named = said.text, _alley(said.text, ngo, ngach)
    if said.issue:
        return House(alley=named, issue=said.issue, suggestion=said.suggestion)
    if not so_nha:
        # An alley number without a house is an alley, not a door; it is kept so that the doors of two alleys stay apart.
        return House(alley=named, issue="row.house_unclear" if (ngo or ngach) and not named else "")
    path = from_columns(so_nha, ngo, ngach) or from_columns(_BRACKETS.sub(" ", so_nha).strip(), ngo, ngach)
    if path is not None and not _HALF.fullmatch(so_nha):
        return House(path.text, path.key, named, issues=_several(so_nha))
    unclear = House(alley=named, issue="row.house_unclear", suggestion=_number_in(so_nha))
    first = _number_first(so_nha)
    own = from_columns(first[0], ngo, ngach) if first else None
    return replace(unclear, street=first[1], own=(own.text, own.key)) if first and own else unclear


def _several(so_nha: str) -> tuple[Found, ...]:
    """Tell of a list of numbers that only the first counts; the ends of a range and a former number in brackets are no list."""
    found = [path.text for path in readings(_BRACKETS.sub(" ", so_nha).strip())]
    others = [text for text in found[1:] if not found[0].startswith(f"{text}-")]
    return (Found("row.house_several", {"taken": found[0], "others": others}),) if others else ()


def _alley(so_nha: str, ngo: str, ngach: str) -> str:
    """Return the name of the innermost alley that bears one; the number cell names one only behind its word."""
    cells = [ngach, ngo, *([so_nha] if _ALLEY.search(so_nha) else [])]
    return next((name for cell in cells if cell and (name := alley_name(cell))), "")


def _number_in(text: str) -> str:
    found = re.match(r"\s*(\d{1,5}[A-Za-z]?(?:/\d{1,5}[A-Za-z]?)*)\b", text)
    return found[1] if found else ""


def _number_first(text: str) -> tuple[str, str] | None:
    """Split a house number from the street name behind it; None where the rest is no street or may belong to the number."""
    found = _NUMBER_FIRST.fullmatch(text)
    if found is None or _NO_STREET.match(found[2]) or fold(found[2]).partition(" ")[0] in _HAMLET_FIRST:
        return None
    street = _TYPE_WORD.sub("", found[2]).strip(" ,")
    # A street of one word (6 Thước, 7 Tấn, 9 Chích) may bear the number in its name.
    return (found[1], street) if " " in street and place_key("street", street) else None


def _whole(text: str) -> str:
    """Return a number without the decimals that a spreadsheet gave it."""
    number = _BARE_NUMBER.fullmatch(text)
    return number[1] if number else text


def place(kind: PlaceKind, raw: str) -> Place:
    """Read a place cell; a street cell may name an alley, a hamlet or an area. Empty key: nothing said."""
    column = _COLUMNS[kind]
    text, issues = cell(column, raw.strip(_AROUND))
    found = list(issues)
    if _NO_PLACE.issuperset(text.lower().split()) and any(issue.code in PERSONAL for issue in issues):
        text = ""
    if "," in text or ";" in text or "|" in text or " - " in text or "–" in text:
        text = _without_units(column, text, found)
    if text[:1].isdigit() and (number := _BARE_NUMBER.fullmatch(text)):
        text = number[1]
        if kind == "hamlet" or len(text) > _STREET_DIGITS:
            found.append(Found("row.place_is_number", {"column": column, "cell": text}))
    if not text:
        return Place(kind, issues=tuple(found))
    if kind != "street":
        return Place(kind, text, place_key(kind, text), tuple(found))
    return _street(text, tuple(found))


def _street(text: str, issues: tuple[Found, ...]) -> Place:
    # Without marks `Ngo Quyen` is the street named after Ngô Quyền, not a ngõ.
    if _ALLEY.match(text) and not (_UNMARKED_ALLEY.match(text) and is_street(text)) and (own := alley_name(text)):
        return Place("alley", f"Ngõ {own}" if fold(own) == own else text, place_key("alley", own), issues)
    kind = kind_in_street_cell(text)
    first = _number_first(text) if kind == "street" and any(sign.isdigit() for sign in text) else None
    number, bare = first or ("", "")
    return Place(kind, text, place_key(kind, text), issues, number, bare)


def _without_units(column: str, text: str, issues: list[Found]) -> str:
    """Take the commune and what follows it out of a place cell: `Trần Phú, P. Châu Cầu`."""
    found = _UNITS_BEHIND.search(text)
    if found is None or not found.start():
        return text
    issues.append(Found("row.unit_in_place", {"column": column, "units": found[1], "suggestion": {column: text[: found.start()]}}))
    return text[: found.start()]


def joined(house: House, street: Place) -> tuple[House, Place]:
    """Settle a number that stands in the street cell, or a street in the number cell; where both cells contradict, nothing moves."""
    if house.street and house.issue:
        other = place("street", house.street)
        if not street.key or street.key == other.key:
            moved = Found("row.street_in_house", {"suggestion": {"so_nha": house.own[0], "duong": other.name}})
            settled = replace(house, path=house.own[0], key=house.own[1], issue="", suggestion="", issues=(*house.issues, moved), street="")
            return settled, street if street.key else replace(other, issues=(*street.issues, *other.issues))
    if street.house and not house.issue:
        path = from_columns(street.house, *house.alleys)
        if path is not None and house.key in {"", path.key}:
            moved = Found("row.house_in_street", {"suggestion": {"so_nha": path.text, "duong": street.bare}})
            other = place("street", street.bare)
            settled = replace(house, path=path.text, key=path.key, issues=(*house.issues, moved))
            return settled, replace(other, issues=(*street.issues, *other.issues))
    return house, street


def flat(toa_nha: str, tang: str, phong: str) -> Flat:
    """Read the flat; the building belongs to it. A floor of three digits beside a small room number was meant the other way."""
    if not (toa_nha or tang or phong):
        return Flat()
    cells = [cell(name, raw) for name, raw in (("toa_nha", toa_nha), ("tang", tang), ("phong", phong))]
    # A reading of the building's cell of its own (`place`) reports what is wrong with it.
    found = [issue for each in cells[1:] for issue in each.issues]
    building, floor, room = cells[0].text, _whole(cells[1].text), _whole(cells[2].text)
    if floor.isdigit() and room.isdigit() and int(floor) > _HIGHEST_FLOOR >= int(room):
        found.append(Found("row.floor_room_order", {"suggestion": {"tang": room, "phong": floor}}))
    return Flat(", ".join(part for part in (building, floor, room) if part), flat_key(building, floor, room), tuple(found))


def units(ma_xa: str, xa: str, huyen: str, tinh: str) -> Units:
    """Read the unit cells: damaged names repaired, personal data out, a commune code with the zeros that a spreadsheet took."""
    cells = [cell(name, raw) for name, raw in (("xa", xa), ("huyen", huyen), ("tinh", tinh), ("ma_xa", ma_xa))]
    found = [issue for each in cells for issue in each.issues]
    commune, district, province, code = (each.text for each in cells)
    code = _whole(code)
    if code.isdigit() and len(code) < _CODE_LENGTH:
        code = code.zfill(_CODE_LENGTH)
        found.append(Found("row.unit_code_lost_zero", {"suggestion": {"ma_xa": code}}))
    return Units((code, commune, district, province), tuple(found))
