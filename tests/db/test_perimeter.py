"""A province's batch touches that province only, row by row, whichever map a row is written in."""

from pathlib import Path

import pytest

from registry.errors import NotFoundError
from tests.db.handover import contents, door, fate, load, scalar

HA_NAM = {"xa": "Phường Châu Cầu", "huyen": "Thành phố Phủ Lý", "tinh": "Tỉnh Hà Nam", "kinh_do": "105.9167", "vi_do": "20.5410"}
NINH_BINH = {"xa": "Phường Phủ Lý", "huyen": "", "tinh": "Ninh Bình", "kinh_do": "105.9167", "vi_do": "20.5410"}


def outcomes(result: list[dict[str, str]]) -> list[str]:
    """Return the outcome of each row."""
    return [outcome for outcome, _ in fate(result)]


def test_rows_of_other_provinces_are_refused_one_by_one(fresh_db: str, tmp_path: Path) -> None:
    """In a mixed file the province's own rows enter, in their old or new units; the others are kept and name their province."""
    rows = [door(), door(so_nha="14", **NINH_BINH), door(so_nha="16", **HA_NAM), door(so_nha="18")]
    _, result = load(fresh_db, tmp_path / "a.csv", rows, province="11")
    assert outcomes(result) == ["accepted", "rejected", "rejected", "accepted"]
    assert ("row.outside_province" in fate(result)[1][1], "row.outside_province" in fate(result)[2][1]) == (True, True)
    assert scalar(fresh_db, "SELECT string_agg(DISTINCT province_code, ',') FROM address") == "11"
    assert scalar(fresh_db, "SELECT count(*) FROM batch_row WHERE details -> 'row.outside_province' ->> 'province' = '37'") == 2


def test_the_old_units_of_a_merged_province_are_at_home_in_the_new_one(fresh_db: str, tmp_path: Path) -> None:
    """Hà Nam's wards belong to Ninh Bình's batch today; rows of Điện Biên do not."""
    _, result = load(fresh_db, tmp_path / "a.csv", [door(so_nha="2", **HA_NAM), door(so_nha="4", **NINH_BINH), door()], province="37")
    assert outcomes(result) == ["accepted", "accepted", "rejected"]


def test_an_abolished_province_takes_in_nothing_and_names_its_heir(fresh_db: str, tmp_path: Path) -> None:
    """35 was Hà Nam: the refusal names Ninh Bình, and no batch is left."""
    with pytest.raises(NotFoundError) as refused:
        load(fresh_db, tmp_path / "a.csv", [door(**HA_NAM)], province="35")
    assert "Ninh Bình" in refused.value.hint
    assert scalar(fresh_db, "SELECT count(*) FROM batch WHERE state = 'committed'") == 0


def test_without_a_province_rows_of_every_province_enter(fresh_db: str, tmp_path: Path) -> None:
    """One file for the whole country: each row goes to its own province."""
    _, result = load(fresh_db, tmp_path / "a.csv", [door(), door(so_nha="14", **NINH_BINH)])
    assert outcomes(result) == ["accepted", "accepted"]
    assert scalar(fresh_db, "SELECT string_agg(province_code, ',' ORDER BY province_code) FROM address") == "11,37"


def test_a_code_or_household_of_another_province_is_not_touched(fresh_db: str, tmp_path: Path) -> None:
    """A row that brings the code of another province's door is refused, and that door stays as it was."""
    load(fresh_db, tmp_path / "a.csv", [door(ma_dia_chi_so="3210000012", ma_ho="H1")], province="11")
    before = contents(fresh_db)
    _, result = load(fresh_db, tmp_path / "b.csv", [door(so_nha="2", ma_dia_chi_so="3210000012", **NINH_BINH)], province="37")
    assert fate(result)[0][0] == "rejected"
    assert "row.code_taken" in fate(result)[0][1]
    assert contents(fresh_db) == before


def test_a_complete_list_of_one_province_retires_nothing_of_another(fresh_db: str, tmp_path: Path) -> None:
    """Rows outside the province do not make their communes part of the list."""
    load(fresh_db, tmp_path / "a.csv", [door(so_nha=str(number), **NINH_BINH) for number in range(1, 6)], province="37")
    rows = [door(), door(so_nha="1", **NINH_BINH)]
    load(fresh_db, tmp_path / "b.csv", rows, province="11", complete=True)
    assert scalar(fresh_db, "SELECT count(*) FROM address WHERE retired_at IS NOT NULL") == 0
