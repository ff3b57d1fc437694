"""A result file appears whole or not at all, and what a killed run left beside it goes with the next one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from loaders.result import atomic
from registry.errors import RefusedError


def _dead() -> int:
    """Return the number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_the_next_run_removes_what_a_killed_one_left(tmp_path: Path) -> None:
    """Hidden files of this result whose process is gone; those of a living process, of another result and of another shape stay."""
    left = tmp_path / f".out.csv.{_dead()}-abcd1234"
    stay = [
        tmp_path / name
        for name in (
            f".out.csv.{os.getpid()}-abcd1234",
            f".other.csv.{_dead()}-abcd1234",
            ".out.csv.bak",
            ".out.csv.12-",
            "out.csv.1-abcd1234",
        )
    ]
    for path in (left, *stay):
        path.touch()
    with atomic(tmp_path / "out.csv") as stream:
        stream.write("stt\n")
    assert {path.name for path in tmp_path.iterdir()} == {"out.csv", *(path.name for path in stay)}


def test_a_link_leads_to_the_file_and_a_pipe_stays_a_pipe(tmp_path: Path) -> None:
    """What a link names is written, the link stays; a device or a pipe is refused and still there."""
    link, pipe = tmp_path / "link.csv", tmp_path / "pipe"
    link.symlink_to(tmp_path / "out.csv")
    os.mkfifo(pipe)
    with atomic(link) as stream:
        stream.write("stt")
    assert (link.is_symlink(), (tmp_path / "out.csv").read_text(encoding="utf-8")) == (True, "stt")
    with pytest.raises(RefusedError), atomic(pipe):
        pass
    assert pipe.is_fifo()
    assert len(list(tmp_path.iterdir())) == 3


def test_a_run_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    """The file of before stands when writing the new one broke off."""
    path = tmp_path / "out.csv"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(ZeroDivisionError), atomic(path) as stream:
        stream.write(str(1 // 0))
    assert [each.name for each in tmp_path.iterdir()] == ["out.csv"]
    assert path.read_text(encoding="utf-8") == "old"
