"""Tables that are larger than the page of search: looked up in the background, followed over a reload, stopped by a press."""

import csv
import io
from pathlib import Path
from typing import Any

from tests.api.jobs import written
from tests.api.made_up import CODE
from tests.web.desk import Desk, Open
from tests.web.visit import Visit


def _sent(officer: Open, desk: Desk, path: Path) -> Visit:
    """Open the page of search and let the service look a large table up."""
    opened = officer("#muc=viec")
    opened.page.goto(f"{desk[0].base_url}/")
    opened.page.click("#many-title")
    opened.page.set_input_files("#file", path)
    opened.page.wait_for_selector("#columns input:checked")
    opened.page.click("#run")
    return opened


def _last(page: Any, button: str) -> tuple[int, str]:  # noqa: ANN401 - playwright's page
    with page.expect_download() as told:
        page.click(button)
    rows = list(csv.DictReader(io.StringIO(Path(told.value.path()).read_text(encoding="utf-8-sig"))))
    return len(rows), rows[-1]["result_code"]


def test_a_finished_result_is_offered_again_until_it_is_dropped(officer: Open, desk: Desk, tmp_path: Path) -> None:
    """After a reload it is still there under its name; dropped, the service and the page have forgotten it."""
    path = tmp_path / "lon.csv"
    path.write_text("don,dia_chi\n" + "".join(f"{number},\n" for number in range(20_000)) + f"20001,{CODE}\n", encoding="utf-8")
    opened = _sent(officer, desk, path)
    page = opened.page
    page.wait_for_selector("#job .download")
    assert _last(page, "#job .download") == (20_001, CODE)
    page.reload()
    page.wait_for_selector("#job .download")
    assert "lon.csv" in page.inner_text("#job .notice")
    assert _last(page, "#job .download") == (20_001, CODE)
    page.click("#job .drop-job")
    page.wait_for_selector("#job .download", state="detached")
    page.reload()
    page.wait_for_selector("#examples button")
    assert page.locator("#job .download").count() == 0
    assert opened.errors == []


def test_a_table_at_work_is_followed_over_a_reload_and_stopped(officer: Open, desk: Desk, tmp_path: Path) -> None:
    """The number of the job is kept by the browser; a press stops the work, and nothing of it is left."""
    line = "12 ngõ 5 đường Trần Phú, phường Điện Biên Phủ, tỉnh Điện Biên"
    path = tmp_path / "rat_lon.csv"
    path.write_text("don,dia_chi\n" + "".join(f'{number},"{number} {line}"\n' for number in range(60_000)), encoding="utf-8")
    opened = _sent(officer, desk, path)
    page = opened.page
    page.wait_for_selector("#job .stop-job")
    page.reload()
    page.wait_for_selector("#job .stop-job")
    assert "rat_lon.csv" in page.inner_text("#job .doing")
    page.click("#job .stop-job")
    page.wait_for_selector("#job .busy:has-text('Đã dừng')")
    assert written(desk[1], "SELECT state FROM job WHERE name = 'rat_lon.csv'") == [("cancelled",)]
    assert opened.errors == []
