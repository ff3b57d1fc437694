"""The register of breaches in the browser: an administrator writes one down, follows its clock, says who was told, prints the notice."""

import re
from collections.abc import Callable

import pytest

from registry import db
from registry.security import keys
from registry.security.roles import Role
from tests.web.desk import Desk, Open
from tests.web.visit import PHONE, Visit

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")


@pytest.fixture(scope="module")
def administrator(desk: Desk) -> str:
    """Give the key of an administrator."""
    with db.session(desk[1]) as session:
        made = keys.create(session, holder="quản trị", role=Role.ADMINISTRATOR, provinces=None, created_by="test").token
        session.commit()
    return made


@pytest.fixture
def register(officer: Open, desk: Desk, administrator: str) -> Callable[[], Visit]:
    """Give a function that opens the register as an administrator."""

    def go() -> Visit:
        opened = officer(size=PHONE, reduced_motion="reduce")
        opened.page.evaluate(f"sessionStorage.setItem('diachiso.key', '{administrator}')")
        opened.page.goto(f"{desk[0].base_url}/vi-pham")
        opened.page.wait_for_selector("#new")
        return opened

    return go


def _open(visit: Visit, what: str, detected: str = "") -> None:
    visit.page.click("#new summary")
    visit.page.fill("#what", what)
    if detected:
        visit.page.fill("#detected", detected)
    visit.page.click("#write")
    visit.page.wait_for_selector(f".case:has-text('{what}')")


def test_a_breach_is_written_down_told_and_closed(register: Callable[[], Visit]) -> None:
    """The clock says how much time is left, then that the authority was told in time and to whom; a closed one takes no more."""
    opened = register()
    page = opened.page
    _open(opened, "Mất ổ đĩa sao lưu")
    case = ".case:has-text('Mất ổ đĩa sao lưu')"
    assert re.search("Còn (3 ngày|2 ngày 23 giờ)", page.inner_text(f"{case} .clock"))
    assert "Chưa báo cho ai" in page.inner_text(case)
    page.click(f"{case} .more summary")
    page.select_option(f"{case} select", "notified")
    page.click(f"{case} form .primary")
    assert "Hãy ghi nội dung" in page.inner_text(f"{case} [role=alert]")
    page.fill(f"{case} textarea", "Gửi A05 công văn số 12")
    page.click("[data-lang=en]")
    assert page.input_value(f"{case} textarea") == "Gửi A05 công văn số 12"
    page.click("[data-lang=vi]")
    # Pressed twice it is written once, for nothing is ever taken back.
    page.dblclick(f"{case} form .primary")
    page.wait_for_selector(f"{case}.notified")
    assert page.inner_text(case).count("Gửi A05 công văn số 12") == 1
    assert "Đã báo trong hạn" in page.inner_text(f"{case} .clock")
    assert "Gửi A05 công văn số 12" in page.inner_text(f"{case} .deeds")
    with opened.context.expect_page() as new:
        page.click(f"{case} a:has-text('Bản thông báo')")
    new.value.wait_for_selector("h1:has-text('THÔNG BÁO VI PHẠM')")
    assert "/giay#vu=" in new.value.url
    page.select_option(f"{case} select", "closed")
    page.fill(f"{case} textarea", "Đã tìm thấy, không lộ")
    page.click(f"{case} form .primary")
    page.wait_for_selector(f"{case}.closed")
    assert page.locator(f"{case} form").count() == 0
    assert opened.errors == []


def test_what_is_wrong_in_the_form_is_told_by_its_label(register: Callable[[], Visit]) -> None:
    """An empty field and what the service does not take of one: in the words of the page, not by the name in the interface."""
    opened = register()
    page = opened.page
    page.click("#new summary")
    for language, empty, broken in (
        ("vi", "Hãy ghi nội dung", "“Việc gì đã xảy ra” đang trống."), ("en", "Please write something", "“What happened” is empty."),
    ):  # fmt: skip
        page.fill("#what", "   ")
        page.click(f"[data-lang={language}]")
        page.click("#write")
        assert empty in page.inner_text("#new [role=alert]")
        # A page of an older day may send what the service of today refuses.
        page.route("**/v1/breaches", lambda route: route.continue_(post_data='{"what": ""}'))
        page.fill("#what", "Mất máy")
        page.click("#write")
        page.wait_for_selector(f"#new [role=alert]:has-text('{broken}')")
        page.unroute("**/v1/breaches")


def test_an_overdue_breach_says_so_and_stands_first(register: Callable[[], Visit]) -> None:
    """In words, before all others; axe finds nothing serious in either language, light or dark, and nothing scrolls sideways."""
    opened = register()
    page = opened.page
    _open(opened, "Gửi nhầm tệp", "2026-01-05T08:00")
    first = page.locator(".case").first
    assert "Gửi nhầm tệp" in first.inner_text()
    assert "QUÁ HẠN" in first.locator(".clock").inner_text()
    page.click(".case .more summary >> nth=0")
    page.click("#new summary")
    for language, scheme in (("en", "dark"), ("vi", "light")):
        page.click(f"[data-lang={language}]")
        page.emulate_media(color_scheme=scheme)
        found = axe.Axe().run(page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in {"serious", "critical"}] == []
    for width in (320, 640):
        page.set_viewport_size({"width": width, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert opened.errors == []


def test_an_officer_sees_no_breach_and_no_way_there(officer: Open, desk: Desk) -> None:
    """The register says whose it is; nothing is asked that would be refused."""
    opened = officer()
    opened.page.wait_for_selector(".hand")
    assert opened.page.is_hidden("#to-breaches")
    opened.page.goto(f"{desk[0].base_url}/vi-pham")
    opened.page.wait_for_selector(".hello")
    assert opened.errors == []
