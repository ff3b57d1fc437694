"""Tells how far the households of a unit have a digital address, each figure with its definition."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from registry import db
from registry.coverage import coverage as figures
from registry.coverage_cells import cells, public_cells
from registry.coverage_public import public
from registry.coverage_words import source_words
from registry.security.roles import Scope
from service.access import CallerDep, hides_small, needs
from service.deps import ReaderDep, VersionDep
from service.schemas.params import CoverageParams
from service.tagged import PublicTagged

router = APIRouter(prefix="/v1", tags=["coverage"], route_class=PublicTagged, dependencies=[needs(Scope.COVERAGE)])
_RESOLUTION = 8
# Cells of a province count its doors.
_SECONDS = 60.0


@router.get("/coverage")
def coverage(asked: Annotated[CoverageParams, Query()], session: ReaderDep, caller: CallerDep, version: VersionDep) -> dict[str, Any]:
    """Return the communes of a province and its total; without a province one line a province and the country's total.

    `by` asks for other lines: commune, district (of before 2025-07-01), province, or h3 (GeoJSON of cells of a province). Units of 1 to 4
    households are hidden, and as many others as it takes that they cannot be computed back.
    """
    db.take_time(session, _SECONDS)
    for_all = hides_small(caller, asked.province)
    if asked.by == "h3":
        count = public_cells if for_all else cells
        return count(session, asked.province or "", asked.resolution or _RESOLUTION).to_geojson() | {"data_version": version}
    report = figures(session, asked.province, asked.on, by=asked.by, baseline=asked.baseline)
    report = public(session, report) if for_all else report
    said = [dict(zip(("vi", "en"), source_words(each), strict=True)) for each in report.sources]
    return report.to_dict() | {"source_words": said, "data_version": version}
