"""Here is decided what a row says: its cells become one typed line for the database, and what is wrong with them becomes issues.

Every distinct value is read once and remembered; what the file repeats (units, streets, words) costs one look into a dictionary.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date
from operator import itemgetter
from typing import Any, Final, NamedTuple

from loaders import doors, values
from loaders.absent import is_absent, without, words_of
from loaders.cells import Found, cell, masked
from loaders.copying import escaped
from loaders.fields import Columns
from loaders.mapping import Mapping
from loaders.meanings import NOWHERE, Hung, Meanings, Remembered, Unit, UnitReader
from loaders.point_cell import point_cell
from registry.codes_draw import Draws
from registry.geo import looks_like

PARSED: Final = (
    "row_no", "k", "choices", "commune_id", "recorded_unit_id", "origin_id", "province_code", "postal_code", "x", "y", "lon", "lat",
    "p", "place_id", "place_kind", "place_key", "known", "several", "h", "hamlet_id", "house_path", "house_key", "flat", "flat_key", "kind",
    "households", "status", "ma_ho", "code", "scheme", "drawn", "vpostcode", "note", "dia_chi", "recorded_text", "fatal",
)  # fmt: skip
READ: Final = (
    "ma_xa", "xa", "huyen", "tinh", "so_nha", "ngo", "ngach", "duong", "thon_to", "toa_nha", "tang", "phong", "loai", "so_ho", "trang_thai",
    "ngay_thu_thap", "ma_ho", "ma_dia_chi_so", "vpostcode", "ghi_chu", "dia_chi", "stt", "kinh_do", "vi_do", "toa_do",
)  # fmt: skip
_NULL: Final = "\\N"
_NONE: Final[tuple[Found, ...]] = ()
_PLAIN_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,8}(?:\.[0-9]+)?").fullmatch
_PLAIN_HOUSE: Final = re.compile(r"[1-9][0-9]{0,3}[A-Za-z]?(?:/[1-9][0-9]{0,2}[A-Za-z]?){0,4}").fullmatch
_NDAS: Final = re.compile(r"[0-9]{10}").fullmatch
_LONGEST_SHOWN: Final = 40
_LONGEST_RECORDED: Final = 200


class _Said(NamedTuple):
    """What a value means: its part of the line, and what is wrong with it."""

    text: str
    issues: tuple[Found, ...] = _NONE


class _Rest(NamedTuple):
    """The cells that few files have, as a part of the line, and the whole address as the row says it."""

    text: str
    issues: tuple[Found, ...] = _NONE
    address: str = ""


class _House(NamedTuple):
    said: doors.House
    path: str
    text: str
    issues: tuple[Found, ...]
    alley: Hung


class _Place(NamedTuple):
    """What the number hangs on, the hamlet around it, and whether either was said."""

    place: Hung
    hamlet: Hung
    named: bool
    street: doors.Place
    issues: tuple[Found, ...]


class Looked(NamedTuple):
    """A row with its units and places looked up, so that the registry can be asked for all places of a slice at once."""

    cells: tuple[str, ...]
    unit: Unit
    house: _House
    place: _Place
    hung: Hung


_NO_FLAT: Final = _Said("\t")
_NO_CODE: Final = _Said("\t")
_NO_HOLDER: Final = _Said("")
_NO_REST: Final = _Rest("\t\t")
_NO_DEGREES: Final = f"{_NULL}\t{_NULL}"
_NO_POSTAL: Final = (Found("row.no_postal_code", {}),)
_PLACE_MISSING: Final = (Found("row.place_missing", {}),)
_STREET_EMPTIED: Final = (Found("row.street_emptied", {"column": "duong"}),)
_HOUSE_MISSING: Final = (Found("row.house_missing", {}),)
_HOUSE_AS_TEXT: Final = (Found("row.house_as_text", {"column": "so_nha"}),)
_POINT_MISSING: Final = (Found("row.point_missing", {}),)
_BLANK: Final = (Found("row.blank", {}),)
_NOT_NUMBER: Final = (Found("row.point_not_number", {}),)
_COMMA: Final = (Found("row.point_comma", {}),)


class Reader:
    """Reads the rows of one file; `meanings` fills up with what was new and is emptied by whoever writes it to the database."""

    def __init__(
        self, columns: Columns, mapping: Mapping, units: UnitReader, meanings: Meanings, draws: Draws, received: date, *, degrees: bool
    ) -> None:  # fmt: skip
        self.filled: set[str] = set()
        self._unfilled = [(at, name) for at, name in enumerate(READ) if columns.has(name) or mapping.defaults.get(name)]
        self._pick = picker(columns, mapping)
        self.meanings, self._own, self._received, self._degrees = meanings, mapping.values, received, degrees
        self._units, self._draws = units, draws
        self._houses, self._places, self._flats = Remembered(self._house), Remembered(self._place), Remembered(_flat)
        self._words, self._numbers = Remembered(self._word), Remembered(values.number)

    def picked(self, rows: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
        """Return the cells that are read, in the order of `READ`, of rows as wide as the header."""
        found = [self._pick(cells) for cells in rows]
        self.filled.update(name for at, name in self._unfilled if any(map(itemgetter(at), found)))
        self._unfilled = [(at, name) for at, name in self._unfilled if name not in self.filled]
        return found

    def look(self, cells: tuple[str, ...]) -> Looked:
        """Look up what a row says of its unit, number and place."""
        unit = self._units[cells[:4]]
        house: _House = self._houses[cells[4:7]]
        place: _Place = self._places[cells[7:10]]
        if house.said.street or place.street.house:
            house, place = self._joined(house, place, *cells[8:10])
        hung = house.alley if house.alley.number else place.place
        self.meanings.want(unit, hung)
        self.meanings.want(unit, place.hamlet)
        return Looked(cells, unit, house, place, hung)

    def line(self, row_no: int, row: Looked, issues: tuple[Found, ...]) -> str:
        """Return the row as a line of `PARSED` in PostgreSQL's text format; its issues, those found before too, go to `meanings`."""
        unit, house, place = row.unit, row.house, row.place
        toa_nha, tang, phong, loai, so_ho, trang_thai, ngay, ma_ho, ma, vpostcode, ghi_chu, dia_chi, _, x, y, toa_do = row.cells[9:]
        flat: _Said = self._flats[toa_nha, tang, phong]
        words: _Said = self._words[loai, so_ho, trang_thai, ngay]
        code = _code(ma) if ma else _NO_CODE
        holder = _holder(ma_ho) if ma_ho else _NO_HOLDER
        issues += unit.issues + house.issues + place.issues + flat.issues + words.issues + code.issues + holder.issues
        if not house.alley:
            issues += _missing(house, place)
        shown = house.path
        if house.said.issue == "row.house_unclear" and (holder.text or code.text != "\t"):
            # A reference or a code tells the door apart; the words stay where the address is told as it came.
            issues += _HOUSE_AS_TEXT
            shown = _as_it_came(row.cells)
        elif house.said.issue:
            issues += (_house_issue(house.said),)
        elif row.hung.kind == "street" and not house.said.key and flat is _NO_FLAT:
            issues += _HOUSE_MISSING
        rest = _NO_REST if not (vpostcode or ghi_chu or dia_chi) else self._rest(vpostcode, ghi_chu, dia_chi)
        if not (_PLAIN_NUMBER(x) and _PLAIN_NUMBER(y)):
            x, y, wrong = self._point(x, y, toa_do)
            issues += wrong
            if x == y == _NULL and _says_nothing(row, flat.text, code.text, holder.text + rest.address):
                issues += _BLANK
        if rest.issues:
            issues += rest.issues
        drawn = ""
        if unit.postal and code.text == "\t":
            drawn = self._draws.next(unit.postal) or ""
        elif unit.decided and not unit.postal and code.text == "\t":
            issues += _NO_POSTAL
        fatal = "t" if issues and self.meanings.report(row_no, issues) else "f"
        point = f"{x}\t{y}" if self._degrees and x != _NULL and looks_like(float(x), float(y)) == "ok" else _NO_DEGREES
        spot = self.meanings.spot(unit, row.hung, place.hamlet)
        return (
            f"{row_no}\t{unit.text}\t{x}\t{y}\t{point}\t{spot.text}\t{house.text}\t{flat.text}\t{words.text}\t{holder.text}\t{code.text}\t{drawn}"
            f"\t{rest.text}\t{rest.address or spot.address(shown)}\t{fatal}\n"
        )

    def _house(self, so_nha: str, ngo: str, ngach: str) -> _House:
        if not (ngo or ngach) and _PLAIN_HOUSE(so_nha):
            # Nine in ten; what doors.house would say of them, ten times as fast.
            path, key = so_nha.upper(), so_nha.lower()
            return _House(doors.House(path, key), path, f"{path}\t{key}", _NONE, NOWHERE)
        return self._numbers_of(doors.house(so_nha.strip(), ngo.strip(), ngach.strip()))

    def _numbers_of(self, said: doors.House) -> _House:
        alley = self._hung(doors.place("alley", said.alley)) if said.alley else NOWHERE
        path = escaped(said.path)
        return _House(said, path, f"{path}\t{escaped(said.key)}", said.issues, alley)

    def _place(self, duong: str, thon_to: str, toa_nha: str) -> _Place:
        return self._hung_on(doors.place("street", duong), thon_to, toa_nha)

    def _hung_on(self, street: doors.Place, thon_to: str, toa_nha: str) -> _Place:
        """Return what the number hangs on: the street, else the building, else the hamlet."""
        hamlet, building = doors.place("hamlet", thon_to), doors.place("building", toa_nha)
        chosen = next((one for one in (street, building, hamlet) if one.key), hamlet)
        issues = street.issues + hamlet.issues + building.issues
        return _Place(self._hung(chosen), self._hung(hamlet), bool(street.key or hamlet.key), street, issues)

    def _joined(self, house: _House, place: _Place, thon_to: str, toa_nha: str) -> tuple[_House, _Place]:
        said, street = doors.joined(house.said, place.street)
        return self._numbers_of(said), self._hung_on(street, thon_to, toa_nha)

    def _hung(self, place: doors.Place) -> Hung:
        return self.meanings.place(place.kind, place.name, place.key) if place.key else NOWHERE

    def _word(self, loai: str, so_ho: str, trang_thai: str, ngay: str) -> _Said:
        """Read the words of a row: what it is, how many live there, how far it has come, since when."""
        said = {"loai": loai.strip(), "so_ho": so_ho.strip(), "trang_thai": trang_thai.strip(), "ngay_thu_thap": ngay.strip()}
        meant = {column: self._own.get(column, {}).get(word, word) for column, word in said.items()}
        kind, number, status = values.kind(meant["loai"]), values.households(meant["so_ho"]), values.status(meant["trang_thai"])
        issues: list[Found] = []
        if said["loai"] and kind is None:
            issues.append(Found("row.kind_unknown", {"loai": masked("loai", said["loai"])}))
        if said["trang_thai"] and status is None:
            issues.append(Found("row.status_unknown", {"trang_thai": masked("trang_thai", said["trang_thai"])}))
        if said["so_ho"] and number is None:
            issues.append(Found("row.households_invalid", {"so_ho": masked("so_ho", said["so_ho"])[:_LONGEST_SHOWN]}))
        if said["ngay_thu_thap"]:
            day = values.said_day(meant["ngay_thu_thap"], self._received)
            issues += day.issues
            if day.value is None:
                issues.append(Found("row.date_invalid", {}))
        shown = kind or ("other" if said["loai"] else _NULL)
        return _Said(f"{shown}\t{_NULL if number is None else number}\t{status or _NULL}", tuple(issues))

    def _point(self, x: str, y: str, toa_do: str) -> tuple[str, str, tuple[Found, ...]]:
        """Read coordinates that are no plain decimals, or both numbers out of one cell."""
        x, y = x.strip(), y.strip()
        if toa_do and not (x or y):
            both = point_cell(toa_do)
            return (repr(both[0]), repr(both[1]), _NONE) if both and max(map(abs, both)) < values.FARTHEST else (_NULL, _NULL, _NOT_NUMBER)
        if not (x and y):
            return _NULL, _NULL, _POINT_MISSING
        (east, comma_x), (north, comma_y) = self._numbers[(x,)], self._numbers[(y,)]
        if east is None or north is None:
            return _NULL, _NULL, _NOT_NUMBER
        return repr(east), repr(north), _COMMA if comma_x or comma_y else _NONE

    @staticmethod
    def _rest(vpostcode: str, ghi_chu: str, dia_chi: str) -> _Rest:
        """Read the cells that few files have: the other code, the note, the whole address as text."""
        plus = values.said_vpostcode(vpostcode.strip()) if vpostcode.strip() else ""
        note, said = values.said_note(ghi_chu), cell("dia_chi", dia_chi)
        wrong = _NONE if plus is not None else (Found("row.vpostcode_shape", {}),)
        whole = escaped(said.text)
        return _Rest(f"{escaped(plus or '')}\t{escaped(note.text)}\t{whole}", note.issues + said.issues + wrong, whole)


