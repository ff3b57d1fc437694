"""What the public may not see is nowhere in its papers: not in targets, not in frozen figures, not in totals that are hidden."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from registry.coverage import coverage
from registry.coverage_public import public
from registry.coverage_words import HIDDEN
from registry.models.tables import Succession, Unit
from registry.periods import read_period, today
from registry.snapshots import take
from registry.target_status import statuses
from registry.trends import series
from service.reports.figures_sheet import AT, NAME
from service.reports.official_data import report_of_day, report_of_period
from service.reports.official_document import Paragraph
from service.reports.official_figures import by_unit
from service.reports.official_files import official_file
from service.reports.official_plans import targets_table
from service.reports.official_sections import document_of
from tests.db.test_coverage_units import PROVINCE, a_unit, doors, named
from tests.db.test_snapshots import reform
from tests.db.workbook_sums import Sums

SMALL, LARGE, OTHER = "03166", "03127", "03158"


def test_public_targets_tell_nothing_of_a_hidden_province(session: Session) -> None:
    """Cao Bằng's three households hide Điện Biên's total: its numerator, state and missing households are hidden too."""
    doors(session, "01273", 3)
    doors(session, LARGE, 20)
    assert public(session, coverage(session, PROVINCE)).total.suppressed
    (found,) = statuses(session, PROVINCE, year=2025, public=True)
    assert (found.state, found.numerator, found.denominator, found.value, found.short, found.trend) == (
        "hidden",
        None,
        None,
        None,
        None,
        None,
    )
    (open_to_officers,) = statuses(session, PROVINCE, year=2025)
    assert open_to_officers.numerator == 20
    assert targets_table([found]).rows[0][3::2] == (HIDDEN, HIDDEN)


def test_a_former_province_is_hidden_with_one_of_its_communes(session: Session) -> None:
    """Hà Nam of the plans is a sum inside Ninh Bình: with a hidden commune in it, nothing of it is told."""
    doors(session, "13318", 3)
    doors(session, "13291", 20)
    (found,) = [each for each in statuses(session, "37", year=2025, public=True) if each.code == "35"]
    assert (found.state, found.numerator) == ("hidden", None)


def test_a_unit_that_is_no_more_is_hidden_as_any_other(session: Session) -> None:
    """Three doors that nobody has re-homed yet stand on a line of their own, which the public does not see; nor can it be subtracted."""
    doors(session, SMALL, 3)
    doors(session, LARGE, 20)
    doors(session, OTHER, 20)
    unit = a_unit(session, SMALL)
    session.execute(update(Unit).where(Unit.id == unit.id).values(valid=Range(unit.valid.lower, today(), bounds="[)")))
    session.flush()
    lines = public(session, coverage(session, PROVINCE)).lines
    assert named(lines, f"{SMALL}/{unit.id}").suppressed
    assert sum(line.suppressed for line in lines) > 1


def test_a_public_report_hides_by_what_was_frozen(session: Session) -> None:
    """Three households at the freeze, forty since: the paper of the period hides the three, and so does the next one's look back."""
    doors(session, SMALL, 3)
    doors(session, LARGE, 20)
    doors(session, OTHER, 20)
    day = today()
    snapshot = take(session, str(day.year), on=day)
    doors(session, SMALL, 37)
    report = report_of_period(session, "year", PROVINCE, read_period(snapshot.period.name), public=True)
    assert report.frozen
    assert named(report.figures.lines, SMALL).suppressed
    assert report.series
    assert [point.line.suppressed for line in report.series.lines if line.code == SMALL for point in line.points if point] == [True]


def test_papers_with_a_hidden_total_say_so(session: Session) -> None:
    """No zero, no negative rest and no sum stands where the total is hidden: ‡ in the tables, a sentence in the text."""
    doors(session, "01273", 3)
    doors(session, LARGE, 20)
    report = report_of_day(session, public(session, coverage(session, PROVINCE)))
    assert report.figures.total.suppressed
    rows = by_unit(report.figures).rows
    assert len(rows) == len(report.figures.lines) + 1
    assert set(rows[-1][4:-1]) == {HIDDEN}
    for name in (NAME, "Bậc thang"):
        sums = Sums(official_file(report, "xlsx"), name)
        last = sums.sheet.max_row
        assert sums.sheet.cell(last, AT["households"] + 1).value == HIDDEN
        assert sums.sheet.cell(last - 1, 2).value == report.figures.lines[-1].code
    body = document_of(report).sections[0].blocks
    assert len(body) == 2
    assert isinstance(body[0], Paragraph)
    assert "không công bố" in body[0].words.vi
    assert " 0 " not in body[0].words.vi


def test_a_total_of_another_source_is_no_sum(samples: Session) -> None:
    """Former districts are of the census, their province of a newer file: the workbook's total is the province's figure, not their sum."""
    figures = coverage(samples, "86", by="district")
    assert figures.total.baseline
    newer = replace(figures.total, baseline=replace(figures.total.baseline, households=1_000))
    sums = Sums(official_file(report_of_day(samples, replace(figures, total=newer)), "xlsx"), NAME)
    last = [sums.value(cell.coordinate) for cell in sums.sheet[sums.sheet.max_row]]
    assert last[AT["baseline"]] == 1_000
    assert last[AT["b"]] == pytest.approx(newer.ratios["b"].value)


def test_two_maps_of_one_period_do_not_tell_a_hidden_commune(session: Session) -> None:
    """Three households merged into a large commune since: on today's map the merger is hidden too, or one less the other is three."""
    early = datetime(2025, 8, 1, tzinfo=UTC)
    for code, number in ((SMALL, 3), (LARGE, 20), (OTHER, 20)):
        doors(session, code, number, created_at=early)
    take(session, "2026-01")
    new = reform(session, date(2026, 2, 1), LARGE, ("99001", "Xã Mới"))[0]
    small = a_unit(session, SMALL)
    session.execute(update(Unit).where(Unit.id == small.id).values(valid=Range(small.valid.lower, date(2026, 2, 1), bounds="[)")))
    session.add(
        Succession(
            predecessor_id=small.id, successor_id=new, kind="whole", all_people=False, effective=date(2026, 2, 1), note="", source="test"
        )
    )
    session.flush()
    then, now = (
        {line.code: line.points[0] for line in series(session, PROVINCE, map=each, public=True).lines} for each in ("day", "today")
    )
    assert then[SMALL]
    assert then[SMALL].line.suppressed
    assert now["99001"]
    assert now["99001"].from_codes == (LARGE, SMALL)
    assert now["99001"].line.suppressed
    assert {code for code in now if code in then and then[code].line.suppressed} <= {code for code in now if now[code].line.suppressed}
