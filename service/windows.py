"""Decides how questions are counted together: in windows that slide, in memory which all processes of one service share.

The libraries that count for several processes want a further server to run; the database would have to be asked, and may be away. What is
shared is a small file under a directory of the service, mapped by each of its processes; it holds digests, never who asked.
"""

import fcntl
import hashlib
import mmap
import os
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

# One who is counted: digest of his name, number of the window, what was counted in the one before and in this one, seconds of a window.
_SLOT: Final = struct.Struct("<QQIII")
# Two megabytes. When as many ask within a window, those who came longest ago are forgotten.
_SLOTS: Final = 1 << 16
_PROBES: Final = 8
# Who has the lock has it for microseconds, unless it was stopped in between: then a count that may get lost is better than waiting.
_AT_ONCE, _TRIES, _PAUSE_S = 20, 200, 1e-4
_Counted = tuple[int, int]


class Windows:
    """Counts by key; safe for threads, and for processes that open the same file. The window before weighs as much as is left of it."""

    def __init__(self, shared: Path | None = None, clock: Callable[[], float] = time.time) -> None:
        """Count in a file that is shared, made when it is not there, else for this process alone."""
        self._clock = clock
        size = _SLOTS * _SLOT.size
        self._file: int | None = None
        if shared is not None:
            self._file = os.open(shared, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            os.ftruncate(self._file, size)
        self._map = mmap.mmap(-1 if self._file is None else self._file, size)
        self._threads = threading.Lock()

    def __del__(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            os.close(self._file)

    def hit(self, key: str, most: int, seconds: int) -> bool:
        """Count one of somebody who may have `most` in so many seconds; False, and nothing is counted, when he had them."""
        digest, now = _digest(key), self._clock()
        window, passed = divmod(now, seconds)
        with self._alone():
            place = self._place(digest, now)
            before, current = self._read(place, digest, int(window))
            if before * (1 - passed / seconds) + current >= most:
                return False
            _SLOT.pack_into(self._map, place, digest, int(window), before, current + 1, seconds)
            return True

    def wait(self, key: str, most: int, seconds: int) -> float:
        """Return the seconds until `hit` counts one more of somebody, 0 when it does so now; nothing is counted."""
        digest, now = _digest(key), self._clock()
        window, passed = divmod(now, seconds)
        with self._alone():
            before, current = self._read(self._place(digest, now), digest, int(window))
        if before * (1 - passed / seconds) + current < most:
            return 0.0
        if current < most:
            # As much of this window must pass that what is left of the one before leaves room.
            return seconds * (1 - (most - current) / before) - passed
        return seconds * (2 - most / current) - passed

    def _place(self, digest: int, now: float) -> int:
        """Return where somebody is counted, or may be: in the place of whoever was counted longest ago."""
        oldest, at = float("inf"), 0
        for probe in range(_PROBES):
            place = (digest + probe) % _SLOTS * _SLOT.size
            known, window, _, _, seconds = _SLOT.unpack_from(self._map, place)
            if known == digest:
                return place
            ends = (window + 2) * seconds if seconds else 0
            if ends <= now:
                ends = 0
            if ends < oldest:
                oldest, at = ends, place
        return at

    def _read(self, place: int, digest: int, window: int) -> _Counted:
        """Return what was counted of somebody in the window before and in this one."""
        known, last, before, current, _ = _SLOT.unpack_from(self._map, place)
        if known != digest or window - last not in {0, 1}:
            return 0, 0
        return (before, current) if last == window else (current, 0)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Read and write what nobody else does meanwhile."""
        with self._threads:
            locked = self._file is not None and _locked(self._file)
            try:
                yield
            finally:
                if locked and self._file is not None:
                    fcntl.flock(self._file, fcntl.LOCK_UN)


def _locked(file: int) -> bool:
    """Lock a file, which a process that ends lets go; False where it is held longer than any count takes."""
    for each in range(_TRIES):
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        if each >= _AT_ONCE:
            # Whoever has it may wait for the processor that is used up in asking.
            time.sleep(_PAUSE_S)
    return False


def _digest(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode(errors="surrogatepass"), digest_size=8).digest(), "little")
