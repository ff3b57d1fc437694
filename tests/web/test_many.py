"""Many addresses at once on the courier's page: pasted or from a file, with a file as the answer."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import xlsxwriter

from tests.api.made_up import CODE, STREET
from tests.web.visit import PHONE, Visit

Open = Callable[..., Visit]
HEADER = ["Mã đơn", "Địa chỉ", "Ghi chú"]
ROWS = [["007", f"5 {STREET}, phường Điện Biên Phủ, Điện Biên", "=1+1"], ["008", 'zzqx "wvvk"', "-"]]


def _open(visit: Open, size: tuple[int, int] = (1280, 800)) -> Any:  # noqa: ANN401 - playwright's page
    page = visit(size=size).page
    page.click("#many-title")
    return page


def _result(page: Any) -> list[dict[str, str]]:  # noqa: ANN401
    with page.expect_download() as told:
        page.click(".download")
    return list(csv.DictReader(io.StringIO(Path(told.value.path()).read_text(encoding="utf-8-sig"))))


def test_fifty_pasted_lines_come_back_in_their_order(visit: Open) -> None:
    """Every line has its verdict, those of one verdict can be picked, and a line opens above."""
    page = _open(visit, PHONE)
    page.fill("#lines", "\n".join([CODE, "xã Thanh Bình", "zzqx wvvk"] + [f"số {number} {STREET}" for number in range(1, 48)]))
    page.click("#run")
    page.wait_for_selector(".rows li:nth-child(50)")
    assert page.inner_text(".rows li:nth-child(1) code") == CODE
    page.click(".chip.reject")
    assert page.locator(".rows li").count() == 1
    page.click(".rows button")
    page.wait_for_selector(".card.reject")
    assert page.input_value("#q") == "zzqx wvvk"


def test_a_csv_is_answered_row_by_row_and_no_cell_runs(visit: Open, tmp_path: Path) -> None:
    """Semicolons and quotes are read, the column of addresses is found, other columns come back, what would be a formula is defused."""
    given = tmp_path / "don.csv"
    with given.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows([HEADER, *ROWS])
    page = _open(visit)
    page.set_input_files("#file", given)
    page.wait_for_selector("#columns input:checked")
    assert page.locator("#columns label:has(input:checked)").inner_text().startswith("Địa chỉ")
    page.click("#run")
    page.wait_for_selector(".download")
    first, second = _result(page)
    assert (first["Mã đơn"], first["Ghi chú"], first["result_code"], first["result_verdict"]) == ("007", "'=1+1", CODE, "ACCEPT")
    assert (second["Địa chỉ"], second["result_code"], second["result_verdict"]) == ('zzqx "wvvk"', "", "REJECT")
    assert first["data_version"]


def test_what_was_found_outlives_a_lost_connection(visit: Open) -> None:
    """It is said how much of the table is missing, on the download too; the next try asks for the rest alone."""
    page = _open(visit, PHONE)
    sent: list[int] = []

    def failing(route: Any) -> None:  # noqa: ANN401 - playwright's
        sent.append(len(json.loads(route.request.post_data)["queries"]))
        route.abort() if len(sent) == 2 else route.continue_()

    page.route("**/v1/resolve", failing)
    page.fill("#lines", "\n".join(f"số {number} {STREET}" for number in range(1, 251)))
    page.click("#run")
    page.wait_for_selector(".unfinished")
    done = sent[0]
    assert f"{done} trên 250 dòng" in page.inner_text(".unfinished")
    assert page.inner_text(".download") == f"Tải {done} trên 250 dòng (CSV)"
    assert len(_result(page)) == done
    page.click(".retry")
    page.wait_for_selector(".download:text-is('Tải kết quả (CSV)')")
    assert page.locator(".unfinished").count() == 0
    assert sum(sent) - sent[1] == len(_result(page)) == 250


def test_an_xlsx_is_read_in_the_page(visit: Open, tmp_path: Path) -> None:
    """The first sheet of a workbook does as well as a CSV."""
    given = tmp_path / "don.xlsx"
    with xlsxwriter.Workbook(given, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([HEADER, *ROWS]):
            sheet.write_row(number, 0, row)
    page = _open(visit)
    page.set_input_files("#file", given)
    page.click("#run")
    page.wait_for_selector(".download")
    assert [(row["Mã đơn"], row["result_verdict"]) for row in _result(page)] == [("007", "ACCEPT"), ("008", "REJECT")]


def test_titles_above_the_header_are_not_the_header(visit: Open, tmp_path: Path) -> None:
    """Rows narrower than the table are titles; a column without a name is one too; what is no title is never left out."""
    titles = tmp_path / "don.xlsx"
    with xlsxwriter.Workbook(titles, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([["BẢNG KÊ ĐỊA CHỈ PHÁT"], ["Ngày", "20/11"], [], HEADER, *([*row, "thêm"] for row in ROWS)]):
            sheet.write_row(number, 0, row)
    page = _open(visit)
    page.set_input_files("#file", titles)
    page.wait_for_selector("#columns input:checked")
    assert page.locator("#columns label:has(input:checked)").inner_text().startswith("Địa chỉ")
    assert page.locator("#columns label").count() == 4
    page.click("#run")
    page.wait_for_selector(".download")
    assert [(row["Mã đơn"], row["result_verdict"]) for row in _result(page)] == [("007", "ACCEPT"), ("008", "REJECT")]
    unnamed = tmp_path / "la.csv"
    unnamed.write_text("ma,noi nhan\n1,phường Điện Biên Phủ\n2,xã Thanh Bình\n", encoding="utf-8")
    page.set_input_files("#file", unnamed)
    page.wait_for_selector("#progress :text('la.csv: 2 dòng')")


def test_a_file_that_cannot_be_read_is_refused_in_words(visit: Open, tmp_path: Path) -> None:
    """Neither an old encoding nor a broken workbook is guessed at."""
    page = _open(visit)
    for name, content in (("cu.csv", "địa chỉ;x\n5 đường;1".encode("utf-16-be")), ("hong.xlsx", b"PK\x03\x04 nothing")):
        (tmp_path / name).write_bytes(content)
        page.set_input_files("#file", tmp_path / name)
        page.wait_for_selector("#progress [role=alert]:has-text('Không đọc được')")
    page.fill("#lines", " ")
    page.click("#run")
    page.wait_for_selector("#progress [role=alert]:has-text('Chưa có dòng')")


def test_a_broken_file_leaves_nothing_of_what_was_asked_before(visit: Open, tmp_path: Path) -> None:
    """Older answers go, older lines are not asked in place of the file, and the mended file of the same name can be chosen."""
    page = _open(visit)
    page.fill("#lines", CODE)
    page.click("#run")
    page.wait_for_selector(".rows li")
    given = tmp_path / "don.xlsx"
    given.write_bytes(b"PK\x03\x04 nothing")
    page.set_input_files("#file", given)
    page.wait_for_selector("#progress [role=alert]:has-text('Không đọc được')")
    assert page.locator("#found > *").count() == 0
    page.click("#run")
    assert page.locator("#found > *").count() == 0
    assert "Không đọc được" in page.inner_text("#progress [role=alert]")
    assert page.input_value("#file") == ""
    page.fill("#lines", "zzqx wvvk")
    page.click("#run")
    page.wait_for_selector(".rows .reject")


def test_a_file_of_an_older_encoding_can_be_left_to_the_service(visit: Open, tmp_path: Path) -> None:
    """The page reads no guessed letters; the button hands the file to the service, which knows such encodings."""
    given = tmp_path / "cu.csv"
    given.write_bytes(f"dia_chi,ghi ch\xfa\n{CODE},x\n".encode("cp1258"))
    page = _open(visit)
    page.set_input_files("#file", given)
    page.wait_for_selector("#progress [role=alert]:has-text('Không đọc được')")
    with page.expect_response(lambda answer: answer.url.endswith("/v1/jobs")) as told:
        page.click(".send-file")
    assert told.value.status in (200, 202), told.value.text()
    assert page.locator("#progress [role=alert]").count() == 0
