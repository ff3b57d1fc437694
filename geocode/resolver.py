"""Decides how the geocoder is used: one object a process, holding the gazetteer of one moment."""

import re
from collections.abc import Sequence
from datetime import date
from itertools import islice

from sqlalchemy.orm import Session

from geocode.code_answer import answer_code
from geocode.convert import Conversion, convert
from geocode.decide import rejected
from geocode.gazetteer import Gazetteer
from geocode.gazetteer_load import grown, load_gazetteer
from geocode.match import match
from geocode.pair import addresses_in, both
from geocode.reverse import reverse
from geocode.suggest import Suggester
from geocode.types import Answer, Candidate, Query
from registry.codes import Code, read
from registry.codes_detect import FoundCode, find
from registry.errors import CodeError

LONGEST_SEARCHED = 1000
LONGEST_CODE = 24
_DIGIT = re.compile(r"\d")


class Resolver:
    """Answers questions about addresses; thread-safe, because it never changes: who wants newer places makes another by `grown`."""

    def __init__(self, gazetteer: Gazetteer, suggester: Suggester | None = None) -> None:
        """Keep a filled gazetteer."""
        self._gazetteer = gazetteer
        self._suggester = suggester or Suggester(gazetteer)

    @classmethod
    def open(cls, session: Session) -> "Resolver":
        """Load the gazetteer and return a resolver; a few seconds for the country."""
        return cls(load_gazetteer(session))

    @property
    def gazetteer(self) -> Gazetteer:
        """Return the gazetteer in use; read-only."""
        return self._gazetteer

    @property
    def data_version(self) -> str:
        """Return the version of the registry that the gazetteer was read from."""
        return self._gazetteer.version

    def grown(self, session: Session) -> "Resolver | None":
        """Return a resolver that knows the places registered since as well, in a fraction of a second; None when all must be read again."""
        fresh = grown(self._gazetteer, session)
        return Resolver(fresh, Suggester(fresh, self._suggester.units)) if fresh else None

    def resolve(self, session: Session, query: Query) -> Answer:
        """Answer one question; odd texts are rejected with a reason, never an error."""
        return self.resolve_many(session, [query])[0]

    def resolve_many(self, session: Session, queries: Sequence[Query]) -> list[Answer]:
        """Answer many questions in order, looking their doors up together."""
        gazetteer = self._gazetteer
        answers: dict[int, Answer] = {}
        for place, query in enumerate(queries):
            by_code = self._try_codes(session, gazetteer, query)
            if by_code is not None:
                answers[place] = by_code
        asked: list[Query] = []
        cells: list[tuple[int, tuple[str, ...]]] = []
        for place, query in enumerate(queries):
            if place not in answers:
                parts = addresses_in(query.text)
                cells.append((place, parts))
                asked += [query._replace(text=part) for part in parts] or [query]
        matched = iter(match(session, gazetteer, asked))
        for place, parts in cells:
            answers[place] = both(queries[place].text, tuple(islice(matched, len(parts)))) if parts else next(matched)
        return [answers[place] for place in range(len(queries))]

    def by_code(self, session: Session, text: str) -> Answer:
        """Answer a text that is meant to be a code and nothing else; raises CodeError when it has no code's shape."""
        code = read(text)
        found = answer_code(session, self._gazetteer, Query(text), code)
        return found or rejected(
            text, f"Mã {code.text} đúng dạng nhưng chưa có trong sổ địa chỉ.", f"The code {code.text} is well formed but not registered."
        )

    def convert(self, session: Session, text: str, *, doors: bool = True) -> Conversion:
        """Rewrite an address in today's units and list where it may have come from."""
        return convert(session, self._gazetteer, Query(text, doors=doors))

    def suggest(self, session: Session, text: str, limit: int = 8, *, doors: bool = True) -> list[Candidate]:
        """Return completions of a text that is still being typed, best first; without `doors` only streets, hamlets and units."""
        return self._suggester.suggest(session, text, limit, doors=doors)

    def reverse(self, session: Session, lat: float, lon: float, limit: int = 1, on: date | None = None) -> list[Candidate]:
        """Return the nearest doors to a point (degrees WGS 84), else the commune at it, with the units of a day (today when None)."""
        return reverse(session, self._gazetteer, lat, lon, limit, on)

    @staticmethod
    def _try_codes(session: Session, gazetteer: Gazetteer, query: Query) -> Answer | None:
        """Answer by a code inside the text, if one is there; a text with a broken code and nothing else is rejected with the reason."""
        if not _DIGIT.search(query.text):
            return None
        codes = find(query.text[:LONGEST_SEARCHED])
        if not codes and len(query.text) <= LONGEST_CODE:
            alone = _read_alone(query.text)
            found = answer_code(session, gazetteer, query, alone) if alone else None
            if found is not None:
                return found
        for code in codes:
            if code.code is not None:
                found = answer_code(session, gazetteer, query, code.code, rest=_without(query.text, code))
                if found is not None:
                    return found
        for code in codes:
            rest = _without(query.text, code)
            if code.problem is not None and len(rest) < len(code.raw):
                return rejected(query.text, code.problem.vi, code.problem.en)
            if code.code is not None and code.certain and not rest:
                return rejected(
                    query.text,
                    f"Mã {code.code.text} đúng dạng nhưng chưa có trong sổ địa chỉ.",
                    f"The code {code.code.text} is well formed but not registered.",
                )
        return None


def _read_alone(text: str) -> Code | None:
    """Read a text that is nothing but a code, however it is spaced; None when it is none."""
    try:
        return read(text)
    except CodeError:
        return None


def _without(text: str, code: FoundCode) -> str:
    """Return the text around a code."""
    return (text[: code.start] + " " + text[code.end :]).strip(" ,;:.-")
