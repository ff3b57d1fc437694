"""Headers are found below titles, on two lines and above a line of column numbers; sheets and layers that agree are one table."""

from pathlib import Path

import pytest
import xlsxwriter

from loaders.formats import header
from registry.errors import UsageError
from tests.unit.hand_overs import Rows, as_text, read, write_csv, write_ods, write_xlsx

HEADER = ["TT", "Số nhà", "Tên đường", "Xã/Phường", "Tỉnh", "Kinh độ", "Vĩ độ"]
ROWS = [[str(at), str(at * 2), "Trần Phú", "Phường Điện Biên Phủ", "Điện Biên", "103.0162", "21.3856"] for at in range(1, 6)]
TITLES = [
    ["UBND TỈNH ĐIỆN BIÊN", "", "", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "", ""],
    ["", "", "", "", "", "", ""],
    ["BẢNG TỔNG HỢP ĐỊA CHỈ SỐ", "", "", "", "", "", ""],
    ["Tỉnh", "Điện Biên", "", "", "", "", ""],
]
UPPER = ["TT", "Địa chỉ", "", "", "", "Tọa độ", ""]
LOWER = ["", "Số nhà", "Tên đường", "Xã/Phường", "Tỉnh", "Kinh độ", "Vĩ độ"]

TABLES: dict[str, tuple[Rows, int]] = {
    "plain": ([HEADER, *ROWS], 0),
    "titles": ([*TITLES, HEADER, *ROWS], 3),
    "numbered": ([*TITLES, HEADER, [f"({at})" for at in range(1, 8)], *ROWS], 3),
    "lettered": ([HEADER, ["A", "B", "1", "2", "3", "4", "5"], *ROWS], 0),
    "two lines": ([*TITLES, UPPER, LOWER, *ROWS], 3),
    "two lines, numbered": ([UPPER, LOWER, [str(at) for at in range(1, 8)], *ROWS], 0),
}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("ending", ["csv", "xlsx", "ods"])
def test_the_header_is_found_wherever_it_stands(tmp_path: Path, name: str, ending: str) -> None:
    """Title lines are skipped with a note that says how many; no row is taken for a title, no title for a row."""
    table, titles = TABLES[name]
    path = {"csv": write_csv, "xlsx": write_xlsx, "ods": write_ods}[ending](tmp_path / f"a.{ending}", table)
    source, found = read(path)
    assert found == [HEADER, *ROWS]
    assert ("file.title_rows" in dict(source.notes)) == bool(titles)
    if titles:
        assert dict(source.notes)["file.title_rows"].startswith(f"{titles} dòng")


def test_unknown_headers_are_found_by_their_shape_or_by_a_mapping(tmp_path: Path) -> None:
    """Below a title the first line as wide as the rows is the header; names that a mapping knows count like known ones."""
    table = [
        ["LIST 2024", "", "", ""],
        ["text", "street_x", "commune_x", "value"],
        ["a", "b", "c", "1"],
        ["d", "e", "f", "2"],
        ["g", "h", "i", "3"],
    ]
    assert read(write_csv(tmp_path / "a.csv", table))[1] == table[1:]
    mapped = [["4", "5", "6"], ["1x", "2x", "3x"], ["7", "1", "3"]]
    assert header.find(mapped, names=("1x", "2x")) == header.Head(("1x", "2x", "3x"), 2, 2, ("4 5 6",))


def test_a_header_alone_and_a_plain_file_of_addresses_are_read_as_they_are(tmp_path: Path) -> None:
    """One column of addresses with commas is no table of many columns; the surplus goes with its row."""
    path = tmp_path / "a.csv"
    path.write_text("dia_chi\n12 Trần Phú, P. Châu Cầu; gần chợ\n5 Lê Lợi\n", encoding="utf-8")
    source, found = read(path)
    assert source.delimiter == ","
    assert found == [["dia_chi"], ["12 Trần Phú", " P. Châu Cầu; gần chợ"], ["5 Lê Lợi"]]
    assert read(write_csv(tmp_path / "b.csv", [HEADER]))[1] == [HEADER]
    path.write_text("noi_nhan\n12 Trần Phú, P. Châu Cầu, Phủ Lý\n5 Lê Lợi, P. Châu Cầu, Phủ Lý\n", encoding="utf-8")
    assert read(path)[1][0] == ["noi_nhan"]


