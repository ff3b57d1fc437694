"""Speaks the dialect of addok and the French BAN: text to points, point to addresses."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from registry.security.roles import Scope
from service import visible
from service.access import CallerDep, needs
from service.deps import LiveVersionDep, QuickDep, ResolverDep
from service.kept import KeptRoute
from service.limits import missed, plates, walking
from service.ranked import MOST, in_area, ranked, shown_verdict
from service.schemas.geocodejson import collection
from service.schemas.params import ReverseParams, SearchParams

router = APIRouter(tags=["geocodejson"], route_class=KeptRoute, dependencies=[needs(Scope.SEARCH)])


@router.get("/search/", include_in_schema=False, dependencies=[Depends(walking)])
@router.get("/search", dependencies=[Depends(walking)])
def search(
    asked: Annotated[SearchParams, Query()],
    request: Request,
    session: QuickDep,
    resolver: ResolverDep,
    caller: CallerDep,
    version: LiveVersionDep,
) -> dict[str, Any]:
    """Find places by text; with `autocomplete=1` by the beginning of one. Doors are shown to keys that may see them."""
    if asked.autocomplete:
        suggested = in_area(visible.suggest(session, resolver, caller, asked.q, MOST), asked.postcode, asked.citycode)
        return collection(suggested, query=asked.q, limit=asked.limit, filters=asked.filters()) | {"data_version": version}
    (answer,) = visible.resolve(session, resolver, caller, [asked.query(MOST)], plates=plates(request, caller))
    if visible.is_miss(answer, caller):
        missed(request, caller)
    found = collection(ranked(answer), query=asked.q, limit=asked.limit, filters=asked.filters(), verdict=shown_verdict(answer))
    return found | {"data_version": version}


@router.get("/reverse/", include_in_schema=False)
@router.get("/reverse")
def reverse(
    asked: Annotated[ReverseParams, Query()], session: QuickDep, resolver: ResolverDep, caller: CallerDep, version: LiveVersionDep
) -> dict[str, Any]:
    """Find the doors nearest to a point, else the commune it lies in, with the units of the day `on` (today when it is left out).

    `type` asks for the streets or hamlets of those doors instead. Who sees no doors there is told the commune.
    """
    limit = MOST if asked.postcode or asked.citycode else asked.limit
    seen = visible.at_point(session, resolver, caller, (asked.lat, asked.lon), asked.type, limit, asked.on)
    found = in_area(seen, asked.postcode, asked.citycode)
    told = collection(found, query=f"{asked.lat},{asked.lon}", limit=asked.limit, filters=asked.filters(), already_filtered=True)
    return told | {"data_version": version}
