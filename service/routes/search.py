"""Speaks the dialect of addok and the French BAN: text to points, point to addresses."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from geocode.types import Answer, Candidate, Verdict
from service.deps import ResolverDep, SessionDep
from service.schemas.geocodejson import collection
from service.schemas.params import ReverseParams, SearchParams

router = APIRouter(tags=["geocodejson"])
# A type filter picks among candidates, so more are asked for than are shown.
_MOST = 20


@router.get("/search")
def search(asked: Annotated[SearchParams, Query()], session: SessionDep, resolver: ResolverDep) -> dict[str, Any]:
    """Find places by text; with `autocomplete=1` by the beginning of one."""
    if asked.autocomplete:
        suggested = _in_area(resolver.suggest(session, asked.q, _MOST if asked.filters() else asked.limit), asked)
        return collection(suggested, query=asked.q, limit=asked.limit, filters=asked.filters())
    answer = resolver.resolve(session, asked.query(_MOST if asked.type else asked.limit))
    return collection(_ranked(answer), query=asked.q, limit=asked.limit, filters=asked.filters(), verdict=answer.verdict)


@router.get("/reverse")
def reverse(asked: Annotated[ReverseParams, Query()], session: SessionDep, resolver: ResolverDep) -> dict[str, Any]:
    """Find the doors nearest to a point, else the commune it lies in."""
    found = resolver.reverse(session, asked.lat, asked.lon, _MOST if asked.type else asked.limit)
    filters = {"type": asked.type} if asked.type else {}
    return collection(found, query=f"{asked.lat},{asked.lon}", limit=asked.limit, filters=filters)


def _ranked(answer: Answer) -> list[Candidate]:
    """Return the best candidate and then the others; a rejected question has none."""
    if answer.best is None or answer.verdict is Verdict.REJECT:
        return []
    return [answer.best, *(each for each in answer.candidates if each != answer.best)]


def _in_area(found: list[Candidate], asked: SearchParams) -> list[Candidate]:
    """Keep what lies in the postal code and commune that were asked for."""
    return [
        each
        for each in found
        if asked.postcode in (None, each.unit.postal_code)
        and (asked.citycode is None or (each.unit.commune is not None and each.unit.commune.code == asked.citycode))
    ]
