"""Every format of a hand-over gives the same cells, from a private snapshot; what cannot be read is refused in words."""

import os
import resource
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
from pathlib import Path

import pytest

from loaders.files import opened, rows
from loaders.formats.private import private_folder
from loaders.formats.snapshot import Facts, copied
from registry.errors import FileRefused, UsageError
from tests.unit.hand_overs import ENCODINGS, FORMATS, as_text, read, sample, write_csv, write_ods, write_xlsx

GOOD = "so_nha,duong,xa,tinh,kinh_do,vi_do\n12,Trần Phú,Phường Điện Biên Phủ,Điện Biên,103.0162,21.3856\n"


@pytest.mark.parametrize("ending", FORMATS)
def test_every_format_gives_the_same_cells(tmp_path: Path, ending: str) -> None:
    """The sample read from each format is the sample, cell by cell, twice."""
    table = sample()
    path = FORMATS[ending](tmp_path / f"ban_giao.{ending}", table)
    source, found = read(path)
    assert found == table
    assert source.size == path.stat().st_size
    assert source.path == path
    with opened(path) as again:
        assert [cells for cells, _ in rows(again)] == [cells for cells, _ in rows(again)] == table[1:]
        assert [done for _, done in rows(again)][-1] == again.size


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_and_delimiter_is_detected_and_shown(tmp_path: Path, encoding: str, delimiter: str) -> None:
    """The cells come back in NFC; only capitals with a tone, which TCVN3 does not have, may lose their case."""
    table = sample(300)
    name, write = ENCODINGS[encoding]
    path = tmp_path / "a.csv"
    path.write_bytes(write(as_text(table, delimiter)))
    source, found = read(path)
    if name == "tcvn3":
        found, table = ([[cell.lower() for cell in row] for row in lines] for lines in (found, table))
    assert found == table
    assert all(unicodedata.is_normalized("NFC", cell) for row in found for cell in row)
    assert (source.encoding, source.delimiter) == (name, delimiter)
    assert {"file.encoding", "file.delimiter"} <= dict(source.notes).keys()


@pytest.mark.parametrize("encoding", ["windows-1258", "tcvn3", "vni", "utf-16", "utf-8"])
def test_a_stated_encoding_and_delimiter_are_used(tmp_path: Path, encoding: str) -> None:
    """What the options say needs no detecting."""
    path = tmp_path / "a.csv"
    path.write_bytes(ENCODINGS[encoding][1](as_text(sample(50), ";")))
    assert read(path, encoding=encoding, delimiter=";")[1] == read(path)[1]


WRONG = [
    ("utf-8", {"encoding": "windows-1258"}, "is UTF-8, not windows-1258"),
    ("utf-8", {"encoding": "utf-16"}, "is not UTF-16"),
    ("utf-8", {"encoding": "tcvn3"}, "is not in the font tcvn3"),
    ("utf-8", {"encoding": "vni"}, "is not in the font vni"),
    ("utf-8", {"delimiter": ";"}, "another delimiter"),
    ("tcvn3", {"encoding": "windows-1258"}, "seems to be tcvn3"),
    ("tcvn3", {"encoding": "utf-8"}, "is not UTF-8: byte .*, line 2"),
    ("vni", {"encoding": "tcvn3"}, "seems to be vni"),
    ("utf-16", {"encoding": "utf-8"}, "UTF-16"),
    ("utf-16-le", {"encoding": "windows-1258"}, "UTF-16"),
]


@pytest.mark.parametrize(("encoding", "options", "words"), WRONG)
def test_a_wrong_override_is_refused(tmp_path: Path, encoding: str, options: dict[str, str], words: str) -> None:
    """A stated encoding or delimiter that does not fit is never used to read nonsense."""
    path = tmp_path / "a.csv"
    path.write_bytes(ENCODINGS[encoding][1](as_text(sample(100))))
    with pytest.raises(FileRefused, match=words):
        read(path, **options)


MISFITS = [
    ({"delimiter": ";"}, "delimiter"), ({"encoding": "windows-1258"}, "encoding"), ({"layer": "a"}, "layers"), ({"sheet": "Z"}, "no sheet"),
    ({"encoding": "hex"}, "Unknown encoding"), ({"delimiter": "ab"}, "one character"),
]  # fmt: skip


@pytest.mark.parametrize(("options", "words"), MISFITS)
def test_an_option_that_means_nothing_for_the_format_is_wrong_usage(tmp_path: Path, options: dict[str, str], words: str) -> None:
    """Whoever gives a delimiter for a workbook takes the file for another."""
    path = write_xlsx(tmp_path / "a.xlsx", sample(3))
    with pytest.raises(UsageError, match=words):
        read(path, **options)


