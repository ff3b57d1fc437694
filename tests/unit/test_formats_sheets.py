"""Cells of workbooks read as an officer typed them: numbers, dates, truths, errors, formulas, merged cells, at any size."""

import math
import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from loaders.formats import spreadsheet
from loaders.formats.cell_text import cell_text, number_text
from registry.errors import FileRefused
from registry.old_text import Scheme, encoded
from tests.unit.hand_overs import read, sample, write_xlsx

OLD_EXCEL = Path(__file__).parents[1] / "vectors" / "hand_over.xls"
DAY = datetime.fromisoformat("2024-03-12")
TEXTS = [
    (12.0, "12"), (12, "12"), (0.1 + 0.2, "0.3"), (103.04547, "103.04547"), (3210623119.0, "3210623119"), (1e20, "1" + "0" * 20),
    (1.234e-05, "0.00001234"), (-0.0, "0"), (math.nan, ""), (None, ""), ("a\nb", "a\nb"), (True, "TRUE"), (False, "FALSE"),
    (date(2024, 3, 12), "2024-03-12"), (DAY, "2024-03-12"), (DAY.replace(hour=10, minute=5), "2024-03-12 10:05:00"),
    (time(10, 30), "10:30:00"), (timedelta(hours=25), "1 day, 1:00:00"), (Decimal("103.045470"), "103.045470"), (b"abc", "abc"),
    (["a", 1], '["a", 1]'), ({"a": None}, '{"a": null}'),
]  # fmt: skip


@pytest.mark.parametrize(("value", "text"), TEXTS)
def test_a_value_reads_as_it_was_typed(value: object, text: str) -> None:
    """No number gets a decimal zero or an exponent, no date a time it does not have."""
    assert cell_text(value) == text


@given(st.floats(min_value=-1e12, max_value=1e12))
def test_a_number_keeps_fifteen_digits(value: float) -> None:
    """What is written reads back as the number, as far as a spreadsheet shows it."""
    text = number_text(value)
    assert "e" not in text
    assert math.isclose(float(text), value, rel_tol=1e-14, abs_tol=0)


def _workbook(path: Path) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("A")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, ["Số nhà", "Đường", "Xã", "Tỉnh", "Ngày thu thập", "Kinh độ", "Vĩ độ"])
        sheet.write_number(1, 0, 12)
        sheet.write_datetime(2, 0, DAY, day)
        sheet.write_formula(3, 0, "=A2+1", None, 13)
        sheet.merge_range(1, 2, 3, 2, "Phường Điện Biên Phủ")
        sheet.merge_range(1, 3, 2, 3, "Điện Biên")
        sheet.write_boolean(1, 1, True)
        sheet.write_column(1, 5, [103.016200, 103.02, 103.03])
    return path


EXPECTED = [
    ["12", "TRUE", "Phường Điện Biên Phủ", "Điện Biên", "", "103.0162", ""],
    ["2024-03-12", "", "Phường Điện Biên Phủ", "Điện Biên", "", "103.02", ""],
    ["13", "", "Phường Điện Biên Phủ", "", "", "103.03", ""],
]


def test_dates_formulas_truths_and_merged_cells(tmp_path: Path) -> None:
    """A house number that became a date is an ISO date, so that the check finds it; a commune merged over rows holds for each."""
    assert read(_workbook(tmp_path / "a.xlsx"))[1][1:] == EXPECTED


@pytest.mark.parametrize("most", [spreadsheet.MOST_XML, 100])
def test_merged_cells_hold_where_the_table_begins_further_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """Empty rows above and an empty column in front shift nothing."""
    monkeypatch.setattr(spreadsheet, "MOST_XML", most)
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet = book.add_worksheet("A")
        sheet.write_row(3, 1, ["so_nha", "duong", "xa"])
        sheet.write_column(4, 1, ["1", "2", "3", "4"])
        sheet.write_column(4, 2, ["Trần Phú"] * 4)
        sheet.merge_range(4, 3, 5, 3, "Xã A")
        sheet.merge_range(6, 3, 7, 3, "Xã B")
    assert [row[-1] for row in read(tmp_path / "a.xlsx")[1]] == ["xa", "Xã A", "Xã A", "Xã B", "Xã B"]


def test_a_big_sheet_is_read_line_by_line_with_the_same_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond a size the sheet is streamed; what is read does not depend on it, nor on how many cells stand far away."""
    small, table = _workbook(tmp_path / "a.xlsx"), sample(200)
    other = write_xlsx(tmp_path / "b.xlsx", table)
    monkeypatch.setattr(spreadsheet, "MOST_XML", 100)
    assert read(small)[1][1:] == EXPECTED
    assert read(other)[1] == table


def test_a_cell_far_away_costs_no_memory(tmp_path: Path) -> None:
    """A stray cell in the last corner would unfold to 17 thousand million cells; it is a surplus cell of its row."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("A")
        sheet.write_row(0, 0, ["so_nha", "duong", "xa"])
        sheet.write_row(1, 0, ["1", "Trần Phú", "x"])
        sheet.write(1_048_575, 16_383, "lạc")
    _, found = read(path)
    assert found[:2] == [["so_nha", "duong", "xa"], ["1", "Trần Phú", "x"]]
    assert found[2][-1] == "lạc"
    assert len(found) == 3


