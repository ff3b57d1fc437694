"""Decides which tables of jobs go when a person asks: those that name him, found by reading every table that is still kept.

A hand-over file belongs to a province and goes unread; a job belongs to nobody but its asker, so that only what names the person may go.
The answer to a table holds its cells and places, hence nobody whom the table does not name.
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from loaders import files as tables
from loaders.residents import is_refs
from registry.errors import DiachisoError
from registry.models.job import Job
from registry.personal import MASK
from registry.privacy.traces import found_in
from registry.text import clean
from service.jobs import files, resolving
from service.schemas.table_form import SearchChoice

_KEPT: Final = ("queued", "running", "done", "failed")
_PIECE: Final = 1 << 20
# A word that stands across two pieces is whole in the next one.
_OVERLAP: Final = 1 << 12
_TAG: Final = re.compile("<[^>]*>")


@dataclass(frozen=True)
class Named:
    """A job whose table names the person: in how many rows, None where it cannot be read row by row or names him elsewhere."""

    id: int
    rows: int | None


def naming(session: Session, refs: Sequence[str], words: Sequence[str]) -> list[Named]:
    """Return the jobs whose files are kept and name one of the references in its column, or hold a telling word anywhere, by number.

    A table that cannot be read is among them. All of every file is read: a minute for a gigabyte.
    """
    jobs = session.scalars(select(Job).where(Job.state.in_(_KEPT)).order_by(Job.id)).all()
    found = [Named(job.id, _rows(job, refs, found_in(words))) for job in jobs if refs or words]
    return [each for each in found if each.rows != 0]


def expire(session: Session, jobs: Sequence[Named]) -> None:
    """Let those jobs expire; the caller removes their files when it has committed. One that is at work notices at its next block."""
    due = update(Job).where(Job.id.in_([each.id for each in jobs]), Job.state.in_(_KEPT))
    session.execute(due.values(state="expired", name=MASK))


def _rows(job: Job, refs: Sequence[str], words: re.Pattern[str]) -> int | None:
    path = files.sent("job", job.id, job.name)
    if words.search(job.name):
        return None
    try:
        found = _rows_naming(path, job, refs, words)
        return found or (None if any(words.search(piece) for piece in _beside(path)) else 0)
    except FileNotFoundError:
        return 0
    except (DiachisoError, OSError, zipfile.BadZipFile):
        return None


def _rows_naming(path: Path, job: Job, refs: Sequence[str], words: re.Pattern[str]) -> int:
    known = {ref.casefold() for ref in refs}
    with resolving.opened(path, SearchChoice.model_validate(job.options)) as source:
        of_refs = [at for at, name in enumerate(source.header) if is_refs(name)]

        def is_named(cells: Sequence[str]) -> bool:
            return bool(words.search("|".join(cells))) or any(clean(cells[at]).casefold() in known for at in of_refs if at < len(cells))

        return is_named(source.header) + sum(is_named(cells) for cells, _ in tables.rows(source))


def _beside(path: Path) -> Iterator[str]:
    """Yield what a workbook holds besides the sheet that is asked: other sheets, notes, its authors."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as book:
        for member in book.namelist():
            if not member.lower().endswith((".xml", ".vml")):
                continue
            with book.open(member) as stream:
                tail = b""
                while piece := stream.read(_PIECE):
                    yield _TAG.sub("|", (tail + piece).decode(errors="replace"))
                    tail = piece[-_OVERLAP:]
