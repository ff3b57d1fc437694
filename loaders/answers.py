"""Here is decided what whoever reads a slice is told of the rest: where places stand, and whether a row's own number stood before."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy.orm import Session

from loaders import values
from loaders.copying import copy
from loaders.meanings import Placed
from loaders.slices import Answer, Question
from loaders.spots import Spot, Wanted, find_spots

# A file of nothing but distinct places must not fill the memory.
_MOST_REMEMBERED: Final = 200_000


class Answers:
    """Answers the questions of a file's slices, to be asked in their order; a place bears the name under which the file has it first."""

    def __init__(self, session: Session, batch_id: int) -> None:
        self._session, self._batch_id = session, batch_id
        self._next = 0
        self._named: dict[tuple[str, str, str], tuple[int, str]] = {}
        self._spots: dict[tuple[int, int, int], Spot] = {}
        self._numbers = values.Numbers()

    def to(self, question: Question) -> Answer:
        """Find the wanted places, and make those that the registry does not know; note the rows' own numbers."""
        places = self._places(question.wanted)
        return Answer(places, frozenset(at for at, number in enumerate(question.numbers) if self._numbers.repeated(number)))

    def _places(self, wanted: Sequence[Wanted]) -> list[Placed]:
        self._trim()
        new: list[tuple[Any, ...]] = []
        named = [self._numbered(one, new) for one in wanted]
        if new:
            copy(self._session, "place_said", ("p", "kind", "name", "key", "other"), new)
        unknown: dict[tuple[int, int, int], Wanted] = {}
        for one, (number, name) in zip(wanted, named, strict=True):
            place = one.commune_id, one.origin_id, number
            if one.commune_id and place not in self._spots:
                unknown.setdefault(place, one._replace(name=name))
        self._spots.update(zip(unknown, find_spots(self._session, self._batch_id, unknown.values()), strict=True))
        return [
            Placed(number, name, self._spots.get((one.commune_id, one.origin_id, number)))
            for one, (number, name) in zip(wanted, named, strict=True)
        ]  # fmt: skip

    def _numbered(self, one: Wanted, new: list[tuple[Any, ...]]) -> tuple[int, str]:
        """Return the number of a place in `place_said`, whatever its commune, and its name; a new one is put down."""
        key = one.kind, one.key, one.other
        found = self._named.get(key)
        if found is None:
            self._next += 1
            found = self._named[key] = self._next, one.name
            new.append((self._next, one.kind, one.name, one.key, one.other))
        return found

    def _trim(self) -> None:
        """Forget when it is too much; a place that was forgotten gets another number, which does no harm."""
        if len(self._named) >= _MOST_REMEMBERED:
            self._named.clear()
        if len(self._spots) >= _MOST_REMEMBERED:
            self._spots.clear()
