"""Killed loaders, stopped servers, full disks: afterwards the registry is as before or as after the batch, never between."""

import csv
import os
import random
import resource
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Final

import pytest
from sqlalchemy import create_engine, make_url
from sqlalchemy.pool import NullPool

from registry import cluster
from tests.db import faults
from tests.db.handover import door, write
from tests.db.stoppable import Server, thrown_away
from tests.unit import hand_overs

# How many moments are tried, by default fewer than the fifty that a release needs; three in ten stop the server, which costs a recovery.
MOMENTS: Final = int(os.environ.get("DIACHISO_FAULTS", "20"))
STOPS: Final = MOMENTS * 3 // 10
KILLS: Final = MOMENTS - STOPS
_RETRY_EVERY: Final = 10


@pytest.fixture(scope="module")
def throw_away() -> Iterator[Server]:
    """Give a cluster of one's own with the database `before`: the reference data and a first batch."""
    with thrown_away("diachiso-faults-") as server:
        first = write(server.var / "first.csv", faults.hand_over(1, 900))
        assert faults.run(server.url("diachiso"), server.var / "said", "import", first).code == 0
        yield server


@dataclass
class Trial:
    """An import that is disturbed again and again, and what it is judged by."""

    server: Server
    file: Path
    result: Path
    url: str
    before: dict[str, str]
    after: dict[str, str]
    seconds: float

    def arguments(self) -> list[str]:
        """Return the command line."""
        return ["import", str(self.file), "--province", "11", "--result", str(self.result)]

    @property
    def temporary(self) -> Path:
        """Return where the loader's temporary files go."""
        return self.file.with_suffix(".tmp")

    def said(self) -> Path:
        """Return where the command's words go."""
        return self.file.with_suffix(".said")

    def started(self) -> AbstractContextManager[faults.Command]:
        """Start the import, with a folder of temporary files of its own."""
        self.temporary.mkdir(exist_ok=True)
        return faults.running(self.url, self.said(), *self.arguments(), environment={"TMPDIR": str(self.temporary)})

    def judge(self, code: int) -> bool:
        """Check that nothing or everything got in, and that the batch list and the result say which; return whether it got in."""
        faults.until(lambda: faults.alone(self.url), "the server undoes what was begun")
        states = faults.batches(self.url, after=1)
        assert not list(self.temporary.iterdir())
        if "committed" in states:
            assert faults.natural(self.url) == self.after
            assert states.count("committed") == 1
        else:
            assert faults.exact(self.url) == self.before
            assert set(states) <= {"received", "rejected"}
            assert code != 0
        return "committed" in states

    def codes_are_the_registrys(self) -> None:
        """Check that each code of the result is the code of one door, and that no two new doors have the same."""
        with self.result.open(encoding="utf-8", newline="") as stream:
            told = [
                (row["duong"], row["so_nha"], row["result_code"]) for row in csv.DictReader(stream) if row["result_outcome"] == "accepted"
            ]
        doors = {code: (street, number) for street, number, code in told}
        assert len(doors) == len({door[:2] for door in told})
        known = "SELECT count(*) FROM digital_address WHERE status = 'active' AND code = ANY (:codes)"
        assert faults.ask(self.url, known, codes=list(doors))[0][0] == len(doors)

    def retry(self, *, got_in: bool) -> None:
        """Hand the file in again: it gets in, or when it is in, nothing happens."""
        now = faults.exact(self.url)
        done = faults.run(self.url, self.said(), *self.arguments())
        assert done.code == 0, done.said
        assert self.judge(done.code)
        assert (faults.exact(self.url) == now) == got_in
        self.codes_are_the_registrys()

    def go_on(self, number: int, *, got_in: bool, last: int) -> None:
        """Hand the file in again where it got in and now and then besides, and begin anew; else the next trial is the retry."""
        if got_in or number % _RETRY_EVERY == 0 or number == last:
            self.retry(got_in=got_in)
            self.renew()

    def renew(self) -> None:
        """Go back to the state before."""
        self.url = self.server.clone("diachiso", instead_of=self.url)
        self.result.unlink(missing_ok=True)


