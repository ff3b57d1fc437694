"""Speaks to clients of Photon: its `/api` with the properties that they read; their `/reverse` is the one of addok."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query

from service.asking import AskerDep
from service.kept import KeptRoute
from service.ranked import MOST, ranked, shown_verdict
from service.schemas.geocodejson import collection
from service.schemas.params import PhotonParams

router = APIRouter(tags=["geocodejson"], route_class=KeptRoute)
# What Photon leaves out of a thing of that type, for another property says it: clients join them all.
_SAID_BY_NAME: Final = {"housenumber": "name", "street": "street", "locality": "locality", "municipality": "city"}
_TYPES: Final = {"housenumber": "house", "municipality": "city"}


@router.get("/api/", include_in_schema=False)
@router.get("/api")
async def photon(asked: Annotated[PhotonParams, Query()], asker: AskerDep) -> dict[str, Any]:
    """Find places by text as Photon does; `bbox` is west,south,east,north in degrees WGS 84, `lang` changes nothing."""
    answer = await asker.answer(asked.query(MOST))
    found = [each for each in ranked(answer) if asked.holds(each.lon, each.lat)]
    told = collection(found, query=asked.q, limit=asked.limit, filters={}, verdict=shown_verdict(answer))
    for feature in told["features"]:
        properties = feature["properties"]
        kind = properties["type"]
        properties["type"] = _TYPES.get(kind, kind)
        # A name that says the same again would be read out twice.
        properties.pop(_SAID_BY_NAME.get(kind, ""), None)
    return told | {"data_version": asker.version}
