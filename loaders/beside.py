"""Here is decided who reads a file: this process, or several beside it, so that one core reads while another writes.

A process that reads is forked, has no way to the database and ends when its pipe does: nothing of it outlives the import, however that
ends. Each takes its turn at the slices, so that what is read does not depend on how many there are.
"""

import gc
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing.connection import Connection, Pipe
from typing import Any, Final, NoReturn, Protocol

from sqlalchemy.orm import Session

from loaders.job import Job
from loaders.slices import Answer, Question, Said, Slices
from registry.errors import UnavailableError

# A process of its own pays from so many bytes on; more than four wait for the database.
_WORTH_IT: Final = 8 << 20
_MOST: Final = 4
# Given the turn of a reader and how many there are, makes its slices.
Make = Callable[[int, int], Slices]


class Reading(Protocol):
    """Slices as they come: what one asks, what it is told, what it says then."""

    def ask(self) -> Question | None:
        """Return the question of the next slice; None after the last one."""

    def tell(self, answer: Answer) -> None:
        """Answer it."""

    def said(self) -> Said:
        """Return what the slice says."""


class _Here:
    """Reads in this process."""

    def __init__(self, slices: Slices) -> None:
        self._slices = slices
        self._answer = Answer((), frozenset())

    def ask(self) -> Any:  # noqa: ANN401 - slices yield question and words in turns
        return next(self._slices, None)

    def tell(self, answer: Answer) -> None:
        self._answer = answer

    def said(self) -> Any:  # noqa: ANN401 - slices yield question and words in turns
        return self._slices.send(self._answer)


class _Beside:
    """Reads in a process of its own."""

    def __init__(self, pid: int, pipe: "Connection[Any, Any]") -> None:
        self.pid, self.pipe = pid, pipe

    def ask(self) -> Any:  # noqa: ANN401 - whatever comes through the pipe
        with _alive():
            heard = self.pipe.recv()
        if isinstance(heard, BaseException):
            raise heard
        return heard

    said = ask

    def tell(self, answer: Answer) -> None:
        with _alive():
            self.pipe.send(answer)

    def end(self) -> None:
        """End the process, whatever it does: it holds nothing that could be lost."""
        self.pipe.close()
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)


@contextmanager
def _alive() -> Iterator[None]:
    try:
        yield
    except (EOFError, OSError) as error:
        raise UnavailableError(
            "Tiến trình đọc tệp bị dừng giữa chừng; chưa ghi gì.",
            "A process that reads the file was stopped; nothing was written.",
            hint="Máy có thể thiếu bộ nhớ; hãy chạy lại.",
        ) from error


@contextmanager
def readings(session: Session, job: Job, make: Make) -> Iterator[Sequence[Reading]]:
    """Yield whoever reads the file, in the order of their turns; their processes end with the block."""
    number = _how_many(job)
    if number == 1:
        yield [_Here(make(0, 1))]
        return
    beside: list[_Beside] = []
    try:
        for turn in range(number):
            beside.append(_forked(session, beside, partial(make, turn, number)))
        yield beside
    finally:
        for one in beside:
            one.end()


def readers_for(size: int) -> int:
    """Return how many processes read a file of so many bytes: one for each core, where the file is large."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, _MOST) if size >= _WORTH_IT else 1


def _how_many(job: Job) -> int:
    """Return how many processes read; one, where rows may need the geocoder, which has a database."""
    if job.asked.readers:
        return job.asked.readers
    told = job.asked.free_text is not None and (job.columns.has("dia_chi") or "dia_chi" in job.mapping.defaults)
    return 1 if told else readers_for(job.source.snapshot.size)


def _forked(session: Session, others: Sequence[_Beside], make: Callable[[], Slices]) -> _Beside:
    ours, theirs = Pipe()
    database: Any = session.connection().connection.driver_connection
    pid = os.fork()
    if pid == 0:
        # The database and the others must see the end of this import even while a process of it still reads.
        os.close(database.fileno())
        for pipe in (ours, *(other.pipe for other in others)):
            pipe.close()
        _read(theirs, make)
    theirs.close()
    return _Beside(pid, ours)


def _read(pipe: "Connection[Any, Any]", make: Callable[[], Slices]) -> NoReturn:
    """Be a process that reads: nobody but the pipe tells it to end, and nothing of its parent is tidied up here."""
    gc.disable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with suppress(BaseException):
        try:
            _serve(pipe, make())
        except Exception as error:  # noqa: BLE001 - told to the parent, who raises it
            pipe.send(error)
    os._exit(0)


def _serve(pipe: "Connection[Any, Any]", slices: Slices) -> None:
    for question in slices:
        pipe.send(question)
        pipe.send(slices.send(pipe.recv()))
    pipe.send(None)
