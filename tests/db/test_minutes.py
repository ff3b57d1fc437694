"""The minutes of a hand-over tell what a batch was and became, add up, and print on A4 with heads on every page."""

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from loaders.batch import import_file
from loaders.rollback import rollback_batch
from registry import db
from registry.errors import NotFoundError
from service.reports.minutes import minutes_html, minutes_of
from tests.db.handover import door, load, scalar

SAMPLES = Path(__file__).parents[2] / "sample_data"
ROWS = [
    door(so_nha="2"), door(so_nha="4", xa="Xã Na Sang", kinh_do="103.0870", vi_do="21.7540"), door(so_nha="6", kinh_do=""),
    door(so_nha="8", xa="Phường Không Có"), door(so_nha="2", stt="9"),
]  # fmt: skip


class Tables(HTMLParser):
    """Collects the rows of every table: cells without their small English words."""

    def __init__(self, page: str) -> None:
        """Read the page."""
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self._small = self._cell = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's own
        """Open a table, a row, a cell."""
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in {"td", "th"}:
            self.tables[-1][-1].append("")
            self._cell = True
        elif tag == "small":
            self._small = True

    def handle_endtag(self, tag: str) -> None:
        """Close a cell or small words."""
        self._small = self._small and tag != "small"
        self._cell = self._cell and tag not in {"td", "th"}

    def handle_data(self, data: str) -> None:
        """Keep what stands in a cell."""
        if self._cell and not self._small and self.tables:
            self.tables[-1][-1][-1] += data.strip()


def page_of(url: str, batch: int | None, at: datetime | None = None) -> str:
    """Return the page of a batch."""
    with db.session(url) as session:
        return minutes_html(minutes_of(session, batch or 0), at)


def whole(cell: str) -> int:
    """Read a number written the Vietnamese way."""
    return int(cell.replace(".", ""))


def test_the_page_names_who_when_and_which_file(fresh_db: str, tmp_path: Path) -> None:
    """File, hash of its bytes, size, rows, moments in Vietnam time, the actor, coordinates and columns; both sides stay blank."""
    path = tmp_path / "bàn giao & số 1.csv"
    report, _ = load(fresh_db, path, ROWS, province="11", actor="can bo <nhập>", crs="EPSG:4326")
    page = page_of(fresh_db, report.batch_id)
    facts = {row[0]: row[1] for table in Tables(page).tables for row in table if len(row) == 2}
    assert facts["Mã băm SHA-256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (facts["Tệp"], facts["Người nhập"], facts["Số dòng dữ liệu"]) == (path.name, "can bo <nhập>", "5")
    assert facts["Dung lượng"] == f"{path.stat().st_size:,} byte".replace(",", ".")
    committed = scalar(
        fresh_db, "SELECT to_char(committed_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'HH24:MI:SS, DD/MM/YYYY') FROM batch".replace(":", "\\:")
    )
    assert facts["Ghi sổ lúc"].startswith(committed)
    assert facts["Hệ tọa độ của tệp"].startswith("EPSG:4326")
    assert all(
        words in page
        for words in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "BÊN GIAO", "BÊN NHẬN", "Tỉnh Điện Biên")
    )


def test_the_counts_add_up_by_outcome_and_by_commune(fresh_db: str, tmp_path: Path) -> None:
    """Outcomes sum to the rows of the file, so do the communes; a row of unknown commune has its own line."""
    report, _ = load(fresh_db, tmp_path / "a.csv", ROWS, province="11")
    _, outcomes, communes, issues, _ = Tables(page_of(fresh_db, report.batch_id)).tables
    assert [whole(row[1]) for row in outcomes[1:]] == [2, 0, 0, 1, 1, 1, 5]
    lines = {row[0]: [whole(cell) for cell in row[1:]] for row in communes[1:]}
    assert list(lines) == ["Phường Điện Biên Phủ (03127)", "Xã Na Sang (03172)", "Chưa rõ xã", "Tổng cộng"]
    assert list(lines.values()) == [[1, 0, 0, 1, 1, 0, 3], [1, 0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 1, 1], [2, 0, 0, 1, 1, 1, 5]]
    assert "Thiếu tọa độrow.point_missing" in [row[0] for row in issues]


