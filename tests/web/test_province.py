"""The desk of a province in a real browser, over a closed service with a real worker: from a file to a batch and back."""

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from loaders.batch import import_file
from registry import db
from tests.api.jobs import written
from tests.api.made_up import CODE
from tests.db.handover import door, write
from tests.web.desk import Desk, Open, send, some, step, tab_to
from tests.web.visit import PHONE

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
HANOI = {"kinh_do": "105.85", "vi_do": "21.03"}


def test_by_keyboard_from_the_file_through_its_faults_into_the_registry(officer: Open, desk: Desk, tmp_path: Path) -> None:
    """A proposal is taken by one press, a cell is typed, the check says what became of them, and the batch bears the key's name."""
    opened = officer()
    page = opened.page
    page.wait_for_selector("#hand-over", state="attached")
    tab_to(page, "#hand-over")
    send(page, some(tmp_path, "Phan Đình Giót"))
    assert page.evaluate("() => document.activeElement.tagName") == "H2"
    assert "CSV" in page.inner_text(".facts")
    tab_to(page, ".steps li:nth-child(2) a")
    page.keyboard.press("Enter")
    page.wait_for_selector(".row-of >> nth=1")
    assert page.locator(".row-of .cell.wrong input").count() >= 3
    tab_to(page, ".take")
    page.keyboard.press("Enter")
    assert page.locator(".cell.mended").count() == 1
    page.locator(".take").nth(1).press("Enter")
    page.fill("[id^='cell-4-'][aria-invalid] >> nth=0", "103.01650")

    assert "2 dòng" in page.inner_text(".mend-bar")
    tab_to(page, "#check-again")
    page.keyboard.press("Enter")
    page.wait_for_selector(".mend-bar", state="hidden")
    page.wait_for_selector(".state.checked")
    tab_to(page, ".forward .primary")
    page.keyboard.press("Enter")
    page.wait_for_selector("#confirm")
    assert "Không địa chỉ nào bị ngừng dùng" in page.inner_text(".sums")
    told = int(re.sub(r"\D", "", page.inner_text("#confirm")))
    assert told >= 3
    tab_to(page, "#confirm")
    page.keyboard.press("Enter")
    page.wait_for_selector(".done")
    (batch,) = written(desk[1], "SELECT actor, accepted_new + accepted_changed + accepted_same FROM batch ORDER BY id DESC LIMIT 1")
    assert str(batch[0]).startswith("key:")
    assert batch[1] == told
    assert opened.errors == []


def test_a_column_that_was_not_known_is_read_as_the_officer_says(officer: Open, tmp_path: Path) -> None:
    """Without its street the file is refused in place; the select of the column settles it, and the check goes on."""
    path = write(tmp_path / "la.csv", [door(so_nha=str(number), duong="Hoàng Văn Thái") for number in range(11, 14)])
    path.write_text(path.read_text(encoding="utf-8").replace("duong,thon_to", "truong_x,thon_to_y"), encoding="utf-8")
    page = officer().page
    page.wait_for_selector("#hand-over", state="attached")
    send(page, path)
    assert "thiếu cột" in page.inner_text(".notice.error")
    page.select_option(".mapping li:has-text('truong_x') select", "duong")
    page.click("#remap")
    page.wait_for_selector(".state.checked")
    assert page.input_value(".mapping li:has-text('truong_x') select") == "duong"
    before = page.url
    page.click(".more summary")
    page.select_option("#read-profile", "strict")
    page.click(".more .actions .plain")
    page.wait_for_function("(before) => location.href !== before", arg=before)
    page.wait_for_selector(".state.checked")
    assert page.input_value(".mapping li:has-text('truong_x') select") == "duong"


def test_nothing_typed_is_lost_by_a_reload_or_a_failed_request(officer: Open, tmp_path: Path) -> None:
    """The address brings the upload and its step back, the cells are as they were typed, and a retry sends them."""
    opened = officer()
    page = opened.page
    page.wait_for_selector("#hand-over", state="attached")
    send(page, some(tmp_path, "Tôn Thất Tùng"))
    step(page, 2, ".row-of >> nth=1")
    page.fill("[id^='cell-4-'] >> nth=0", "103.0170")
    page.reload()
    page.wait_for_selector(".cell.mended")
    assert page.input_value(".cell.mended input") == "103.0170"
    opened.context.set_offline(True)
    page.click("#check-again")
    page.wait_for_selector(".mend-bar .retry")
    assert "máy chủ" in page.inner_text(".mend-bar .notice")
    assert page.input_value(".cell.mended input") == "103.0170"
    opened.context.set_offline(False)
    page.click(".mend-bar .retry")
    page.wait_for_selector(".mend-bar", state="hidden")
    assert [error for error in opened.errors if "ERR_INTERNET_DISCONNECTED" not in error] == []


