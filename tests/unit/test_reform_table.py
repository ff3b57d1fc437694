"""A succession table is read in either language, and everything wrong with it is told at once."""

import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.errors import FileRefused
from registry.reform_facts import KnownUnit
from registry.reform_plan import Plan, Planner
from registry.reform_table import read_table
from registry.reform_words import COLUMNS, TEMPLATE

DAY = date(2026, 11, 1)
HEAD = "ngay_hieu_luc,ma_cu,ten_cu,ma_moi,ten_moi,ma_tinh,phan"


def unit(level: str, code: str, full_name: str, province: str = "11") -> KnownUnit:
    """Return a unit in force; a square of 10 km² at one centre."""
    kind, name = full_name.split(" ", 1)
    return KnownUnit(int(code), level, code, name, full_name, kind.lower(), province, f"32{code[:3]}", None, 103.0, 21.0, 10.0, 100)  # type: ignore[arg-type]


MAP = [
    unit("province", "11", "Tỉnh A"), unit("province", "12", "Tỉnh B", "12"), unit("commune", "00001", "Xã Một"),
    unit("commune", "00002", "Xã Hai"), unit("commune", "00003", "Xã Ba"), unit("commune", "00004", "Xã Bốn", "12"),
]  # fmt: skip


def planned(tmp_path: Path, *lines: str, head: str = HEAD) -> tuple[Plan, list[str]]:
    """Plan a table over the little map; return the plan and the faults as `column: what`."""
    path = tmp_path / "table.csv"
    path.write_text("\n".join([head, *lines]), encoding="utf-8-sig")
    planner = Planner(DAY, MAP, {})
    plan = planner.plan(list(read_table(path, on=DAY).rows))
    return plan, [f"{fault.column}: {fault.vi}" for fault in planner.faults]


def test_the_template_is_read(tmp_path: Path) -> None:
    """What `reform template` prints is a table, and an English header with semicolons says the same."""
    path = tmp_path / "template.csv"
    path.write_text(TEMPLATE, encoding="utf-8")
    rows = read_table(path).rows
    assert len(rows) == 5
    assert rows[-1].places == ("Bản A Pa Chải", "Bản Tả Miếu")
    english = tmp_path / "english.csv"
    english.write_text(
        "Effective date;From code;To code;To name;Kind;Part\n01/11/2026;3334;3127;Điện Biên Phủ;phường;whole\n", encoding="utf-8"
    )
    row = read_table(english).rows[0]
    assert (row.effective, row.from_code, row.to_code, row.to_kind, row.part) == (DAY, "03334", "03127", "phường", "whole")


def test_every_fault_is_told_with_line_column_and_what_to_write(tmp_path: Path) -> None:
    """Three bad cells are three faults of one refusal; so are a missing column and an encoding that is not UTF-8."""
    path = tmp_path / "bad.csv"
    path.write_text(f"{HEAD}\n31/31/2026,00001,,00009,Xã Mới,11,toàn bộ\n2026-11-01,abc,,00009,Mới,11,gần hết\n", encoding="utf-8")
    with pytest.raises(FileRefused) as refused:
        read_table(path)
    for said in ("dòng 2, cột ngay_hieu_luc", "dòng 3, cột ma_cu", "dòng 3, cột ten_moi", "dòng 3, cột phan", "có 4 lỗi"):
        assert said in refused.value.vi
    path.write_text("ma_cu,ten_moi\n1,2\n", encoding="utf-8")
    with pytest.raises(FileRefused, match="to_code"):
        read_table(path)
    path.write_bytes("mã\n".encode("utf-16"))
    with pytest.raises(FileRefused, match="UTF-8"):
        read_table(path)


def test_a_unit_that_takes_in_another_is_its_own_successor(tmp_path: Path) -> None:
    """`Hai becomes part of Một` is understood: Một ends and begins anew, with both areas and people added up."""
    plan, faults = planned(tmp_path, ",00002,Xã Hai,00001,Xã Một,,")
    assert not faults
    assert plan.closed == (1, 2)
    assert [(new.code, new.area_km2, new.population, len(new.links)) for new in plan.units] == [("00001", 20.0, 200, 2)]


def test_a_province_that_goes_on_under_another_code_takes_its_communes_along(tmp_path: Path) -> None:
    """Communes that the table does not name are the same under the new code; those of a province that keeps its code stay untouched."""
    plan, faults = planned(tmp_path, ",11,Tỉnh A,12,Thành phố B,,", ",12,Tỉnh B,12,Thành phố B,,")
    assert not faults
    assert [(new.code, new.province_code) for new in plan.units] == [("12", "12"), ("00001", "12"), ("00002", "12"), ("00003", "12")]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([",00009,,00001,Xã Một,,"], "không có đơn vị đang hiệu lực mang mã 00009"),
        ([",00001,Xã Hai,00001,Xã Mới,,"], "là Xã Một, không phải “Xã Hai”"),
        ([",00001,,00002,Xã Mới,,"], "chưa có dòng nói đơn vị đó về đâu"),
        ([",00001,,00001,Xã Một,,một phần"], "phần còn lại đi đâu"),
        ([",00001,,00001,Xã Một,,toàn bộ", ",00001,,00009,Xã Mới,,"], "có 2 dòng"),
        ([",00001,,00009,Xã Mới,,", ",00002,,00009,Phường Mới,,"], "mang tên, loại hoặc tỉnh khác"),
        ([",00001,,00009,Xã Mới,,", ",00004,,00009,Xã Mới,,"], "thuộc tỉnh nào"),
        ([",00001,,00009,Xã Mới,99,"], "không có tỉnh “99”"),
    ],
)
def test_contradictions_are_faults(tmp_path: Path, lines: list[str], said: str) -> None:
    """What cannot be applied is refused with the line that is wrong."""
    _, faults = planned(tmp_path, *lines)
    assert any(said in fault for fault in faults), faults


_GOALS = st.sets(st.sampled_from(["00001", "00005", "00006"]), min_size=1)


@given(st.dictionaries(st.sampled_from(["00001", "00002", "00003"]), _GOALS, min_size=1))
def test_any_table_leaves_every_code_once_and_every_unit_somewhere(goes: dict[str, set[str]]) -> None:
    """Whatever goes where: no code twice on the day, every closed unit has a successor."""
    rows = [f",{code},,{to},Xã Tên {to},11," for code, goals in goes.items() for to in sorted(goals)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        path.write_text("\n".join([HEAD, *rows]), encoding="utf-8")
        planner = Planner(DAY, MAP, {})
        plan = planner.plan(list(read_table(path, on=DAY).rows))
    if planner.faults:
        assert "00001" not in goes
        return
    left = [known.code for known in MAP if known.id not in plan.closed and known.level == "commune"]
    assert len({*left, *(new.code for new in plan.units)}) == len(left) + len(plan.units)
    assert {link.predecessor.id for new in plan.units for link in new.links} == set(plan.closed)


def test_no_two_columns_share_a_header() -> None:
    """A header means one column."""
    words = [word for column in COLUMNS.values() for word in column]
    assert len(words) == len(set(words))