def test_the_faulty_sample_adds_up(fresh_db: str) -> None:
    """Every column of the table of communes sums to its total, and the totals to the rows of the file."""
    with db.session(fresh_db) as session:
        report = import_file(session, SAMPLES / "vinh_long.csv", province="86")
    communes = Tables(page_of(fresh_db, report.batch_id)).tables[2]
    numbers = [[whole(cell) for cell in row[1:]] for row in communes[1:]]
    assert [sum(column) for column in zip(*numbers[:-1], strict=True)] == numbers[-1]
    assert numbers[-1] == [*report.counts.values(), report.rows]


def test_the_day_is_vietnams(fresh_db: str, tmp_path: Path) -> None:
    """Eight in the evening in UTC is the next day in Vietnam."""
    report, _ = load(fresh_db, tmp_path / "a.csv", [door()])
    assert "ngày 01 tháng 02 năm 2026" in page_of(fresh_db, report.batch_id, datetime(2026, 1, 31, 20, tzinfo=UTC))


def test_a_mapping_a_complete_list_and_a_rollback_are_said(fresh_db: str, tmp_path: Path) -> None:
    """How columns were read, what was retired, and that the batch was undone stand on the page."""
    load(fresh_db, tmp_path / "a.csv", [door(so_nha=str(number)) for number in range(1, 6)])
    mapping = tmp_path / "m.toml"
    mapping.write_text('[values.loai]\n"<school>" = "co_quan"\n', encoding="utf-8")
    rows = [door(so_nha=str(number), loai="<school>") for number in range(1, 5)]
    report, _ = load(fresh_db, tmp_path / "b.csv", rows, mapping=mapping, complete=True)
    page = page_of(fresh_db, report.batch_id)
    assert all(words in page for words in ("“&lt;school&gt;” → co_quan", "ngừng dùng", "<b>1</b>"))
    with db.session(fresh_db) as session:
        rollback_batch(session, report.batch_id or 0)
    assert "LÔ NÀY ĐÃ HOÀN TÁC" in page_of(fresh_db, report.batch_id)
    assert "LÔ NÀY ĐÃ HOÀN TÁC" not in page


def test_the_command_writes_the_page_or_says_why_not(command: Callable[..., Any], fresh_db: str, tmp_path: Path) -> None:
    """A page for a batch; an unknown batch is refused, another suffix is wrong usage."""
    load(fresh_db, tmp_path / "a.csv", [door()])
    target = tmp_path / "bb.html"
    assert command("batch", "minutes", "1", "--output", str(target)).code == 0
    assert target.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert [command("batch", "minutes", *rest).code for rest in (("9", "--output", "x.html"), ("1", "--output", "x.pdf"))] == [1, 2]
    with pytest.raises(NotFoundError):
        page_of(fresh_db, 9)


def test_the_page_prints_on_sheets_of_a4(fresh_db: str, browser: Any, tmp_path: Path) -> None:  # noqa: ANN401 - optional
    """A batch over a whole province takes several A4 sheets; nothing is wider than the sheet."""
    with db.session(fresh_db) as session:
        report = import_file(session, SAMPLES / "vinh_long.csv", province="86")
    (tmp_path / "bb.html").write_text(page_of(fresh_db, report.batch_id), encoding="utf-8")
    shown = browser.new_page(viewport={"width": 700, "height": 1000})
    shown.goto((tmp_path / "bb.html").as_uri())
    wide = shown.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    printed = shown.pdf(prefer_css_page_size=True)
    shown.close()
    boxes = re.findall(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", printed)
    assert wide
    assert len(boxes) >= 4
    assert {(round(float(width)), round(float(height))) for width, height in boxes} <= {(595, 842), (596, 842), (595, 841)}
