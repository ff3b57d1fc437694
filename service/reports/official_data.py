"""Decides which data an official report is made from, and fetches them: figures, the time before, targets, indicators, areas."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from registry.coverage import CoverageReport, coverage
from registry.coverage_public import public as public_figures
from registry.coverage_public import secret_of_lines
from registry.errors import NotFoundError, UsageError
from registry.infrastructure import IndicatorReport, indicators
from registry.periods import Period, today
from registry.snapshots import Snapshot, find, frozen_figures, listed
from registry.snapshots import report as frozen_report
from registry.target_status import TargetStatus, statuses
from registry.targets import HOUSEHOLDS, Target, targets
from registry.trends import Series, series
from service.reports.areas import Areas, areas_of
from service.reports.official_form import Form, Issuer, day_words, issuer_of


@dataclass(frozen=True)
class Report:
    """All that a report prints. What is None or empty was not there, and the report says so.

    `frozen` is the snapshot that the figures come from, None for figures counted now; `before` the figures of the frozen period before;
    `statuses`: its own plans; `national`: the country's targets.
    """

    form: Form
    figures: CoverageReport
    issuer: Issuer
    printed_on: date
    period: Period | None = None
    frozen: Snapshot | None = None
    before: CoverageReport | None = None
    before_name: str = ""
    series: Series | None = None
    statuses: tuple[TargetStatus, ...] = ()
    national: tuple[Target, ...] = ()
    indicators: IndicatorReport | None = None
    areas: Areas | None = None


def report_of_period(
    session: Session, form: Form, province: str | None, period: Period, *, issuer: str | None = None, public: bool = False
) -> Report:
    """Gather the report of a quarter or a year: the frozen figures of the period where there are any, else those of its last day so far.

    UsageError for a period that has not begun; NotFoundError for a code that is no province today. `public` hides small units.
    """
    if period.first > today():
        raise UsageError(f"Kỳ {period.name} chưa bắt đầu.", f"{period.name} has not begun.", hint="Chọn kỳ đã qua hoặc đang diễn ra.")
    frozen = _frozen(session, period)
    figures = frozen_report(session, frozen, province) if frozen else coverage(session, province, _last_day(period))
    if public:
        figures = _public_frozen(session, frozen, figures) if frozen else public_figures(session, figures)
    return _with_plans(session, form, figures, period, frozen, issuer)


def report_of_day(session: Session, figures: CoverageReport, *, issuer: str | None = None) -> Report:
    """Gather the report of coverage on one day, around figures that were counted before, for the public or not."""
    return _with_plans(session, "coverage", figures, None, None, issuer)


def _with_plans(
    session: Session, form: Form, figures: CoverageReport, period: Period | None, frozen: Snapshot | None, issuer: str | None
) -> Report:
    province, for_all = figures.province_code, figures.public
    earlier = _earlier(session, period)
    before = frozen_report(session, earlier, province) if earlier else None
    if before and earlier and for_all:
        before = _public_frozen(session, earlier, before)
    return Report(
        form, figures, issuer_of(figures, issuer), today(), period, frozen,
        before=before,
        before_name=earlier.label if earlier else "",
        series=series(session, province, public=for_all) if listed(session) else None,
        statuses=tuple(each for each in statuses(session, province, on=figures.on, public=for_all) if not each.target.reported),
        national=tuple(each for each in targets(session, indicator=HOUSEHOLDS) if each.level == "country"),
        indicators=indicators(session, province, figures.on.year) if form == "year" else None,
        areas=_areas(session, figures),
    )  # fmt: skip


def _public_frozen(session: Session, snapshot: Snapshot, figures: CoverageReport) -> CoverageReport:
    """Hide by what was frozen: the doors of today may be many more."""
    lines = (each.line for each in frozen_figures(session, snapshot).communes)
    return public_figures(session, figures, secret_of_lines(session, snapshot.day, lines))


def _areas(session: Session, figures: CoverageReport) -> Areas | None:
    """Return the areas of the lines; None where they are other units than a province's communes or the country's provinces."""
    level = "commune" if figures.province_code else "province"
    return areas_of(session, figures.province_code, figures.on) if {line.level for line in figures.lines} == {level} else None


def _frozen(session: Session, period: Period) -> Snapshot | None:
    try:
        return find(session, period.name)
    except NotFoundError:
        return None


def _last_day(period: Period) -> date | None:
    """Return the last day of a period, None for one that still runs: its figures are those of today."""
    return period.last if period.last < today() else None


def _earlier(session: Session, period: Period | None) -> Snapshot | None:
    """Return the newest frozen period of the same kind that was over before this one began."""
    if period is None:
        return None
    found = [each for each in listed(session) if each.period.kind == period.kind and each.period.last < period.first]
    return max(found, key=lambda each: (each.period.last, each.revision), default=None)


def wanted_of(report: Report) -> tuple[Target, ...]:
    """Return the targets that count for the whole of a report: those of the province's own plans, else those of the country."""
    own = tuple(each.target for each in report.statuses if report.figures.province_code)
    return own or report.national


def state_of(report: Report) -> str:
    """Tell whether the figures were frozen for the period."""
    if report.frozen:
        return f"Số liệu theo bản chốt kỳ {report.frozen.label}"
    return f"Số liệu đến hết ngày {day_words(report.figures.on)}, chưa chốt kỳ"
