"""Decides how a table is answered in the background: block by block, behind what is on the disk; a killed worker loses one block."""

import csv
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final, cast

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session

from loaders import files as tables
from loaders.files import Source
from loaders.formats.refusal import temporary_disk
from registry.models.job import Job
from service.jobs import files
from service.jobs.asked import caller_of
from service.jobs.desk import Desk
from service.reports.answer_xlsx import write_xlsx
from service.reports.geocoded_csv import SEARCH_COLUMNS
from service.schemas.table_form import SearchChoice
from service.table_answers import Written, answered, csv_lines, searching
from service.table_blocks import BLOCK
from service.table_columns import named, search_columns

_ANSWER: Final = "answer.csv"
_BOOK: Final = "answer.xlsx"
# Columns that are numbers in a workbook.
_NUMBERS: Final = frozenset({"latitude", "longitude", "result_score", "result_score_next"})


@dataclass(frozen=True)
class _Task:
    """A job at work: its number, its form, where its files lie, and how far it has come."""

    job: Job
    form: SearchChoice
    folder: Path

    @property
    def answer(self) -> Path:
        return self.folder / _ANSWER


def result_path(job: Job) -> Path:
    """Return the file that holds the answer of a job that is done."""
    return files.folder("job", job.id) / (_BOOK if job.options.get("format") == "xlsx" else _ANSWER)


def refuse_wrong(path: Path, form: SearchChoice) -> None:
    """Read a table and find its columns; FileRefused or UsageError says what is wrong."""
    with opened(path, form) as source:
        search_columns(source.header, form)


def run(desk: Desk, number: int) -> None:
    """Answer a job, or what is left of it; one that was cancelled or has ended is left alone. Raises what is wrong with its table."""
    with desk.working_on("job", number):
        job = _claimed(desk, number)
        if job is None:
            return
        task = _Task(job, SearchChoice.model_validate(job.options), files.folder("job", number))
        with opened(files.sent("job", number, job.name), task.form) as source:
            if not _answer(desk, task, source):
                return
            if task.form.format == "xlsx":
                write_xlsx(_read_back(desk, task, source), task.folder / _BOOK)
        _told(desk, number, state="done", finished_at=func.now())


def refuse(desk: Desk, number: int, refusal: dict[str, str]) -> None:
    """Write down that a job ended without an answer, and why."""
    _told(desk, number, state="failed", refusal=refusal, finished_at=func.now())


def opened(path: Path, form: SearchChoice) -> AbstractContextManager[Source]:
    """Open the table of a job as its form says; FileRefused or UsageError says what is wrong."""
    return tables.opened(path, delimiter=form.delimiter, encoding=form.encoding, names=[*form.columns, *named(form)])


def _claimed(desk: Desk, number: int) -> Job | None:
    with Session(desk.owner, expire_on_commit=False) as session:
        job = session.scalars(select(Job).where(Job.id == number, Job.state.in_(("queued", "running")))).one_or_none()
        if job is not None:
            job.state = "running"
            session.commit()
        return job


def _answer(desk: Desk, task: _Task, source: Source) -> bool:
    """Write the answers that are not written yet; False when the job was cancelled meanwhile."""
    number, form = task.job.id, task.form
    if task.job.total is None and not _told(desk, number, total=sum(1 for _ in tables.rows(source))):
        return False
    answering = searching(desk.resolver(), caller_of(task.job), search_columns(source.header, form))
    added = tuple(name for name in SEARCH_COLUMNS if not form.result_columns or name in form.result_columns)
    written = Written(added, form.with_bom)
    with _continued(task) as stream:
        for piece in answered(desk.reading, source, answering, written, after=task.job.done):
            with temporary_disk():
                stream.write(b"\xef\xbb\xbf" if form.with_bom and not piece.read else b"")
                stream.write(csv_lines(piece.rows, source.delimiter))
                # On the disk before it is said to be: what is said survives a machine that falls.
                stream.flush()
                os.fsync(stream.fileno())
            if not _told(desk, number, done=piece.read, done_bytes=stream.tell()):
                return False
            desk.go_on()
    return True


@contextmanager
def _continued(task: _Task) -> Iterator[IO[bytes]]:
    """Open the answer behind its last finished block; what was written and not told of is cut off."""
    with ExitStack() as held:
        if not task.job.done:
            stream = held.enter_context(files.private(task.answer))
        else:
            stream = held.enter_context(task.answer.open("r+b"))
            stream.truncate(task.job.done_bytes)
            stream.seek(task.job.done_bytes)
        yield stream


def _read_back(desk: Desk, task: _Task, source: Source) -> Iterator[list[list[object]]]:
    """Yield the finished answer by blocks, its header first, numbers as numbers."""
    with task.answer.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, delimiter=source.delimiter)
        header = next(reader)
        numbers = [at for at, name in enumerate(header) if name in _NUMBERS]
        yield [list(header)]
        while block := list(islice(reader, BLOCK)):
            desk.go_on()
            yield [[_number(cell) if at in numbers else cell for at, cell in enumerate(row)] for row in block]


def _number(cell: str) -> object:
    try:
        return float(cell)
    except ValueError:
        return cell


def _told(desk: Desk, number: int, **values: Any) -> bool:  # noqa: ANN401 - columns of a job
    """Write down how far a running job has come; False when it is running no more, because it was cancelled."""
    with Session(desk.owner) as session:
        told = cast("CursorResult[Any]", session.execute(update(Job).where(Job.id == number, Job.state == "running").values(**values)))
        session.commit()
        return told.rowcount > 0
