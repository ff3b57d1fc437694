"""Files that are cut, packed to burst, full of formulas, wider or longer than expected: a sentence, or all rows in little memory."""

import csv
import os
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import openpyxl
import pytest

from tests.db import faults
from tests.db.handover import DOOR, HEADER, door, write
from tests.unit import hand_overs

LONG: Final = int(os.environ.get("DIACHISO_FAULTS", "20")) >= 50
MOST_MEMORY_KB: Final = 1 << 20
FORMULAS: Final = (
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1+1",
    "-2+3+cmd|' /C calc'!A0",
    '=HYPERLINK("http://127.0.0.1","x")',
    "\t=1+1",
)
_RUNS: Final = re.compile(r"\s*(?:=|@|[+-].*[|(])", re.DOTALL)


def refused(url: str, file: Path, *options: object) -> str:
    """Import a file that must be refused as a whole; return what was said. No batch, no temporary file is left."""
    temporary = file.parent / "tmp"
    temporary.mkdir(exist_ok=True)
    ended = faults.run(url, file.parent / "said", "import", file, *options, environment={"TMPDIR": str(temporary)})
    assert ended.code == 1, ended.said
    assert faults.no_traceback(ended.said), ended.said
    assert file.name in ended.said
    assert not faults.batches(url, after=0)
    assert not list(temporary.iterdir())
    return ended.said


@pytest.mark.parametrize("ending", ["xlsx", "ods", "gpkg", "zip", "parquet", "kml", "kmz", "geojson"])
def test_a_file_that_was_cut_is_refused(fresh_db: str, tmp_path: Path, ending: str) -> None:
    """Half a workbook, map, archive or Parquet is a sentence, wherever the cut is; nothing of it gets in."""
    whole = hand_overs.FORMATS[ending](tmp_path / f"whole.{ending}", hand_overs.sample(1_000)).read_bytes()
    cut = tmp_path / f"cut.{ending}"
    for share in (0.02, 0.5, 0.98):
        cut.write_bytes(whole[: int(len(whole) * share)])
        refused(fresh_db, cut)


def test_a_csv_cut_inside_a_letter_is_refused_or_read_and_never_misread(fresh_db: str, tmp_path: Path) -> None:
    """Half a letter at the very end: the byte is named; the rows do not come in as something else."""
    file = write(tmp_path / "cut.csv", [door(), door(so_nha="14", duong="Trần Phú")])
    data = file.read_bytes()
    file.write_bytes(data[: data.rindex("ầ".encode()) + 1])
    said = refused(fresh_db, file)
    assert "UTF-8" in said


def test_a_zip_without_its_directory_and_zip_bombs_are_refused(fresh_db: str, tmp_path: Path) -> None:
    """An archive without a central directory is damaged; a sheet, a text or a map of zeros that bursts is a bomb."""
    whole = hand_overs.FORMATS["xlsx"](tmp_path / "a.xlsx", hand_overs.sample(200))
    whole.write_bytes(whole.read_bytes()[: whole.read_bytes().rindex(b"PK\x01\x02")])
    refused(fresh_db, whole)
    for member in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "content.xml", "a.kml", "a.shp"):
        bomb = tmp_path / "bomb.xlsx"
        with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml" if member.startswith("xl/") else "mimetype", "")
            with archive.open(member, "w") as stream:
                for _ in range(64):
                    stream.write(b"0" * (1 << 20))
        said = refused(fresh_db, bomb)
        assert "200" in said


def _batch(url: str) -> int:
    """Return the number of the only batch; dry runs have used up others."""
    return int(faults.ask(url, "SELECT id FROM batch")[0][0])


def _exports(url: str, folder: Path) -> Iterator[list[str]]:
    """Yield the cells of all that can be exported of the batch."""
    batch = _batch(url)
    for name in ("kept.csv", "kept.xlsx"):
        done = faults.run(url, folder / "said", "quarantine", "export", batch, "--output", folder / name)
        assert done.code == 0, done.said
    done = faults.run(url, folder / "said", "batch", "quarantine", batch, "--output", folder / "batch.csv")
    assert done.code == 0, done.said
    for name in ("kept.csv", "batch.csv", "report.csv", "out.csv"):
        with (folder / name).open(encoding="utf-8-sig", newline="") as stream:
            yield from csv.reader(stream)
    for name in ("kept.xlsx", "report.xlsx"):
        for sheet in openpyxl.load_workbook(folder / name):
            for line in sheet.iter_rows():
                assert all(cell.data_type != "f" for cell in line)
                yield [str(cell.value or "") for cell in line]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_formulas_come_in_as_text_and_go_out_disarmed(fresh_db: str, tmp_path: Path, ending: str) -> None:
    """In cells, in the header, in the note: no export and no report holds a cell that a spreadsheet would run."""
    table = [[*HEADER, "=1+cmd|' /C calc'!A0"]]
    for number, formula in enumerate(FORMULAS, 1):
        street, note = door(so_nha=str(number), duong=formula), door(so_nha=str(number + 20), ghi_chu=formula, xa=formula)
        table += [[*(row.get(name, "") for name in HEADER), formula] for row in (street, note)]
    file = hand_overs.FORMATS[ending](tmp_path / f"a.{ending}", table)
    for report in ("report.csv", "report.xlsx"):
        faults.run(fresh_db, tmp_path / "said", "import", file, "--dry-run", "--report", tmp_path / report)
    done = faults.run(fresh_db, tmp_path / "said", "import", file, "--result", tmp_path / "out.csv", "--report", tmp_path / "report.html")
    assert done.code == 0, done.said
    armed = [cell for line in _exports(fresh_db, tmp_path) for cell in line if _RUNS.match(cell)]
    assert not armed
    assert "<script" not in (tmp_path / "report.html").read_text(encoding="utf-8").split("<body", 1)[1]


