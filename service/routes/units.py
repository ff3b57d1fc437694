"""Tells what a unit code means or meant, and which communes a province has."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from service.deps import ReaderDep, VersionDep
from service.schemas.params import OnDay, ProvinceParams
from service.tagged import PublicTagged
from service.unit_list import list_units, story_of

router = APIRouter(prefix="/v1", tags=["units"], route_class=PublicTagged)


@router.get("/units")
def units(asked: Annotated[ProvinceParams, Query()], session: ReaderDep, version: VersionDep) -> dict[str, Any]:
    """List the communes of a province, or the provinces, in force today."""
    return {"province": asked.province, "units": list_units(session, asked.province), "data_version": version}


@router.get("/units/{code}")
def unit(code: str, asked: Annotated[OnDay, Query()], session: ReaderDep, version: VersionDep) -> dict[str, Any]:
    """Return every meaning of a code over time, or the one on a day, each with what it came from and became."""
    return story_of(session, code, asked.on) | {"data_version": version}
