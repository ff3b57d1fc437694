"""Files that several processes read: the same outcome as by one, and no process outlives its import."""

import csv
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from sqlalchemy import text

from loaders import beside, slices
from loaders.batch import import_file
from registry import db
from registry.errors import FileRefused, UnavailableError
from tests.conftest import _name
from tests.db import faults
from tests.db.handover import door, load, write
from tests.run import database

# So many rows with so long a note are a file that is worth several readers.
_MANY, _NOTE = 30_000, "lối vào bên trái, sau cổng chung " * 9


@pytest.fixture
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let slices be of fifty rows."""
    monkeypatch.setattr(slices, "_ROWS_A_SLICE", 50)
    monkeypatch.setattr(slices, "_ROWS_A_LOOK", 10)


def _rows() -> Iterator[dict[str, str]]:
    """Give rows whose streets are spelled in several ways, whose own numbers and doors stand twice far apart, and wrong ones."""
    for number, row in enumerate(faults.hand_over(1, 600)):
        street = ("Phố Giả Định", "PHỐ GIẢ ĐỊNH", "Pho Gia Dinh")[number // 130 % 3]
        yield row | {"stt": str(number % 400), "duong": f"{street} {number % 7}"}
    yield from faults.hand_over(40, 60, duong="Phố Giả Định 3")


@pytest.mark.usefixtures("small_slices")
@pytest.mark.parametrize("readers", [2, 3])
def test_the_outcome_does_not_depend_on_the_number_of_readers(server: str, template_db: str, tmp_path: Path, readers: int) -> None:
    """One process or several: the same doors, names of places, texts, issues, outcomes; only drawn numbers differ."""
    file, found = write(tmp_path / "a.csv", _rows()), []
    for number in (1, readers):
        with database(server, _name(f"readers_{number}"), template_db) as url:
            report, _ = load(url, file, province="11", readers=number)
            told = asdict(report) | {"seconds": 0, "batch_id": 0}
            found.append((told, faults.natural(url)))
            db.engine(url).dispose()
    assert found[0] == found[1]


@pytest.mark.usefixtures("small_slices")
def test_what_a_reader_refuses_is_refused(fresh_db: str, tmp_path: Path) -> None:
    """A quote that is never closed, found by a reader in its turn: the sentence that one process says, and nothing is left."""
    file = write(tmp_path / "a.csv", faults.hand_over(1, 300))
    csv.field_size_limit(1 << 28)
    with file.open("a", encoding="utf-8") as stream:
        stream.write('"' + "x" * 30 + '"y\n')
    said = []
    for readers in (1, 2):
        with db.session(fresh_db) as session:
            try:
                said.append(import_file(session, file, readers=readers, dry_run=True).counts)
            except FileRefused as error:
                said.append((error.vi, error.en, error.hint))
    assert said[0] == said[1]


@pytest.mark.usefixtures("small_slices")
def test_a_reader_that_dies_ends_the_import_with_a_sentence(fresh_db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that reads is killed: nothing is written, and the list of batches says so."""
    file = write(tmp_path / "a.csv", faults.hand_over(1, 300))
    monkeypatch.setattr(beside, "_serve", lambda *_: os._exit(9))
    before = faults.exact(fresh_db)
    with db.session(fresh_db) as session, pytest.raises(UnavailableError):
        import_file(session, file, province="11", readers=2)
    assert faults.exact(fresh_db) == before
    assert faults.batches(fresh_db, after=0) == ["rejected"]


def _children(pid: int) -> list[int]:
    """Return the processes that any thread of a process started."""
    return [int(child) for thread in Path(f"/proc/{pid}/task").iterdir() for child in (thread / "children").read_text().split()]


def _alive(pid: int) -> bool:
    """Say whether a process is still at work; one that nobody buried yet is not."""
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="no /proc")
@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="one core reads alone")
def test_readers_end_with_a_loader_that_is_killed(fresh_db: str, tmp_path: Path) -> None:
    """Kill -9 of the loader while its readers wait or read: they end by themselves, and the server undoes what was begun."""
    file = write(tmp_path / "a.csv", (door(so_nha=str(number), ghi_chu=_NOTE) for number in range(1, _MANY)))
    before = faults.exact(fresh_db)
    command = faults.Command(fresh_db, ["import", str(file), "--province", "11"], tmp_path / "said")
    with faults.held(fresh_db, lambda session: session.execute(text("LOCK TABLE place IN EXCLUSIVE MODE"))):
        faults.waiting(fresh_db)
        readers = _children(command.process.pid)
        assert len(readers) > 1
        command.kill()
        faults.until(lambda: not any(map(_alive, readers)), "the readers end")
    faults.until(lambda: faults.alone(fresh_db), "the server undoes what was begun")
    assert faults.exact(fresh_db) == before
