"""Questions are counted in windows that slide, by several processes together."""

import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from registry.settings import PROJECT
from service.windows import Windows

_HITS = """
import sys
from pathlib import Path
from service import windows as counting
from service.windows import Windows
# However long the machine keeps the other one waiting.
counting._TRIES = 1 << 30
windows = Windows(Path(sys.argv[1]), lambda: 1_000_000_007.0)
print(sum(windows.hit("who", 1500, 86400) for _ in range(1000)))
"""


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        """Start somewhere within a window."""
        self.now = 1_000_000_007.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


def test_two_processes_allow_as_much_as_one(tmp_path: Path) -> None:
    """Of two thousand questions that two processes are asked side by side, exactly as many pass as one would let pass."""
    command = [sys.executable, "-c", _HITS, str(tmp_path / "limits")]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, cwd=PROJECT) for _ in range(2)]
    assert sum(int(each.communicate(timeout=300)[0]) for each in both) == 1500
    assert not Windows(tmp_path / "limits", Clock()).hit("who", 1500, 86400)


@given(st.integers(1, 20), st.integers(1, 3600), st.lists(st.floats(0, 3), max_size=60))
def test_whoever_waits_as_long_as_he_is_told_is_counted(most: int, seconds: int, pauses: list[float]) -> None:
    """`wait` is 0 exactly where `hit` counts, and at most two windows; a moment behind its end one more is counted."""
    clock = Clock()
    windows = Windows(clock=clock)
    for pause in pauses:
        wait = windows.wait("who", most, seconds)
        assert (wait == 0) == windows.hit("who", most, seconds)
        assert 0 <= wait <= 2 * seconds
        clock.now += pause * seconds
    clock.now += windows.wait("who", most, seconds) + 1e-3
    assert windows.hit("who", most, seconds)


@given(st.integers(1, 50), st.lists(st.integers(1, 30), max_size=200))
def test_no_window_holds_twice_what_is_allowed(most: int, pauses: list[int]) -> None:
    """What is counted within any 60 seconds stays under twice the limit, and within an aligned minute at or under it."""
    clock, counted = Clock(), []
    windows = Windows(clock=clock)
    for pause in pauses:
        clock.now += pause / 10
        if windows.hit("who", most, 60):
            counted.append(clock.now)
    assert all(sum(start <= each < start + 60 for each in counted) < 2 * most or most == 1 for start in counted)
    assert all(sum(each // 60 == start // 60 for each in counted) <= most for start in counted)


def test_each_is_counted_for_himself_and_a_flood_of_others_forgets_no_more_than_it_must() -> None:
    """Twenty thousand askers beside one who had his: he still waits."""
    windows = Windows(clock=Clock())
    assert windows.hit("one", 1, 3600)
    assert all(windows.hit(f"other {number}", 1, 3600) for number in range(20_000))
    assert not windows.hit("one", 1, 3600)
