"""Speaks the dialect of addok and the French BAN: text to points, point to addresses."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from registry.security.roles import Scope
from service import visible
from service.access import needs
from service.asking import AskerDep
from service.kept import KeptRoute
from service.limits import walking
from service.ranked import MOST, in_area, ranked, shown_verdict
from service.schemas.geocodejson import collection
from service.schemas.params import ReverseParams, SearchParams

router = APIRouter(tags=["geocodejson"], route_class=KeptRoute, dependencies=[needs(Scope.SEARCH)])


@router.get("/search/", include_in_schema=False, dependencies=[Depends(walking)])
@router.get("/search", dependencies=[Depends(walking)])
def search(asked: Annotated[SearchParams, Query()], asker: AskerDep) -> dict[str, Any]:
    """Find places by text; with `autocomplete=1` by the beginning of one. Doors are shown to keys that may see them."""
    if asked.autocomplete:
        suggested = visible.suggest(asker.session, asker.resolver, asker.caller, asked.q, MOST)
        found = in_area(suggested, asked.postcode, asked.citycode)
        return collection(found, query=asked.q, limit=asked.limit, filters=asked.filters()) | {"data_version": asker.version}
    answer = asker.answer(asked.query(MOST))
    told = collection(ranked(answer), query=asked.q, limit=asked.limit, filters=asked.filters(), verdict=shown_verdict(answer))
    return told | {"data_version": asker.version}


@router.get("/reverse/", include_in_schema=False)
@router.get("/reverse")
def reverse(asked: Annotated[ReverseParams, Query()], asker: AskerDep) -> dict[str, Any]:
    """Find the doors nearest to a point, else the commune it lies in, with the units of the day `on` (today when it is left out).

    `type` asks for the streets or hamlets of those doors instead. Who sees no doors there is told the commune.
    """
    limit = MOST if asked.postcode or asked.citycode else asked.limit
    point = asked.lat, asked.lon
    seen = visible.at_point(asker.session, asker.resolver, asker.caller, point, asked.type, limit, asked.on)
    found = in_area(seen, asked.postcode, asked.citycode)
    told = collection(found, query=f"{asked.lat},{asked.lon}", limit=asked.limit, filters=asked.filters(), already_filtered=True)
    return told | {"data_version": asker.version}
