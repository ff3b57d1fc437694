"""Decides how a service has a worker of its own: a process beside it, started again when it dies, gone when the service is."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_AGAIN_SECONDS: Final = 2.0
_SECONDS_TO_END: Final = 20.0
_COMMAND: Final = (sys.executable, "-m", "service.cli.main", "worker", "--attached")


@contextmanager
def beside() -> Iterator[None]:
    """Run a worker while the block runs. It ends with its standard input, so that one whose service was killed goes too."""
    ended = threading.Event()
    keeper = threading.Thread(target=_kept, args=(ended,), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ended.set()
        keeper.join(_SECONDS_TO_END)


def _kept(ended: threading.Event) -> None:
    while not ended.is_set():
        # A process, not a thread: what an import reckons would keep requests waiting.
        with subprocess.Popen(_COMMAND, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as worker:  # noqa: S603 - our own command
            while worker.poll() is None and not ended.wait(0.5):
                pass
            if worker.stdin is not None:
                worker.stdin.close()
            try:
                worker.wait(_SECONDS_TO_END)
            except subprocess.TimeoutExpired:
                worker.kill()
        ended.wait(_AGAIN_SECONDS)
