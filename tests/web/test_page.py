"""The page in a real browser: what a courier and an officer do with it."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.api.made_up import CODE, COMMUNE, STREET

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists()), None)
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
]  # fmt: skip
SECONDS = 60_000


def driver_starts() -> bool:
    """Tell whether the program that drives the browser runs here: it needs libatomic1, which a bare system lacks."""
    node = Path(playwright.__file__).parents[1] / "driver" / "node"
    return subprocess.run([node, "--version"], capture_output=True, check=False).returncode == 0


pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium under /usr/bin"),
    pytest.mark.skipif(not driver_starts(), reason="the browser's driver does not start: install libatomic1"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """Give a running Chromium of the system."""
    with playwright.sync_playwright() as opened:
        running = opened.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


class Visit:
    """A page that is open, the errors it met, and the addresses it asked."""

    def __init__(self, browser: object, address: str, width: int, height: int) -> None:
        """Open the page and wait until the coverage of the country stands."""
        self.context = browser.new_context(viewport={"width": width, "height": height}, locale="vi-VN")
        self.page = self.context.new_page()
        self.errors: list[str] = []
        self.asked: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.set_default_timeout(SECONDS)
        self.page.goto(f"http://{address}/")
        self.page.wait_for_selector("#totals .figure")


@pytest.fixture
def visit(browser: object, served: str) -> Iterator[Visit]:
    """Give the page on a desk."""
    opened = Visit(browser, served, 1280, 800)
    yield opened
    opened.context.close()


@pytest.fixture
def phone(browser: object, served: str) -> Iterator[Visit]:
    """Give the page on a phone."""
    opened = Visit(browser, served, 390, 844)
    yield opened
    opened.context.close()


def _search(visit: Visit, text: str) -> None:
    visit.page.fill("#q", text)
    visit.page.press("#q", "Enter")


def test_typing_completes_and_the_keyboard_alone_finds_the_code(visit: Visit) -> None:
    """Arrow down and Enter choose a completion; the verdict stands in words and the code on its plate."""
    visit.page.type("#q", f"5 {STREET}")
    visit.page.wait_for_selector("#suggestions [role=option]")
    assert visit.page.get_attribute("#q", "aria-expanded") == "true"
    visit.page.press("#q", "ArrowDown")
    assert visit.page.get_attribute("#q", "aria-activedescendant") == "option-0"
    visit.page.press("#q", "Enter")
    visit.page.wait_for_selector(".plate")
    assert visit.page.inner_text(".plate") == CODE
    assert "Chắc chắn" in visit.page.inner_text(".verdict")


def test_escape_closes_the_completions_and_keeps_the_text(visit: Visit) -> None:
    """What was typed is never lost."""
    visit.page.type("#q", "Sao H")
    visit.page.wait_for_selector("#suggestions [role=option]")
    visit.page.press("#q", "Escape")
    assert visit.page.is_hidden("#suggestions")
    assert visit.page.input_value("#q") == "Sao H"


def test_the_code_can_be_copied(visit: Visit) -> None:
    """The button copies and says so."""
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    _search(visit, CODE)
    visit.page.click(".copy")
    visit.page.wait_for_selector(".copy.done")
    assert visit.page.evaluate("navigator.clipboard.readText()") == CODE


def test_each_verdict_is_said_in_words(visit: Visit) -> None:
    """Nonsense is not recognised; a name that several communes bear lists them to click."""
    _search(visit, "zzqx wvvk")
    visit.page.wait_for_selector(".card.reject")
    assert "Không nhận ra" in visit.page.inner_text(".verdict")
    _search(visit, "xã Thanh Bình")
    visit.page.wait_for_selector(".card.ambiguous")
    second = visit.page.inner_text(".others li:first-child button span")
    visit.page.click(".others li:first-child button")
    visit.page.wait_for_selector(".card.chosen")
    assert visit.page.inner_text(".address b") in second


def test_several_possibilities_are_numbered_in_the_list_and_on_the_map(visit: Visit) -> None:
    """Nothing is said of a code or a level before one is chosen; each possibility has its pin, all in sight, and a pin chooses."""
    _search(visit, "xã Thanh Bình")
    visit.page.wait_for_selector(".card.ambiguous")
    card = visit.page.inner_text(".card")
    assert "Chọn một trong các khả năng dưới đây" in card.replace("\n", " ")
    assert "Chưa có mã" not in card
    assert "Mức tìm được" not in card
    ranks = visit.page.locator(".choices .rank").all_inner_texts()
    assert ranks == [str(number + 1) for number in range(len(ranks))]
    assert visit.page.locator(".pin").all_inner_texts() == ranks
    visit.page.wait_for_function("() => [...document.querySelectorAll('.pin')].every((pin) => pin.getBoundingClientRect().left > 432)")
    label = visit.page.inner_text(".choices li:nth-child(2) button span")
    visit.page.locator("button.pin-box").nth(1).dispatch_event("click")
    visit.page.wait_for_selector(".card.chosen")
    assert visit.page.inner_text(".address b") in label
    assert visit.page.locator(".pin").count() == 1


def test_what_is_no_point_has_no_pin(visit: Visit) -> None:
    """The pin of a door goes away for a province, which is shown whole, and for nonsense."""
    for text, card in (("tỉnh Điện Biên", ".facts :text('Tỉnh')"), ("zzqx wvvk", ".card.reject")):
        _search(visit, CODE)
        visit.page.wait_for_selector(".pin")
        visit.page.wait_for_selector("#where:has-text('Tỉnh Điện Biên')")
        _search(visit, text)
        visit.page.wait_for_selector(card)
        assert visit.page.locator(".pin").count() == 0
        if "tỉnh" in text:
            visit.page.wait_for_selector("#where", state="hidden")
            visit.page.wait_for_selector(".map-label:text-is('Điện Biên')")


def test_close_to_the_doors_the_commune_is_named(visit: Visit) -> None:
    """Where no name on the map is in sight, the commune and the province under its middle are said, and that its area is approximate."""
    assert visit.page.is_hidden("#where")
    _search(visit, CODE)
    visit.page.wait_for_selector("#where:has-text('Phường')")
    assert re.fullmatch(r"Phường [\w ]+, Tỉnh Điện Biên\s+ranh giới gần đúng", visit.page.inner_text("#where"))


def test_the_denominator_is_told_in_the_language_of_the_page(visit: Visit) -> None:
    """The source of the census reads as Vietnamese in Vietnamese and as English in English."""
    assert "Tổng điều tra dân số 2019 (01/4/2019), chuyển sang đơn vị 2025" in visit.page.inner_text("#totals .source")
    visit.page.click("[data-lang=en]")
    assert "census of 2019 (2019-04-01), carried to the units of 2025" in visit.page.inner_text("#totals .source")


def test_a_small_share_is_not_nothing_and_a_great_one_not_all(visit: Visit) -> None:
    """Shares below one per mille keep what says that they are not zero; nothing is rounded up to 100 %."""
    shares = [0, 1e-9, 0.00033, 0.0005, 0.0123, 0.9996, 1, 1.25, None]
    shown = visit.page.evaluate("async (shares) => shares.map((await import('/static/words.js')).percent)", shares)
    assert shown == ["0 %", "0,001 %", "0,033 %", "0,05 %", "1,2 %", "99,9 %", "100 %", "125 %", "chưa rõ"]
    assert visit.page.inner_text("#totals .figure strong") not in {"0 %", "–"}


def test_an_old_address_says_what_was_changed(visit: Visit) -> None:
    """A commune of the old world is shown in today's units, and the change is named."""
    _search(visit, "xã Thanh Nưa, huyện Điện Biên, tỉnh Điện Biên")
    visit.page.wait_for_selector(".notes.changed li")
    assert "Thanh Nưa" in visit.page.inner_text(".notes.changed")


