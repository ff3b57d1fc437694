"""Kept rows in the browser: taken home for a purpose, mended in a spreadsheet, handed in again at the same place."""

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl

from loaders.batch import import_file
from registry import db
from tests.api.jobs import written
from tests.db.handover import door, write
from tests.web.desk import Desk, Open, send, some, step
from tests.web.visit import PHONE

POINT = {"kinh_do": "103.0163", "vi_do": "21.3857"}


def _kept(desk: Desk, folder: Path, street: str) -> int:
    """Import a file of which two rows wait for their points; return its batch."""
    rows = [door(so_nha="1", duong=street), *(door(so_nha=number, duong=street, kinh_do="", vi_do="") for number in ("2", "3"))]
    with db.session(desk[1]) as session:
        return import_file(session, write(folder / "giu_lai.csv", rows), province="11").batch_id or 0


def _mended(page: Any, button: str, folder: Path) -> Path:  # noqa: ANN401 - playwright's page
    """Download a workbook of kept rows, and write points into it."""
    with page.expect_download() as told:
        page.click(button)
    book = openpyxl.load_workbook(io.BytesIO(Path(told.value.path()).read_bytes()))
    sheet = book.worksheets[0]
    names = [cell.value for cell in sheet[1]]
    for line in range(2, sheet.max_row + 1):
        for name, value in POINT.items():
            sheet.cell(line, names.index(name) + 1).value = value
    book.save(folder / "sua.xlsx")
    return folder / "sua.xlsx"


def test_rows_that_wait_are_taken_home_mended_and_handed_in_again(officer: Open, desk: Desk, tmp_path: Path) -> None:
    """The export asks for its purpose, the file goes the way of any upload, and its batch says what it settled."""
    batch = _kept(desk, tmp_path, "Nậm Rốm")
    opened = officer(f"#tinh=11&muc=lo&lo={batch}", PHONE)
    page = opened.page
    page.click("a:has-text('Xem và tải các dòng chờ')")
    page.fill("#purpose", "sửa để nộp lại")
    page.press("#purpose", "Enter")
    path = _mended(page, ".go-home .primary", tmp_path)
    (noted,) = written(desk[1], f"SELECT purpose FROM audit WHERE action = 'export' AND subject = 'batch {batch}'")
    assert noted == ("sửa để nộp lại",)
    page.click(".hand-back summary")
    send(page, path)
    assert f"Lô {batch}" in page.inner_text(".settled")
    assert page.locator(".mapping li:has-text('row_no')").count() == 0
    step(page, 3, "#confirm")
    page.click("#confirm")
    page.wait_for_selector(".done .settled")
    assert "2 dòng giữ lại nay đã xong, 0 dòng vẫn chờ" in page.inner_text(".done .settled")
    page.click(".done .settled a")
    page.wait_for_selector("#waiting")
    assert page.locator("#waiting ~ p:has-text('Không có dòng nào')").count() == 1
    assert opened.errors == []


def test_a_check_report_is_mended_and_dropped_where_it_was_downloaded(officer: Open, tmp_path: Path) -> None:
    """What differs is checked again at once; a file that is no such report is refused in words, and no command is named."""
    opened = officer()
    page = opened.page
    page.wait_for_selector("#hand-over", state="attached")
    send(page, some(tmp_path, "Pú Tửu"))
    step(page, 2, "#check-report")
    path = _mended(page, ".reports-of button:has-text('XLSX')", tmp_path)
    page.click(".reports-of .hand-back summary")
    page.set_input_files("#mended-report", write(tmp_path / "khac.csv", [door()]))
    told = page.inner_text(".reports-of .notice.error")
    assert "không phải tệp xuất" in told
    assert "diachiso" not in told
    page.set_input_files("#mended-report", path)
    page.wait_for_selector(".notice.good:has-text('Không dòng nào bị giữ lại')")
    assert [error for error in opened.errors if "422" not in error] == []


def test_a_file_whose_connection_is_lost_is_kept_and_sent_again_by_one_press(
    officer: Open, desk: Desk, tokens: dict[str, str], tmp_path: Path
) -> None:  # fmt: skip
    """The page says so and keeps the file, also in the other language; sent twice, it is one upload."""
    opened = officer()
    page = opened.page
    page.wait_for_selector("#hand-over", state="attached")
    path = write(tmp_path / "rot_mang.csv", [door(so_nha="8", duong="Noong Bua")])
    opened.context.set_offline(True)
    page.set_input_files("#hand-over", path)
    page.wait_for_selector(".again")
    assert "Mất kết nối khi đang gửi rot_mang.csv" in page.inner_text(".said-here .notice")
    page.click("[data-lang=en]")
    assert "still here" in page.inner_text(".said-here .notice")
    page.click("[data-lang=vi]")
    opened.context.set_offline(False)
    # Only the answer was lost on its way: the service has the file, the page does not know.
    files, key = {"data": (path.name, path.read_bytes())}, {"X-Api-Key": tokens["11"]}
    desk[0].post("/v1/uploads", files=files, data={"province": "11"}, headers=key).raise_for_status()
    page.click(".again")
    page.wait_for_selector(".steps")
    page.click(".back a")
    page.wait_for_selector(".open-uploads")
    assert page.locator(".open-uploads a:has-text('rot_mang.csv')").count() == 1


def test_columns_that_nobody_reads_are_folded_in_a_broad_sheet(officer: Open, tmp_path: Path) -> None:
    """Of three hundred columns the first twelve and those that are read are shown; one press shows the others."""
    path = write(tmp_path / "rong.csv", [door(so_nha="9", duong="Noong Bua")])
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([[*(f"la_{at}" if not line else "" for at in range(280)), *row] for line, row in enumerate(rows)])
    page = officer(size=PHONE).page
    page.wait_for_selector("#hand-over", state="attached")
    send(page, path)
    shown = page.locator(".mapping li").count()
    assert 12 < shown < 60
    assert page.locator(".mapping li:has-text('so_nha')").count() == 1
    assert page.locator(".sideways th").count() == shown
    assert "268 cột còn lại" in page.inner_text("#all-columns")
    page.click("#all-columns")
    assert page.locator(".mapping li").count() == shown + 268
    assert page.locator(".sideways th").count() == shown + 268