def picker(columns: Columns, mapping: Mapping) -> Callable[[Sequence[str]], tuple[str, ...]]:
    """Return the function that takes the cells of `READ` out of a row: the first filled one of several columns, else the default."""
    width = len(columns.header)
    plain = itemgetter(*(columns.position.get(name, width) for name in READ))
    words = tuple(words_of(name, mapping.values.get(name, ())) for name in READ)
    special = [
        (at, columns.joined.get(name, (columns.position[name],) if columns.has(name) else ()), mapping.defaults.get(name, ""))
        for at, name in enumerate(READ)
        if name in columns.joined or mapping.defaults.get(name)
    ]
    if not special:
        return lambda cells: without(plain([*cells, ""]), words)

    def pick(cells: Sequence[str]) -> tuple[str, ...]:
        found = list(plain([*cells, ""]))
        for at, places, default in special:
            said = (cells[place] for place in places)
            found[at] = next((cell for cell in said if cell.strip() and not is_absent(cell, words[at])), default)
        return without(tuple(found), words)

    return pick


def _missing(house: _House, place: _Place) -> tuple[Found, ...]:
    """Tell what a row lacks that does not hang on an alley: any place, or the street of its number, of which only a resident was said."""
    if not place.named:
        return _PLACE_MISSING
    return _STREET_EMPTIED if house.path and place.street.emptied else _NONE