def test_points_elsewhere_must_be_said_yes_to(officer: Open, tmp_path: Path) -> None:
    """A file whose points lie in another province asks expressly; until then the button is off, and the report of the check is there."""
    rows = [door(so_nha=str(number), duong="Trường Chinh") | (HANOI if number > 3 else {}) for number in range(1, 31)]
    page = officer().page
    page.wait_for_selector("#hand-over", state="attached")
    send(page, write(tmp_path / "ha_noi.csv", rows))
    step(page, 2, "#check-report")
    with page.expect_download() as told:
        page.click(".reports-of button:has-text('CSV')")
    assert "Trường Chinh" in Path(told.value.path()).read_text(encoding="utf-8-sig")
    step(page, 3, "#confirm")
    assert page.is_disabled("#confirm")
    page.check(".guard input")
    assert page.is_enabled("#confirm")


def test_a_file_in_metres_is_read_again_in_the_system_that_fits(officer: Open, tmp_path: Path) -> None:
    """The first step says that the points lie elsewhere; one press reads the file as VN-2000, and they lie where they should."""
    rows = [door(so_nha=str(at), duong="Lò Văn Hặc", kinh_do=str(501660 + at), vi_do="2365200") for at in range(41, 71)]
    page = officer().page
    page.wait_for_selector("#hand-over", state="attached")
    send(page, write(tmp_path / "met.csv", rows))
    assert "Chỉ 0" in page.inner_text("#elsewhere")
    assert "103°00′" in page.inner_text("#read-fitting")
    before = page.url
    page.click("#read-fitting")
    page.wait_for_function("(before) => location.href !== before", arg=before)
    page.wait_for_selector(".state.checked")
    assert page.locator("#elsewhere").count() == 0


def test_a_file_that_cannot_bring_anything_says_so_in_place_of_a_button(officer: Open, desk: Desk, tmp_path: Path) -> None:
    """What is in the registry names its batch and leads there; where no row can enter, the button is off and the reason beside it."""
    known = write(tmp_path / "da_nhap.csv", [door(so_nha="31", duong="Lò Văn Hặc")])
    with db.session(desk[1]) as session:
        batch = import_file(session, known, province="11").batch_id
    page = officer().page
    page.wait_for_selector("#hand-over", state="attached")
    send(page, known)
    step(page, 3, "#repeated")
    assert f"đã nhập ở lô {batch}" in page.inner_text("#repeated")
    assert page.locator("#confirm").count() == 0
    page.click(".back a")
    page.wait_for_selector("#hand-over", state="attached")
    send(page, write(tmp_path / "hong.csv", [door(so_nha="33", duong="Lò Văn Hặc", kinh_do="", vi_do="")]))
    step(page, 3, "#confirm")
    assert page.is_disabled("#confirm")
    assert "Không dòng nào của tệp vào sổ được" in page.inner_text(".notice.error")
    page.evaluate("() => { location.hash = '#tinh=11&tep=999999'; }")
    told = page.inner_text(".notice.error:has-text('999999')")
    assert ("GET" in told, page.locator(".retry").count()) == (False, 0)


def test_an_officer_has_his_own_provinces_only(officer: Open) -> None:
    """One of one province chooses none; one of two chooses between them; the address of another's opens nothing of it."""
    page = officer("#tinh=11", who="37").page
    page.wait_for_selector(".hand")
    assert page.locator("#province option").all_inner_texts() == ["Tỉnh Ninh Bình"]
    assert "tinh=37" in page.url
    page = officer(who="11+37").page
    page.wait_for_selector(".hello")
    assert page.locator("#province option").count() == 3


def _keeps_what_was_typed(page: Any, field: str) -> None:  # noqa: ANN401
    typed = page.input_value(field)
    for language in ("en", "vi"):
        page.click(f"[data-lang={language}]")
        page.wait_for_selector(field)
        assert page.input_value(field) == typed


