"""What is told of how a file was read before anything is imported."""

from pathlib import Path

import openpyxl
import pytest

from loaders.mapping import Mapping
from service.suggestion import MOST_PARTS, look

HEADER = ["Số nhà", "Đường", "Xã", "Kinh độ", "Vĩ độ"]
ROW = ["12", "Lê Lợi", "Điện Biên Phủ", 103.0162, 21.3856]


def workbook(path: Path, *names: str, row: list[object]) -> Path:
    """Write a workbook with one sheet of those names each, all of them alike."""
    book = openpyxl.Workbook()
    for name in names:
        sheet = book.create_sheet(name)
        sheet.append(HEADER)
        sheet.append(row)
    book.remove(book.worksheets[0])
    book.save(path)
    return path


@pytest.mark.parametrize(("names", "told"), [(("Huyện A", "Huyện B"), "Huyện A, Huyện B"), (("Huyện A",), None)])
def test_of_a_workbook_all_sheets_that_were_read_are_told_and_no_encoding(tmp_path: Path, names: tuple[str, ...], told: str | None) -> None:
    """A workbook says itself how its letters are written; one sheet goes without saying."""
    seen = look(workbook(tmp_path / "a.xlsx", *names, row=[*ROW]), Mapping())
    assert (seen.parts, seen.encoding) == (told, None)


def test_of_many_sheets_the_first_are_told_and_how_many_more(tmp_path: Path) -> None:
    """A line that can be read, however many there are."""
    names = [f"Tổ {number}" for number in range(1, MOST_PARTS + 4)]
    assert str(look(workbook(tmp_path / "a.xlsx", *names, row=[*ROW]), Mapping()).parts).endswith(f"Tổ {MOST_PARTS} … (+3)")


def test_an_old_font_in_a_workbook_and_the_encoding_of_a_text_are_told(tmp_path: Path) -> None:
    """There it is a question how letters are written."""
    font = look(
        workbook(tmp_path / "a.xlsx", "Sheet1", row=["12", "Lª Lîi", "§iÖn Biªn Phñ", 103.0162, 21.3856]), Mapping(encoding="tcvn3")
    )
    assert font.encoding is not None
    assert "tcvn" in font.encoding.lower()
    table = tmp_path / "a.csv"
    table.write_bytes(",".join(HEADER).encode("utf-16"))
    assert look(table, Mapping()).encoding == "utf-16-le"
