"""Decides what to offer while somebody types: units and places by prefix, doors once a number and a place are there."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy.orm import Session

from geocode.doors import begun_doors
from geocode.gazetteer import Gazetteer, GazUnit
from geocode.label import door_candidate, label, place_label, units_on, wide_units
from geocode.match import match
from geocode.normalise import normalise
from geocode.place_table import GazPlace
from geocode.types import Candidate, Level, PartScore, Query, Verdict
from registry.place_key import hamlet_key, street_key
from registry.text import fold

MOST_SCANNED = 200
# So many communes of a street that many have; words behind the name choose among them.
MOST_OF_ONE_NAME = 30
MOST_REMEMBERED = 5000
SHORTEST = 2


class Entry(NamedTuple):
    """One name that may be completed: its sort key, and the unit or place it stands for."""

    key: str
    weight: int
    unit: GazUnit | None
    place: GazPlace | None


class Suggester:
    """Completes by binary search over sorted names; built once for a gazetteer."""

    def __init__(self, gazetteer: Gazetteer, units: "UnitNames | None" = None) -> None:
        """Sort the keys of places, and the names of units unless they are taken over from another suggester."""
        self._gazetteer = gazetteer
        self.units = units or UnitNames(gazetteer)
        self._place_keys = sorted(gazetteer.places.keys())

    def suggest(self, session: Session, typed: str, limit: int, *, doors: bool = True) -> list[Candidate]:
        """Return at most `limit` completions of a text, best first; never an error for odd text."""
        read = normalise(typed)
        if not read.tokens or len(typed.strip()) < SHORTEST:
            return []
        number = 1 if read.tokens[0].numeric else 0
        words = fold(read.raw(number, len(read.tokens)))
        found: list[Candidate] = []
        if number and words and doors:
            found += self._doors(session, read.tokens[0].key, words, limit)
        if len(found) < limit:
            found += [self._candidate(entry) for entry in self._matching(words or fold(typed))[:limit]]
        if not found:
            found = self._resolved(session, Query(typed, limit=limit, doors=doors))
        return _distinct(found)[:limit]

    def _resolved(self, session: Session, query: Query) -> list[Candidate]:
        """Return what the whole text resolves to already."""
        answer = match(session, self._gazetteer, [query])[0]
        if answer.verdict is Verdict.REJECT or answer.best is None:
            return []
        return [answer.best, *answer.candidates] if answer.verdict is not Verdict.AMBIGUOUS else list(answer.candidates)

    def _matching(self, words: str) -> list[Entry]:
        """Return entries whose name begins with the words, or is their first part while the rest begins words of a unit around it."""
        exact = self._prefix(words)
        if exact:
            return exact
        parts = words.split(" ")
        communes: frozenset[int] | None = None
        for cut in range(len(parts) - 1, 0, -1):
            begun = self.units.around.communes(parts[cut])
            communes = begun if communes is None else communes & begun
            if not communes:
                return []
            fitting = self._named(" ".join(parts[:cut]), communes)
            if fitting:
                return fitting
        return []

    def _prefix(self, words: str) -> list[Entry]:
        """Return the heaviest entries that begin with the words."""
        start = bisect_left(self.units.keys, words)
        stop = bisect_left(self.units.keys, words + "\uffff", lo=start)
        found = self.units.entries[start : min(stop, start + MOST_SCANNED)]
        for typed in _spellings(words):
            at = bisect_left(self._place_keys, typed)
            last = min(at + MOST_SCANNED, len(self._place_keys))
            while at < last and self._place_keys[at].startswith(typed) and len(found) < MOST_SCANNED:
                found = found + self._of_key(self._place_keys[at], None)
                at += 1
        return sorted(found, key=lambda entry: (-entry.weight, len(entry.key), entry.key))

    def _named(self, name: str, communes: frozenset[int]) -> list[Entry]:
        """Return the units and places of exactly that name in those communes."""
        start = bisect_left(self.units.keys, name)
        found: list[Entry] = []
        while start < len(self.units.keys) and self.units.keys[start] == name:
            unit = self.units.entries[start].unit
            found += [self.units.entries[start]] if unit and not communes.isdisjoint(unit.today) else []
            start += 1
        return found + [entry for key in _spellings(name) for entry in self._of_key(key, communes)]

    def _of_key(self, key: str, communes: frozenset[int] | None) -> list[Entry]:
        """Return the places of one key, in those communes or anywhere."""
        return [
            Entry(key, _PLACE_WEIGHT - (place.kind == "hamlet") * _HAMLET_LESS, None, place)
            for place in self._gazetteer.places.find(key, communes, MOST_OF_ONE_NAME)
        ]

    def _doors(self, session: Session, number: str, words: str, limit: int) -> list[Candidate]:
        """Return doors of the places that the words begin, whose number begins as typed."""
        places = [entry.place for entry in self._matching(words) if entry.place][:30]
        if not places:
            return []
        found = begun_doors(session, [place.id for place in places], number, limit)
        return [door_candidate(self._gazetteer, door, None, 0.9, (_PART,)) for door in found]

    def _candidate(self, entry: Entry) -> Candidate:
        """Describe a unit or place as a completion."""
        gazetteer = self._gazetteer
        if entry.place:
            units = units_on(gazetteer, entry.place.commune_id, None, None)
            commune = gazetteer.commune(entry.place.commune_id)
            hamlet = entry.place.kind == "hamlet"
            return Candidate(
                Level.HAMLET if hamlet else Level.STREET, units, 0.6, label("", place_label(entry.place), "", units),
                place_label(entry.place), lat=commune.lat, lon=commune.lon, parts=(_PART,),
            )  # fmt: skip
        unit = entry.unit
        if unit is None or unit.level != "commune" or not unit.today:
            units = wide_units(gazetteer, unit) if unit else units_on(gazetteer, 0, None, None)
            return Candidate(Level.PROVINCE, units, 0.4, units.province.name if units.province else "", parts=(_PART,))
        units = units_on(gazetteer, unit.today[0], None, None)
        commune = gazetteer.commune(unit.today[0])
        note = "" if unit.world == "new" else f" (nay thuộc; trước là {unit.full_name})"
        return Candidate(Level.COMMUNE, units, 0.5, label("", "", "", units) + note, lat=commune.lat, lon=commune.lon, parts=(_PART,))


def _spellings(words: str) -> list[str]:
    """Return the keys under which typed words may be a street or hamlet, with or without their type word."""
    return [key for key in dict.fromkeys((words, street_key(words), hamlet_key(words))) if key]


class UnitNames:
    """The names of units in force and of old communes in order, and the words around each commune; they outlive a change of places."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        """Sort them."""
        self.entries = sorted(_unit_entries(gazetteer), key=lambda entry: (entry.key, -entry.weight))
        self.keys = [entry.key for entry in self.entries]
        self.around = _Around(gazetteer)


class _Around:
    """Finds communes by the beginning of any word of their own name or of the units around them, today and before 2025-07-01."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        """Sort every word of every name once."""
        pairs: set[tuple[str, int]] = set()
        for commune in gazetteer.current.values():
            if commune.level == "commune":
                names = [commune.full_name, gazetteer.province_of(commune.id).full_name]
                for unit in gazetteer.predecessors.get(commune.id, ()):
                    above = (gazetteer.old.get(("district", unit.district)), gazetteer.old.get(("province", unit.province)))
                    names += [unit.full_name, *(each.full_name for each in above if each)]
                pairs |= {(word, commune.id) for name in names for word in fold(name).split(" ")}
        ordered = sorted(pairs)
        self._words = [word for word, _ in ordered]
        self._communes = array("i", (commune for _, commune in ordered))
        self._known: dict[str, frozenset[int]] = {}

    def communes(self, begun: str) -> frozenset[int]:
        """Return the communes around which a word begins like this; remembered, because each key typed asks for the same words again."""
        found = self._known.get(begun)
        if found is None:
            start = bisect_left(self._words, begun)
            found = frozenset(self._communes[start : bisect_left(self._words, begun + "\uffff", lo=start)])
            if len(self._known) < MOST_REMEMBERED:
                self._known[begun] = found
        return found


_PART = PartScore("prefix", 1.0, 1.0, "đang gõ")
_WEIGHTS = {"province": 50, "commune": 40}
_PLACE_WEIGHT, _HAMLET_LESS = 30, 10


def _unit_entries(gazetteer: Gazetteer) -> Iterator[Entry]:
    """Yield the names of units to complete, bare and with their type word."""
    for unit in gazetteer.by_id.values():
        if unit.valid_to is not None and (unit.world != "old" or unit.level != "commune" or unit.name.isdigit()):
            continue
        weight = _WEIGHTS.get(unit.level, 0) if unit.valid_to is None else 10
        if weight:
            yield Entry(fold(unit.name), weight, unit, None)
            yield Entry(fold(unit.full_name), weight, unit, None)


def _distinct(candidates: list[Candidate]) -> list[Candidate]:
    """Return the candidates once each, in order."""
    seen: set[str] = set()
    return [each for each in candidates if not (each.label in seen or seen.add(each.label))]  # type: ignore[func-returns-value]
