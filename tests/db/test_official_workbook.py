"""The official workbook computes what the registry counts, sheet by sheet, and hides what the public may not see."""

import io

import openpyxl
import pytest
from sqlalchemy.orm import Session

from registry.coverage import coverage
from registry.coverage_words import HIDDEN
from registry.periods import read_period
from service.reports.coverage_table import count
from service.reports.figures_sheet import AT, NAME
from service.reports.official_data import report_of_period
from service.reports.official_figures import by_unit
from service.reports.official_files import official_file
from service.reports.official_ladder import rungs_of, steps
from service.reports.official_sections import document_of
from tests.db.official import THIS_YEAR, a_report, tables
from tests.db.workbook_sums import Sums


def test_the_workbook_computes_what_the_registry_counts(samples: Session) -> None:
    """Every formula gives the value kept beside it, and the totals and ratios are those of registry.coverage."""
    figures = coverage(samples, "86")
    sums = Sums(official_file(a_report(samples), "xlsx"), NAME)
    for name in sums.formulas():
        kept = sums.kept[name].value
        assert sums.value(name) == (pytest.approx(kept) if isinstance(kept, float) else "" if kept is None else kept), name
    last = [sums.value(cell.coordinate) for cell in sums.sheet[sums.sheet.max_row]]
    assert (last[AT["households"]], last[AT["expected"]]) == (figures.total.households, figures.total.expected)
    assert [last[AT[letter]] for letter in "abc"] == [pytest.approx(figures.total.ratios[letter].value) for letter in "abc"]
    assert figures.total.unplaced
    assert sums.sheet.freeze_panes == "D7"
    assert sums.sheet.page_setup.orientation == "landscape"
    assert sums.sheet.page_setup.fitToHeight == 0
    assert sums.sheet.print_title_rows == "$5:$6"


def test_the_workbook_has_a_sheet_for_each_matter(samples: Session) -> None:
    """Figures, targets, infrastructure, definitions, sources and notes each have their own, the codes as text."""
    book = openpyxl.load_workbook(io.BytesIO(official_file(a_report(samples, "11"), "xlsx")))
    assert {NAME, "Chỉ tiêu", "Hạ tầng", "Định nghĩa", "Nguồn và ghi chú"} <= set(book.sheetnames)
    assert book[NAME]["B7"].value == "03127"
    assert book["Chỉ tiêu"].max_row > 5


def test_small_units_are_hidden_in_every_form_of_a_public_report(samples: Session) -> None:
    """A hidden unit shows ‡ in table, workbook and ladder, and none of its counts; the workbook's sums still are the published totals."""
    report = report_of_period(samples, "year", "86", read_period(THIS_YEAR), public=True)
    secret = [place for place, line in enumerate(report.figures.lines) if line.suppressed]
    assert secret
    rows = by_unit(report.figures).rows
    content = official_file(report, "xlsx")
    sums = Sums(content, NAME)
    ladder = list(openpyxl.load_workbook(io.BytesIO(content))["Bậc thang"].iter_rows(values_only=True))
    stepped = {row[1]: set(row[3:]) for row in ladder}
    for place in secret:
        assert set(rows[place][4:-1]) == {HIDDEN}
        assert {cell.value for cell in sums.sheet[7 + place][5:]} == {HIDDEN}
        assert stepped[report.figures.lines[place].code] == {HIDDEN}
    total = sums.sheet.max_row
    assert sums.value(f"H{total}") == report.figures.total.households_coded
    assert sums.value(f"P{total}") == pytest.approx(report.figures.total.ratios["a"].value)


def test_the_ladder_of_the_report_is_the_registrys(samples: Session) -> None:
    """The whole's ladder stands in the body, every unit's in the workbook, and its sums are formulas."""
    report = a_report(samples, "11")
    ladders = report.figures.total.ladders
    table = next(each for each in tables(document_of(report)) if "Bậc thang" in each.title.vi)
    assert table.rows[0][1:] == tuple(map(count, rungs_of(ladders.households)))
    assert table.rows[-1][1:] == tuple(map(count, rungs_of(ladders.doors)))
    sums = Sums(official_file(report, "xlsx"), "Bậc thang")
    last = [sums.value(cell.coordinate) for cell in sums.sheet[sums.sheet.max_row]]
    assert tuple(last[3:]) == steps(ladders)