@pytest.fixture(scope="module")
def trial(throw_away: Server) -> Trial:
    """Give an import of rows that are new, changed, the same, twice and wrong, with its states before and after."""
    file = throw_away.var / "second.csv"
    rows = [*faults.hand_over(1, 300), *faults.hand_over(301, 600, so_ho="4"), *faults.hand_over(901, 2600)]
    write(file, rows)
    found = Trial(throw_away, file, file.with_suffix(".result.csv"), throw_away.clone("diachiso"), {}, {}, 0)
    found.before = faults.exact(found.url)
    started = monotonic()
    with found.started() as command:
        done = command.ended()
    found.seconds = monotonic() - started
    assert done.code == 0, done.said
    found.after = faults.natural(found.url)
    return found


def _moments(number: int, seed: int) -> list[float]:
    """Return shares of a run, one at random out of each equal part of it, in random order."""
    draw = random.Random(seed)  # noqa: S311 - reproducible, not secret
    found = [(part + draw.random()) / number for part in range(number)]
    draw.shuffle(found)
    return found


def test_a_loader_killed_at_any_moment_leaves_all_or_nothing(trial: Trial) -> None:
    """Kill -9 at moments spread over the run: the registry is as before or after, the batch says which, a retry gets in once."""
    trial.renew()
    for number, share in enumerate(_moments(KILLS, seed=4), 1):
        with trial.started() as command:
            sleep(share * trial.seconds)  # The moment of the kill; nothing below depends on it.
            killed = command.kill()
        trial.go_on(number, got_in=trial.judge(killed.code), last=KILLS)


def test_a_server_stopped_at_any_moment_leaves_all_or_nothing(trial: Trial) -> None:
    """An immediate stop at moments spread over the run: the loader says so in a sentence; after the restart all or nothing is there."""
    trial.renew()
    for number, share in enumerate(_moments(STOPS, seed=44), 1):
        with trial.started() as command:
            sleep(share * trial.seconds)  # The moment of the stop; nothing below depends on it.
            trial.server.stop_at_once()
            ended = command.ended()
        cluster.start(trial.server.var)
        assert ended.code in (0, 1)
        assert ended.code == 0 or faults.no_traceback(ended.said), ended.said
        trial.go_on(number, got_in=trial.judge(ended.code), last=STOPS)


@pytest.fixture
def full_disk(throw_away: Server) -> Iterator[Path]:
    """Give a small disk that belongs to the server; skipped where nobody may mount one."""
    folder = throw_away.var / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("no right to mount a small disk")
    known = cluster.status(throw_away.var).cluster
    assert known
    owner = known.data.stat()
    os.chown(folder, owner.st_uid, owner.st_gid)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_of_the_server_is_a_sentence_and_room_mends_it(trial: Trial, full_disk: Path) -> None:
    """The disk of the addresses is full: a sentence, the state before; the same command goes through once there is room."""
    trial.renew()
    name = make_url(trial.url).database or ""
    move = "ALTER TABLE address SET TABLESPACE small"
    trial.server.tell(name, f"CREATE TABLESPACE small LOCATION '{full_disk}'", move, "CHECKPOINT")
    room = os.statvfs(full_disk)
    filler = full_disk / "filler"
    filler.write_bytes(b"x" * (room.f_bsize * (room.f_bfree - 8)))
    ended = faults.run(trial.url, trial.said(), *trial.arguments())
    assert ended.code == 1
    assert faults.no_traceback(ended.said), ended.said
    assert "ran out of disk" in ended.said
    assert not trial.judge(ended.code)
    assert faults.batches(trial.url, after=1) == ["rejected"]
    assert not trial.result.exists()
    filler.unlink()
    trial.retry(got_in=False)


_SPILL: Final = """
CREATE FUNCTION spill() RETURNS trigger LANGUAGE plpgsql SET work_mem = '64kB' AS $$
BEGIN PERFORM count(*) FROM (SELECT g FROM generate_series(1, 100000) AS g ORDER BY md5(g::text)) AS t; RETURN NULL; END $$;
CREATE TRIGGER spill AFTER INSERT ON batch_row FOR EACH STATEMENT EXECUTE FUNCTION spill();
"""
_FULL_AT_COMMIT: Final = """
CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$;
CREATE CONSTRAINT TRIGGER full_disk AFTER INSERT ON batch_row DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION full_disk();
"""


