"""Speaks the dialect of addok and the French BAN: text to points, point to addresses."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy.orm import Session

from geocode.resolver import Resolver
from geocode.types import Answer, Candidate, Level, Verdict
from registry.security.roles import Scope
from service import visible
from service.access import CallerDep
from service.deps import ReaderDep, ResolverDep
from service.limits import missed, walking
from service.schemas.geocodejson import collection, has_point, places_of
from service.schemas.params import ReverseParams, SearchParams

router = APIRouter(tags=["geocodejson"])
# Filters and missing points drop candidates, so more are asked for than are shown: `limit` cuts the list and decides nothing else.
_MOST = 40


@router.get("/search", dependencies=[Depends(walking)])
def search(
    asked: Annotated[SearchParams, Query()], request: Request, session: ReaderDep, resolver: ResolverDep, caller: CallerDep
) -> dict[str, Any]:
    """Find places by text; with `autocomplete=1` by the beginning of one. Doors are shown to keys that may see them."""
    if asked.autocomplete:
        suggested = _in_area(visible.suggest(session, resolver, caller, asked.q, _MOST), asked)
        return collection(suggested, query=asked.q, limit=asked.limit, filters=asked.filters())
    (answer,) = visible.resolve(session, resolver, caller, [asked.query(_MOST)])
    if answer.best is None or answer.best.code is None:
        missed(request, caller)
    return collection(_ranked(answer), query=asked.q, limit=asked.limit, filters=asked.filters(), verdict=_verdict(answer))


@router.get("/reverse")
def reverse(asked: Annotated[ReverseParams, Query()], session: ReaderDep, resolver: ResolverDep, caller: CallerDep) -> dict[str, Any]:
    """Find the doors nearest to a point, else the commune it lies in, with the units of the day `on` (today when it is left out).

    `type` asks for the streets or hamlets of those doors instead. Who sees no doors there is told the commune.
    """
    sees = visible.sees_at(session, resolver, caller, asked.lat, asked.lon)
    found = _at(session, resolver, asked) if sees else _around(session, resolver, asked)
    if sees and not caller.in_all(Scope.DOORS):
        found = visible.within(found, caller)
    filters = {"type": asked.type} if asked.type else {}
    return collection(found, query=f"{asked.lat},{asked.lon}", limit=asked.limit, filters=filters, already_filtered=True)


def _at(session: Session, resolver: Resolver, asked: ReverseParams) -> list[Candidate]:
    """Return what is at a point at the level asked for; a street or hamlet that nobody knows there gives way to the commune."""
    if asked.type is None:
        return resolver.reverse(session, asked.lat, asked.lon, asked.limit, asked.on)
    # Where no door is asked for, what remains is the commune.
    commune = resolver.reverse(session, asked.lat, asked.lon, 0, asked.on)
    if asked.type == "municipality":
        return commune
    found = places_of(resolver.reverse(session, asked.lat, asked.lon, _MOST, asked.on), asked.type)
    return found or (commune if asked.type != "housenumber" else [])


def _around(session: Session, resolver: Resolver, asked: ReverseParams) -> list[Candidate]:
    """Return the commune at a point, or the streets or hamlets around it that were asked for, roughly."""
    commune = resolver.reverse(session, asked.lat, asked.lon, 0, asked.on)
    if asked.type in {None, "municipality"}:
        return commune
    if asked.type == "housenumber":
        return []
    found = places_of(resolver.reverse(session, asked.lat, asked.lon, _MOST, asked.on), asked.type)
    return visible.blurred([each for each in found if each.level is not Level.HOUSEHOLD]) or commune


def _ranked(answer: Answer) -> list[Candidate]:
    """Return the best candidate and then the others; a rejected question has none."""
    if answer.best is None or answer.verdict is Verdict.REJECT:
        return []
    # An ambiguous answer's best candidate has had its code taken off: the list holds it whole.
    if answer.verdict is Verdict.AMBIGUOUS:
        return list(answer.candidates)
    return [answer.best, *answer.candidates]


def _verdict(answer: Answer) -> Verdict:
    """Return the verdict on the first feature: certainty about a place without a point is not certainty about the next one."""
    shown = answer.best is None or has_point(answer.best)
    return answer.verdict if shown or answer.verdict is not Verdict.ACCEPT else Verdict.CONFIRM


def _in_area(found: list[Candidate], asked: SearchParams) -> list[Candidate]:
    """Keep what lies in the postal code and commune that were asked for."""
    return [
        each
        for each in found
        if asked.postcode in (None, each.unit.postal_code)
        and (asked.citycode is None or (each.unit.commune is not None and each.unit.commune.code == asked.citycode))
    ]