def test_a_province_shows_its_communes_in_colours_and_figures(visit: Visit) -> None:
    """The list opens a commune's panel with the three definitions; the map holds the coverage of its communes."""
    visit.page.select_option("#province", "11")
    visit.page.locator("#totals tbody tr").nth(44).wait_for(state="attached")
    visit.page.click("#totals summary")
    visit.page.click("#totals tbody tr:has-text('Điện Biên Phủ') button")
    visit.page.wait_for_selector("#commune .panel")
    panel = visit.page.inner_text("#commune .panel")
    assert COMMUNE in panel
    assert all(f"({letter})" in panel for letter in "abc")
    assert "gần đúng" in panel


def test_both_archipelagos_are_named_and_open_their_communes(visit: Visit) -> None:
    """Hoàng Sa and Trường Sa are on the map from the first view and can be opened."""
    for name, code in (("Quần đảo Hoàng Sa", "20333"), ("Quần đảo Trường Sa", "22736")):
        label = visit.page.locator(".islands", has_text=name)
        box = label.bounding_box()
        assert box["x"] > 432
        assert box["x"] + box["width"] < 1280
        label.click()
        visit.page.wait_for_selector(f"#commune .panel:has-text('{code}')")
        visit.page.reload()
        visit.page.wait_for_selector("#totals .figure")


def test_the_language_is_remembered(visit: Visit) -> None:
    """English stays English after a reload."""
    visit.page.click("[data-lang=en]")
    assert visit.page.inner_text(".go") == "Find"
    visit.page.reload()
    visit.page.wait_for_selector("#totals .figure")
    assert visit.page.inner_text(".go") == "Find"
    assert visit.page.get_attribute("html", "lang") == "en"


def test_nothing_is_asked_of_another_server_and_nothing_fails(visit: Visit, served: str) -> None:
    """No tile, font, script or style from elsewhere; tiles of this server are asked; no error on the console."""
    _search(visit, CODE)
    visit.page.wait_for_selector(".plate")
    with suppress(playwright.TimeoutError):
        visit.page.wait_for_load_state("networkidle", timeout=20_000)
    elsewhere = [url for url in visit.asked if not url.startswith((f"http://{served}/", "blob:", "data:"))]
    assert elsewhere == []
    assert any("/v1/tiles/communes/" in url for url in visit.asked)
    assert visit.errors == []


def test_a_phone_shows_one_column_without_sideways_scrolling(phone: Visit) -> None:
    """The page is as wide as the screen and the map stands under the answer."""
    _search(phone, CODE)
    phone.page.wait_for_selector(".plate")
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
    answer, drawn = phone.page.locator("#answer").bounding_box(), phone.page.locator("#map").bounding_box()
    assert drawn["y"] >= answer["y"] + answer["height"]
    assert drawn["width"] == pytest.approx(390, abs=1)