def test_a_limit_of_temporary_disk_is_a_sentence(fresh_db: str, tmp_path: Path) -> None:
    """A sort that outgrows temp_file_limit ends the import with the name of the limit; nothing of the rows is left."""
    faults.ask(fresh_db, f"ALTER DATABASE {make_url(fresh_db).database} SET temp_file_limit = '64kB'")
    _refused(fresh_db, tmp_path, _SPILL, "temp_file_limit")


def test_a_commit_that_fails_leaves_no_result(fresh_db: str, tmp_path: Path) -> None:
    """The disk is full at the very commit: no result tells codes that were never issued, one from before stays as it was."""
    (tmp_path / "out.csv").write_text("from before")
    _refused(fresh_db, tmp_path, _FULL_AT_COMMIT, "ran out of disk")
    assert (tmp_path / "out.csv").read_text() == "from before"


def _refused(url: str, folder: Path, trigger: str, words: str) -> None:
    """Import a file into a database that will refuse it; check the sentence, and that nothing is left anywhere."""
    with create_engine(url, poolclass=NullPool).begin() as connection:
        connection.exec_driver_sql(trigger)
    before = faults.exact(url)
    file = write(folder / "a.csv", faults.hand_over(1, 200))
    ended = faults.run(url, folder / "said", "import", file, "--result", folder / "out.csv")
    assert ended.code == 1
    assert faults.no_traceback(ended.said), ended.said
    assert words in ended.said
    assert faults.exact(url) == before
    assert faults.batches(url, after=0) == ["rejected"]
    assert not faults.left_behind(folder)


@pytest.mark.parametrize("ending", ["csv", "xlsx", "ods", "gpkg", "zip"])
def test_a_full_disk_of_the_loader_is_a_sentence(fresh_db: str, tmp_path: Path, ending: str) -> None:
    """No room for the private copy of a file: a sentence that names TMPDIR, no batch, no temporary file."""
    temporary, file = tmp_path / "tmp", tmp_path / f"a.{ending}"
    temporary.mkdir()
    hand_overs.FORMATS[ending](file, hand_overs.sample(2_500))
    limits, environment = {resource.RLIMIT_FSIZE: 50_000}, {"TMPDIR": str(temporary)}
    ended = faults.run(fresh_db, tmp_path / "said", "import", file, limits=limits, environment=environment)
    assert ended.code == 1
    assert faults.no_traceback(ended.said), ended.said
    assert "TMPDIR" in ended.said
    assert not faults.batches(fresh_db, after=0)
    assert not list(temporary.iterdir())


@pytest.mark.parametrize(("option", "name"), [("--result", "out.csv"), ("--report", "out.csv"), ("--report", "out.xlsx")])
def test_no_room_for_what_goes_home_undoes_the_import(fresh_db: str, tmp_path: Path, option: str, name: str) -> None:
    """The disk fills while the result or the report is written: nothing is committed, no half file and no temporary file stays."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    draw = random.Random(4)  # noqa: S311 - reproducible, not secret
    rows = [door(so_nha=str(number), xa="Phường Không Có", ghi_chu=draw.randbytes(40).hex()) for number in range(1, 1_500)]
    file = write(tmp_path / "a.csv", rows)
    before = faults.exact(fresh_db)
    # The private copy has room, what is longer than the file has not; a packed workbook is shorter.
    room = file.stat().st_size * 11 // 10 if name != "out.xlsx" else file.stat().st_size
    options = {"limits": {resource.RLIMIT_FSIZE: room}, "environment": {"TMPDIR": str(temporary)}}
    ended = faults.run(fresh_db, tmp_path / "said", "import", file, option, tmp_path / name, **options)
    assert ended.code == 1
    assert faults.no_traceback(ended.said), ended.said
    assert faults.exact(fresh_db) == before
    assert faults.batches(fresh_db, after=0) == ["rejected"]
    assert not (tmp_path / name).exists()
    assert not faults.left_behind(tmp_path, temporary)
    assert not list(temporary.iterdir())
