"""What every page promises: reachable by all, in two languages, quick, from this server alone, on paper too."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from service.pages import PAGES, WEB
from tests.web.visit import DESK, PHONE, Visit

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
Open = Callable[..., Visit]
PATHS = [page.path for page in PAGES]
# What stands on each page once it has heard from the service.
FILLED = {
    "/": "#examples button",
    "/do-phu": "#ranking tbody tr",
    "/du-lieu": ".set",
    "/tinh": ".hello",
    "/vi-pham": ".hello",
    "/giay": ".hello",
}
FIRST_VIEW_SECONDS = 1.0
FIRST_VIEW_BYTES = 1_500_000
# A slow mobile line, as page audits take it: 1.6 megabits a second, 150 ms there and back.
BYTES_A_SECOND = 200_000
ROUND_TRIP_SECONDS = 0.15
WITH_MAP = {"/", "/do-phu"}
_NAMES = "(nodes) => nodes.flatMap((each) => [each.title, each.getAttribute('aria-label')]).filter(Boolean)"
_STILL = {"reduced_motion": "reduce"}
_PAINT = "first-contentful-paint"
_SEEN = f"() => performance.getEntriesByName('{_PAINT}')[0].startTime"
_BYTES = """() => performance.getEntries().filter((each) => ["resource", "navigation"].includes(each.entryType))
  .map((each) => ({ name: new URL(each.name).pathname, at: each.responseEnd, bytes: each.transferSize,
    waited: each.entryType === "navigation" || each.renderBlockingStatus === "blocking" }))"""


def _filled(visit: Open, path: str, **options: Any) -> Visit:  # noqa: ANN401
    opened = visit(path, **options)
    opened.page.wait_for_selector(FILLED[path.split("?", maxsplit=1)[0]])
    return opened


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing(visit: Open, path: str, language: str) -> None:
    """No violation of any of axe's rules, in light and in dark, on a phone."""
    opened = _filled(visit, f"{path}?lang={language}", size=PHONE, **_STILL)
    if path == "/":
        opened.wait_for_map()
        opened.search("xã Thanh Bình")
        opened.page.click(".report")
        opened.page.click("#many-title")
    for scheme in ("light", "dark"):
        opened.page.emulate_media(color_scheme=scheme)
        found = axe.Axe().run(opened.page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], scheme


@pytest.mark.parametrize("path", PATHS)
def test_english_by_switch_or_by_address(visit: Open, path: str) -> None:
    """The switch changes every word with a translation, is kept for the next page, and can be handed on in the address."""
    page = _filled(visit, path).page
    page.click("[data-lang=en]")
    assert page.get_attribute("html", "lang") == "en"
    assert page.inner_text(".menu [aria-current]") in {"Search", "Coverage", "Open data", "Provinces", "Breaches", "Papers"}
    assert page.url.endswith("?lang=en") or "?lang=en#" in page.url
    page.click(".menu a[href='/du-lieu']")
    page.wait_for_selector("h1:text-is('Open data')")


@pytest.mark.parametrize("path", sorted(WITH_MAP))
def test_the_map_speaks_the_language_of_the_page(visit: Open, path: str) -> None:
    """Its buttons, gestures and archipelagos are named in Vietnamese, then in English; nothing on it is called "Map marker"."""
    opened = visit(path, size=PHONE)
    opened.wait_for_map()
    for language, said in (
        ("vi", ("Phóng to", "Thu nhỏ", "Bản đồ", "hai ngón tay")),
        ("en", ("Zoom in", "Zoom out", "Map", "two fingers")),
    ):
        opened.page.click(f"[data-lang={language}]")
        names = opened.page.eval_on_selector_all("#map [aria-label], #map [title]", _NAMES)
        gestures = opened.page.text_content(".maplibregl-mobile-message")
        assert set(names) == set(said[:3])
        assert said[3] in str(gestures)


