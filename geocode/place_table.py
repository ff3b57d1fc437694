"""Decides how half a million places lie in memory: columns instead of objects, names stored once, found by key and commune.

A place becomes an object only when a question needs it; the numbered hamlets that every commune has share one key and are found by
bisection over their communes.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from geocode.tuples import maker

FEW = 8
# Finding one commune among the rows of a key costs as much as looking at so many rows.
BISECTION_COSTS = 16
KINDS = ("street", "alley", "hamlet", "area", "building")
_CODE_OF = {kind: number for number, kind in enumerate(KINDS)}


class GazPlace(NamedTuple):
    """One place of a commune of today; `origin` is the old commune that a hamlet was recorded in."""

    id: int
    commune_id: int
    kind: str
    name: str
    key: str
    origin: int | None = None


_place = maker(GazPlace)


class PlaceTable:
    """Places by key and commune, and by id; read-only once it is filled."""

    def __init__(self, rows: Iterable[Sequence[Any]] = ()) -> None:
        """Fill from (id, commune id, kind, name, key, origin id) in any order."""
        ids, communes, origins, kinds = array("q"), array("i"), array("i"), bytearray()
        names: list[str] = []
        keys: list[str] = []
        strings: dict[str, str] = {}
        by_key: dict[str, list[int]] = {}
        for row, (place_id, commune, kind, name, key, origin) in enumerate(rows):
            ids.append(place_id)
            communes.append(commune)
            origins.append(origin or 0)
            kinds.append(_CODE_OF[kind])
            names.append(strings.setdefault(name, name))
            shared = strings.setdefault(key, key)
            keys.append(shared)
            by_key.setdefault(shared, []).append(row)
        self._ids, self._communes, self._origins, self._kinds, self._names, self._keys = ids, communes, origins, kinds, names, keys
        self._by_key = {key: self._packed(found) for key, found in by_key.items()}
        self._by_id = array("i", sorted(range(len(ids)), key=ids.__getitem__))
        self._ordered_ids = array("q", (ids[row] for row in self._by_id))
        self._by_commune = array("i", sorted(range(len(ids)), key=communes.__getitem__))
        self._ordered_communes = array("i", (communes[row] for row in self._by_commune))
        self.first_words = frozenset(key.partition(" ")[0] for key in by_key)

    def with_more(self, rows: Iterable[Sequence[Any]]) -> "PlaceTable":
        """Return a table with more places, whose ids are above all those here; this one stays as it is, for those who still read it."""
        more, offset = PlaceTable(rows), len(self)
        joined = PlaceTable()
        joined._ids, joined._communes = self._ids + more._ids, self._communes + more._communes
        joined._origins, joined._kinds = self._origins + more._origins, self._kinds + more._kinds
        joined._names, joined._keys = self._names + more._names, self._keys + more._keys
        joined._by_key = dict(self._by_key)
        for key, held in more._by_key.items():
            before = self._by_key.get(key, ())
            joined._by_key[key] = joined._packed([*_rows(before), *(row + offset for row in _rows(held))])
        joined._by_id = self._by_id + array("i", (row + offset for row in more._by_id))
        joined._ordered_ids = self._ordered_ids + more._ordered_ids
        joined._by_commune = array(
            "i", sorted((*self._by_commune, *(row + offset for row in more._by_commune)), key=joined._communes.__getitem__)
        )
        joined._ordered_communes = array("i", (joined._communes[row] for row in joined._by_commune))
        joined.first_words = self.first_words | more.first_words
        return joined

    @property
    def last_id(self) -> int:
        """Return the highest id; 0 without places."""
        return self._ordered_ids[-1] if self._ordered_ids else 0

    def __len__(self) -> int:
        """Return the number of places."""
        return len(self._ids)

    def __iter__(self) -> Iterator[GazPlace]:
        """Yield every place."""
        return map(self._place, range(len(self._ids)))

    def keys(self) -> Collection[str]:
        """Return every key once."""
        return self._by_key.keys()

    def names(self) -> set[str]:
        """Return every name once."""
        return set(self._names)

    def by_id(self, place_id: int) -> GazPlace | None:
        """Return the place of an id."""
        at = bisect_left(self._ordered_ids, place_id)
        found = at < len(self._ordered_ids) and self._ordered_ids[at] == place_id
        return self._place(self._by_id[at]) if found else None

    def find(self, key: str, communes: Collection[int] | None, most: int) -> tuple[GazPlace, ...]:
        """Return at most so many places with that key in those communes; in all communes when None."""
        held = self._by_key.get(key)
        if held is None:
            return ()
        rows: Iterable[int] = held if isinstance(held, tuple) else held[1]
        if communes is not None:
            if isinstance(held, tuple) or len(communes) * BISECTION_COSTS > len(held[1]):
                column = self._communes
                rows = [row for row in rows if column[row] in communes]
            else:
                rows = [row for commune in communes for row in self._rows_in(held, commune)]
        return tuple([self._place(row) for row in islice(rows, most)])

    def of_commune(self, commune: int) -> Iterator[GazPlace]:
        """Yield the places of one commune."""
        first = bisect_left(self._ordered_communes, commune)
        yield from map(self._place, self._by_commune[first : bisect_right(self._ordered_communes, commune, first)])

    def rows_by_key(self, communes: Iterable[int]) -> dict[str, list[int]]:
        """Return the rows of the places of those communes under their keys; who compares hundreds of keys needs few of the places."""
        found: dict[str, list[int]] = {}
        for commune in communes:
            first = bisect_left(self._ordered_communes, commune)
            for row in self._by_commune[first : bisect_right(self._ordered_communes, commune, first)]:
                found.setdefault(self._keys[row], []).append(row)
        return found

    def at(self, rows: Iterable[int]) -> list[GazPlace]:
        """Return the places of rows."""
        return [self._place(row) for row in rows]

    def _packed(self, rows: list[int]) -> "tuple[int, ...] | list[array[int]]":
        """Return a few rows as they are, many as their communes in order and the rows beside them."""
        if len(rows) <= FEW:
            return tuple(rows)
        rows.sort(key=self._communes.__getitem__)
        return [array("i", (self._communes[row] for row in rows)), array("i", rows)]

    @staticmethod
    def _rows_in(held: "list[array[int]]", commune: int) -> "array[int]":
        """Return the rows of one commune among many."""
        communes, rows = held
        first = bisect_left(communes, commune)
        return rows[first : bisect_right(communes, commune, first)]

    def _place(self, row: int) -> GazPlace:
        """Return the place of a row."""
        return _place(
            (self._ids[row], self._communes[row], KINDS[self._kinds[row]], self._names[row], self._keys[row], self._origins[row] or None)
        )


def _rows(held: "tuple[int, ...] | list[array[int]]") -> Iterable[int]:
    """Return the rows behind a key, however they are packed."""
    return held if isinstance(held, tuple) else held[1]
