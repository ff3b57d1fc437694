"""Here is decided how the distinct values of a file reach the database: units, places and issues, each numbered and written once."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy.orm import Session

from loaders import doors
from loaders.cells import Found
from loaders.copying import array, copy, escaped
from loaders.spots import Spot, Wanted, find_spots
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
    """A place as rows name it: its number in `place_said`, 0 where nothing is named."""

    number: int
    kind: str
    name: str
    key: str
    other: str

    def __bool__(self) -> bool:
        return self.number > 0


NOWHERE: Final = Hung(0, "", "", "", "")


class Unit(NamedTuple):
    """A unit as stated: its number in `unit_key`, its part of the line, its issues, and what it means when that is decided."""

    number: int
    text: str
    issues: tuple[Found, ...]
    decided: bool
    commune_id: int = 0
    origin_id: int = 0
    postal: str = ""


class Meanings:
    """Distinct values on their way to the database; a value that was forgotten gets another number, which does no harm."""

    def __init__(self, fates: Fates) -> None:
        self._fates = fates
        self._hung: dict[tuple[str, str, str], Hung] = {}
        self._next = 0
        self._places: list[tuple[Any, ...]] = []
        self._issues: list[tuple[Any, ...]] = []
        self._wanted: dict[tuple[int, int], Wanted] = {}
        self._spots: dict[tuple[int, int], Spot] = {}
        self._lines: dict[tuple[int, int, int], str] = {}
        self.units: list[tuple[Any, ...]] = []
        self.candidates: list[tuple[Any, ...]] = []

    def place(self, kind: PlaceKind, name: str, key: str) -> Hung:
        """Return a place with its number in `place_said`."""
        other = other_key(kind, name)
        found = self._hung.get((kind, key, other))
        if found is None:
            if len(self._hung) >= _MOST_REMEMBERED:
                self._hung.clear()
            self._next += 1
            found = self._hung[kind, key, other] = Hung(self._next, kind, name, key, other)
            self._places.append((self._next, kind, name, key, other))
        return found

    def want(self, unit: Unit, hung: Hung) -> None:
        """Ask for a place in the commune of a unit."""
        pair = unit.number, hung.number
        if hung and pair not in self._spots and pair not in self._wanted:
            self._wanted[pair] = Wanted(unit.commune_id, unit.origin_id, hung.kind, hung.name, hung.key, hung.other)

    def trim(self) -> None:
        """Forget the places found so far when they are too many; between two slices, for the rows of one need all of theirs."""
        if len(self._spots) >= _MOST_REMEMBERED:
            self._spots.clear()
            self._lines.clear()

    def find(self, session: Session, batch_id: int) -> None:
        """Ask the registry for the places that are wanted."""
        self._spots.update(zip(self._wanted, find_spots(session, batch_id, self._wanted.values()), strict=True))
        self._wanted.clear()

    def spot(self, unit: Unit, hung: Hung, hamlet: Hung) -> str:
        """Return the part of a line that tells the place and the hamlet of a row."""
        key = unit.number, hung.number, hamlet.number
        line = self._lines.get(key)
        if line is None:
            if len(self._lines) >= _MOST_REMEMBERED:
                self._lines.clear()
            line = self._lines[key] = self._spot_line(unit, hung, hamlet)
        return line

    def _spot_line(self, unit: Unit, hung: Hung, hamlet: Hung) -> str:
        here, there = self._spots.get((unit.number, hung.number)), self._spots.get((unit.number, hamlet.number))
        several = (here is not None and here.several) or (there is not None and there.several)
        cells = (
            hung.number or None, here and here.place_id, escaped(hung.kind), escaped(hung.key), "t" if here and here.known else "f",
            "t" if several else "f", hamlet.number or None, there and there.place_id,
        )  # fmt: skip
        return "\t".join("\\N" if cell is None else str(cell) for cell in cells)

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

    def write(self, session: Session) -> None:
        """Write what was found since the last time."""
        for table, names, waiting in (
            ("unit_key", ("k", "choices", "undecided", "todays", "said"), self.units),
            ("unit_candidate", ("k", "recorded_unit_id", "commune_id", "origin_id"), self.candidates),
            ("place_said", ("p", "kind", "name", "key", "other"), self._places),
            ("issue", ("row_no", "code", "mild", "details"), self._issues),
        ):
            if waiting:
                copy(session, table, names, waiting)
                waiting.clear()


class UnitReader(Remembered):
    """Reads stated units, (ma_xa, xa, huyen, tinh) as written, each once; `within` is the code of the province of the batch."""

    def __init__(self, directory: Directory, postals: Mapping[int, str], meanings: Meanings, within: str | None) -> None:
        super().__init__(self._unit)
        self._directory, self._postals, self._meanings, self._within = directory, postals, meanings, within
        self._next = 0

    def _unit(self, ma_xa: str, xa: str, huyen: str, tinh: str) -> Unit:
        said = doors.units(ma_xa.strip(), xa.strip(), huyen.strip(), tinh.strip())
        found = match(self._directory, Stated(*said.key, self._within))
        self._next += 1
        shown = ", ".join(name.strip() for name in (xa, huyen, tinh) if name.strip())
        todays = array(today for _, today in found.candidates)
        self._meanings.units.append((self._next, len(found.candidates), found.undecided, todays, shown))
        self._meanings.candidates += [(self._next, recorded, today, self._origin(recorded)) for recorded, today in found.candidates]
        issues = said.issues + tuple(Found(one.code, one.details, not one.fatal) for one in found.findings)
        if len(found.candidates) != 1:
            return Unit(self._next, "\t".join((str(self._next), str(len(found.candidates)), *["\\N"] * 5)), issues, decided=False)
        return self._decided(*found.candidates[0], issues)

    def _decided(self, recorded: int, today: int, issues: tuple[Found, ...]) -> Unit:
        origin, postal, province = self._origin(recorded), self._postals.get(today, ""), self._directory.units[today].province_code
        if self._within is not None and province != self._within:
            issues += (Found("row.outside_province", {"province": province}),)
        cells = (self._next, 1, today, recorded, "\\N" if origin is None else origin, province, postal or "\\N")
        return Unit(self._next, "\t".join(map(str, cells)), issues, True, today, origin or 0, postal)

    def _origin(self, recorded: int) -> int | None:
        """Return the recorded unit where it is one of before: a hamlet keeps it as its origin."""
        return None if self._directory.units[recorded].valid_to is None else recorded