def test_a_batch_has_its_minutes_its_rows_that_wait_and_a_way_back(officer: Open, desk: Desk) -> None:
    """The minutes open as a page of their own; rows are shown for a purpose that the trail keeps; undoing shows first what would go."""
    opened = officer("#muc=lo")
    page = opened.page
    page.click(".line-card a:has-text('lo_dau.csv')")
    page.wait_for_selector("#papers")
    with opened.context.expect_page() as new:
        page.click("a:has-text('Biên bản bàn giao')")
    new.value.wait_for_selector("h1:has-text('BIÊN BẢN')")
    assert new.value.evaluate("() => getComputedStyle(document.querySelector('h1')).textAlign") == "center"
    assert (new.value.url.rsplit("/", 1)[1], new.value.title()) == ("giay#tinh=11&lo=1", "Biên bản bàn giao – lô 1")
    new.value.reload()
    new.value.wait_for_selector("h1:has-text('BIÊN BẢN')")
    new.value.emulate_media(media="print")
    assert new.value.is_hidden(".paper-bar")
    found = axe.Axe().run(new.value).response["violations"]
    assert [each["id"] for each in found if each["impact"] in {"serious", "critical"}] == []
    page.click("a:has-text('Xem và tải các dòng chờ')")
    page.wait_for_selector("#purpose")
    assert page.locator(".row-of").count() == 0
    page.fill("#purpose", "trả lời xã")
    _keeps_what_was_typed(page, "#purpose")
    page.press("#purpose", "Enter")
    page.wait_for_selector(".row-of")
    assert "trả lời xã" in str(written(desk[1], "SELECT * FROM audit ORDER BY 1 DESC LIMIT 3"))
    page.click(".back a")
    page.click(".undo summary")
    page.click("#undo-look")
    assert "lý do" in page.inner_text(".undo [role=alert]")
    page.fill("#undo-reason", "tệp gửi nhầm")
    _keeps_what_was_typed(page, "#undo-reason")
    page.click("#undo-look")
    page.wait_for_selector("#undo")
    assert "1 địa chỉ do lô này tạo" in page.inner_text(".undo .guard")
    page.click("#undo")
    page.wait_for_selector(".state.rolled_back")
    assert opened.errors == []


def test_a_proposal_stands_beside_the_registry_and_is_decided_with_a_reason(officer: Open, desk: Desk, tokens: dict[str, str]) -> None:
    """Number and point are shown as they stand and as proposed; without a reason nothing is decided; accepting changes the door."""
    body = {"code": CODE, "fields": {"so_nha": "5A"}, "lat": 21.3902, "lon": 103.0205, "reason": "Biển ghi 5A.", "proposed_by": "NV-07"}
    desk[0].post("/v1/corrections", json=body, headers={"X-Api-Key": tokens["11"]}).raise_for_status()
    page = officer("#muc=sua").page
    page.click(".review summary")
    page.wait_for_selector(".beside")
    assert page.locator(".beside tr.changed").first.inner_text().split() == ["Số", "nhà", "5", "5A"]
    assert "NV-07" in page.inner_text(".why-proposed")
    page.click(".accept-it")
    assert "lý do" in page.inner_text(".decision [role=alert]")
    page.fill(".decision textarea", "đã gọi hỏi")
    _keeps_what_was_typed(page, ".decision textarea")
    page.click(".accept-it")
    page.wait_for_selector(".review .notice.good")
    assert written(desk[1], "SELECT house_path FROM address WHERE house_path = '5A'") == [("5A",)]
    page.reload()
    page.wait_for_selector("#work .busy:has-text('Không có đề nghị nào')")


def test_whoever_decides_second_reads_what_the_other_decided(officer: Open, desk: Desk, tokens: dict[str, str]) -> None:
    """The correction is shown as it stands then, with the reason of the first; what was typed stays to be read."""
    key = {"X-Api-Key": tokens["11"]}
    body = {"code": CODE, "fields": {"so_nha": "5C"}, "reason": "Biển ghi 5C.", "proposed_by": "NV-08"}
    number = desk[0].post("/v1/corrections", json=body, headers=key).raise_for_status().json()["id"]
    page = officer("#muc=sua").page
    page.click(".review summary")
    page.fill(".decision textarea", "tôi thấy đúng")
    first = {"decision": "reject", "reason": "biển cũ, đã thay"}
    desk[0].post(f"/v1/corrections/{number}/decide", json=first, headers=key).raise_for_status()
    page.click(".accept-it")
    told = page.inner_text(".outrun")
    assert "Người khác đã quyết định trước" in told
    assert "biển cũ, đã thay" in told
    assert "tôi thấy đúng" in told
    assert page.locator(".decision").count() == 0


