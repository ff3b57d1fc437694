"""Plates: what stands on them, what their QR holds, and that every one is printed."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import segno
from sqlalchemy.orm import Session

from registry import db
from registry.errors import NotFoundError, RefusedError, UsageError
from registry.life.status import notify
from registry.settings import NOWHERE
from service.reports.pdf import typst_pages
from service.reports.plates import TEMPLATE, Plate, Plates, Wanted, data_of, files, link, plates, svg
from tests.db.living import COMMUNE, WHO, door

PLATE = Plate("32120-K7Q4M", "1806/127/2A", "Đường Nguyễn Thị Minh Khai", "Tổ 5", "Phường Điện Biên Phủ", "Tỉnh Điện Biên")


def modules(drawn: str) -> list[list[int]]:
    """Read the dark modules back out of the SVG: rows of runs, `M0 0.5h7m3 0h2…`."""
    size = int(re.search(r'viewBox="0 0 (\d+) \d+"', drawn)[1])  # type: ignore[index]
    path = re.search(r' d="([^"]+)"', drawn)[1]  # type: ignore[index]
    rows, x, y = [[0] * size for _ in range(size)], 0.0, 0.0
    for sign, given in re.findall(r"([Mmh])([-\d. ]+)", path):
        numbers = [float(each) for each in given.split()]
        if sign == "h":
            rows[int(y)][int(x) : int(x + numbers[0])] = [1] * int(numbers[0])
            x += numbers[0]
        else:
            x, y = (numbers[0], numbers[1]) if sign == "M" else (x + numbers[0], y + numbers[1])
    return rows


def test_the_qr_leads_to_the_code() -> None:
    """The picture on the plate is, module for module, the QR of the link, at error level M."""
    expected = segno.make_qr(f"{NOWHERE}/c/{PLATE.code}", error="M", boost_error=False)
    assert link(PLATE.code) == f"{NOWHERE}/c/32120-K7Q4M"
    assert modules(svg(PLATE.code)) == [list(row) for row in expected.matrix]
    assert modules(svg("32120-K7Q4N")) != [list(row) for row in expected.matrix]


@pytest.mark.parametrize(("number", "pages"), [(1, 1), (10, 1), (11, 2), (35, 4)])
def test_ten_plates_stand_on_a_page(number: int, pages: int) -> None:
    """The last page is as full as it comes; no page is empty."""
    sheet = Plates(PLATE.commune, PLATE.province, (PLATE,) * number, 0)
    assert len(typst_pages(TEMPLATE, data_of(sheet, sheet.plates), ppi=10)) == pages


def test_many_plates_are_cut_into_files() -> None:
    """Every plate is in one of the PDFs."""
    sheet = Plates(PLATE.commune, PLATE.province, (PLATE,) * 25, 0)
    made = list(files(sheet, per_file=10))
    assert [done for done, _ in made] == [10, 20, 25]
    assert all(pdf.startswith(b"%PDF") for _, pdf in made)


def test_plates_stand_in_the_order_of_the_walk(session: Session) -> None:
    """By street, then by number as people count: 9 before 10; retired doors and other communes are not among them."""
    for number, street in (("10", "Sao Hôm"), ("9", "Sao Hôm"), ("9/2", "Sao Hôm"), ("1", "Trần Phú")):
        door(session, number, street=street)
    door(session, "5", unit="03166")
    sheet = plates(session, Wanted(COMMUNE))
    assert [(plate.number, plate.street) for plate in sheet.plates] == [
        ("9", "Đường Sao Hôm"), ("9/2", "Đường Sao Hôm"), ("10", "Đường Sao Hôm"), ("1", "Đường Trần Phú"),
    ]  # fmt: skip
    assert sheet.plates[0].commune == "Phường Điện Biên Phủ"
    assert [plate.number for plate in plates(session, Wanted(COMMUNE, place="đường trần phú")).plates] == ["1"]


def test_plates_of_a_status(session: Session) -> None:
    """Only doors that stand there; an unknown status, commune or street, and nothing to print, are refused."""
    one, _ = door(session, "1"), door(session, "2")
    notify(session, one, **WHO)
    assert [plate.code for plate in plates(session, Wanted(COMMUNE, "notified")).plates] == [one]
    refused = {
        Wanted(COMMUNE, "gone"): UsageError,
        Wanted("99999"): NotFoundError,
        Wanted(COMMUNE, place="Không Có"): NotFoundError,
        Wanted(COMMUNE, "plated"): RefusedError,
    }
    for wanted, error in refused.items():
        with pytest.raises(error):
            plates(session, wanted)


def test_the_command_prints_and_says_where_the_qr_leads(command: Callable[..., Any], fresh_db: str, tmp_path: Path) -> None:
    """A PDF, or several; a warning while no deployment has said where it is found."""
    with db.session(fresh_db) as session:
        for number in range(1, 13):
            door(session, str(number))
        session.commit()
    output = tmp_path / "bien.pdf"
    done = command("plates", "--commune", COMMUNE, "--output", str(output))
    assert done.code == 0, done.err
    assert "12 biển" in done.out
    assert "DIACHISO_PUBLIC_URL" in done.out
    assert output.read_bytes().startswith(b"%PDF")
    assert command("plates", "--commune", COMMUNE, "--output", str(output), "--per-file", "10").code == 0
    assert sorted(path.name for path in tmp_path.glob("bien-*.pdf")) == ["bien-01.pdf", "bien-02.pdf"]
    assert command("plates", "--commune", COMMUNE, "--output", str(tmp_path / "bien.txt")).code == 2
    assert command("plates", "--commune", COMMUNE, "--status", "plated", "--output", str(output)).code == 1
