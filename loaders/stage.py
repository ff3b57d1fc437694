"""Here is decided how a file reaches the database: slice by slice, asked for places first, nothing held but a slice of each reader."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.orm import Session

from loaders.answers import Answers
from loaders.beside import Make, readings
from loaders.copying import copy, copy_lines
from loaders.job import Job
from loaders.reading import PARSED
from loaders.slices import Said
from loaders.statements import run_all
from registry.errors import FileRefused

_TABLES: Final = (
    "parsed", "unit_key", "unit_candidate", "place_said", "spot_said", "point_said", "point_lost", "issue_kind", "issue", "chosen",
    "spot_chosen", "seen", "found", "several", "shared", "grouped", "settled_row", "written", "code_wanted",
    "known_wanted", "told", "kept", "rivals", "rival_door", "rival_big", "meant", "issued",
)  # fmt: skip
_MEANINGS: Final = {
    "unit_key": ("k", "choices", "undecided", "todays", "said"),
    "unit_candidate": ("k", "recorded_unit_id", "commune_id", "origin_id"),
    "issue": ("row_no", "code", "mild", "details"),
}


def clear(session: Session) -> None:
    """Drop what an import before in the same transaction left, and make the tables anew."""
    session.connection().exec_driver_sql("DROP VIEW IF EXISTS pg_temp.spoken, pg_temp.settled, pg_temp.door")
    session.connection().exec_driver_sql("DROP TABLE IF EXISTS " + ", ".join(f"pg_temp.{name}" for name in _TABLES))
    run_all(session, "tables")


def stage(session: Session, batch_id: int, job: Job, make: Make) -> tuple[int, set[str]]:
    """Read the file into `parsed` and the tables of meanings; FileRefused when there is no row.

    Returns the number of rows, and the canonical columns with any value.
    """
    source, progress, number = job.source, job.asked.progress, 0
    answers = Answers(session, batch_id)
    filled: set[str] = set()
    with uncollected(), readings(session, job, make) as several:
        while asked := [(one, question) for one in several if (question := one.ask())]:
            for one, question in asked:
                one.tell(answers.to(question))
                progress("đọc tệp / reading", question.done, source.size)
                number += question.rows
            for said in [one.said() for one, _ in asked]:
                _write(session, said)
                filled |= said.filled
            if len(asked) < len(several):
                break
    if not number:
        raise FileRefused(
            f"Tệp {source.path.name} chỉ có dòng tiêu đề, không có dòng dữ liệu nào.",
            f"{source.path.name} has a header but no rows.",
            hint="Hãy xuất lại tệp bàn giao.",
        )
    progress("đọc tệp / reading", source.size, source.size)
    run_all(session, "stage")
    return number, filled


def _write(session: Session, said: Said) -> None:
    copy_lines(session, "parsed", PARSED, said.lines)
    for table, rows in said.meanings.items():
        if rows:
            copy(session, table, _MEANINGS[table], rows)


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the collector of reference cycles still: rows make none, and looking through them took a third of the time of reading."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
