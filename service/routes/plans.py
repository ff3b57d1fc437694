"""Tells how the frozen periods went on, what the plans want, and the other indicators that they ask for."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from registry.infrastructure import indicators as measured
from registry.target_status import FORMULA, statuses
from registry.targets import HOUSEHOLDS
from registry.targets import targets as wanted
from registry.trends import series as over_time
from service.access import CallerDep, hides_small
from service.deps import ReaderDep
from service.schemas.params import IndicatorParams, SeriesParams, TargetParams

router = APIRouter(prefix="/v1", tags=["coverage"])


@router.get("/coverage/series")
def series(asked: Annotated[SeriesParams, Query()], session: ReaderDep, caller: CallerDep) -> dict[str, Any]:
    """Return the frozen periods of a province by commune, or of the country by province, on today's map or that of each day."""
    return over_time(session, asked.province, map=asked.map, kind=asked.kind, public=hides_small(caller, asked.province)).to_dict()


@router.get("/targets")
def targets(asked: Annotated[TargetParams, Query()], session: ReaderDep) -> dict[str, Any]:
    """Return the targets and how the country and provinces stand; no communes, whose numbers may be too small for the public."""
    judged = statuses(session, asked.province, year=asked.year, on=asked.on)
    others = [each for each in wanted(session, asked.province, year=asked.year) if each.indicator != HOUSEHOLDS]
    return {
        "trend": {"vi": FORMULA[0], "en": FORMULA[1]}, "households": [each.to_dict() for each in judged],
        "infrastructure": [each.to_dict() for each in others],
    }  # fmt: skip


@router.get("/indicators")
def indicators(asked: Annotated[IndicatorParams, Query()], session: ReaderDep) -> dict[str, Any]:
    """Return the infrastructure indicators of a province and its communes, or of the country and its provinces, beside their targets."""
    return measured(session, asked.province, asked.year).to_dict()
