"""Tells how the frozen periods went on, what the plans want, and the other indicators that they ask for."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from registry.infrastructure import indicators as measured
from registry.security.roles import Scope
from registry.target_status import FORMULA, statuses
from registry.targets import HOUSEHOLDS
from registry.targets import targets as wanted
from registry.trends import series as over_time
from service.access import CallerDep, hides_small, needs
from service.deps import ReaderDep, VersionDep
from service.schemas.params import IndicatorParams, SeriesParams, TargetParams
from service.tagged import PublicTagged

router = APIRouter(prefix="/v1", tags=["coverage"], route_class=PublicTagged, dependencies=[needs(Scope.COVERAGE)])


@router.get("/coverage/series")
def series(asked: Annotated[SeriesParams, Query()], session: ReaderDep, caller: CallerDep, version: VersionDep) -> dict[str, Any]:
    """Return the frozen periods of a province by commune, or of the country by province, on today's map or that of each day."""
    told = over_time(session, asked.province, map=asked.map, kind=asked.kind, public=hides_small(caller, asked.province))
    return told.to_dict() | {"data_version": version}


@router.get("/targets")
def targets(asked: Annotated[TargetParams, Query()], session: ReaderDep, caller: CallerDep, version: VersionDep) -> dict[str, Any]:
    """Return the targets and how the country and provinces stand; what `/v1/coverage` hides is `hidden` here too."""
    judged = statuses(session, asked.province, year=asked.year, on=asked.on, public=hides_small(caller, asked.province))
    others = [each for each in wanted(session, asked.province, year=asked.year) if each.indicator != HOUSEHOLDS]
    return {
        "trend": {"vi": FORMULA[0], "en": FORMULA[1]}, "households": [each.to_dict() for each in judged],
        "infrastructure": [each.to_dict() for each in others], "data_version": version,
    }  # fmt: skip


@router.get("/indicators")
def indicators(asked: Annotated[IndicatorParams, Query()], session: ReaderDep, version: VersionDep) -> dict[str, Any]:
    """Return the infrastructure indicators of a province and its communes, or of the country and its provinces, beside their targets."""
    return measured(session, asked.province, asked.year).to_dict() | {"data_version": version}
