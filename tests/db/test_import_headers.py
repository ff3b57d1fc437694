"""Headers of real files find their columns: the post's own field names, headers with a slash, several columns for one."""

import csv
from pathlib import Path

import pytest

from loaders.fields import identify
from loaders.mapping import Mapping
from registry.errors import FileRefused
from tests.db.handover import fate, load, scalar

VNPOST = (
    "id", "placeid", "type", "ndasCode", "smartCode", "village", "subVillage", "hsNum", "alleyLv1", "alleyLv2", "stName", "nameBuilding",
    "numberFloorBulding", "numberRoomBulding", "ward", "district", "city", "Longitude", "Latitude", "verify", "info",
)  # fmt: skip
ROW = {
    "id": "1", "placeid": "P1", "village": "Làng Him Lam", "subVillage": "Tổ 5", "hsNum": "7", "stName": "Trần Phú", "city": "Điện Biên",
    "ward": "Phường Điện Biên Phủ", "Longitude": "103.0162", "Latitude": "21.3856", "verify": "da_xac_minh",
}  # fmt: skip
VIETNAMESE = (
    "Mã hộ,Số nhà,Tên đường,Phường/Xã,Quận/Huyện,Tỉnh/Thành phố,Kinh độ,Vĩ độ",
    "Mã hộ,Số nhà,Tên đường,Xã/Phường/Thị trấn,Quận/Huyện,Tỉnh/TP,Kinh độ,Vĩ độ",
)


def test_the_header_of_the_posts_own_application_needs_no_mapping(fresh_db: str, tmp_path: Path) -> None:
    """The group tells more than the village and stands in where it is empty; the second row number is only not read."""
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, VNPOST, restval="")
        writer.writeheader()
        writer.writerows([ROW, ROW | {"subVillage": "", "hsNum": "9"}])
    report, result = load(fresh_db, path)
    assert [outcome for outcome, _ in fate(result)] == ["accepted", "accepted"]
    hamlets = "SELECT string_agg(p.name, '; ' ORDER BY a.house_key) FROM address AS a JOIN place AS p ON p.id = a.hamlet_id"
    assert scalar(fresh_db, hamlets) == "Tổ 5; Làng Him Lam"
    notes = dict(report.notes)
    assert notes["file.unknown_columns"] == "placeid"
    assert notes["file.joined_columns"] == "thon_to: subVillage, village"


@pytest.mark.parametrize("header", VIETNAMESE)
def test_vietnamese_headers_with_a_slash_are_known(header: str) -> None:
    """A slash in a header is a space."""
    found = identify(header.split(","), Mapping(), "a.csv", province_given=False)
    assert list(found.position) == ["ma_ho", "so_nha", "duong", "xa", "huyen", "tinh", "kinh_do", "vi_do"]
    assert not found.unknown


def test_street_and_alley_may_stand_in_two_columns() -> None:
    """The canonical name is read first, a synonym where it is empty."""
    header = ["pho", "duong", "hem", "ngo", "xa", "tinh", "kinh_do", "vi_do"]
    found = identify(header, Mapping(), "a.csv", province_given=False)
    assert found.joined == {"duong": (1, 0), "ngo": (3, 2)}


@pytest.mark.parametrize("header", ["duong,duong,xa,tinh,x,y", "duong,xa,tinh,x,y,Longitude", "thon,Thôn,xa,tinh,x,y"])
def test_two_columns_that_may_contradict_one_another_are_refused(header: str) -> None:
    """The same header twice, or two coordinates, would leave the choice to chance."""
    with pytest.raises(FileRefused, match="both stand for"):
        identify(header.split(","), Mapping(), "a.csv", province_given=False)


@pytest.mark.parametrize(("delimiter", "encoding"), [(";", "utf-8"), ("\t", "utf-16"), ("|", "utf-8-sig"), (",", "utf-16-le")])
def test_delimiter_and_encoding_need_no_option(fresh_db: str, tmp_path: Path, delimiter: str, encoding: str) -> None:
    """What used to be refused with a hint at an option is detected, and both are noted."""
    lines = [VNPOST, [ROW.get(name, "") for name in VNPOST]]
    path = tmp_path / "a.csv"
    path.write_text("".join(delimiter.join(cells) + "\n" for cells in lines), encoding=encoding)
    report, _ = load(fresh_db, path)
    assert report.counts["accepted_new"] == report.rows == 1
    assert {"file.encoding", "file.delimiter"} <= dict(report.notes).keys()


def test_titles_above_the_header_are_no_rows(fresh_db: str, tmp_path: Path) -> None:
    """Merged title rows, exported as CSV, are skipped with a note."""
    path = tmp_path / "a.csv"
    cells = [ROW.get(name, "") for name in VNPOST]
    lines = [["BẢNG TỔNG HỢP ĐỊA CHỈ SỐ", *[""] * (len(VNPOST) - 1)], VNPOST, cells]
    path.write_text("".join(",".join(line) + "\n" for line in lines), encoding="utf-8")
    report, result = load(fresh_db, path)
    assert [outcome for outcome, _ in fate(result)] == ["accepted"]
    assert "file.title_rows" in dict(report.notes)
