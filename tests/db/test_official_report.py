"""A report that is handed in says what the registry counts, on A4, in the layout of the decree, the same in every form."""

import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from registry.coverage import Baseline, coverage
from registry.coverage_words import UNKNOWN
from registry.errors import UsageError
from registry.models.tables import Unit
from registry.periods import read_period, today
from service.reports.areas import areas_of
from service.reports.chart_ranking import panels, ranking
from service.reports.coverage_table import count
from service.reports.figures_sheet import NAME
from service.reports.official_cells import households, number, points, share
from service.reports.official_data import Report, report_of_day
from service.reports.official_figures import by_unit, spread
from service.reports.official_files import file_name, official_file
from service.reports.official_form import due_day
from service.reports.official_sections import document_of
from tests.db.official import THIS_YEAR, a_report, changed, figures_alone, tables
from tests.db.workbook_sums import Sums
from tests.unit.paper import Paper, read


@pytest.fixture(scope="module")
def long_report(sample_db: str) -> tuple[Report, Paper, str]:
    """Give the yearly report of Vĩnh Long's 124 communes: its data, the read PDF, the page."""
    from registry import db  # noqa: PLC0415 - the fixture `samples` lives for one test only

    with db.session(sample_db) as session:
        report = a_report(session)
    return report, read(official_file(report, "pdf")), official_file(report, "html").decode()


def test_the_paper_has_every_commune_and_figure_of_the_registry(long_report: tuple[Report, Paper, str], samples: Session) -> None:
    """All 124 names and codes, every total and ratio of registry.coverage stand on the paper, in Vietnamese numbers."""
    report, paper, _ = long_report
    figures = coverage(samples, "86")
    assert report.figures == figures
    said = re.sub(r"\s+", " ", paper.text)
    for line in figures.lines:
        assert line.code in said
        assert all(word in said for word in line.name.split())
    total = figures.total
    for number_ in (total.addresses, total.households, total.households_coded, total.coded, total.notified, total.expected):
        assert count(number_) in said
    assert households(total.baseline).replace("\u00a0", " ") in said
    for letter in "abc":
        assert share(total.ratios[letter]).replace("\u00a0", " ") in said


def test_the_paper_is_the_decrees(long_report: tuple[Report, Paper, str]) -> None:
    """State, motto, blank number and date, recipients, an empty name, the due day and the definitions are there."""
    _, paper, _ = long_report
    first = paper.pages[0].text
    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "ỦY BAN NHÂN DÂN", "TỈNH VĨNH LONG",
        "SỞ KHOA HỌC VÀ CÔNG NGHỆ", "Số: ………/BC-………", "ngày …… tháng …… năm", "BÁO CÁO", f"trước ngày 15/12/{THIS_YEAR}", "Kính gửi",
    ):  # fmt: skip
        assert words in first
    rest = paper.text
    for words in (
        "i nhận:",
        "Lưu: VT",
        "GIÁM ĐỐC",
        "(Họ và tên)",
        "Phụ lục I",
        "(a) Số hộ",
        "(b) Số hộ",
        "(c) Số địa chỉ",
        "Tổng điều tra",
    ):
        assert words in rest


def test_the_paper_is_a4_with_its_own_fonts_and_repeated_heads(long_report: tuple[Report, Paper, str]) -> None:
    """Body upright, the wide table across, heads on each of its pages, all fonts carried, no letter without a shape."""
    _, paper, _ = long_report
    sizes = [(round(page.width), round(page.height)) for page in paper.pages]
    assert set(sizes) == {(210, 297), (297, 210)}
    wide = [page for page in paper.pages if page.width > page.height]
    assert len(wide) >= 4
    assert all("households by" in page.text and "8 = 4/3" in page.text for page in wide)
    assert "Tổng số" in wide[-1].text
    assert any(line.code in wide[-1].text for line in long_report[0].figures.lines)
    assert paper.archival
    assert paper.fonts == paper.embedded
    for place, page in enumerate(paper.pages, 1):
        assert f"Trang {place}/{len(paper.pages)}" in page.text