def _flat(toa_nha: str, tang: str, phong: str) -> _Said:
    if not (toa_nha.strip() or tang.strip() or phong.strip()):
        return _NO_FLAT
    flat = doors.flat(toa_nha.strip(), tang.strip(), phong.strip())
    return _Said(f"{escaped(flat.text)}\t{escaped(flat.key)}", flat.issues) if flat.key or flat.text or flat.issues else _NO_FLAT


def _says_nothing(row: Looked, flat: str, code: str, words: str) -> bool:
    """Tell whether a row without a point says nothing else either; signs alone say nothing."""
    placed = row.hung.number or row.place.hamlet.number or row.house.path
    said = placed or flat.partition("\t")[2] or code != "\t"
    return not (said or any(map(str.isalnum, words + row.unit.shown)))


def _holder(raw: str) -> _Said:
    said = values.said_household(raw)
    return _Said(escaped(said.text), said.issues)


def _code(raw: str) -> _Said:
    # A spreadsheet's sign for text in front, and its decimals behind, are no part of a code.
    raw = raw.strip().removeprefix("'").removesuffix(".0")
    if _NDAS(raw):
        return _Said(f"{raw}\tndas")
    if not raw:
        return _NO_CODE
    said = values.said_code(raw)
    if not said.issue:
        return _Said(f"{said.code}\t{said.scheme}")
    details: dict[str, Any] = {"why": said.words} if said.words else {}
    if said.suggestion:
        details["suggestion"] = {"ma_dia_chi_so": said.suggestion}
    return _Said("\t", (Found(said.issue, details),))


def _as_it_came(cells: tuple[str, ...]) -> str:
    """Return number, alley and inner alley as the row says them, without personal data."""
    said = (masked(column, text.strip()) for column, text in zip(READ[4:7], cells[4:7], strict=True) if text.strip())
    return escaped(", ".join(said)[:_LONGEST_RECORDED])


def _house_issue(said: doors.House) -> Found:
    return Found(said.issue, {"suggestion": {"so_nha": said.suggestion}} if said.suggestion else {})