@pytest.mark.parametrize("most", [spreadsheet.MOST_XML, 100])
def test_a_formula_without_a_value_is_read_as_the_formula(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """An empty number would make the door another one; an empty result that the program stored is empty. Wherever the table begins."""
    monkeypatch.setattr(spreadsheet, "MOST_XML", most)
    book = openpyxl.Workbook()
    sheet = book.create_sheet("B", 0)
    table: list[list[str]] = [["so_nha", "duong", "xa"], ["=1+1", "Trần Phú", "x"], ["3", "Lê Lợi", "x"], ["4", "Lê Lợi", "=C4"]]
    for row, cells in enumerate(table, 3):
        for column, cell in enumerate(cells, 2):
            sheet.cell(row, column, cell)
    book.save(tmp_path / "b.xlsx")
    source, found = read(tmp_path / "b.xlsx")
    assert [row[-3:] for row in found] == table
    assert "2 ô công thức" in dict(source.notes)["file.formulas"]
    with xlsxwriter.Workbook(str(tmp_path / "made.xlsx")) as made:
        other = made.add_worksheet("A")
        other.write_row(0, 0, ["so_nha", "duong", "xa"])
        other.write_formula(1, 0, '=IF(1=1,"","x")', None, "rỗng")
        other.write_row(1, 1, ["Trần Phú", "x"])
    with zipfile.ZipFile(tmp_path / "made.xlsx") as old, zipfile.ZipFile(tmp_path / "c.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace("<v>rỗng</v>".encode(), b"<v></v>"))
    source, found = read(tmp_path / "c.xlsx")
    assert found[1] == ["", "Trần Phú", "x"]
    assert "file.formulas" not in dict(source.notes)


def test_formula_errors_are_kept_and_formulas_without_a_value_are_noted(tmp_path: Path) -> None:
    """`#REF!` is a text of the row; a formula that no program has calculated stands for itself, and a note says so."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("A")
        sheet.write_row(0, 0, ["so_nha", "duong", "xa"])
        sheet.write_formula(1, 0, "=#REF!", None, "#REF!")
        sheet.write_row(1, 1, ["Trần Phú", "x"])
    assert read(path)[1][1] == ["#REF!", "Trần Phú", "x"]
    book = openpyxl.Workbook()
    book.active.append(["so_nha", "duong", "xa"])
    book.active.append(["=1+1", "Trần Phú", "x"])
    book.save(tmp_path / "b.xlsx")
    source, found = read(tmp_path / "b.xlsx")
    assert found[1] == ["=1+1", "Trần Phú", "x"]
    assert "1 ô công thức" in dict(source.notes)["file.formulas"]


def test_an_old_excel_file_is_read() -> None:
    """Titles, merged cells, numbers, dates, a hidden sheet and a text that looks like a command, from the format of 1997."""
    source, found = read(OLD_EXCEL)
    assert source.format == "xls"
    assert found == [
        ["Số nhà", "Đường", "Xã", "Tỉnh", "Kinh độ", "Vĩ độ", "Ngày thu thập"],
        ["12", "Trần Phú", "Phường Điện Biên Phủ", "Điện Biên", "103.0162", "21.3856", "2024-03-12"],
        ["", "TRUE", "Phường Điện Biên Phủ", "Điện Biên", "103.02", "", ""],
        ["", "=cmd|' /C calc'!A0", "", "", "", "", ""],
    ]
    assert set(dict(source.notes)) == {"file.format", "file.sheets", "file.title_rows"}


def test_old_fonts_in_a_workbook_are_read_by_column(tmp_path: Path) -> None:
    """A column typed in .VnTime is decoded and named; a stated font holds for every cell."""
    header, *rows = sample(60)
    place = header.index("duong")
    made = [header, *([*row[:place], encoded_street(row[place]), *row[place + 1 :]] for row in rows)]
    source, found = read(write_xlsx(tmp_path / "a.xlsx", made))
    assert [row[place].lower() for row in found[1:]] == [row[place].lower() for row in rows]
    assert [row[:place] for row in found] == [row[:place] for row in made]
    assert dict(source.notes)["file.encoding"] == "UTF-8; TCVN3 (ABC): duong"
    everywhere = [[encoded_street(cell) for cell in row] for row in sample(60)]
    assert read(write_xlsx(tmp_path / "b.xlsx", everywhere), encoding="tcvn3")[0].encoding == "tcvn3"


def encoded_street(text: str) -> str:
    """Write a text as a TCVN3 font stores it."""
    return encoded(text, Scheme.TCVN3)


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    """Cut off, or with a broken part: one sentence, no traceback."""
    path = write_xlsx(tmp_path / "a.xlsx", sample(50))
    whole = path.read_bytes()
    for content in (whole[: len(whole) // 2], whole[:3000] + b"x" * 50 + whole[3050:]):
        path.write_bytes(content)
        with pytest.raises(FileRefused, match=r"damaged|cannot be read"):
            read(path)


def test_a_sheet_that_asks_for_all_memory_is_refused(tmp_path: Path) -> None:
    """Written so that no look at its XML tells: the process that unfolds it reaches its limit and ends alone."""
    made = write_xlsx(tmp_path / "made.xlsx", sample(3))
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.endswith("sheet1.xml"):
                far = b"<row r='1048576'><c r='XFD1048576'><v>1</v></c></row></sheetData>"
                data = data.replace(b"</sheetData>", far)
            new.writestr(name, data)
    with pytest.raises(FileRefused, match="needs more than 1 GB of memory"):
        read(path)
