"""Tells what stands behind a code, and what happened to it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from registry.codes import read
from registry.errors import NotFoundError
from registry.life.door import find as door_of
from registry.life.story import story
from registry.security.roles import Role, Scope
from service.access import CallerDep, needs
from service.code_card import find, is_plate
from service.deps import NoParams, ReaderDep, VersionDep
from service.limits import missed, plates, walking
from service.tagged import Tagged

router = APIRouter(prefix="/v1", tags=["codes"], route_class=Tagged, dependencies=[needs(Scope.SEARCH)])


@router.get("/codes/{code}", dependencies=[Depends(walking)])
def code(
    code: str, _none: Annotated[NoParams, Query()], request: Request, session: ReaderDep, caller: CallerDep, version: VersionDep
) -> dict[str, Any]:
    """Return the door behind a code given in full, and whether the code still holds."""
    try:
        told = find(session, code, caller, plates=plates(request, caller))
    except NotFoundError:
        missed(request, caller)
        raise
    if caller.role is not Role.PUBLIC and is_plate(told):
        missed(request, caller)
    return told | {"data_version": version}


@router.get("/codes/{code}/history", dependencies=[needs(Scope.DOORS)])
def history(code: str, _none: Annotated[NoParams, Query()], session: ReaderDep, caller: CallerDep, version: VersionDep) -> dict[str, Any]:
    """Return what happened to the door behind a code, the oldest first; nobody's name, no reasons, nothing of the households."""
    asked = read(code)
    door_of(session, asked, caller.sees_doors)
    return {"code": asked.text, "events": [entry.public() for entry in story(session, code, notes=False)], "data_version": version}
