"""Speaks the dialect of addok and the French BAN: text to points, point to addresses."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from service.deps import LiveVersionDep, ResolverDep, SessionDep
from service.ranked import MOST, at_point, in_area, ranked, shown_verdict
from service.schemas.geocodejson import collection
from service.schemas.params import ReverseParams, SearchParams
from service.tagged import Tagged

router = APIRouter(tags=["geocodejson"], route_class=Tagged)


@router.get("/search/", include_in_schema=False)
@router.get("/search")
def search(asked: Annotated[SearchParams, Query()], session: SessionDep, resolver: ResolverDep, version: LiveVersionDep) -> dict[str, Any]:
    """Find places by text; with `autocomplete=1` by the beginning of one."""
    if asked.autocomplete:
        suggested = in_area(resolver.suggest(session, asked.q, MOST), asked.postcode, asked.citycode)
        return collection(suggested, query=asked.q, limit=asked.limit, filters=asked.filters()) | {"data_version": version}
    answer = resolver.resolve(session, asked.query(MOST))
    found = collection(ranked(answer), query=asked.q, limit=asked.limit, filters=asked.filters(), verdict=shown_verdict(answer))
    return found | {"data_version": version}


@router.get("/reverse/", include_in_schema=False)
@router.get("/reverse")
def reverse(
    asked: Annotated[ReverseParams, Query()], session: SessionDep, resolver: ResolverDep, version: LiveVersionDep
) -> dict[str, Any]:
    """Find the doors nearest to a point, else the commune it lies in, with the units of the day `on` (today when it is left out).

    `type` asks for the streets or hamlets of those doors instead.
    """
    limit = MOST if asked.postcode or asked.citycode else asked.limit
    found = in_area(at_point(session, resolver, (asked.lat, asked.lon), asked.type, limit, asked.on), asked.postcode, asked.citycode)
    told = collection(found, query=f"{asked.lat},{asked.lon}", limit=asked.limit, filters=asked.filters(), already_filtered=True)
    return told | {"data_version": version}
