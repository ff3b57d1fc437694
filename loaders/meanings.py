"""Here is decided what the distinct values of a file are: units, places and issues, each numbered once."""

import json
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any, Final, NamedTuple

from loaders import doors
from loaders.cells import Found
from loaders.copying import array, escaped
from loaders.spots import Spot, Wanted
from registry.place_key import PlaceKind, other_key
from registry.units_directory import Directory
from registry.units_match import Stated, match

# A file of nothing but distinct values must not fill the memory.
_MOST_REMEMBERED: Final = 200_000
Fates = dict[str, tuple[str, bool]]


class Remembered(dict[Any, Any]):
    """A dictionary that reads what it does not know yet, and forgets all before it grows too big."""

    def __init__(self, read: Callable[..., Any]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, key: Any) -> Any:  # noqa: ANN401 - whatever the cells are read as
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        found = self[key] = self._read(*key)
        return found


class Hung(NamedTuple):
    """A place as rows write it: a number of its own, 0 where nothing is named, kind, name and keys."""

    number: int
    kind: str
    name: str
    key: str
    other: str

    def __bool__(self) -> bool:
        return self.number > 0


NOWHERE: Final = Hung(0, "", "", "", "")


class Unit(NamedTuple):
    """A unit as stated: its number in `unit_key`, its words, its part of the line, its issues, and what it means when that is decided."""

    number: int
    shown: str
    text: str
    issues: tuple[Found, ...]
    decided: bool
    commune_id: int = 0
    origin_id: int = 0
    postal: str = ""


class Placed(NamedTuple):
    """A place as the database knows it: its number and name in `place_said`, and where it stands in the registry if its unit is decided."""

    number: int
    name: str
    spot: Spot | None


class Line(NamedTuple):
    """What a line tells of unit, place and hamlet: its part of it, the street or building, and what stands behind that in an address."""

    text: str
    street: str
    around: str

    def address(self, path: str) -> str:
        """Return the address as it was recorded, with that house path."""
        door = f"{path} {self.street}" if path and self.street else path or self.street
        return f"{door}, {self.around}" if door and self.around else door or self.around


_UNPLACED: Final = Placed(0, "", None)


