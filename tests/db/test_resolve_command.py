"""The commands that answer: `resolve` on a file loses no row and no file, `code show` and `units trace` say what they know."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from registry import db
from registry.models.tables import DigitalAddress
from service.reports.answer_csv import ANSWER_COLUMNS
from tests.api.made_up import WITHDRAWN
from tests.conftest import Answer

Command = Callable[..., Answer]
WARD = "phường Điện Biên Phủ, tỉnh Điện Biên"


def _file(folder: Path, content: str) -> str:
    """Write an input and return its path."""
    path = folder / "vao.csv"
    path.write_text(content, encoding="utf-8")
    return str(path)


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


@pytest.mark.parametrize(
    "lines",
    [
        '1,"12 Trần Phú\n2,13 Trần Phú\n3,14 Trần Phú\n',
        '1,12 Trần Phú\n2,"13 Trần Phú\n3,14 Trần Phú',
        '1,"12 Trần Phú\n2,"13 Trần Phú\n3,14 Trần Phú\n',
    ],
    ids=["first row", "last rows without a line end", "two quotes"],
)
def test_an_unclosed_quote_swallows_no_row(command: Command, tmp_path: Path, lines: str) -> None:
    """A quote that runs into the rows below is refused with its line, and no result appears."""
    output = tmp_path / "ra.csv"
    answer = command("resolve", "--input", _file(tmp_path, f"id,dia_chi\n{lines}"), "--output", str(output))
    assert answer.code == 1
    assert "ngoặc kép" in answer.err
    assert not output.exists()


def test_an_address_on_two_lines_is_one_row(command: Command, tmp_path: Path) -> None:
    """A cell that is quoted as it should be may hold a line end, and a quote inside a line harms nobody."""
    output = tmp_path / "ra.csv"
    source = _file(tmp_path, f'id,dia_chi\n1,"{WARD.replace(", ", chr(10))}"\n2,"Quán ""Sao"", {WARD}"\n3,"{WARD}" gấp\n4,ống 12" {WARD}\n')
    assert command("resolve", "--input", source, "--output", str(output)).code == 0
    assert [row[0] for row in _rows(output)] == ["id", "1", "2", "3", "4"]


def test_the_result_never_takes_the_place_of_its_input(command: Command, tmp_path: Path) -> None:
    """`--output` equal to `--input`, also by another name, is refused with another name to take; the input stays."""
    source = _file(tmp_path, f"dia_chi\n{WARD}\n")
    (tmp_path / "link.csv").symlink_to(source)
    for output in (source, str(tmp_path / "link.csv"), str(tmp_path / "." / "vao.csv")):
        answer = command("resolve", "--input", source, "--output", output)
        assert answer.code == 2
        assert "vao_ket_qua.csv" in answer.err
    assert Path(source).read_text(encoding="utf-8") == f"dia_chi\n{WARD}\n"


def test_results_of_an_earlier_run_are_replaced(command: Command, tmp_path: Path) -> None:
    """A result resolved again has each result column once, and standard error says that the older ones were replaced."""
    first, second = tmp_path / "ra.csv", tmp_path / "ra2.csv"
    source = _file(tmp_path, f'id,dia_chi\n7,"{WARD}"\n')
    assert "thay bằng" not in command("resolve", "--input", source, "--output", str(first)).err
    again = command("resolve", "--input", str(first), "--output", str(second), "--column", "dia_chi")
    assert again.code == 0
    assert "thay bằng" in again.err
    assert _rows(second) == _rows(first)
    assert _rows(second)[0] == ["id", "dia_chi", *ANSWER_COLUMNS]


def test_commas_that_nobody_quoted_stay_in_the_address(command: Command, tmp_path: Path) -> None:
    """An address in the last column is asked about whole, quoted or not."""
    output = tmp_path / "ra.csv"
    source = _file(tmp_path, f'id,dia_chi\n1,"{WARD}"\n2,{WARD}\n')
    assert command("resolve", "--input", source, "--output", str(output)).code == 0
    quoted, bare = _rows(output)[1:]
    assert quoted[1:] == bare[1:]


def test_a_withdrawn_code_is_not_called_unknown(command: Command, fresh_db: str) -> None:
    """A code taken back with its batch says so, and that it is never reused; a code nobody issued is not registered."""
    with db.session(fresh_db) as session:
        session.add(DigitalAddress(code=WITHDRAWN, province_code="11", scheme="diachiso", status="withdrawn", retired_at=datetime.now(UTC)))
        session.commit()
    answer = command("code", "show", WITHDRAWN.lower().replace("-", " "))
    assert answer.code == 1
    assert "thu hồi" in answer.err
    assert "không bao giờ cấp lại" in answer.err
    unknown = command("code", "show", "3212099999")
    assert unknown.code == 1
    assert "thu hồi" not in unknown.err


def test_a_name_is_traced_as_its_code_is(command: Command) -> None:
    """`units trace` takes a name, accents or none, and tells the fate of the units that bear it; an unknown name is refused in words."""
    for words in ("Xã Chà Cang", "xa cha cang"):
        told = command("units", "trace", words)
        assert told.code == 0
        assert "03166 Xã Chà Cang" in told.out
        assert "trở thành" in told.out
    unknown = command("units", "trace", "Không Đâu Cả")
    assert unknown.code == 1
    assert "Không Đâu Cả" in unknown.err
