"""A drill: the whole server goes back to a moment; what was committed before it is there, what came after is not, nothing else is lost."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from registry import base_backup, cluster, point_in_time, wal
from registry.errors import DiachisoError, RefusedError, UsageError
from service.dates import ZONE, read_moment
from tests.db import faults
from tests.db.stoppable import Server


@dataclass
class Drill:
    """A server of one's own that archives its WAL, and where to."""

    server: Server
    place: Path

    def commit(self, value: int) -> datetime:
        """Commit a value and return the server's clock behind the commit."""
        faults.ask(self.server.url("diachiso"), "INSERT INTO kept VALUES (:value)", value=value)
        said: datetime = faults.ask(self.server.url("diachiso"), "SELECT clock_timestamp()")[0][0]
        return said

    def values(self) -> list[int]:
        """Return what is there."""
        return [value for (value,) in faults.ask(self.server.url("diachiso"), "SELECT value FROM kept ORDER BY value")]

    def restore(self, until: datetime | None, *, force: bool = True) -> point_in_time.Restored:
        """Go back to a moment."""
        return point_in_time.restore(self.place, until, force=force, var=self.server.var)


@pytest.fixture(scope="module")
def drill() -> Iterator[Drill]:
    """Give a server that committed 1, was copied, and committed 2."""
    with tempfile.TemporaryDirectory(prefix="diachiso-drill-") as name, tempfile.TemporaryDirectory(prefix="diachiso-kept-") as kept:
        var = Path(name)
        var.chmod(0o755)
        Path(kept).chmod(0o755)
        try:
            found = Drill(Server(var), Path(kept))
            found.server.url("diachiso")
            base_backup.archive(found.place, var)
            faults.ask(found.server.url("diachiso"), "CREATE TABLE kept (value integer)")
            found.commit(1)
            base_backup.take(found.place, var)
            found.commit(2)
            yield found
        finally:
            cluster.remove(var)


def test_a_restore_ends_at_the_moment_and_loses_nothing_before_it(drill: Drill) -> None:
    """Commits before the moment, in the copy and behind it, are there, that after it is not; the data of before stays beside it."""
    moment = drill.commit(3)
    drill.commit(4)
    found = drill.restore(moment)
    assert drill.values() == [1, 2, 3]
    assert found.last_commit is not None
    assert found.last_commit <= moment
    assert (found.kept / "PG_VERSION").exists()
    shutil.rmtree(found.kept)
    # What is committed now belongs to a timeline of its own, which is archived too.
    drill.commit(5)
    assert drill.restore(None).kept.exists()
    assert drill.values() == [1, 2, 3, 5]


def test_a_server_that_died_loses_nothing_that_it_acknowledged(drill: Drill) -> None:
    """A power cut right behind a commit, before its WAL was archived: a restore to the end still has it."""
    before = drill.values()
    drill.commit(6)
    drill.server.stop_at_once()
    drill.restore(None)
    assert drill.values() == [*before, 6]


def test_what_cannot_be_restored_is_refused_and_changes_nothing(drill: Drill) -> None:
    """Not empty, before the first copy, no copy, another version, a damaged copy, WAL missing, a full disk: each in a sentence."""
    before = drill.values()
    copy = next((drill.place / "base").iterdir())
    elsewhere = drill.place / "other"
    (elsewhere / "base").mkdir(parents=True)
    now = datetime.now(ZONE)

    def refused(words: str, until: datetime | None = None, place: Path = drill.place, *, force: bool = True) -> None:
        with pytest.raises(DiachisoError, match=words):
            point_in_time.restore(place, until, force=force, var=drill.server.var)
        assert drill.values() == before

    refused("not empty", force=False)
    refused("older than that moment", now - timedelta(days=1))
    refused("no base backup", place=elsewhere)
    with pytest.raises(RefusedError, match="too small"):
        base_backup.room(drill.place, 1 << 60)
    version = (copy / "PG_VERSION").read_text()
    (copy / "PG_VERSION").write_text("9\n")
    refused("made by PostgreSQL 9")
    (copy / "PG_VERSION").write_text(version)
    (copy / "backup_label.old").write_text("a file that was not there")
    refused("damaged")
    (copy / "backup_label.old").unlink()
    # A segment that is needed lies neither in the archive, nor in the copy, nor in the present data.
    kept = {name[8:] for name in wal.segments(copy / "pg_wal", cluster.start(drill.server.var).data / "pg_wal")}
    archived = wal.segments(drill.place / "wal")
    behind = [name[8:] for name in archived if name > wal.start_of((copy / "backup_label").read_text())]
    needed = next(number for number in sorted(behind)[:-1] if number not in kept)
    for name in archived:
        if name.endswith(needed):
            (drill.place / "wal" / name).rename(elsewhere / name)
    refused(needed)


def test_an_archive_that_nobody_can_write_is_refused(drill: Drill) -> None:
    """A directory that the server's account cannot reach is no archive."""
    with tempfile.TemporaryDirectory() as closed:
        Path(closed).chmod(0o700)
        with pytest.raises(RefusedError, match="cannot write"):
            base_backup.archive(Path(closed), drill.server.var)


@pytest.mark.parametrize(
    ("start", "there", "missing"),
    [
        ("000000010000000000000002", ["000000010000000000000002", "000000010000000000000003"], None),
        ("000000010000000000000002", ["000000010000000000000002", "000000010000000000000004"], "000000010000000000000003"),
        ("0000000100000000000000FE", ["0000000100000000000000FE", "000000010000000100000000"], "0000000100000000000000FF"),
        ("000000010000000000000002", ["000000010000000000000001"], "000000010000000000000002"),
        ("000000010000000000000002", ["000000010000000000000002", "000000020000000000000003"], None),
    ],
)
def test_the_first_missing_segment_is_named(start: str, there: list[str], missing: str | None) -> None:
    """A log has 256 segments; a new timeline goes on counting."""
    assert wal.first_missing(start, there) == missing


def test_a_moment_is_vietnams_unless_it_says_another() -> None:
    """With a zone it is that; without sense, or yet to come, it is refused."""
    assert read_moment("2026-09-20 10:15") == read_moment("2026-09-20T03:15:00+00:00")
    for wrong in ("hôm qua", "2999-01-01"):
        with pytest.raises(UsageError):
            read_moment(wrong)


def test_a_label_that_names_no_segment_is_told() -> None:
    """A backup whose label was damaged does not pass for one that needs nothing."""
    with pytest.raises(ValueError, match="nothing"):
        wal.start_of("nothing")


def test_a_server_of_ones_own_is_archived_by_its_own_means(configured: Callable[[str], None]) -> None:
    """The refusal says where to read how."""
    configured("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(UsageError, match="not ours"):
        base_backup.archive(Path("/nowhere"))
