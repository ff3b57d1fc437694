"""Speaks to clients of Photon: its `/api` with the properties that they read; their `/reverse` is the one of addok."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query

from service.asking import AskerDep
from service.kept import KeptRoute
from service.ranked import MOST, ranked, shown_verdict
from service.schemas.geocodejson import collection
from service.schemas.params import PhotonParams

router = APIRouter(tags=["geocodejson"], route_class=KeptRoute)
_TYPES: Final = {"housenumber": "house", "municipality": "city"}


@router.get("/api/", include_in_schema=False)
@router.get("/api")
async def photon(asked: Annotated[PhotonParams, Query()], asker: AskerDep) -> dict[str, Any]:
    """Find places by text as Photon does; `bbox` is west,south,east,north in degrees WGS 84, `lang` changes nothing."""
    answer = await asker.answer(asked.query(MOST))
    found = [each for each in ranked(answer) if asked.holds(each.lon, each.lat)]
    told = collection(found, query=asked.q, limit=asked.limit, filters={}, verdict=shown_verdict(answer))
    for feature in told["features"]:
        kind = feature["properties"]["type"]
        feature["properties"]["type"] = _TYPES.get(kind, kind)
    return told | {"data_version": asker.version}
