"""Imports side by side: one a province at a time, those of other provinces beside it, and whoever waits is told for whom."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from registry import locks
from registry.errors import RefusedError
from tests.conftest import Answer
from tests.db import faults
from tests.db.handover import door, write

# A ward of another province, for files that have nothing to do with Điện Biên.
ELSEWHERE = {"xa": "Phường Phủ Lý", "tinh": "Ninh Bình", "kinh_do": "105.92", "vi_do": "20.54"}


@pytest.mark.parametrize(
    ("holder", "asker", "refused"),
    [("11", "11", True), ("11", "37", False), ("11", None, True), (None, "11", True), (None, None, True)],
)
def test_who_excludes_whom(fresh_db: str, holder: str | None, asker: str | None, *, refused: bool) -> None:
    """The same province excludes itself, no province excludes all; the refusal names who holds it, which file, since when."""
    with (
        faults.held(fresh_db, faults.importing(holder)),
        create_engine(fresh_db, poolclass=NullPool).connect() as other,
        Session(other) as session,
    ):
        if refused:
            with pytest.raises(RefusedError, match=r"an: hue\.csv \(\d\d:\d\d\)") as caught:
                locks.acquire(session, asker, wait=False)
            assert re.search(r"an: hue\.csv \(\d\d:\d\d\)", caught.value.vi)
        else:
            assert not locks.acquire(session, asker, wait=False)


def test_who_waits_for_all_is_named_to_those_behind(fresh_db: str, tmp_path: Path) -> None:
    """An import of all provinces that waits for one is not overtaken by a third, and the refusal of that one names it."""
    file = write(tmp_path / "whole.csv", [door()])
    with faults.holding(fresh_db, tmp_path) as start, faults.held(fresh_db, faults.importing("11")):
        start("import", file)
        faults.waiting(fresh_db, faults.QUEUES)
        with (
            create_engine(fresh_db, poolclass=NullPool).connect() as other,
            Session(other) as session,
            pytest.raises(RefusedError, match=r"whole\.csv \(\d\d:\d\d\)"),
        ):
            locks.acquire(session, "37", wait=False)


def test_a_second_import_of_the_province_is_refused_with_no_wait(fresh_db: str, tmp_path: Path) -> None:
    """Exit code 1, both languages, the holder by name; no batch is written down and the same command goes through later."""
    file = write(tmp_path / "a.csv", [door()])
    with faults.held(fresh_db, faults.importing("11")):
        refused = faults.run(fresh_db, tmp_path / "said", "import", file, "--province", "11", "--no-wait")
        assert refused.code == 1
        assert faults.no_traceback(refused.said)
        assert refused.said.count("an: hue.csv (") == 2
        assert not faults.batches(fresh_db, after=0)
    assert faults.run(fresh_db, tmp_path / "said", "import", file, "--province", "11", "--no-wait").code == 0


def test_a_second_import_of_the_province_queues_and_is_told_for_whom(fresh_db: str, tmp_path: Path) -> None:
    """Two imports at once, the first stopped in the middle: the second names the first and waits; both get in, one after the other."""
    first = write(tmp_path / "first.csv", [door(so_nha="2"), door(so_nha="4")])
    second = write(tmp_path / "second.csv", [door(so_nha="4"), door(so_nha="6")])
    with faults.holding(fresh_db, tmp_path) as start:
        with faults.held(fresh_db, faults.paused):
            ahead = start("import", first, "--province", "11")
            faults.waiting(fresh_db)
            behind = start("import", second, "--province", "11")
            faults.waiting(fresh_db, faults.QUEUES)
            faults.until(lambda: "first.csv (" in behind.said.read_text(), "the second tells for whom it waits")
        assert (ahead.ended().code, behind.ended().code) == (0, 0)
    states = faults.ask(fresh_db, "SELECT file_name, state, accepted_new, accepted_same FROM batch ORDER BY committed_at")
    assert [tuple(row) for row in states] == [("first.csv", "committed", 2, 0), ("second.csv", "committed", 1, 1)]


def test_two_provinces_come_in_side_by_side(fresh_db: str, tmp_path: Path) -> None:
    """While an import of one province stands still, that of another goes through."""
    first, second = write(tmp_path / "a.csv", [door()]), write(tmp_path / "b.csv", [door(**ELSEWHERE)])
    with faults.held(fresh_db, faults.importing("11")):
        done = faults.run(fresh_db, tmp_path / "said", "import", second, "--province", "37", "--no-wait")
        assert done.code == 0, done.said
        assert faults.run(fresh_db, tmp_path / "said", "import", first, "--no-wait").code == 1


def test_the_same_file_twice_at_once_gets_in_once(fresh_db: str, tmp_path: Path) -> None:
    """Two imports of the same bytes at the same moment: one writes, the other finds that it is there; no number is drawn twice."""
    file = write(tmp_path / "a.csv", [door(so_nha=str(number)) for number in range(1, 40)])
    with faults.holding(fresh_db, tmp_path) as start:
        with faults.held(fresh_db, faults.importing("11")):
            both = [start("import", file, "--province", "11") for _ in range(2)]
            faults.until(lambda: len(faults.waiting(fresh_db, faults.QUEUES)) == 2, "both queue")
        ends = [one.ended() for one in both]
    assert [end.code for end in ends] == [0, 0], ends
    assert faults.batches(fresh_db, after=0).count("committed") == 1
    assert faults.ask(fresh_db, "SELECT count(*), count(DISTINCT address_id) FROM digital_address") == [(39, 39)]


@pytest.mark.parametrize("moment", [faults.paused, faults.importing("11")], ids=["while it writes", "while it queues"])
def test_a_lost_connection_is_a_sentence_and_leaves_nothing(fresh_db: str, tmp_path: Path, moment: Callable[[Session], Any]) -> None:
    """The server ends the loader's session: exit code 1, a sentence, nothing of the rows; the same command goes through afterwards."""
    file = write(tmp_path / "a.csv", [door(so_nha=str(number)) for number in range(1, 40)])
    before = faults.exact(fresh_db)
    with faults.holding(fresh_db, tmp_path) as start, faults.held(fresh_db, moment):
        command = start("import", file, "--province", "11")
        for (pid,) in faults.waiting(fresh_db):
            faults.ask(fresh_db, "SELECT pg_terminate_backend(:pid)", pid=pid)
        ended = command.ended()
    assert ended.code == 1
    assert faults.no_traceback(ended.said), ended.said
    assert faults.exact(fresh_db) == before
    assert set(faults.batches(fresh_db, after=0)) <= {"received", "rejected"}
    assert faults.run(fresh_db, tmp_path / "said", "import", file, "--province", "11").code == 0


def test_rollback_queues_behind_an_import(fresh_db: str, tmp_path: Path, command: Callable[..., Answer]) -> None:
    """A rollback waits for the imports of all provinces instead of tearing rows from under one."""
    assert command("import", str(write(tmp_path / "a.csv", [door()]))).code == 0
    with faults.holding(fresh_db, tmp_path) as start:
        with faults.held(fresh_db, faults.importing("11")):
            undo = start("batch", "rollback", "1")
            faults.waiting(fresh_db, faults.QUEUES)
            assert faults.batches(fresh_db, after=0) == ["committed"]
        assert undo.ended().code == 0
    assert faults.batches(fresh_db, after=0) == ["rolled_back"]
