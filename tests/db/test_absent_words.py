"""A database writes NULL and a clerk “không có” where there is nothing: neither becomes a street, an alley or a household."""

from pathlib import Path

import pytest

from tests.db.handover import door, fate, load, scalar, write

WORDS = ("NULL", "không có", "Không", "0", "N/A", "KHÔNG TÊN ", "nan")


@pytest.mark.parametrize("word", WORDS)
def test_a_word_for_nothing_is_an_empty_cell(fresh_db: str, tmp_path: Path, word: str) -> None:
    """Doors of two hamlets with one number stay two, an alley without name is none, and the report says what was read as empty."""
    lines = [{"thon_to": "Thôn 3"}, {"thon_to": "Thôn 5"}, {"duong": "Lê Lợi"}, {"duong": "Trần Phú"}]
    nothing = dict.fromkeys(("duong", "ngo", "ngach", "toa_nha", "ma_ho", "ma_dia_chi_so"), word)
    rows = [door(so_nha="12", kinh_do=f"103.016{at}5") | nothing | line for at, line in enumerate(lines)]
    report, result = load(fresh_db, tmp_path / "a.csv", rows)
    assert fate(result) == [("accepted", "")] * 4
    places = "SELECT string_agg(p.name, '|' ORDER BY p.name) FROM address AS a JOIN place AS p ON p.id = a.place_id"
    assert scalar(fresh_db, places) == "Lê Lợi|Thôn 3|Thôn 5|Trần Phú"
    assert scalar(fresh_db, "SELECT count(*) FROM household") == 0
    assert "duong" in dict(report.notes)["column.absent_words"]


def test_of_two_columns_the_filled_one_counts_and_a_mapped_word_keeps_its_meaning(fresh_db: str, tmp_path: Path) -> None:
    """NULL in the first of two columns does not hide the second; a word that the mapping gives a meaning is read by it."""
    mapping = tmp_path / "m.toml"
    mapping.write_text('[values.loai]\n"NULL" = "khac"\n[defaults]\ntinh = "Tỉnh Điện Biên"\n', encoding="utf-8")
    path = write(tmp_path / "a.csv", [])
    path.write_text("so_nha,village,subVillage,ward,city,loai,lon,lat\n12,Thôn Đông,NULL,Phường Điện Biên Phủ,null,NULL,103.0162,21.3856\n",
                    encoding="utf-8")  # fmt: skip
    _, result = load(fresh_db, path, mapping=mapping)
    assert fate(result) == [("accepted", "")]
    assert scalar(fresh_db, "SELECT p.name || a.kind FROM address AS a JOIN place AS p ON p.id = a.place_id") == "Thôn Đôngother"