class Meanings:
    """Distinct values of the slices that one process reads; a value that was forgotten gets another number, which does no harm.

    Of several processes that read one file each numbers its units with the numbers of its turn.
    """

    def __init__(self, fates: Fates, turn: int = 0, of: int = 1) -> None:
        self._fates = fates
        self.numbers = count(turn + 1, of)
        self._hung: dict[tuple[str, str, str], Hung] = {}
        self._next = 0
        self._issues: list[tuple[Any, ...]] = []
        self._wanted: dict[tuple[int, int], Wanted] = {}
        self._placed: dict[tuple[int, int], Placed] = {}
        self._lines: dict[tuple[int, int, int], Line] = {}
        self.units: list[tuple[Any, ...]] = []
        self.candidates: list[tuple[Any, ...]] = []

    def place(self, kind: PlaceKind, name: str, key: str) -> Hung:
        """Return a place as it is written here, with a number of its own."""
        found = self._hung.get((kind, name, key))
        if found is None:
            if len(self._hung) >= _MOST_REMEMBERED:
                self._hung.clear()
            self._next += 1
            found = self._hung[kind, name, key] = Hung(self._next, kind, name, key, other_key(kind, name))
        return found

    def want(self, unit: Unit, hung: Hung) -> None:
        """Ask for a place in the commune of a unit; of an undecided unit only for its number."""
        if not hung.number:
            return
        pair = unit.number, hung.number
        if pair not in self._placed and pair not in self._wanted:
            self._wanted[pair] = Wanted(unit.commune_id, unit.origin_id, hung.kind, hung.name, hung.key, hung.other)

    def trim(self) -> None:
        """Forget the places found so far when they are too many; between two slices, for the rows of one need all of theirs."""
        if len(self._placed) >= _MOST_REMEMBERED:
            self._placed.clear()
            self._lines.clear()

    def wanted(self) -> list[Wanted]:
        """Return the places that have to be known before lines can be written."""
        return list(self._wanted.values())

    def found(self, places: Sequence[Placed]) -> None:
        """Take the places that were wanted, in their order."""
        self._placed.update(zip(self._wanted, places, strict=True))
        self._wanted.clear()

    def spot(self, unit: Unit, hung: Hung, hamlet: Hung) -> Line:
        """Return the part of a line that tells the place and the hamlet of a row."""
        key = unit.number, hung.number, hamlet.number
        line = self._lines.get(key)
        if line is None:
            if len(self._lines) >= _MOST_REMEMBERED:
                self._lines.clear()
            line = self._lines[key] = self._spot_line(unit, hung, hamlet)
        return line

    def _spot_line(self, unit: Unit, hung: Hung, hamlet: Hung) -> Line:
        here, there = (self._placed.get((unit.number, one.number), _UNPLACED) for one in (hung, hamlet))
        several = any(one.spot is not None and one.spot.several for one in (here, there))
        cells = (
            here.number, here.spot and here.spot.place_id, escaped(hung.kind), escaped(hung.key),
            "t" if here.spot and here.spot.known else "f", "t" if several else "f", there.number, there.spot and there.spot.place_id,
        )  # fmt: skip
        text = "\t".join(str(cell) if cell or cell == "" else "\\N" for cell in cells)
        street = here.name if hung.kind != "hamlet" else ""
        return Line(text, escaped(street), escaped(", ".join(name for name in (there.name, unit.shown) if name)))

    def report(self, row_no: int, found: Sequence[Found]) -> bool:
        """Keep the issues of a row; return whether one of them decides its fate."""
        fatal = False
        for one in found:
            if one.code not in self._fates:
                # The profile does not want to hear of it.
                continue
            fatal = fatal or (not one.mild and self._fates[one.code][1])
            self._issues.append((row_no, one.code, one.mild, json.dumps(one.details, ensure_ascii=False) if one.details else None))
        return fatal

    def taken(self) -> dict[str, list[tuple[Any, ...]]]:
        """Give away what was found since the last time, by table."""
        found = {"unit_key": self.units, "unit_candidate": self.candidates, "issue": self._issues}
        self.units, self.candidates, self._issues = [], [], []
        return found


class UnitReader(Remembered):
    """Reads stated units, (ma_xa, xa, huyen, tinh) as written, each once; `within` is the code of the province of the batch."""

    def __init__(self, directory: Directory, postals: Mapping[int, str], meanings: Meanings, within: str | None) -> None:
        super().__init__(self._unit)
        self._directory, self._postals, self._meanings, self._within = directory, postals, meanings, within

    def _unit(self, ma_xa: str, xa: str, huyen: str, tinh: str) -> Unit:
        said = doors.units(ma_xa.strip(), xa.strip(), huyen.strip(), tinh.strip())
        found = match(self._directory, Stated(*said.key, self._within))
        number = next(self._meanings.numbers)
        shown = ", ".join(name.strip() for name in (xa, huyen, tinh) if name.strip())
        todays = array(today for _, today in found.candidates)
        self._meanings.units.append((number, len(found.candidates), found.undecided, todays, shown))
        self._meanings.candidates += [(number, recorded, today, self._origin(recorded)) for recorded, today in found.candidates]
        issues = said.issues + tuple(Found(one.code, one.details, not one.fatal) for one in found.findings)
        if len(found.candidates) != 1:
            return Unit(number, shown, "\t".join((str(number), str(len(found.candidates)), *["\\N"] * 5)), issues, decided=False)
        return self._decided(number, shown, *found.candidates[0], issues)

    def _decided(self, number: int, shown: str, recorded: int, today: int, issues: tuple[Found, ...]) -> Unit:
        origin, postal, province = self._origin(recorded), self._postals.get(today, ""), self._directory.units[today].province_code
        if self._within is not None and province != self._within:
            issues += (Found("row.outside_province", {"province": province}),)
        cells = (number, 1, today, recorded, "\\N" if origin is None else origin, province, postal or "\\N")
        return Unit(number, shown, "\t".join(map(str, cells)), issues, True, today, origin or 0, postal)

    def _origin(self, recorded: int) -> int | None:
        """Return the recorded unit where it is one of before: a hamlet keeps it as its origin."""
        return None if self._directory.units[recorded].valid_to is None else recorded
