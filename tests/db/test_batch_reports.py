"""A batch's report as CSV, workbook and page: the rows that wait with their reasons, ready to be mended, and nothing that runs."""

import csv
import zipfile
from pathlib import Path

import pytest

from loaders.report import report_of
from registry import db
from registry.errors import NotFoundError, UsageError
from service.reports.batch_report import write_batch_report
from tests.db.handover import door, load

ROWS = [
    door(),
    door(so_nha="12-Mar", duong="Lê Lợi"),
    door(kinh_do="21.3856", vi_do="103.0162", so_nha="13"),
    door(so_nha="14", duong="=cmd|' /C calc'!A0"),
    door(so_nha="15", kinh_do="", ghi_chu="gọi 0900 000 123"),
]


def _written(url: str, folder: Path, name: str) -> Path:
    report, _ = load(url, folder / "ban_giao.csv", ROWS)
    with db.session(url) as session:
        write_batch_report(session, report.batch_id or 0, folder / name)
    return folder / name


def test_the_csv_lists_each_waiting_row_with_why_and_how(fresh_db: str, tmp_path: Path) -> None:
    """Row, issues in words, the fix, the original cells; a formula is disarmed, a phone number is gone."""
    path = _written(fresh_db, tmp_path, "bao_cao.csv")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["row_no"] for row in rows] == ["2", "3", "4", "5"]
    assert (rows[0]["issues"], rows[0]["fix"], rows[0]["so_nha"]) == ("row.house_date", "so_nha=12/3", "12-Mar")
    assert rows[2]["duong"] == "'=cmd|' /C calc'!A0"
    assert "0900" not in path.read_text(encoding="utf-8-sig")


def test_the_workbook_has_the_rows_as_text_and_the_counts_beside_them(fresh_db: str, tmp_path: Path) -> None:
    """Two sheets, no formula in either, every cell a text."""
    path = _written(fresh_db, tmp_path, "bao_cao.xlsx")
    with zipfile.ZipFile(path) as book:
        names = book.read("xl/workbook.xml").decode()
        sheets = [book.read(f"xl/worksheets/sheet{number}.xml").decode() for number in (1, 2)]
    assert "Cần sửa" in names
    assert "Tổng hợp" in names
    assert not any("<f>" in sheet for sheet in sheets)
    assert "12-Mar" in sheets[0]
    assert "so_nha=12/3" in sheets[0]
    assert "row.house_date" in sheets[1]


def test_the_page_marks_the_cells_that_are_wrong(fresh_db: str, tmp_path: Path) -> None:
    """The house number of the first waiting row is marked, its street is not; the page needs nothing from elsewhere."""
    page = _written(fresh_db, tmp_path, "bao_cao.html").read_text(encoding="utf-8-sig")
    assert "<td class=wrong>12-Mar</td>" in page
    assert "<td>Lê Lợi</td>" in page
    assert "http" not in page
    assert "<script" not in page


def test_cells_of_a_file_cannot_write_the_page(fresh_db: str, tmp_path: Path) -> None:
    """Markup in a cell is shown, not obeyed."""
    report, _ = load(fresh_db, tmp_path / "a.csv", [door(so_nha="<script>x</script>", duong="<b>phố")])
    with db.session(fresh_db) as session:
        write_batch_report(session, report.batch_id or 0, tmp_path / "a.html")
    page = (tmp_path / "a.html").read_text(encoding="utf-8-sig")
    assert "<script" not in page
    assert "<b>phố" not in page


def test_an_unknown_form_or_batch_is_said(fresh_db: str, tmp_path: Path) -> None:
    """No .pdf, and no report of a batch that is not there."""
    with db.session(fresh_db) as session:
        with pytest.raises(UsageError):
            write_batch_report(session, 1, tmp_path / "a.pdf")
        with pytest.raises(NotFoundError):
            write_batch_report(session, 99, tmp_path / "a.csv")
        assert report_of(session, 99) is None
