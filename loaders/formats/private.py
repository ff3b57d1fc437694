"""Here is decided where a file lies whose reader needs a name: in a private folder, which the next run removes if a killed one left it."""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from loaders.formats.refusal import temporary_disk

_PREFIX: Final = "diachiso-read-"
_LOCK: Final = ".in-use"


@contextmanager
def private_folder() -> Iterator[Path]:
    """Give a folder of mode 0700 and remove it at the end; RefusedError when the disk is full."""
    _remove_abandoned()
    with temporary_disk():
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        # The lock is taken before it bears its name, so that nobody finds it free.
        lock = (folder / f"{_LOCK}-soon").open("w")
        fcntl.flock(lock, fcntl.LOCK_EX)
        Path(lock.name).rename(folder / _LOCK)
    try:
        with lock:
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_abandoned() -> None:
    """Remove folders whose lock nobody holds: a lock goes with its process, also when that is killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError), (folder / _LOCK).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
