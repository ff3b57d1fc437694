"""Here is decided how much of an answer its caller sees: doors of the provinces that are his, elsewhere the street, hamlet or commune."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from geocode.convert import Conversion
from geocode.resolver import Resolver
from geocode.types import Answer, Candidate, Level, Query
from registry.security.caller import Caller
from registry.security.roles import Role, Scope
from service import ranked

# A street is shown where one of its doors stands: to about a hundred metres, which is no door.
_DECIMALS: Final = 3
_PLACES: Final = frozenset({Level.ALLEY, Level.STREET, Level.HAMLET})
_REASON: Final = (
    "Trả lời tới đường hoặc thôn; xem từng địa chỉ cần khóa, hoặc tra bằng mã đầy đủ.",
    "Answered down to the street or hamlet; single doors need a key, or a code given in full.",
)


def resolve(session: Session, resolver: Resolver, caller: Caller, queries: Sequence[Query], *, plates: bool = False) -> list[Answer]:
    """Answer questions in their order as the caller may see them.

    With `plates` a code given in full leads to its door in any province; without, one of another province is as though nobody had it.
    What lies outside the caller's provinces is answered as though no door were registered there, so that nothing tells whether one is.
    """
    if caller.in_all(Scope.DOORS):
        return resolver.resolve_many(session, queries)
    if not plates:
        queries = [query._replace(codes_of=_provinces(caller)) for query in queries]
    if not caller.may(Scope.DOORS):
        return _coarse(session, resolver, queries)
    answers = resolver.resolve_many(session, queries)
    hidden = [place for place, answer in enumerate(answers) if not _is_seen(answer, caller)]
    for place, answer in zip(hidden, _coarse(session, resolver, [queries[place] for place in hidden]), strict=True):
        answers[place] = answer
    return answers


def is_miss(answer: Answer, caller: Caller) -> bool:
    """Tell whether an answer to a code is counted against its asker: it leads to no door, or, with a key, to one of another province."""
    if answer.best is None or answer.best.code is None:
        return True
    return caller.role is not Role.PUBLIC and not _within(answer.best, caller)


def convert(session: Session, resolver: Resolver, caller: Caller, text: str) -> Conversion:
    """Rewrite an address; whether its door is registered is told where the caller sees the doors of all that it may mean."""
    if caller.in_all(Scope.DOORS):
        return resolver.convert(session, text)
    if caller.may(Scope.DOORS):
        found = resolver.convert(session, text)
        home = found.unit.province if found.unit else None
        if home is not None and caller.sees_doors(home.code) and all(each.endswith(home.name) for each in found.candidates):
            return found
    found = resolver.convert(session, text, doors=False)
    return replace(found, reason=_REASON[0], reason_en=_REASON[1]) if found.level in _PLACES else found


def suggest(session: Session, resolver: Resolver, caller: Caller, text: str, limit: int) -> list[Candidate]:
    """Return completions; with doors only where the caller sees all of them."""
    if not caller.may(Scope.DOORS):
        return [_blurred(each) for each in resolver.suggest(session, text, limit, doors=False)]
    found = resolver.suggest(session, text, limit)
    if all(_within(each, caller) for each in found):
        return found
    return [_blurred(each) for each in resolver.suggest(session, text, limit, doors=False)]


def at_point(
    session: Session,
    resolver: Resolver,
    caller: Caller,
    point: tuple[float, float],
    kind: str | None = None,
    limit: int = 1,
    on: date | None = None,
) -> list[Candidate]:
    """Return what is at a point (latitude, longitude in degrees WGS 84) at the level asked for.

    Who sees no doors in the province that the point lies in today is told the commune, or streets and hamlets roughly.
    """
    if caller.in_all(Scope.DOORS):
        return ranked.at_point(session, resolver, point, kind, limit, on)
    if caller.may(Scope.DOORS) and all(_within(each, caller) for each in resolver.reverse(session, *point, 0)):
        # Near a border the nearest door may lie in the next province.
        return [each for each in ranked.at_point(session, resolver, point, kind, limit, on) if _within(each, caller)]
    if kind == "housenumber":
        return []
    found = ranked.at_point(session, resolver, point, kind or "municipality", limit, on)
    return [_blurred(each) for each in found if each.level is not Level.HOUSEHOLD]


def _coarse(session: Session, resolver: Resolver, queries: Sequence[Query]) -> list[Answer]:
    found = resolver.resolve_many(session, [query._replace(doors=False) for query in queries]) if queries else []
    return [_told(answer) for answer in found]


def _told(answer: Answer) -> Answer:
    """Word an answer that stops at a place: whether the number is registered is neither known nor said."""
    best = _blurred(answer.best) if answer.best else None
    told = replace(answer, best=best, candidates=tuple(_blurred(each) for each in answer.candidates))
    if best is None or best.level not in _PLACES:
        return told
    return replace(told, reason=_REASON[0], reason_en=_REASON[1], working=tuple)


def _blurred(found: Candidate) -> Candidate:
    if found.level not in _PLACES or found.lat is None or found.lon is None:
        return found
    return found._replace(lat=round(found.lat, _DECIMALS), lon=round(found.lon, _DECIMALS), distance_m=None)


def _provinces(caller: Caller) -> frozenset[str]:
    return (caller.provinces or frozenset()) if caller.may(Scope.DOORS) else frozenset()


def _is_seen(answer: Answer, caller: Caller) -> bool:
    return all(_within(each, caller) for each in (answer.best, *answer.candidates) if each is not None)


def _within(found: Candidate, caller: Caller) -> bool:
    """Tell whether a candidate lies in a province of the caller; one of no province tells of no door."""
    province = found.unit.province
    return caller.sees_doors(province.code) if province is not None else found.level not in {Level.HOUSEHOLD, *_PLACES}
