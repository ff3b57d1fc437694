"""The pages of a service that lets nobody in: what they do without a key, with one, and with one that does not hold."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from registry import db
from registry.security import keys
from registry.security.roles import Role
from service.app import create_app
from service.limits import LIMITS
from service.pages import PAGES
from tests.api.made_up import CODE, STREET
from tests.api.service import serving
from tests.web.test_all_pages import FILLED
from tests.web.visit import DESK, PHONE, Visit

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
Open = Callable[..., Visit]
DOOR = f"5 đường {STREET}, phường Điện Biên Phủ, Điện Biên"
_KEPT = "() => sessionStorage.getItem('diachiso.key')"


@pytest.fixture(scope="module")
def closed(service_db: str) -> Iterator[httpx.Client]:
    """Give a client of a service that lets nobody in without a key."""
    with serving(create_app(service_db, open_to="0")) as opened:
        yield opened


@pytest.fixture(scope="module")
def courier(service_db: str) -> str:
    """Give the key of a courier of Điện Biên."""
    with db.session(service_db) as session:
        token = keys.create(session, holder="test", role=Role.COURIER, provinces=["11"], created_by="test").token
        session.commit()
    return token


@pytest.fixture
def stranger(browser: Any, closed: httpx.Client) -> Iterator[Open]:  # noqa: ANN401
    """Give a function that opens a page of the closed service."""
    with ExitStack() as opened:

        def go(path: str = "/", size: tuple[int, int] = DESK) -> Visit:
            made = Visit(browser, closed.base_url.netloc.decode(), path, size)
            opened.callback(made.context.close)
            return made

        yield go


def _enter(page: Any, token: str) -> None:  # noqa: ANN401 - playwright's page
    page.click("#key")
    page.fill("#key-field", token)
    page.press("#key-field", "Enter")


def _use(page: Any, token: str) -> None:  # noqa: ANN401
    _enter(page, token)
    page.wait_for_selector("#key[aria-pressed=true]")


def test_without_a_key_streets_and_codes_are_found_and_nothing_fails(stranger: Open) -> None:
    """The page says down to where it answers; a code given in full leads to its door; the map asks for no doors."""
    opened = stranger(size=PHONE)
    opened.wait_for_map()
    opened.search(DOOR)
    opened.page.wait_for_selector(".card.confirm, .card.accept")
    assert STREET in opened.page.inner_text(".address")
    assert opened.page.locator(".plate").count() == 0
    opened.search(CODE)
    opened.page.wait_for_selector(".plate")
    assert opened.page.inner_text(".plate") == CODE
    assert not [url for url in opened.asked if "/tiles/addresses/" in url]
    assert opened.errors == []


def test_a_key_is_tried_kept_in_the_tab_alone_and_shows_the_doors(stranger: Open, courier: str) -> None:
    """The answer on the page is asked again with the key; a reload keeps it, another tab does not have it; dropping it hides the door."""
    opened = stranger()
    page = opened.page
    opened.search(DOOR)
    page.wait_for_selector(".card")
    _use(page, courier)
    page.wait_for_selector(".plate")
    assert page.evaluate(_KEPT) == courier
    assert page.evaluate("() => [document.cookie, localStorage.getItem('diachiso.key')]") == ["", None]
    page.reload()
    page.wait_for_selector("#key[aria-pressed=true]")
    other = opened.context.new_page()
    other.goto(f"{page.url.split('#')[0]}du-lieu")
    assert other.evaluate(_KEPT) is None
    page.click("#key")
    page.wait_for_selector(".key-dialog .who:has-text('bưu tá')")
    assert "tỉnh 11" in page.inner_text(".key-dialog .who")
    page.click("#key-drop")
    page.wait_for_selector("#key[aria-pressed=false]")
    assert page.evaluate(_KEPT) is None


def test_a_key_that_does_not_hold_is_told_at_once_and_not_kept(stranger: Open) -> None:
    """Neither a piece of a key nor a wrong one; what was pasted stays in the field; Escape closes and gives the focus back."""
    page = stranger().page
    _enter(page, "dcs")
    assert "chép lại cả dòng" in page.inner_text("#key-said")
    page.fill("#key-field", "dcs_" + "x" * 40)
    page.click("#key-use")
    page.wait_for_selector("#key-said:has-text('thu hồi')")
    assert page.input_value("#key-field") == "dcs_" + "x" * 40
    assert page.evaluate(_KEPT) is None
    page.keyboard.press("Escape")
    assert page.evaluate("() => document.activeElement.id") == "key"


def test_a_whole_file_asks_for_a_key_and_goes_on_with_one(stranger: Open, courier: str) -> None:
    """The refusal stands where the answer would, with the way to a key; nothing that was pasted is lost."""
    page = stranger().page
    page.click("#many-title")
    page.fill("#lines", f"{CODE}\nxã Thanh Bình")
    page.click("#run")
    page.wait_for_selector("#progress .enter-key")
    assert page.get_attribute("#progress a", "href") == "/du-lieu#key-how"
    page.click("#progress .enter-key")
    page.fill("#key-field", courier)
    page.press("#key-field", "Enter")
    page.click("#progress .retry")
    page.wait_for_selector(".rows li:nth-child(2)")


def test_with_a_key_the_map_shows_the_doors_of_its_province(stranger: Open, courier: str) -> None:
    """The tiles of doors are asked for with the province of the key, and answered."""
    opened = stranger()
    opened.wait_for_map()
    _use(opened.page, courier)
    with opened.page.expect_response(lambda answer: "/tiles/addresses/" in answer.url and answer.status == 200) as told:
        opened.search(CODE)
    assert "province=11" in told.value.url
    assert opened.errors == []


@pytest.mark.parametrize("path", [page.path for page in PAGES])
def test_no_page_fails_without_a_key(stranger: Open, path: str) -> None:
    """Nothing is asked for that is refused; with the dialog open axe is content."""
    opened = stranger(path)
    opened.page.wait_for_selector(FILLED[path])
    opened.page.wait_for_load_state("networkidle")
    assert opened.errors == []
    opened.page.click("#key")
    opened.page.wait_for_selector(".key-dialog .who:has-text('Chưa dùng khóa')")
    found = axe.Axe().run(opened.page, options={"resultTypes": ["violations"]}, context=".key-dialog").response["violations"]
    assert [each["id"] for each in found if each["impact"] in {"serious", "critical"}] == []


def test_the_desk_of_a_province_says_whose_it_is(stranger: Open, courier: str) -> None:
    """Without an officer's key the page tells what it is for and how to get one; the key of a courier is named as such."""
    opened = stranger("/tinh", PHONE)
    page = opened.page
    page.wait_for_selector(".hello")
    assert "cán bộ tỉnh" in page.inner_text(".hello h2")
    assert page.is_hidden("#tabs")
    _use(page, courier)
    page.wait_for_selector(".hello:has-text('bưu tá')")
    assert opened.errors == []