def test_the_page_says_what_the_paper_says(long_report: tuple[Report, Paper, str]) -> None:
    """The HTML is well formed, fetches nothing, runs nothing, prints on A4, and has every cell of every table."""
    report, _, page = long_report
    root = ET.fromstring(page)  # noqa: S314 - as above
    ids = [each.get("id") for each in root.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    assert "<script" not in page
    assert not re.search(r'(?:src|href)="(?!#)', page)
    assert "size: A4" in page
    cells = {"".join(each.itertext()) for each in root.iter("td")}
    assert {cell for table in tables(document_of(report)) for row in table.rows for cell in row} <= cells
    assert len(list(root.iter("{http://www.w3.org/2000/svg}svg"))) == 3


def test_a_name_like_a_formula_stays_text_everywhere(session: Session) -> None:
    """A commune called =1+1<b> is that in the workbook, the page and the paper; nothing is computed or read as markup."""
    name = '=1+1<b>#panic("x")'
    session.execute(update(Unit).where(Unit.level == "commune", Unit.code == "03127").values(full_name=name))
    report = figures_alone(coverage(session, "11"))
    sheet = openpyxl.load_workbook(io.BytesIO(official_file(report, "xlsx")))[NAME]
    assert (sheet["C7"].value, sheet["C7"].data_type) == (name, "s")
    assert name in {"".join(each.itertext()) for each in ET.fromstring(official_file(report, "html")).iter("td")}  # noqa: S314
    assert "=1+1<b>#panic" in read(official_file(report, "pdf")).text.replace(" ", "")


def test_unknown_is_never_zero_and_above_100_is_flagged_and_explained(session: Session) -> None:
    """A commune without statistics says `chưa rõ`; one with fewer statistical than coded households says ▲, in words too."""
    base = Baseline(10, estimated=True, method="x", source="x", counted_on=date(2019, 4, 1))
    figures = coverage(session, "11")
    figures = changed(figures, 0, baseline=base, households=20, households_coded=13, coded_with_baseline=13)
    figures = changed(figures, 1, baseline=None, coded_with_baseline=0, baseline_missing=1)
    rows = by_unit(figures).rows
    assert rows[0][-4:] == ("65,0\u00a0%", "130,0\u00a0%\u00a0▲", UNKNOWN, "▲\u00a0(b)")
    assert rows[0][3] == "~\u00a010"
    assert (rows[1][3], rows[1][11]) == (UNKNOWN, UNKNOWN)
    document = document_of(figures_alone(figures))
    said = json.dumps(document.to_dict(), ensure_ascii=False)
    assert "Trên 100 % (▲, giữ nguyên" in said
    sums = Sums(official_file(figures_alone(figures), "xlsx"), NAME)
    assert sums.value("Q7") == 1.3
    assert sums.value("S7") == "▲"
    assert (sums.value("D8"), sums.value("Q8")) == (UNKNOWN, UNKNOWN)


def test_the_classes_of_a_definition_add_up_to_all_units(samples: Session) -> None:
    """Each unit stands in exactly one class of each definition, and in the ranking or among the unknown."""
    figures = coverage(samples, "37")
    *classes, total = spread(figures).rows
    for column in (1, 2, 3):
        assert sum(int(row[column]) for row in classes) == int(total[column]) == len(figures.lines)
    ranked = ranking(figures.lines, "b")
    assert len(ranked) == sum(line.ratios["b"].value is not None for line in figures.lines)
    assert [place for place, _ in ranked] == sorted(place for place, _ in ranked)
    assert sum(map(len, panels(ranked[:30]))) == 30


def test_numbers_are_written_the_vietnamese_way() -> None:
    """1.234.567 and 87,5 %, a real minus sign, and nothing below 100 % is rounded up to it."""
    assert (number(1234567), number(1234.56, 1), number(None)) == ("1.234.567", "1.234,6", UNKNOWN)
    assert (points(-0.0123), points(0.2), points(None), points(0.0)) == ("−1,2", "+20,0", UNKNOWN, "0,0")


@pytest.mark.parametrize(("form", "period", "due"), [
    ("quarter", "2026-Q3", date(2026, 10, 5)), ("quarter", "2026-Q4", date(2027, 1, 5)), ("year", "2026", date(2026, 12, 14)),
])  # fmt: skip
def test_reports_are_due_when_the_plans_say(form: Any, period: str, due: date) -> None:  # noqa: ANN401 - a Form
    """On the 5th of the month after the quarter; before 15 December of the year."""
    assert due_day(form, read_period(period)) == due


def test_a_period_to_come_is_refused(samples: Session) -> None:
    """Nobody can report on a year that has not begun."""
    with pytest.raises(UsageError):
        a_report(samples, period=str(today().year + 1))


def test_a_frozen_period_is_printed_as_it_was_frozen(command: Callable[..., Any], tmp_path: Path) -> None:
    """After `coverage take` the report names the snapshot, and its JSON carries the digest."""
    files = {form: tmp_path / f"r.{form}" for form in ("pdf", "json")}
    assert command("coverage", "take", "--period", THIS_YEAR, "--on", today().isoformat(), "--reason", "thử").code == 0
    for file in files.values():
        assert command("report", "year", "--province", "11", "--output", str(file)).code == 0
    told = json.loads(files["json"].read_text(encoding="utf-8"))
    assert told["snapshot"]["period"] == THIS_YEAR
    assert told["due"] == f"{THIS_YEAR}-12-14"
    assert f"Số liệu theo bản chốt kỳ {THIS_YEAR}" in read(files["pdf"].read_bytes()).text


def test_the_commands_draw_and_refuse(command: Callable[..., Any], tmp_path: Path) -> None:
    """Charts come as SVG and PNG; a wrong chart, ending, format, period or province is refused with its exit code, and leaves no file."""
    for what in ("map", "ranking", "trend"):
        for ending, begins in (("svg", b"<svg"), ("png", b"\x89PNG")):
            file = tmp_path / f"{what}.{ending}"
            assert command("report", "chart", what, "--province", "11", "--output", str(file)).code == 0
            assert file.read_bytes().startswith(begins)
    wrong = tmp_path / "wrong.pdf"
    codes = [
        command(*words, "--output", str(wrong)).code
        for words in (
            ("report", "chart", "cake"), ("report", "chart", "map"), ("report", "year", "--format", "doc"),
            ("report", "quarter", "--period", "2026"), ("report", "year", "--period", "x"), ("report", "year", "--province", "35"),
        )
    ]  # fmt: skip
    assert codes == [2, 2, 2, 2, 2, 1]
    assert not wrong.exists()
    assert command("report", "year", "--output", str(tmp_path / "no" / "r.pdf")).code == 1


def test_areas_are_drawn_for_every_commune_and_say_their_kind(samples: Session) -> None:
    """Every commune has an area, approximate until exact ones are loaded; the country's map names both archipelagos."""
    found = areas_of(samples, "56", today())
    assert len(found.drawn) == len(found.areas) == 65
    assert "gần đúng" in found.caption.vi
    country = areas_of(samples, None, today())
    assert len(country.drawn) == 34
    assert [name for name, _, _ in country.named] == ["Quần đảo Hoàng Sa", "Quần đảo Trường Sa"]


def test_the_country_reports_by_province(samples: Session) -> None:
    """Without a province there is one line a province, signed by the department of the ministry."""
    report = report_of_day(samples, coverage(samples, None))
    document = document_of(report)
    assert (document.superior, document.issuer, document.signer) == ("BỘ KHOA HỌC VÀ CÔNG NGHỆ", "VỤ BƯU CHÍNH", "VỤ TRƯỞNG")
    assert len(by_unit(report.figures).rows) >= 35
    assert file_name(report, "pdf") == f"bao-cao-dia-chi-so_ca-nuoc_{today().isoformat()}.pdf"
