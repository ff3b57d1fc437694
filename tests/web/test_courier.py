"""The courier's page in a real browser: one address, its door on the map, what one does with it."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import text

from registry import db
from tests.api.made_up import CODE, STREET
from tests.web.visit import PHONE, Visit

Open = Callable[..., Visit]


def test_typing_completes_and_the_keyboard_alone_finds_the_code(visit: Open) -> None:
    """Arrow down and Enter choose a completion; the verdict stands in words and the code on its plate."""
    page = visit().page
    page.type("#q", f"5 {STREET}")
    page.wait_for_selector("#suggestions [role=option]")
    assert page.get_attribute("#q", "aria-expanded") == "true"
    page.press("#q", "ArrowDown")
    assert page.get_attribute("#q", "aria-activedescendant") == "option-0"
    page.press("#q", "Enter")
    page.wait_for_selector(".plate")
    assert page.inner_text(".plate") == CODE
    assert "Chắc chắn" in page.inner_text(".verdict")


def test_escape_closes_the_completions_and_keeps_the_text(visit: Open) -> None:
    """What was typed is never lost."""
    page = visit().page
    page.type("#q", "Sao H")
    page.wait_for_selector("#suggestions [role=option]")
    page.press("#q", "Escape")
    assert page.is_hidden("#suggestions")
    assert page.input_value("#q") == "Sao H"


def test_the_code_can_be_copied_and_the_door_opened_in_the_map_of_the_phone(visit: Open) -> None:
    """The button copies and says so; the link is a geo: address of the door with its code as the name of the pin."""
    opened = visit(size=PHONE)
    opened.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened.search(CODE)
    opened.page.click(".copy")
    opened.page.wait_for_selector(".copy.done")
    assert opened.page.evaluate("navigator.clipboard.readText()") == CODE
    assert opened.page.get_attribute(".geo", "href") == f"geo:21.390000,103.020000?q=21.390000,103.020000({CODE})"


def test_each_verdict_is_said_in_words(visit: Open) -> None:
    """Nonsense is not recognised; a name that several communes bear lists them to click."""
    opened = visit()
    opened.search("zzqx wvvk")
    opened.page.wait_for_selector(".card.reject")
    assert "Không nhận ra" in opened.page.inner_text(".verdict")
    opened.search("xã Thanh Bình")
    opened.page.wait_for_selector(".card.ambiguous")
    second = opened.page.inner_text(".others li:first-child button span")
    opened.page.click(".others li:first-child button")
    opened.page.wait_for_selector(".card.chosen")
    assert opened.page.inner_text(".address b") in second


def test_several_possibilities_are_numbered_in_the_list_and_on_the_map(visit: Open) -> None:
    """Nothing is said of a code or a level before one is chosen; each possibility has its pin, all in sight, and a pin chooses."""
    opened = visit()
    page = opened.page
    opened.wait_for_map()
    opened.search("xã Thanh Bình")
    page.wait_for_selector(".card.ambiguous")
    card = page.inner_text(".card")
    assert "Chọn một trong các khả năng dưới đây" in card.replace("\n", " ")
    assert "Chưa có mã" not in card
    assert "Mức tìm được" not in card
    ranks = page.locator(".choices .rank").all_inner_texts()
    assert ranks == [str(number + 1) for number in range(len(ranks))]
    assert page.locator(".pin").all_inner_texts() == ranks
    page.wait_for_function("() => [...document.querySelectorAll('.pin')].every((pin) => pin.getBoundingClientRect().left > 432)")
    label = page.inner_text(".choices li:nth-child(2) button span")
    page.locator("button.pin-box").nth(1).dispatch_event("click")
    page.wait_for_selector(".card.chosen")
    assert page.inner_text(".address b") in label
    assert page.locator(".pin").count() == 1


def test_what_is_no_point_has_no_pin(visit: Open) -> None:
    """The pin of a door goes away for a province, which is shown whole, and for nonsense; close to a door its commune is named."""
    opened = visit()
    opened.wait_for_map()
    assert opened.page.is_hidden("#where")
    for asked, card in (("tỉnh Điện Biên", ".facts :text('Tỉnh')"), ("zzqx wvvk", ".card.reject")):
        opened.search(CODE)
        opened.page.wait_for_selector(".pin")
        opened.page.wait_for_selector("#where:has-text('Tỉnh Điện Biên')")
        assert re.fullmatch(r"Phường [\w ]+, Tỉnh Điện Biên\s+ranh giới gần đúng", opened.page.inner_text("#where"))
        opened.search(asked)
        opened.page.wait_for_selector(card)
        assert opened.page.locator(".pin").count() == 0
        if "tỉnh" in asked:
            opened.page.wait_for_selector("#where", state="hidden")
            opened.page.wait_for_selector(".map-label:text-is('Điện Biên')")


def test_an_old_address_says_what_was_changed(visit: Open) -> None:
    """A commune of the old world is shown in today's units, and the change is named."""
    opened = visit()
    opened.search("xã Thanh Nưa, huyện Điện Biên, tỉnh Điện Biên")
    opened.page.wait_for_selector(".notes.changed li")
    assert "Thanh Nưa" in opened.page.inner_text(".notes.changed")


