"""Tells how far the households of a unit have a digital address, each figure with its definition."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from registry.coverage import coverage as figures
from registry.coverage_words import source_words
from service.deps import SessionDep
from service.schemas.params import CoverageParams

router = APIRouter(prefix="/v1", tags=["coverage"])


@router.get("/coverage")
def coverage(asked: Annotated[CoverageParams, Query()], session: SessionDep) -> dict[str, Any]:
    """Return the communes of a province and its total; without a province one line a province and the country's total."""
    report = figures(session, asked.province, asked.on)
    said = [dict(zip(("vi", "en"), source_words(each), strict=True)) for each in report.sources]
    return report.to_dict() | {"source_words": said}
