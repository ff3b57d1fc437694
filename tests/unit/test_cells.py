"""Cells are repaired where that is certain, flagged where it is not, and never carry a person into the registry."""

import csv
import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders import doors, values
from loaders.cells import Cell, cell, masked
from loaders.doors import Place, house, joined, place
from registry.text import clean

REFERENCE = Path(__file__).parents[2] / "registry" / "reference"
PERSONAL = [
    ("duong", "Trần Phú (nhà ông Nguyễn Văn An)", "Trần Phú", ["row.name_in_address"]),
    ("duong", "Trần Phú, ĐT 0900 000 123", "Trần Phú", ["row.phone_in_address"]),
    ("duong", "Trần Phú CCCD 001000000000", "Trần Phú", ["row.id_number_in_address"]),
    ("duong", "Trần Phú a@example.vn", "Trần Phú", ["row.email_in_address"]),
    ("duong", "hộ ông Lê Văn Tép", "hộ", ["row.name_in_address"]),
    ("duong", "Hộ gia đình Lê Văn Tép", "Hộ gia đình", ["row.name_in_address"]),
    ("duong", "gia đình ông Tép", "gia đình", ["row.name_in_address"]),
    ("duong", "ông ***", "", ["row.name_in_address"]),
    ("duong", "chủ hộ: ***", "", ["row.name_in_address"]),
    ("duong", "Trần Phú, ***", "Trần Phú", ["row.name_in_address"]),
    ("so_nha", "12 (***)", "12", ["row.name_in_address"]),
    ("duong", "Phố Hộ Thành", "Phố Hộ Thành", []),
    ("duong", "Đình Ông Cả", "Đình Ông Cả", []),
    ("thon_to", "Thôn 3, chủ hộ: Lò Văn Pâng", "Thôn 3", ["row.name_in_address"]),
    ("thon_to", "Nhà bà Lê Thị Hoa, Bản Na Sang", "Bản Na Sang", ["row.name_in_address"]),
    ("so_nha", "12, gặp anh Tuấn", "12", ["row.name_in_address"]),
    ("dia_chi", "Nguyễn Văn An, 12 Trần Phú, P. Châu Cầu", "12 Trần Phú, P. Châu Cầu", ["row.name_in_address"]),
    ("dia_chi", "Chị Lan 0900000123, 12 Trần Phú", "12 Trần Phú", ["row.phone_in_address", "row.name_in_address"]),
    ("ghi_chu", "gọi 0900 000 123", "gọi ***", ["row.personal_data"]),
    ("duong", "Lê Trọng Tấn 0900000123", "Lê Trọng Tấn", ["row.phone_in_address"]),
    ("ghi_chu", "SỔ BÀN GIAO", "SỔ BÀN GIAO", []),
    ("ghi_chu", "nhà BÀ NGUYỄN VĂN XUÂN", "nhà BÀ ***", ["row.personal_data"]),
]  # fmt: skip
REPAIRED = [
    ("TrÇn Phó", "Trần Phú", "row.old_font"),
    ("Ph\xadêng §iÖn Biªn Phñ", "Phường Điện Biên Phủ", "row.old_font"),
    ("Tr\u1ea7n Ph\u00fa".encode().decode("latin-1"), "Trần Phú", "row.text_damaged"),
    ("Trần\u200b Phú", "Trần Phú", "row.cell_control_chars"),
]
FLAGGED = [
    ("Trần \u0420hú", "row.text_damaged"), ("\u0141ê Lợi", "row.text_damaged"),
    ("Tr?n Phú", "row.text_damaged"), ("Tr\ufffdn Phú", "row.text_damaged"), ("=cmd|' /C calc'!A0", "row.formula_cell"),
    ('=HYPERLINK("http://example.vn")', "row.formula_cell"), ("@SUM(1+1)", "row.formula_cell"),
    ("-2+3+cmd|' /C calc'!A0", "row.formula_cell"),
    ("#REF!", "row.formula_error"), ("#N/A", "row.formula_error"), ("#VALUE!", "row.formula_error"), ("####", "row.formula_error"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "raw", "text", "codes"), PERSONAL)