def test_a_request_for_a_key_can_be_copied_and_nothing_is_sent(stranger: Open) -> None:
    """The letter names house, role and provinces, the command is one that the operator can type; an officer needs a province."""
    opened = stranger("/du-lieu#key-how")
    page = opened.page
    page.fill("#ask-house", "Bưu điện tỉnh số 1")
    page.fill("#ask-purpose", "tra mã khi giao hàng")
    page.select_option("#ask-role", "province_officer")
    asked = len(opened.asked)
    page.click("#ask-make")
    assert "ít nhất một tỉnh" in page.inner_text("#requested [role=alert]")
    page.click("#request summary")
    page.check("#request input[value='11']")
    page.click("#ask-make")
    command = "diachiso key create 'Bưu điện tỉnh số 1' --role province_officer --province 11 --days 180"
    assert page.inner_text("#ask-command") == command
    assert "Điện Biên (11)" in page.inner_text("#ask-letter")
    assert [url.rsplit("/", 1)[1] for url in opened.asked[asked:]] == ["units"]


@pytest.mark.usefixtures("still")
def test_asking_too_often_is_told_with_how_long_to_wait(browser: Any, service_db: str, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401
    """The page says how many seconds to wait, and that a key helps; the map and the completions have not used up what one may ask."""
    monkeypatch.setattr("service.limits.LIMITS", LIMITS | {"public": "3/minute"})
    with serving(create_app(service_db, open_to="0")) as limited:
        opened = Visit(browser, limited.base_url.netloc.decode(), "/", DESK)
        opened.wait_for_map()
        opened.page.type("#q", "phường Điện Biên Phủ")
        for text in ("xã Thanh Nưa", "xã Thanh An", "xã Mường Nhé", "xã Na Son"):
            opened.search(text)
            opened.page.wait_for_selector("#answer .card, #answer .enter-key")
        opened.page.wait_for_selector("#answer .notice.error .enter-key")
        assert "giây rồi thử lại" in opened.page.inner_text("#answer .notice")
        opened.context.close()
