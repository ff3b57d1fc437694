"""Hands out doors in bulk as OGC API Features does: collections, and pages of items with links."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from registry.security.roles import Scope
from service.access import CallerDep
from service.deps import NoParams, ReaderDep, VersionDep
from service.items import COLLECTION, Area, page
from service.schemas.moment import read_moments
from service.schemas.params import ItemParams, read_box
from service.tagged import PublicTagged, Tagged

GEOJSON: Final = "application/geo+json"
router = APIRouter(prefix="/v1", tags=["collections"], route_class=PublicTagged)
bulk = APIRouter(prefix="/v1", tags=["collections"], route_class=Tagged)
_CRS: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_TITLE: Final = "Cửa có địa chỉ / Doors with an address"
# West, south, east, north of what the registry takes, in degrees WGS 84.
_VIETNAM: Final = [102, 6, 118, 24]


class GeoJSON(JSONResponse):
    """An answer in GeoJSON (RFC 7946)."""

    media_type = GEOJSON


@router.get("/collections")
def collections(_none: Annotated[NoParams, Query()], request: Request) -> dict[str, Any]:
    """List the collections that can be read in bulk."""
    return {"links": [_link(str(request.url_for("collections")), "self")], "collections": [_described(request)]}


@router.get(f"/collections/{COLLECTION}")
def collection(_none: Annotated[NoParams, Query()], request: Request) -> dict[str, Any]:
    """Describe the collection of doors."""
    return _described(request)


@bulk.get(f"/collections/{COLLECTION}/items", response_class=GeoJSON)
def items(asked: Annotated[ItemParams, Query()], request: Request, session: ReaderDep, caller: CallerDep, version: VersionDep) -> GeoJSON:
    """Return doors of an area page by page; follow the link `next` as it stands until there is none.

    `datetime` left out means the live doors of now; an instant, the doors as they stood then; an interval, those that were there at some
    time of it by when they were created and retired, as they are now. A day is a day of Vietnam, as an instant its end.
    """
    caller.must_in(Scope.DOORS, asked.province)
    area = Area(asked.province, read_box(asked.bbox) if asked.bbox else None)
    found = page(session, area, read_moments(asked.datetime) if asked.datetime else None, asked.next, asked.limit)
    links = [_link(str(request.url), "self", GEOJSON)]
    if found.next is not None:
        links.append(_link(str(request.url.include_query_params(next=found.next)), "next", GEOJSON))
    links.append(_link(str(request.url_for("collection")), "collection"))
    counted = {"numberReturned": len(found.features), "data_version": version}
    return GeoJSON({"type": "FeatureCollection", "features": list(found.features), "links": links, **counted})


def _described(request: Request) -> dict[str, Any]:
    links = [
        _link(str(request.url_for("collection")), "self"),
        _link(str(request.url_for("items")), "items", GEOJSON),
    ]
    extent = {"spatial": {"bbox": [_VIETNAM], "crs": _CRS}, "temporal": {"interval": [[None, None]]}}
    named = {"id": COLLECTION, "title": _TITLE, "itemType": "feature", "crs": [_CRS], "storageCrs": _CRS}
    return {**named, "extent": extent, "links": links}


def _link(href: str, rel: str, kind: str = "application/json") -> dict[str, str]:
    return {"href": href, "rel": rel, "type": kind}