def test_an_exported_header_with_a_formula_comes_back(fresh_db: str, tmp_path: Path) -> None:
    """A column named by a formula is disarmed on the way out and known again on the way in."""
    file = hand_overs.FORMATS["csv"](tmp_path / "a.csv", [[*HEADER, "=1+1"], [*(door(kinh_do="").get(name, "") for name in HEADER), "x"]])
    assert faults.run(fresh_db, tmp_path / "said", "import", file).code == 0
    for name in ("kept.csv", "kept.xlsx"):
        assert faults.run(fresh_db, tmp_path / "said", "quarantine", "export", _batch(fresh_db), "--output", tmp_path / name).code == 0
        done = faults.run(fresh_db, tmp_path / "said", "quarantine", "resubmit", tmp_path / name, "--dry-run")
        assert done.code == 0, done.said


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_three_hundred_columns_come_in(fresh_db: str, tmp_path: Path, ending: str) -> None:
    """The known columns are read wherever they stand, the others are named in a note, those of people are dropped."""
    others = [f"cột {number}" for number in range(150)], [f"số thứ {number}" for number in range(127)]
    header = [*others[0], *HEADER, *others[1]]
    rows = [[*["x"] * 150, *(door(so_nha=str(number)).get(name, "") for name in HEADER), *["y"] * 127] for number in range(1, 60)]
    file = hand_overs.FORMATS[ending](tmp_path / f"a.{ending}", [header, *rows])
    done = faults.run(fresh_db, tmp_path / "said", "import", file, "--result", tmp_path / "out.csv")
    assert done.code == 0, done.said
    assert faults.ask(fresh_db, "SELECT accepted_new, rows FROM batch") == [(59, 59)]
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as stream:
        assert {len(line) for line in csv.reader(stream)} == {303}


def _peak(url: str, folder: Path, file: Path, *options: str) -> int:
    """Import a file; return the most memory that the loader took, in kilobytes."""
    peak = folder / "peak"
    done = faults.run(url, folder / "said", "import", file, *options, environment={"PEAK": str(peak)}, seconds=1_800)
    assert done.code == 0, done.said
    return int(peak.read_text())


def _many(file: Path, rows: int, padding: int = 0) -> Path:
    """Write so many doors over streets of five hundred numbers; `padding` are columns of a hundred letters that nobody reads."""
    columns = [name for name in HEADER if name in DOOR]
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([*columns, *(f"thêm {number}" for number in range(padding))])
        for number in range(rows):
            place = {"so_nha": str(number % 500 + 1), "duong": f"Phố Giả Định {number // 500}"}
            point = {"kinh_do": f"{103.0 + number % 1000 * 1e-5:.5f}", "vi_do": f"{21.38 + number // 1000 * 1e-5:.5f}"}
            cells = DOOR | place | point
            writer.writerow([*(cells[name] for name in columns), *["m" * 100] * padding])
    return file


def test_memory_does_not_grow_with_the_file(fresh_db: str, tmp_path: Path) -> None:
    """Three times the rows take at most a quarter more memory, and never a gigabyte; the long test is of files with several readers."""
    small, large = (150_000, 600_000) if LONG else (20_000, 60_000)
    first = _peak(fresh_db, tmp_path, _many(tmp_path / "small.csv", small), "--dry-run")
    second = _peak(fresh_db, tmp_path, _many(tmp_path / "large.csv", large), "--dry-run")
    assert second < MOST_MEMORY_KB
    assert second < first * 1.25, (first, second)


def test_a_vast_csv_is_read_in_little_memory(fresh_db: str, tmp_path: Path) -> None:
    """Two gigabytes (fifty megabytes unless DIACHISO_FAULTS asks for fifty moments) of wide rows get in, in under a gigabyte."""
    size = 2 << 30 if LONG else 50 << 20
    file = _many(tmp_path / "vast.csv", size // 30_400, padding=300)
    assert file.stat().st_size > size * 0.98
    assert _peak(fresh_db, tmp_path, file) < MOST_MEMORY_KB
    assert faults.ask(fresh_db, "SELECT accepted_new FROM batch") == [(size // 30_400,)]


def test_a_file_that_changes_after_it_was_read_changes_nothing(fresh_db: str, tmp_path: Path) -> None:
    """The rows come from a private copy: what is done to the file while the import queues is not seen, and its hash is that of the copy."""
    file = write(tmp_path / "a.csv", [door(so_nha=str(number)) for number in range(1, 30)])
    with faults.holding(fresh_db, tmp_path) as start:
        with faults.held(fresh_db, faults.importing("11")):
            command = start("import", file, "--province", "11")
            faults.waiting(fresh_db, faults.QUEUES)
            write(file, [door(so_nha="999", duong="Phố Khác")])
        assert command.ended().code == 0
    assert faults.ask(fresh_db, "SELECT accepted_new FROM batch") == [(29,)]
    assert faults.run(fresh_db, tmp_path / "said", "import", file, "--province", "11").code == 0
    assert faults.ask(fresh_db, "SELECT count(*), sum(accepted_new) FROM batch") == [(2, 30)]


@pytest.mark.parametrize("option", ["--result", "--report"])
def test_a_result_never_takes_the_place_of_its_input(fresh_db: str, tmp_path: Path, option: str) -> None:
    """The hand-over file named as its own result: wrong usage; the file is as it was."""
    file = write(tmp_path / "a.csv", [door()])
    data = file.read_bytes()
    assert faults.run(fresh_db, tmp_path / "said", "import", file, option, file).code == 2
    assert file.read_bytes() == data
