"""Speaks the dialect of addok and the French BAN: text to points, point to addresses."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool

from geocode.types import Candidate
from service import visible
from service.asking import Asker, AskerDep
from service.kept import KeptRoute
from service.ranked import MOST, in_area, ranked, shown_verdict
from service.schemas.geocodejson import collection
from service.schemas.params import ReverseParams, SearchParams

router = APIRouter(tags=["geocodejson"], route_class=KeptRoute)


@router.get("/search/", include_in_schema=False)
@router.get("/search")
async def search(asked: Annotated[SearchParams, Query()], asker: AskerDep) -> dict[str, Any]:
    """Find places by text; with `autocomplete=1` by the beginning of one. Doors are shown to keys that may see them."""
    if asked.autocomplete:
        found = in_area(await run_in_threadpool(_suggested, asker, asked.q), asked.postcode, asked.citycode)
        return collection(found, query=asked.q, limit=asked.limit, filters=asked.filters()) | {"data_version": asker.version}
    answer = await asker.answer(asked.query(MOST))
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
    with asker.session() as session:
        seen = visible.at_point(session, asker.resolver, asker.caller, point, asked.type, limit, asked.on)
    found = in_area(seen, asked.postcode, asked.citycode)
    told = collection(found, query=f"{asked.lat},{asked.lon}", limit=asked.limit, filters=asked.filters(), already_filtered=True)
    return told | {"data_version": asker.version}


def _suggested(asker: Asker, text: str) -> list[Candidate]:
    with asker.session() as session:
        return visible.suggest(session, asker.resolver, asker.caller, text, MOST)
