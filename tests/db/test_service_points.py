"""Service points are read as printed, repaired only where that is certain, and loaded once."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.errors import FileRefused
from registry.models.tables import ServicePoint, Unit
from registry.service_points import COLUMNS, load
from registry.spelling import repair

SAMPLE = Path(__file__).parents[2] / "sample_data" / "service_points_dien_bien.csv"

# Misprints of the plan and the official names, checked by hand.
GOLD = {
    "Mường Phǎng": "Mường Phăng", "Na U'": "Na Ư", "Nà Táu": "Nà Tấu", "Áng Nura": "Ẳng Nưa", "Áng Cang": "Ẳng Cang", "Áng Tở": "Ẳng Tở",
    "Năm Lịch": "Nặm Lịch", "Quài Nura": "Quài Nưa", "Lay Nura": "Lay Nưa", "Chà Nura": "Chà Nưa", "Hùa Ngài": "Hừa Ngài",
    "Xá Tông": "Xá Tổng", "Ma Thị Hò": "Ma Thì Hồ", "Sa Lồng": "Sa Lông", "Huổi Léch": "Huổi Lếnh", "Pa Tân": "Pa Tần",
    "Nậm Nhù": "Nậm Nhừ", "Phì Nhù": "Phì Nhừ", "Tìa Dinh": "Tìa Dình", "Noong U": "Nong U", "Noong Luồng": "Noong Luống",
    "Noong Hẹt": "Noọng Hẹt", "Sam Mùn": "Sam Mứn", "Tả Phình": "Tả Phìn", "Lao Xá Phình": "Lao Xả Phình",
}  # fmt: skip


def a_list(path: Path, **cells: str) -> Path:
    """Write a list of one good point, with some cells changed."""
    good = {
        "province": "Tỉnh Điện Biên", "district": "Huyện Điện Biên", "recorded_name": "Thanh Xương", "code": "381410",
        "building": "Nhà cố định", "internet": "1", "multi_service": "1", "planned": "0", "year": "2020", "source": "test",
    }  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerow(good | cells)
    return path


def test_the_annex_is_repaired_as_by_hand(session: Session) -> None:
    """Every misprint of the gold set is read as the official name, and nothing is left for a human."""
    report = load(session, SAMPLE)
    found = {each.recorded: each.official for each in report.repairs}
    assert {name: found[name] for name in GOLD} == GOLD
    assert (report.rows, report.exact, report.folded, report.similar, report.left) == (114, 87, 19, 8, ())


def test_points_stand_in_todays_commune(session: Session) -> None:
    """The point of Áng Nura (Ẳng Nưa) stands in Xã Mường Ảng of today and keeps the old commune it was listed under."""
    load(session, SAMPLE)
    point = session.scalars(select(ServicePoint).where(ServicePoint.recorded_name == "Áng Nura")).one()
    today, recorded = session.get_one(Unit, point.commune_id), session.get_one(Unit, point.recorded_unit_id)
    assert (today.full_name, today.in_force, recorded.name) == ("Xã Mường Ảng", True, "Ẳng Nưa")
    assert (point.code, point.internet, point.planned, point.year) == ("382870", True, False, 2020)


def test_loading_twice_changes_nothing_and_a_correction_updates(session: Session, tmp_path: Path) -> None:
    """Second load: all the same; a changed cell updates its own row."""
    first = load(session, a_list(tmp_path / "a.csv"))
    again = load(session, a_list(tmp_path / "a.csv"))
    mended = load(session, a_list(tmp_path / "a.csv", internet="0"))
    assert [(each.added, each.changed, each.same) for each in (first, again, mended)] == [(1, 0, 0), (0, 0, 1), (0, 1, 0)]


def test_an_uncertain_name_is_left_for_a_human(session: Session, tmp_path: Path) -> None:
    """A name that fits no commune of its district, and a district that is none, are returned and not loaded."""
    for cells in ({"recorded_name": "Thanh"}, {"recorded_name": "Vô Danh"}, {"district": "Huyện Không Có"}):
        report = load(session, a_list(tmp_path / "a.csv", **cells))
        assert (len(report.left), report.added) == (1, 0)


def test_two_names_as_near_as_each_other_are_open() -> None:
    """Inside the margin nothing is guessed, and two misprints never share a name."""
    assert repair(["Thanh Ab"], ["Thanh An", "Thanh Am"])["Thanh Ab"].official is None
    assert {each.official for each in repair(["Mường Lunh", "Mường Lunn"], ["Mường Luân"]).values()} == {None}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "thiếu cột"),
        (b"province;district\n", "thiếu cột"),
        ("province,district\nĐ".encode("utf-16"), "UTF-8"),
        ((",".join(COLUMNS) + "\n").encode(), "không có dòng"),
    ],
)
def test_a_bad_file_is_refused(session: Session, tmp_path: Path, content: bytes, words: str) -> None:
    """An empty file, missing columns, another encoding and no rows are refused in words."""
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(FileRefused) as refused:
        load(session, path)
    assert words in refused.value.vi


@pytest.mark.parametrize("cells", [{"code": "32110"}, {"internet": "X"}, {"year": "hai"}, {"recorded_name": ""}])
def test_a_bad_cell_is_refused_with_its_line(session: Session, tmp_path: Path, cells: dict[str, str]) -> None:
    """A postal code in place of a post-office code, a cross, a year in words, an empty name: line 2 is named."""
    with pytest.raises(FileRefused) as refused:
        load(session, a_list(tmp_path / "a.csv", **cells))
    assert "Dòng 2" in refused.value.vi


def test_the_commands_load_and_show(command: Callable[..., Any]) -> None:
    """`service-points load` prints the shares, `show` the points; a missing file is refused."""
    assert "87/114 (76,3 %)" in command("service-points", "load", str(SAMPLE)).out
    assert "114 điểm" in command("service-points", "show", "--province", "11").out
    assert command("service-points", "load", "/no/such.csv").code == 1