def test_excels_sep_line_is_no_header(tmp_path: Path) -> None:
    """`sep=;` names the delimiter and is skipped."""
    path = tmp_path / "a.csv"
    path.write_text("sep=;\n" + as_text([HEADER, *ROWS], ";"), encoding="utf-8")
    source, found = read(path)
    assert (source.delimiter, found) == (";", [HEADER, *ROWS])


def test_decimal_commas_do_not_part_cells(tmp_path: Path) -> None:
    """A semicolon file with decimal commas is read by its header."""
    rows = [[*row[:5], "103,0162", "21,3856"] for row in ROWS]
    path = tmp_path / "a.csv"
    path.write_text(as_text([HEADER, *rows], ";"), encoding="utf-8")
    assert read(path)[1] == [HEADER, *rows]


def _lists() -> tuple[str, Rows]:
    return "Danh mục", [["Mã xã", "Tên xã", "Tỉnh"], ["03127", "Phường Điện Biên Phủ", "Điện Biên"]]


def test_sheets_that_agree_are_one_table(tmp_path: Path) -> None:
    """Columns are aligned by their headers whatever their order; lists are named and left; each part knows its first row."""
    order = [3, 0, 1, 2, 4, 6, 5]
    second = [[row[at] for at in order] for row in (HEADER, *ROWS[:2])]
    third = [[*HEADER, "Ghi chú"], [*ROWS[0], "gần chợ"]]
    path = write_xlsx(tmp_path / "a.xlsx", [*TITLES, HEADER, *ROWS], ("Xã 2", second), ("Xã 3", third), _lists(), ("Trống", []))
    source, found = read(path)
    assert found == [[*HEADER, "Ghi chú"], *([*row, ""] for row in [*ROWS, *ROWS[:2]]), [*ROWS[0], "gần chợ"]]
    assert source.parts == (("Bàn giao", 1), ("Xã 2", 6), ("Xã 3", 8))
    words = dict(source.notes)["file.sheets"]
    assert "Bàn giao, Xã 2, Xã 3" in words
    assert "Danh mục (khác cột" in words


def test_a_sheet_is_picked_by_name_or_number(tmp_path: Path) -> None:
    """Case and accents do not matter; an unknown name is wrong usage that lists those there are."""
    path = write_xlsx(tmp_path / "a.xlsx", [HEADER, *ROWS], _lists())
    for wanted in ("Danh mục", "danh muc", "2"):
        assert read(path, sheet=wanted)[1] == _lists()[1]
    with pytest.raises(UsageError) as refused:
        read(path, sheet="Xã")
    assert "Bàn giao, Danh mục" in refused.value.hint


def test_hidden_sheets_wait_to_be_asked_for_and_hidden_rows_do_not(tmp_path: Path) -> None:
    """A hidden row is a row; a hidden sheet is named in a note, and read when it is named by the option."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name in ("A", "B"):
            sheet = book.add_worksheet(name)
            for at, cells in enumerate([HEADER, *ROWS]):
                sheet.write_row(at, 0, cells)
            sheet.set_row(2, None, None, {"hidden": True})
        sheet.hide()
    source, found = read(path)
    assert found == [HEADER, *ROWS]
    assert "B (ẩn" in dict(source.notes)["file.sheets"]
    assert read(path, sheet="B")[1] == [HEADER, *ROWS]


def test_three_hundred_columns_are_read(tmp_path: Path) -> None:
    """Unknown columns keep their cells and their order; a column without a name gets one by its letters."""
    wide = [[*HEADER, *(f"c{at}" for at in range(300)), "", "z"], *([*row, *map(str, range(300)), "x", "y"] for row in ROWS)]
    source, found = read(write_xlsx(tmp_path / "a.xlsx", wide))
    assert source.header[-2:] == ("cột_KV", "z")
    assert found[1:] == wide[1:]
    assert read(write_csv(tmp_path / "a.csv", wide))[1] == wide
