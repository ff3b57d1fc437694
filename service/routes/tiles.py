"""Serves the map: vector tiles of communes and doors, and the outlines of provinces."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from registry.security.roles import Scope
from service.access import CallerDep
from service.deps import NoParams, ReaderDep
from service.schemas.params import ProvinceParams
from service.tagged import has
from service.tiles import Layer, Tile, draw, province_outlines, stamp

router = APIRouter(prefix="/v1", tags=["tiles"])
_MVT = "application/vnd.mapbox-vector-tile"
_GEOJSON = "application/geo+json"


@router.get("/tiles/{layer}/{z}/{x}/{y}.mvt", response_class=Response)
def tile(
    layer: Layer, z: int, x: int, y: int, asked: Annotated[ProvinceParams, Query()], request: Request, session: ReaderDep, caller: CallerDep
) -> Response:
    """Return one vector tile; 204 when nothing lies in it. Doors need a key, and a key of single provinces names one of them."""
    wanted = Tile(layer, z, x, y, asked.province)
    wanted.check()
    shared = layer != "addresses"
    if not shared:
        caller.must_in(Scope.DOORS, asked.province)
    version = stamp(session)
    if has(request, f'W/"{version}"'):
        return Response(status_code=304, headers=_caching(version, shared=shared))
    return _answer(draw(session, wanted, request.app.state.tiles, version), _MVT, version, shared=shared)


@router.get("/provinces.geojson", response_class=Response)
def provinces(_none: Annotated[NoParams, Query()], request: Request, session: ReaderDep) -> Response:
    """Return the outlines of today's provinces for small scales."""
    version = stamp(session)
    if has(request, f'W/"{version}"'):
        return Response(status_code=304, headers=_caching(version))
    return _answer(province_outlines(session, request.app.state.tiles, version), _GEOJSON, version)


def _answer(content: bytes, media_type: str, version: str, *, shared: bool = True) -> Response:
    if not content:
        return Response(status_code=204, headers=_caching(version, shared=shared))
    return Response(content, media_type=media_type, headers=_caching(version, shared=shared))


def _caching(version: str, *, shared: bool = True) -> dict[str, str]:
    """Keep for a minute, then ask again: an import shows soon, and an unchanged tile costs one small question.

    What only some may see is kept by their own browsers, never by a cache between.
    """
    return {"ETag": f'W/"{version}"', "Cache-Control": f"{'public' if shared else 'private'}, max-age=60"}
