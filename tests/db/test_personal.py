"""Whoever writes people into a hand-over file, in whatever cell: the registry stores none of it, and streets keep their names."""

from pathlib import Path

from sqlalchemy import text

from registry import db
from registry.secret import opaque
from tests.db.handover import door, fate, load, scalar

# All of them are made up; none is a street of the reference tables.
SECRETS = (
    "Mộng Kha", "Gấm đã", "Ấp 3 (Ng", "QUẢ", "Thị Mơ", "Phan Văn Tế",
    "Sáu Lài", "SÁU LÀI", "Văn Xuân", "VĂN XUÂN", "Hoàng Quân", "Ngọc Sương", "Van Teo",
    "083195001234", "083095012345", "331234567", "0911222333", "911222333", "0911222336", "3822 123", "3822123", "ai.do@example.vn",
)  # fmt: skip
HOUSEHOLDS = (
    "ông Nguyễn Văn Xuân", "nhà bà Sáu Lài", "083195001234", "CCCD 083095012345", "so CMND: 331234567", "0911222333", "911222333",
    "ai.do@example.vn",
)  # fmt: skip
CELLS = (
    {"kinh_do": "0911222333"}, {"vi_do": "0911222333"}, {"so_ho": "0911222336"}, {"loai": "bà Lý Thị Mơ"},
    {"vi_do": "911222333"}, {"so_ho": "911222333"}, {"trang_thai": "ông Phan Văn Tế"},
    {"ngay_thu_thap": "0911222333"}, {"ma_xa": "0911222333"}, {"stt": "0911222333"}, {"vpostcode": "0911222333"},
    {"so_nha": "54 Ông Lê Hoàng Quân"}, {"so_nha": "102 Cô Huỳnh Thị Ngọc Sương"}, {"so_nha": "108 Mr. Nguyen Van Teo"},
    {"so_nha": "72 Trần Thị Mộng Kha"}, {"so_nha": "72 Trần Thị Mộng Kha", "duong": ""},
    {"thon_to": "Ấp 3 (Nguyễn Thị Hồng Gấm)"}, {"thon_to": "Ấp 3 (NGUYỄN VĂN QUẢ)"}, {"thon_to": "Ấp 3 (0270) 3822 123"},
    {"ghi_chu": "Nguyễn Thị Hồng Gấm đã chuyển đi"}, {"ghi_chu": "NGUYỄN VĂN QUẢ đã chuyển đi"}, {"ghi_chu": "so CMND: 331234567"},
    {"duong": "Lê Lợi so CMND: 331234567"}, {"duong": "Lê Lợi (0270) 3822 123"},
)  # fmt: skip
STREETS = ("Bác sĩ Yersin", "Chú Hỏa", "Bà Chiểu", "Ông Bống", "Bà Chúa Xứ", "Chị Sáu", "Ông Tổng Bân", "Nguyễn Thị Minh Khai")


def stored(url: str) -> str:
    """Return every row of every table as one text."""
    with db.session(url) as session:
        tables = session.execute(
            text("SELECT quote_ident(table_name) FROM information_schema.tables WHERE table_schema = 'public'")
        ).scalars()
        rows = (session.execute(text(f"SELECT to_jsonb(t)\\:\\:text FROM {table} AS t")).scalars() for table in tables.all())
        # The reference tables hold names of streets, of which some are parts of the names here.
        return "\n".join(row for found in rows for row in found)


def test_nobody_is_stored_whatever_cell_they_stand_in(fresh_db: str, tmp_path: Path) -> None:
    """Names, phones, cards and e-mail are in no table after the import, in accepted rows and kept ones alike."""
    before = stored(fresh_db)
    rows = [door(so_nha=str(number), ma_ho=ref) for number, ref in enumerate(HOUSEHOLDS, 200)]
    # Every slip comes twice: where the rest of the row is good, and where the row is kept out for want of a commune.
    rows += [door(so_nha=str(number)) | cells for number, cells in enumerate(CELLS, 300)]
    slips = (*CELLS, *({"ma_ho": ref} for ref in HOUSEHOLDS))
    rows += [door(so_nha=str(number), xa="Phường Không Có") | cells for number, cells in enumerate(slips, 400)]
    load(fresh_db, tmp_path / "a.csv", rows)
    after = stored(fresh_db)
    found = [(secret, line) for secret in SECRETS if secret not in before for line in after.splitlines() if secret in line]
    assert not found


def test_a_person_as_household_reference_is_told_again_without_being_named(fresh_db: str, tmp_path: Path) -> None:
    """The reference is opaque, flagged, and the same for the same words in another case."""
    _, first = load(fresh_db, tmp_path / "a.csv", [door(ma_ho="ông Nguyễn Văn Xuân"), door(so_nha="14", ma_ho=" h000039")])
    assert fate(first) == [("accepted", "row.personal_data"), ("accepted", "")]
    _, again = load(fresh_db, tmp_path / "b.csv", [door(ma_ho="ÔNG NGUYỄN VĂN  XUÂN"), door(so_nha="14", ma_ho="H000039")])
    assert [row["result_code"] for row in again] == [row["result_code"] for row in first]
    known, told = scalar(fresh_db, "SELECT string_agg(ref, ' ' ORDER BY ref) FROM household").split(" ")
    assert (known, told) == ("H000039", opaque("ong nguyen van xuan"))


def test_streets_named_after_people_stay_streets(fresh_db: str, tmp_path: Path) -> None:
    """A form of address and one or two words in a street cell is a street."""
    _, result = load(fresh_db, tmp_path / "a.csv", [door(so_nha=str(number), duong=name) for number, name in enumerate(STREETS, 1)])
    told = {name: (outcome, issues) for name, (outcome, issues) in zip(STREETS, fate(result), strict=True)}
    assert all(outcome == "accepted" and "name" not in issues and "missing" not in issues for outcome, issues in told.values()), told


def test_a_number_whose_street_was_a_person_waits_and_a_hamlet_without_number_does_not(fresh_db: str, tmp_path: Path) -> None:
    """A street cell with nothing but a resident leaves the place of a number unknown; a door without number needs no street."""
    hamlet = {"thon_to": "Thôn 3"}
    cells = [
        {"duong": "ông Lê Văn Tép"}, {"duong": "hộ bà Tép"}, {"duong": "0900000123"}, {"duong": "ông Lê Văn Tép, Trần Phú"},
        {"duong": "bà Tép", "so_nha": "", "ma_ho": "H1"}, {"duong": "-"}, {"duong": "ông Lê Văn Tép", "thon_to": ""},
    ]  # fmt: skip
    _, first = load(fresh_db, tmp_path / "a.csv", [door(so_nha=str(at)) | hamlet | cell for at, cell in enumerate(cells, 21)])
    held = "row.street_emptied"
    assert [(row["result_outcome"], held in row["result_issues"]) for row in first] == [
        ("incomplete", True), ("incomplete", True), ("incomplete", True), ("accepted", False), ("accepted", False), ("accepted", False),
        ("incomplete", False),
    ]  # fmt: skip
    assert "row.name_in_address" in first[4]["result_issues"]
    assert "row.place_missing" in first[6]["result_issues"]
