"""Tells what stands behind a code, and what happened to it."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from registry.codes import read
from registry.life.story import story
from service.code_card import find
from service.deps import NoParams, SessionDep, VersionDep
from service.tagged import Tagged

router = APIRouter(prefix="/v1", tags=["codes"], route_class=Tagged)


@router.get("/codes/{code}")
def code(code: str, _none: Annotated[NoParams, Query()], session: SessionDep, version: VersionDep) -> dict[str, Any]:
    """Return the door behind a code of any scheme, and whether the code still holds."""
    return find(session, code) | {"data_version": version}


@router.get("/codes/{code}/history")
def history(code: str, _none: Annotated[NoParams, Query()], session: SessionDep, version: VersionDep) -> dict[str, Any]:
    """Return what happened to the door behind a code, the oldest first; nobody's name, no reasons, nothing of the households."""
    return {"code": read(code).text, "events": [entry.public() for entry in story(session, code)], "data_version": version}