def test_a_plate_leads_to_its_door(visit: Open) -> None:
    """The address in the QR of a plate opens the page with the code asked for, behind the # that no log holds."""
    opened = visit(f"/c/{CODE}", PHONE)
    opened.page.wait_for_selector(".plate")
    assert opened.page.inner_text(".plate") == CODE
    assert opened.page.url.endswith(f"/#q={CODE}")


def test_a_question_stays_when_the_page_is_loaded_again(visit: Open) -> None:
    """What was typed stands behind the # and is asked again; an emptied box leaves nothing there."""
    opened = visit()
    opened.search(CODE)
    opened.page.wait_for_selector(".plate")
    assert opened.page.url.endswith(f"/#q={CODE}")
    opened.page.reload()
    opened.page.wait_for_selector(".plate")
    assert opened.page.input_value("#q") == CODE
    opened.page.click("#clear")
    assert opened.page.url.endswith("/")


def test_the_code_is_whole_on_a_phone_enlarged_to_twice_its_size(visit: Open) -> None:
    """On 195 pixels the plate breaks rather than being cut; on a phone it is one line."""
    opened = visit(size=PHONE)
    opened.search(CODE)
    opened.page.wait_for_selector(".plate")
    one_line = opened.page.locator(".plate").bounding_box()["height"]
    opened.page.set_viewport_size({"width": 195, "height": 422})
    box = opened.page.locator(".plate").bounding_box()
    assert box["x"] + box["width"] <= 195
    assert opened.page.evaluate("(() => { const it = document.querySelector('.plate'); return it.scrollWidth <= it.clientWidth; })()")
    assert one_line < 70


def test_a_wrong_place_is_reported_with_the_right_one(visit: Open, service_db: str) -> None:
    """Without a right place nothing is sent; with a point marked on the map the report is kept, with the code that was answered."""
    opened = visit()
    page = opened.page
    opened.wait_for_map()
    opened.search(CODE)
    page.click(".report")
    page.click(".wrong button[type=submit]")
    assert "chỗ đúng" in page.inner_text(".wrong [role=alert]")
    page.click(".pick")
    page.wait_for_selector("#pick:not([hidden])")
    page.locator("#map canvas").click(position={"x": 300, "y": 300})
    page.wait_for_selector(".wrong .hint:has-text('Đã chấm')")
    assert page.locator(".wrong .notice.error").count() == 0
    page.fill("#right-note", "cổng sau")
    page.click("[data-lang=en]")
    page.wait_for_selector(".wrong .hint:has-text('Marked')")
    assert page.input_value("#right-note") == "cổng sau"
    page.click("[data-lang=vi]")
    page.click(".wrong button[type=submit]")
    page.wait_for_selector("#wrong .notice.good")
    page.click(".report")
    assert page.locator("#wrong form").count() == 1
    with db.session(service_db) as session:
        kept = session.execute(
            text("SELECT kind, answered_code, right_point IS NOT NULL AS marked FROM feedback ORDER BY id DESC LIMIT 1")
        ).one()
    assert kept == ("wrong_door", CODE, True)


@pytest.mark.parametrize("size", [PHONE, (1280, 800)])
def test_a_phone_shows_one_column_and_a_desk_two(visit: Open, size: tuple[int, int]) -> None:
    """On a phone the map stands under the answer, as wide as the screen; on a desk beside it."""
    opened = visit(size=size)
    opened.wait_for_map()
    opened.search(CODE)
    opened.page.wait_for_selector(".plate")
    answer, drawn = opened.page.locator("#answer").bounding_box(), opened.page.locator("#map").bounding_box()
    if size == PHONE:
        assert drawn["y"] >= answer["y"] + answer["height"]
        assert drawn["width"] == pytest.approx(390, abs=1)
    else:
        assert drawn["x"] >= answer["x"] + answer["width"]