UNREADABLE = [
    (b"", "is empty"), (b"\xef\xbb\xbf", "no header"), (b"\n\n  \n", "no header"), (b"PK\x03\x04....", "Excel"),
    (b"PK\x05\x06" + b"\0" * 18, "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "spreadsheet"), (b"\x1f\x8b\x08....", "gzip"), (b"%PDF-1.7\n", "PDF"),
    (b"<html><body><table><tr><td>1", "web page"),
    (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "2003"),
    (b'<?xml version="1.0"?><gpx></gpx>', "XML"), (b'[{"a": 1}]', "GeoJSON"), (b'{"type": "FeatureCollection", "features": [{', "spatial"),
    (b"SQLite format 3\0" + b"\0" * 200, "spatial"), (b"PAR1....PAR1", "Parquet"), (b"\x00\x00\x27\x0a" + b"\0" * 100, "shapefile alone"),
    (b'<?xml version="1.0"?><kml><Document><Placemark>', "spatial"), (GOOD.encode() + b"1,\x00,a,b,1,2\n", "NUL byte on line 3"),
    (GOOD.encode().replace("ú".encode(), b"\xfa"), "is not UTF-8: byte 4[0-9], line 2"),
    (GOOD.encode() + b'13,"Tran Phu,a,b,1,2\n' + GOOD.encode() * 2, "quote is not closed"),
    (GOOD.replace(",", ";").encode("utf-16") + '13;"Tran;a\n1;2\n3;4\n'.encode("utf-16-le"), "quote is not closed"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "words"), UNREADABLE)
def test_what_cannot_be_read_is_refused_by_name(tmp_path: Path, content: bytes, words: str) -> None:
    """The refusal names the file and what it is, in both languages, and says what to do."""
    path = tmp_path / "ban_giao.csv"
    path.write_bytes(content)
    with pytest.raises(FileRefused, match=words) as refused:
        read(path)
    assert "ban_giao.csv" in refused.value.vi
    assert refused.value.hint


def test_missing_files_folders_and_pipes_are_refused(tmp_path: Path) -> None:
    """None of them is waited for or read without end."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "none.csv", tmp_path, tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(FileRefused, match=r"Cannot open|no ordinary file|not an ordinary file"):
            read(path)


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    """A row written in the middle of the copy would be in the batch or not by chance."""
    path = tmp_path / "a.csv"
    path.write_text(GOOD, encoding="utf-8")

    def write(_data: bytes) -> None:
        path.write_text(GOOD + GOOD, encoding="utf-8")

    with pytest.raises(FileRefused, match="changed while it was read"):
        copied(path, write)


def test_the_snapshot_outlives_the_original_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once opened, the original may change or go; no temporary file remains, also after an error."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    for name, make in (("a.csv", write_csv), ("a.xlsx", write_xlsx), ("a.gpkg", FORMATS["gpkg"])):
        path = make(tmp_path / name, sample(20))
        with opened(path) as source:
            path.write_bytes(b"gone")
            assert [cells for cells, _ in rows(source)] == sample(20)[1:]
            assert not list((tmp_path / "tmp").iterdir())
        with pytest.raises(FileRefused):
            read(write_ods(tmp_path / "b.ods", [[""]]))
        assert not list((tmp_path / "tmp").iterdir())


def test_what_a_killed_run_left_is_removed_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that nobody holds any more goes; one in use stays."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    script = (
        "import os, signal\nfrom loaders.formats.private import private_folder\n"
        "with private_folder() as folder:\n    (folder / 'a.xlsx').write_text('x')\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", script], env=os.environ | {"TMPDIR": str(tmp_path / "tmp")}, check=False)
    (left,) = (tmp_path / "tmp").iterdir()
    with private_folder() as mine:
        assert not left.exists()
        with private_folder():
            assert mine.exists()
    assert not list((tmp_path / "tmp").iterdir())


def test_a_full_disk_says_so(tmp_path: Path) -> None:
    """Where no more bytes may be written, the refusal names the temporary disk and TMPDIR."""
    write_csv(tmp_path / "a.csv", sample())
    script = (
        "import sys; from pathlib import Path; from loaders.files import opened; from registry.errors import RefusedError\n"
        "try:\n    opened(Path(sys.argv[1])).__enter__()\n"
        "except RefusedError as error:\n    print(error, error.hint)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "a.csv")],
        capture_output=True, text=True, check=True, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )  # fmt: skip
    assert "disk of temporary files is full" in ended.stdout
    assert "TMPDIR" in ended.stdout


def test_a_zip_bomb_is_refused_before_it_unpacks(tmp_path: Path) -> None:
    """By the size it states, and by the bytes that come out where it lies; an ODS also by its repeated cells."""
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (40 << 20))
    honest = path.read_bytes()
    path.write_bytes(honest.replace((40 << 20).to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    lying = path.read_bytes()
    for content in (honest, lying):
        path.write_bytes(content)
        with pytest.raises(FileRefused, match="more than the limit of 200 times"):
            read(path)
    assert honest != lying
    vast = write_ods(tmp_path / "vast.ods", [["x"] * 20], 'table:number-rows-repeated="1000000"')
    with pytest.raises(FileRefused, match=r"more than 8,000,000 cells"):
        read(vast)


def test_a_text_without_quotes_or_marks_is_copied_as_it_is(tmp_path: Path) -> None:
    """Nothing but a copy, its hash and a look at its bytes stands between a UTF-8 file and its rows."""
    made: list[bytes] = []
    path = write_csv(tmp_path / "a.csv", sample(100))
    facts = copied(path, made.append)
    assert b"".join(made) == path.read_bytes()
    assert (facts.bad, facts.nul, facts.quotes, facts.marks) == (-1, -1, False, False)
    assert facts != Facts()


def test_formula_cells_are_read_as_text(tmp_path: Path) -> None:
    """A cell that looks like a command is a text in CSV and workbook alike."""
    table = [["so_nha", "duong", "xa"], ["=cmd|' /C calc'!A0", "@SUM(1)", "x"]]
    assert read(write_csv(tmp_path / "a.csv", table))[1] == read(write_xlsx(tmp_path / "a.xlsx", table))[1] == table
