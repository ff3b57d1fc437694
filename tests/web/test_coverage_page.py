"""The page of coverage in a real browser: what a commune, a department and a ministry read there."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from loaders.batch import import_file
from registry import db
from registry.periods import today
from registry.snapshots import take
from service.app import create_app
from service.cli.demo import BATCHES, SAMPLES
from tests.api.made_up import COMMUNE
from tests.api.service import serving
from tests.conftest import _name
from tests.run import database
from tests.web.visit import PHONE, Visit

Open = Callable[..., Visit]


@pytest.fixture(scope="module")
def frozen(server: str, template_db: str) -> Iterator[httpx.Client]:
    """Give the service over the sample of one province, in which yesterday was frozen."""
    with database(server, _name("coverage_page"), template_db) as url:
        with db.session(url) as session:
            import_file(session, SAMPLES / BATCHES[0][0], province=BATCHES[0][1])
            session.commit()
            take(session, (today() - timedelta(days=1)).isoformat())
            session.commit()
        with serving(create_app(url)) as opened:
            yield opened
        db.engine(url).dispose()


@pytest.fixture
def dien_bien(browser: Any, frozen: httpx.Client) -> Iterator[Visit]:  # noqa: ANN401
    """Give the page open on a province of the samples."""
    opened = Visit(browser, frozen.base_url.netloc.decode(), "/do-phu#tinh=11", (1280, 800))
    opened.page.wait_for_selector("#totals .figure")
    yield opened
    opened.context.close()


def test_a_small_share_is_not_nothing_and_a_great_one_not_all(visit: Open) -> None:
    """Shares below one per mille keep what says that they are not zero; nothing is rounded up to 100 %."""
    shares = [0, 1e-9, 0.00033, 0.0005, 0.0123, 0.9996, 1, 1.25, None]
    shown = visit("/du-lieu").page.evaluate("async (shares) => shares.map((await import('/static/words.js')).percent)", shares)
    assert shown == ["0 %", "0,001 %", "0,033 %", "0,05 %", "1,2 %", "99,9 %", "100 %", "125 %", "chưa rõ"]


def test_the_denominator_is_told_in_the_language_of_the_page(visit: Open) -> None:
    """The source of the census reads as Vietnamese in Vietnamese and as English in English."""
    page = visit("/do-phu").page
    assert "Tổng điều tra dân số 2019 (01/4/2019), chuyển sang đơn vị 2025" in page.inner_text("#totals .source >> nth=0")
    page.click("[data-lang=en]")
    assert "census of 2019 (2019-04-01), carried to the units of 2025" in page.inner_text("#totals .source >> nth=0")


def test_a_commune_shows_its_three_definitions(visit: Open) -> None:
    """The ranking opens a commune's panel with (a), (b) and (c), and says that its area is approximate."""
    page = visit("/do-phu").page
    page.wait_for_selector("#province option[value='11']", state="attached")
    page.select_option("#province", "11")
    page.click("#ranking tbody tr:has-text('Điện Biên Phủ') button")
    page.wait_for_selector("#commune .panel")
    panel = page.inner_text("#commune .panel")
    assert COMMUNE in panel
    assert all(f"({letter})" in panel for letter in "abc")
    assert "gần đúng" in panel


def test_hidden_is_not_unknown(visit: Open) -> None:
    """The only commune of a province with doors holds too few: it and another are ‡ and have no rank, unknown ones read as unknown."""
    page = visit("/do-phu#tinh=11&cach=a").page
    page.wait_for_selector("#ranking tbody tr")
    values = page.locator("#ranking tbody tr td.amount:nth-child(3)").all_inner_texts()
    hidden = page.locator("#ranking tr:has(.swatch.cross)")
    assert "‡" in values
    assert hidden.count() == values.count("‡")
    assert set(hidden.locator(".rank-cell").all_inner_texts()) == {"–"}
    assert page.locator("#ranking tr:has(.swatch.hatch)").count() == values.count("chưa rõ") > 0
    assert "Không công bố" in page.inner_text("#ranking .source")