def test_persons_are_taken_out_of_cells(column: str, raw: str, text: str, codes: list[str]) -> None:
    """The address stays, the person goes, and neither issue nor quarantine repeats it."""
    found = cell(column, raw)
    assert (found.text, [issue.code for issue in found.issues]) == (text, codes)
    kept = f"{masked(column, raw)} {found.issues}"
    assert not any(word in kept for word in ("Nguyễn", "Lò Văn", "Lê Thị", "Tuấn", "Lan", "123", "001000", "example"))


@pytest.mark.parametrize(("raw", "text", "code"), REPAIRED)
def test_damage_with_one_reading_is_repaired_and_noted(raw: str, text: str, code: str) -> None:
    """Old fonts, mojibake and invisible signs do not hold a row back."""
    found = cell("duong", raw)
    assert (found.text, found.issues[-1].code) == (text, code)
    assert all(issue.mild or issue.code in {"row.old_font", "row.cell_control_chars"} for issue in found.issues)


@pytest.mark.parametrize(("raw", "code"), FLAGGED)
def test_what_cannot_be_repaired_is_flagged(raw: str, code: str) -> None:
    """A formula stays text, an error says nothing; in a note neither holds the row back."""
    assert [(issue.code, issue.mild) for issue in cell("duong", raw).issues] == [(code, False)]
    assert all(issue.mild for issue in cell("ghi_chu", raw).issues)
    assert cell("duong", raw).text == ("" if code == "row.formula_error" else clean(raw))


def test_no_known_name_of_a_place_or_unit_is_taken_for_anything_else() -> None:
    """35,000 names pass as they are: no person, no damage, no formula in them."""
    for table, column in (("place_names.csv", "name"), ("units.csv", "full_name")):
        with (REFERENCE / table).open(encoding="utf-8", newline="") as stream:
            names = {row[column] for row in csv.DictReader(line for line in stream if not line.startswith("#"))}
        for name in names:
            assert cell("duong", name) == Cell(clean(name)), name
            assert masked("duong", name) == name


def test_known_streets_keep_their_numbers() -> None:
    """A number in front of a known street's name is a part of it, but for one name in three thousand."""
    with (REFERENCE / "place_names.csv").open(encoding="utf-8", newline="") as stream:
        names = {row["name"] for row in csv.DictReader(line for line in stream if not line.startswith("#"))}
    taken = [name for name in names if place("street", name).house]
    assert len(taken) * 3000 < len(names), taken


HOUSES = [
    ("12-Mar", "row.house_date", "12/3"), ("Mar-12", "row.house_date", "3/12"), ("12-Thg3", "row.house_date", "12/3"),
    ("2024-03-12 00:00:00", "row.house_date", "12/3"), ("03/12/2024", "row.house_date", "3/12"), ("1E+02", "row.house_scientific", "100"),
    ("1.2E+02", "row.house_scientific", "120"), ("Đối diện số 9", "row.house_unclear", ""),
    ("12,5", "row.house_unclear", "12"),
]  # fmt: skip


@pytest.mark.parametrize(("cell_", "issue", "suggestion"), HOUSES)
def test_what_a_spreadsheet_made_of_a_house_number_is_suggested_back(cell_: str, issue: str, suggestion: str) -> None:
    """The number is never guessed into the registry."""
    said = house(cell_, "", "")
    assert (said.issue, said.suggestion, said.key) == (issue, suggestion, "")


@pytest.mark.parametrize(
    ("cell_", "path", "code"),
    [
        ("12.0", "12", "row.house_decimal"),
        ("45363", "45363", "row.house_serial_date"),
        ("12, 14 và 16", "12", "row.house_several"),
        ("302 - 304, 306", "302-304", "row.house_several"),
    ],
)
def test_a_number_that_is_only_odd_is_read_and_noted(cell_: str, path: str, code: str) -> None:
    """A .0 is dropped; a serial date may be a house number."""
    said = house(cell_, "", "")
    assert (said.path, said.issue, [issue.code for issue in said.issues]) == (path, "", [code])