@pytest.fixture(scope="module", params=PATHS)
def standing(request: pytest.FixtureRequest, browser: Any, client: httpx.Client) -> Iterator[Visit]:  # noqa: ANN401
    """Give each page in turn, with all that belongs to it loaded, on a phone."""
    opened = Visit(browser, client.base_url.netloc.decode(), request.param, PHONE, **_STILL)
    opened.page.wait_for_selector(FILLED[request.param])
    if request.param in WITH_MAP:
        opened.wait_for_map()
    yield opened
    opened.context.close()


def test_the_first_view_is_light_and_quick(standing: Visit) -> None:
    """Under one second to the first view and under 1.5 MB for the whole page; the map's script comes after what one sees first."""
    loaded, seen = standing.page.evaluate(_BYTES), standing.page.evaluate(_SEEN)
    late = [each["at"] for each in loaded if "maplibre" in each["name"]]
    assert sum(each["bytes"] for each in loaded) < FIRST_VIEW_BYTES
    assert all(at > seen for at in late)
    assert bool(late) == (standing.path in WITH_MAP)
    # What the first view waits for, one after the other over the line of a telephone: what else this machine does is no matter of it.
    waited = [each for each in loaded if each["waited"]]
    assert {standing.path, "/static/style.css"} <= {each["name"] for each in waited}
    assert (1 + len(waited)) * ROUND_TRIP_SECONDS + sum(each["bytes"] for each in waited) / BYTES_A_SECOND < FIRST_VIEW_SECONDS


def test_nothing_comes_from_elsewhere_and_nothing_fails(standing: Visit, served: str) -> None:
    """No tile, font, script or style of another server, and no error on the console."""
    assert [url for url in standing.asked if not url.startswith((f"http://{served}/", "blob:", "data:"))] == []
    assert standing.errors == []


def test_enlarged_to_twice_its_size_nothing_scrolls_sideways(standing: Visit) -> None:
    """A desk of 1280 pixels enlarged to 200 % is one of 640; there, and on the narrowest phone, the page is as wide as the screen."""
    for width, height in ((DESK[0] // 2, DESK[1] // 2), (320, 640)):
        standing.page.set_viewport_size({"width": width, "height": height})
        assert standing.page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_keyboard_reaches_menu_and_content(standing: Visit) -> None:
    """The first stop skips to the content; in the menu it shows where one is."""
    page = standing.page
    page.evaluate("() => document.activeElement?.blur()")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"
    assert page.get_attribute(".menu [aria-current=page]", "href") == standing.path


def test_on_paper_there_is_no_menu(standing: Visit) -> None:
    """Printed, the menu and the switch of languages stay away, and the page makes a PDF."""
    standing.page.emulate_media(media="print")
    assert standing.page.is_hidden(".menu")
    assert standing.page.is_hidden(".languages")
    assert standing.page.pdf(format="A4")[:5] == b"%PDF-"


@pytest.mark.parametrize("path", PATHS)
def test_no_script_stands_in_a_page(client: httpx.Client, path: str) -> None:
    """The policy allows scripts and styles of this server only, and no page needs more: no script, style or handler is inside."""
    answer = client.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=", answer.text) is None
    assert client.head(path).status_code == 200


def test_files_of_the_pages_stay_short() -> None:
    """A script or a style that outgrows 300 lines is two concepts."""
    long = [path.name for path in WEB.iterdir() if path.suffix in {".js", ".css", ".html"} and len(path.read_text().splitlines()) >= 300]
    assert long == []


def test_every_word_is_there_in_both_languages() -> None:
    """What a page says in Vietnamese it can say in English."""
    for path in WEB.glob("words*.js"):
        vi, en = re.split(r"^  en: \{", path.read_text(encoding="utf-8"), maxsplit=1, flags=re.MULTILINE)
        keys = [re.findall(r"(?:^|[{,])\s*(\w+): \"", part, flags=re.MULTILINE) for part in (vi, en)]
        assert keys[0] == keys[1], path.name