def test_the_map_has_a_hatch_for_each_of_hidden_and_unknown(visit: Open) -> None:
    """Each mark is drawn by a layer with a pattern of its own, for its own units only, and the legend says which is which."""
    page = visit("/do-phu#tinh=11&cach=a").page
    page.wait_for_selector("#legend .hatch")
    patterns, hidden, unknown = page.evaluate("""async () => {
      const { HIDDEN, UNKNOWN, provincesThat, style } = await import('/static/map_style.js');
      const shares = new Map([["11", HIDDEN], ["37", UNKNOWN], ["86", 0.5]]);
      const marks = style().layers.filter((each) => ["hidden", "unknown"].includes(each.id));
      const patterns = marks.map((each) => [each.id, each.paint["fill-pattern"]]);
      return [Object.fromEntries(patterns), provincesThat(shares, HIDDEN)[2], provincesThat(shares, UNKNOWN)[2]];
    }""")
    assert patterns == {"hidden": "cross", "unknown": "hatch"}
    assert (hidden, unknown) == (["11"], ["37"])
    assert "không công bố" in page.inner_text("#legend .keys span:has(.cross)")
    assert "chưa rõ" in page.inner_text("#legend .keys span:has(.hatch)")


def test_both_archipelagos_are_named_and_open_their_communes(visit: Open) -> None:
    """Hoàng Sa and Trường Sa are on the map from the first view and can be opened."""
    for name, code in (("Quần đảo Hoàng Sa", "20333"), ("Quần đảo Trường Sa", "22736")):
        page = visit("/do-phu").page
        label = page.locator(".islands", has_text=name)
        box = label.bounding_box()
        assert box["x"] > 432
        assert box["x"] + box["width"] < 1280
        label.click()
        page.wait_for_selector(f"#commune .panel:has-text('{code}')")


def test_the_switches_follow_one_another(dien_bien: Visit) -> None:
    """The definition changes figure, legend, ranking and address; cells, former districts and orders answer too."""
    page = dien_bien.page
    before = page.inner_text("#totals .figure strong")
    page.check("#letters input[value=a]")
    assert page.inner_text("#totals .figure strong") != before
    assert page.url.endswith("#tinh=11&cach=a")
    page.check("#letters input[value=c]")
    assert "Địa chỉ chưa có mã" in page.inner_text("#ranking thead")
    assert "Thiếu nhiều địa chỉ" in page.inner_text("#ranking-order")
    page.check("#letters input[value=a]")
    assert "Hộ chưa có mã" in page.inner_text("#ranking thead")
    page.select_option("#ranking-by", "district")
    page.wait_for_selector("#ranking tbody tr:has-text('Huyện Mường Nhé')")
    page.select_option("#ranking-by", "commune")
    page.select_option("#ranking-order", "name")
    names = page.locator("#ranking tbody th").all_inner_texts()
    assert len(names) == 45
    with page.expect_response(lambda answer: "by=h3" in answer.url) as asked:
        page.check("#layers input[value=cells]")
    assert asked.value.json()["features"]
    assert "trong số hộ đã có trong sổ" in page.inner_text("#legend")
    assert page.eval_on_selector_all(".scale.gaps span", "(words) => words.every((each) => each.scrollWidth <= each.clientWidth)")
    page.select_option("#size", "8")
    page.reload()
    page.wait_for_selector("#layers input[value=cells]:checked")
    assert page.input_value("#size") == "8"
    assert dien_bien.errors == []


def test_the_trend_stands_beside_the_targets(dien_bien: Visit) -> None:
    """The frozen day and today are points and rows; the plan of the province is there with its state."""
    page = dien_bien.page
    page.click("#trend summary")
    assert page.locator("#trend tbody tr").count() == 2
    assert page.locator(".trend-point").count() == 2
    assert page.locator(".chart .goal").count() >= 1
    assert "2377/KH-UBND" in page.inner_text(".goals")


def test_every_report_can_be_downloaded(dien_bien: Visit, frozen: httpx.Client, tmp_path: Path) -> None:
    """Five formats of the official report, and the figures for machines, each under its own address; the PDF comes as a file."""
    page = dien_bien.page
    links = page.eval_on_selector_all("#reports a", "(links) => links.map((link) => link.getAttribute('href'))")
    assert [link.rsplit("=", 1)[1] for link in links[:5]] == ["pdf", "xlsx", "html", "csv", "json"]
    assert [frozen.get(link).status_code for link in links[3:]] == [200] * (len(links) - 3)
    with page.expect_download() as told:
        page.click("#reports a >> nth=3")
    told.value.save_as(tmp_path / "report.csv")
    assert "Mường Nhé" in (tmp_path / "report.csv").read_text(encoding="utf-8-sig")


def test_a_phone_reads_the_same(browser: Any, frozen: httpx.Client) -> None:  # noqa: ANN401
    """Nothing is wider than the screen."""
    opened = Visit(browser, frozen.base_url.netloc.decode(), "/do-phu#tinh=11", PHONE)
    opened.page.wait_for_selector("#ranking tbody tr")
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    opened.context.close()
