"""Hands out the report of coverage as a file: of today, of a quarter or of a year."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from registry import db
from registry.coverage import coverage
from registry.coverage_public import public
from registry.errors import UsageError
from registry.periods import read_period
from registry.security.roles import Scope
from service.access import CallerDep, hides_small, needs
from service.deps import ReaderDep
from service.reports.official_data import report_of_day, report_of_period
from service.reports.official_files import MEDIA, file_name, official_file
from service.schemas.params import ReportParams

router = APIRouter(prefix="/v1", tags=["coverage"], dependencies=[needs(Scope.COVERAGE)])
# A paper over the whole country asks for more than a question at the door.
_SECONDS = 60.0


@router.get("/coverage/report", response_class=Response, responses={200: {"content": {kind: {} for kind in MEDIA.values()}}})
def report(asked: Annotated[ReportParams, Query()], session: ReaderDep, caller: CallerDep) -> Response:
    """Return the report as a file to be kept; `period` is a quarter or a year, left out it is today. Small units are hidden."""
    db.take_time(session, _SECONDS)
    for_all = hides_small(caller, asked.province)
    if asked.period is None:
        figures = coverage(session, asked.province)
        found = report_of_day(session, public(session, figures) if for_all else figures)
    else:
        period = read_period(asked.period)
        if period.kind not in {"quarter", "year"}:
            raise UsageError(f"Không có báo cáo cho kỳ “{period.name}”.", f"No report for {period.name}.", hint="Ví dụ: 2026-Q3, 2026")
        found = report_of_period(session, period.kind, asked.province, period, public=for_all)
    named = {"Content-Disposition": f'attachment; filename="{file_name(found, asked.format)}"'}
    return Response(official_file(found, asked.format), media_type=MEDIA[asked.format], headers=named)