JOINED = [
    ("", "12 Trần Phú", "12", "tran phu", ["row.house_in_street"]),
    ("12", "12 Trần Phú", "12", "tran phu", ["row.house_in_street"]),
    ("14", "12 Trần Phú", "14", "12 tran phu", []),
    ("12 Trần Phú", "", "12", "tran phu", ["row.street_in_house"]),
    ("12 Trần Phú", "Trần Phú", "12", "tran phu", ["row.street_in_house"]),
    ("12 Trần Phú", "Lê Lợi", "", "le loi", []),
    ("", "3 Tháng 2", "", "3/2", []),
]


@pytest.mark.parametrize(("so_nha", "duong", "key", "street", "codes"), JOINED)
def test_a_number_or_street_in_the_wrong_cell_is_moved_unless_the_cells_contradict(
    so_nha: str, duong: str, key: str, street: str, codes: list[str]
) -> None:
    """What moves is noted; what contradicts stays where it stood."""
    said, where = house(so_nha, "", ""), place("street", duong) if duong else Place()
    if said.street or where.house:
        said, where = joined(said, where)
    assert (said.key, where.key, [issue.code for issue in (*said.issues, *where.issues)]) == (key, street, codes)


def test_the_commune_is_split_off_a_place_cell_and_lost_zeros_come_back() -> None:
    """Trần Phú, P. Châu Cầu is Trần Phú; 3127 is 03127."""
    for raw in ("Trần Phú, P. Châu Cầu", "Trần Phú - Phường Châu Cầu - TP Phủ Lý", "Trần Phú, P5"):
        assert (place("street", raw).key, [issue.code for issue in place("street", raw).issues]) == ("tran phu", ["row.unit_in_place"])
    assert place("hamlet", "Tổ 5, Khu phố 3").issues == ()
    units = doors.units("3127", "Phường Him Lam", "", "Điện Biên")
    assert (units.key[0], [issue.code for issue in units.issues]) == ("03127", ["row.unit_code_lost_zero"])


def test_a_date_is_held_to_the_day_of_receipt() -> None:
    """After it, or before 2015: kept and noted; unreadable: none."""
    received = date(2026, 3, 1)
    said = {raw: values.said_day(raw, received) for raw in ("2026-03-01", "02/03/2026", "2014-12-31", "31/02/2024")}
    assert [[issue.code for issue in one.issues] for one in said.values()] == [[], ["row.date_future"], ["row.date_old"], []]
    assert said["31/02/2024"].value is None


@given(st.lists(st.integers(0, 60), max_size=80))
def test_repeated_row_numbers_are_told_whatever_their_order(numbers: list[int]) -> None:
    """The runs that are kept answer as a set would."""
    seen: set[int] = set()
    told = values.Numbers()
    for number in numbers:
        assert told.repeated(str(number)) == (number in seen)
        seen.add(number)


@given(st.text(max_size=60))
def test_no_text_breaks_a_cell(raw: str) -> None:
    """Whatever stands in a cell is read without an error, and reading the result again changes nothing that matters."""
    for column in ("so_nha", "duong", "dia_chi", "ghi_chu"):
        cell(column, raw)
        masked(column, raw)
    house(raw, "", "")
    place("street", raw)
    place("hamlet", raw)


def test_a_cell_of_ten_thousand_signs_takes_no_time() -> None:
    """No pattern runs away: the longest cell that is read ends at once."""
    draw = random.Random(4)  # noqa: S311 - reproducible, not secret
    for raw in ("a " * 5000, "ông " * 2500, "1 " * 5000, "=" * 10_000, ", ;" * 3000, "".join(draw.choices("aáÃ¡ 12,(-", k=10_000))):
        assert isinstance(cell("duong", raw), Cell)
        place("street", raw)
        house(raw, "", "")