def test_a_large_table_is_looked_up_in_the_background(officer: Open, tmp_path: Path) -> None:
    """The table is sent, its progress shown, its result downloaded with the key."""
    path = tmp_path / "don.csv"
    path.write_text(f"don,dia_chi\n7,{CODE}\n", encoding="utf-8")
    page = officer("#muc=viec", PHONE).page
    page.click(".more summary")
    page.set_input_files("#table", path)
    page.click(".more .primary")
    page.wait_for_selector(".state.done")
    with page.expect_download() as told:
        page.click(".line-card .primary")
    (row,) = csv.DictReader(io.StringIO(Path(told.value.path()).read_text(encoding="utf-8-sig")))
    assert row["result_code"] == CODE


def test_what_runs_is_followed_again_when_the_service_is_back_and_what_is_done_is_not_listed(officer: Open, tmp_path: Path) -> None:
    """Files that wait for their officer are unfinished, not running; after the network was away the list comes back by itself."""
    opened = officer()
    page = opened.page
    page.wait_for_selector("#hand-over", state="attached")
    send(page, write(tmp_path / "cho.csv", [door(so_nha="71", duong="Lò Văn Hặc")]))
    step(page, 3, "#confirm")
    page.click(".back a")
    page.wait_for_selector(".open-uploads a:has-text('cho.csv')")
    opened.context.set_offline(True)
    page.evaluate("() => { location.hash = '#tinh=11&muc=viec'; }")
    page.wait_for_selector("#work .retry")
    opened.context.set_offline(False)
    page.wait_for_selector("#work .retry", state="detached")
    assert page.locator("#work .line-card:has-text('cho.csv')").count() == 0
    page.evaluate("() => { location.hash = '#tinh=11'; }")
    page.click(".open-uploads a:has-text('cho.csv')")
    step(page, 3, "#confirm")
    page.click("#confirm")
    page.wait_for_selector(".done")
    with page.expect_response("**/v1/uploads?*"):
        page.click(".back a")
    page.wait_for_selector("#hand-over", state="attached")
    assert page.locator(".open-uploads a:has-text('cho.csv')").count() == 0


VIEWS: Sequence[tuple[str, str]] = (
    ("", ".hand"), ("&tep={upload}", ".mapping"), ("&tep={upload}&buoc=loi", ".row-of"), ("&tep={upload}&buoc=nhap", "#confirm"),
    ("&muc=lo", ".line-card"), ("&muc=lo&lo=1", "#papers"), ("&muc=lo&lo=1&cho=1", "#purpose"), ("&muc=sua", "#review-state"),
    ("&muc=viec", "#work .more"),
)  # fmt: skip


def test_every_state_is_fit_for_screen_readers_narrow_screens_and_paper(officer: Open, tmp_path: Path) -> None:
    """Axe finds nothing serious in either language, light or dark; nothing scrolls sideways at 200 % or 320 pixels; it prints."""
    opened = officer(size=PHONE, reduced_motion="reduce")
    page = opened.page
    page.wait_for_selector("#hand-over", state="attached")
    send(page, some(tmp_path, "Nguyễn Chí Thanh"))
    upload = re.search(r"tep=(\d+)", page.url)
    assert upload
    for number, (where, shown) in enumerate(VIEWS):
        page.evaluate("(hash) => { location.hash = hash; }", f"#tinh=11{where.format(upload=upload[1])}")
        page.wait_for_selector(shown)
        page.click(f"[data-lang={('vi', 'en')[number % 2]}]")
        page.emulate_media(color_scheme=("light", "dark")[number % 2])
        found = axe.Axe().run(page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in {"serious", "critical"}] == [], where
        for width in (320, 640):
            page.set_viewport_size({"width": width, "height": 640})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, where
    page.emulate_media(media="print")
    assert page.is_hidden("#tabs")
    assert page.pdf(format="A4")[:5] == b"%PDF-"
    assert opened.errors == []
