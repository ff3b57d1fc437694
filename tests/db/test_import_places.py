"""Where a door lies: hamlets of the same name in merged communes stay apart, and what approximate areas can and cannot tell."""

from pathlib import Path

import pytest

from tests.db.handover import door, fate, load, scalar

TODAY = "SELECT string_agg(DISTINCT n.full_name, ';') FROM address AS a JOIN unit AS n ON n.id = a.commune_id"
_OLD = {"so_nha": "871", "duong": "", "thon_to": "Tổ dân phố 13", "huyen": "Thị xã Kim Bảng", "tinh": "Tỉnh Hà Nam"}
TAN_TUU = door(**_OLD, xa="Phường Tân Tựu", kinh_do="105.911743", vi_do="20.615724")
HOANG_TAY = door(**_OLD, xa="Xã Hoàng Tây", kinh_do="105.931743", vi_do="20.605724")


def codes(result: list[dict[str, str]]) -> list[str]:
    """Return the codes of a result, every row accepted."""
    assert {row["result_outcome"] for row in result} == {"accepted"}, fate(result)
    return [row["result_code"] for row in result]


@pytest.mark.parametrize("files", [[[TAN_TUU, HOANG_TAY]], [[TAN_TUU], [HOANG_TAY]], [[HOANG_TAY], [TAN_TUU]]])
def test_hamlets_of_one_name_in_two_merged_communes_are_two_places(
    fresh_db: str, tmp_path: Path, files: list[list[dict[str, str]]]
) -> None:
    """The same number in both groups 13 is two doors with two codes, in one file or in two, and a perturbed copy issues none."""
    first = [code for at, rows in enumerate(files) for code in codes(load(fresh_db, tmp_path / f"{at}.csv", rows)[1])]
    assert len(set(first)) == 2
    assert ";" not in scalar(fresh_db, TODAY)
    rows = [row for rows in files for row in rows]
    shouted = [row | {name: row[name].upper() for name in ("thon_to", "xa", "huyen", "tinh")} for row in reversed(rows)]
    assert codes(load(fresh_db, tmp_path / "again.csv", shouted)[1]) == list(reversed(first))
    assert scalar(fresh_db, "SELECT count(*) FROM digital_address") == 2


def test_a_later_row_in_todays_units_finds_the_nearer_hamlet_of_that_name(fresh_db: str, tmp_path: Path) -> None:
    """Today's commune has two groups 13; the point says which one a row means that names no old commune."""
    both = codes(load(fresh_db, tmp_path / "a.csv", [TAN_TUU, HOANG_TAY])[1])
    today = {"xa": scalar(fresh_db, TODAY), "huyen": "", "tinh": "Tỉnh Ninh Bình"}
    for at, (row, code) in enumerate(zip([TAN_TUU, HOANG_TAY], both, strict=True)):
        assert codes(load(fresh_db, tmp_path / f"b{at}.csv", [row | today])[1]) == [code]


def test_a_street_of_one_name_two_kilometres_away_is_never_merged_silently(fresh_db: str, tmp_path: Path) -> None:
    """The second number 2 of the street in the same file is held back as a duplicate that a human looks at."""
    _, result = load(fresh_db, tmp_path / "a.csv", [door(so_nha="2"), door(so_nha="2", kinh_do="103.0355")])
    assert [outcome for outcome, _ in fate(result)] == ["accepted", "duplicate"]
    assert "row.same_door_far" in fate(result)[1][1]
    assert scalar(fresh_db, "SELECT count(*) FROM address") == 1


ISLANDS = [
    ("Xã Thổ Châu", "Thành phố Phú Quốc", "Tỉnh Kiên Giang", "103.216306", "9.302958"),
    ("Xã Hòn Tre", "Huyện Kiên Hải", "Tỉnh Kiên Giang", "104.833057", "9.964789"),
    ("Xã An Sơn", "Huyện Kiên Hải", "Tỉnh Kiên Giang", "104.343907", "9.685464"),
    ("Xã Nam Du", "Huyện Kiên Hải", "Tỉnh Kiên Giang", "104.393675", "9.635926"),
    ("Đặc khu Kiên Hải", "", "Tỉnh An Giang", "104.393675", "9.635926"),
    ("Thị trấn Cô Tô", "Huyện Cô Tô", "Tỉnh Quảng Ninh", "107.688073", "20.946264"),
    ("Xã Song Tử Tây", "Huyện Trường Sa", "Tỉnh Khánh Hòa", "114.3310", "11.4290"),
    ("Đặc khu Hoàng Sa", "", "Thành phố Đà Nẵng", "111.6000", "16.5330"),
]


def test_islands_far_from_the_one_centre_of_their_zone_are_accepted(fresh_db: str, tmp_path: Path) -> None:
    """A point near the known centre of the recorded commune, or of one that went into today's, is at home there."""
    rows = [
        door(so_nha="", duong="", thon_to=f"Ấp {at}", xa=xa, huyen=huyen, tinh=tinh, kinh_do=lon, vi_do=lat)
        for at, (xa, huyen, tinh, lon, lat) in enumerate(ISLANDS)
    ]
    report, result = load(fresh_db, tmp_path / "a.csv", rows)
    assert [row["result_outcome"] for row in result] == ["accepted"] * len(rows), fate(result)
    assert dict(report.notes)["file.approximate_areas"].startswith(str(len(rows)))


def test_a_point_off_an_approximate_area_is_never_accepted_without_a_word(fresh_db: str, tmp_path: Path) -> None:
    """In a neighbouring commune: accepted with a note. In no commune: outside Vietnam. In a commune far away: the wrong commune."""
    mong_cai = {"xa": "Phường Móng Cái 1", "tinh": "Tỉnh Quảng Ninh", "duong": "Hùng Vương"}
    rows = [
        door(so_nha="1", kinh_do="103.0162", vi_do="21.28"),
        door(so_nha="2", kinh_do="106.70", vi_do="10.77"),
        door(so_nha="3", **mong_cai | {"kinh_do": "108.15", "vi_do": "21.75"}),
        door(so_nha="4"),
    ]
    report, result = load(fresh_db, tmp_path / "a.csv", rows)
    assert fate(result) == [
        ("accepted", "row.point_unverified"),
        ("rejected", "row.point_outside_commune"),
        ("rejected", "row.point_outside"),
        ("accepted", ""),
    ]
    assert dict(report.notes)["file.approximate_areas"].startswith("2 ")


def test_a_code_of_the_other_vintage_is_a_note_and_an_undecided_one_waits(fresh_db: str, tmp_path: Path) -> None:
    """Beside names that lead to the same commune today the code is only noted; alone and with two meanings it decides nothing."""
    other = scalar(
        fresh_db,
        "SELECT min(o.code) FROM succession AS s JOIN unit AS o ON o.id = s.predecessor_id AND s.kind = 'whole'"
        " JOIN unit AS n ON n.id = s.successor_id WHERE n.code = '03127' AND o.code <> n.code"
        " AND NOT EXISTS (SELECT FROM unit AS x WHERE x.code = o.code AND x.in_force)",
    )
    # 00070 was Phường Hàng Trống, which two wards share today; now it is Phường Hoàn Kiếm.
    undecided = door(xa="", tinh="Hà Nội", ma_xa="00070", kinh_do="105.849714", vi_do="21.032568")
    _, result = load(fresh_db, tmp_path / "a.csv", [door(ma_xa=other), undecided])
    assert fate(result) == [("accepted", "row.unit_code_other_vintage"), ("incomplete", "row.unit_code_vintage")]
