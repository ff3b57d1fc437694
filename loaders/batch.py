"""Here is decided the life of a batch: received, read, checked, settled, written; one transaction, or nothing at all."""

import json
import time
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from loaders.beside import Make
from loaders.checks import whole
from loaders.commit import OUTCOMES, REGISTER, analyze, settle, update_batch, write, write_outcomes
from loaders.copying import copy
from loaders.decisions import Note, judge
from loaders.fields import Columns, near_words
from loaders.files import rows as rows_of
from loaders.job import STEPS, WGS84, Asked, Job, prepared
from loaders.meanings import Fates, Meanings, UnitReader
from loaders.profiles import outcomes
from loaders.quarantine import resolve
from loaders.reading import Reader
from loaders.report import BatchReport, counts_of, issues_of, report_of
from loaders.residents import SEALED, is_refs, keep, kept_columns, sealed_words
from loaders.result import atomic_path, write_result
from loaders.retire import retire, revive
from loaders.slices import Slices, slices
from loaders.stage import clear, stage
from loaders.statements import run
from loaders.unit_directory import directory, postal_codes
from registry.announce import announce
from registry.codes_draw import Draws
from registry.errors import DiachisoError
from registry.locks import acquire, say_who
from registry.outage import as_unavailable
from registry.privacy.restrict import cover
from registry.recipients import without_persons
from registry.tally import keep_waiting, recount, touched_batches

_RANKS = {"rejected": 1, "incomplete": 2, "duplicate": 3, "accepted": 4}
_SAMPLE = 200
WAITING = "đang chờ / waiting"
_MOST_NAMED = 12
# Joins and groups of a million rows stay in memory; the setting ends with the transaction.
_WORK_MEM = "128MB"
# A few known doors are looked up one by one rather than by a walk over all of the country: what is asked for lies in memory, or on a disk
# that does not turn.
_PAGE_COST = "1.1"


def import_file(session: Session, path: Path, **options: Any) -> BatchReport:  # noqa: ANN401 - the fields of Asked
    """Import a hand-over file as one batch and commit it; a dry run rolls all back, the same file again is a no-op.

    `options` are the fields of `loaders.job.Asked`. Raises FileRefused, NotFoundError (no such province), UsageError, RefusedError (points
    elsewhere, mass retirement, province held by another import) or UnavailableError; whatever is raised, also on Ctrl-C, nothing of the
    batch is in the registry, and the list of batches says so.
    """
    started = time.monotonic()
    asked = Asked(**options)
    with prepared(session, path, asked) as job:
        received = None
        try:
            report = _earlier(session, job)
            if report is None:
                received = None if asked.dry_run else _received(session, job)
                report = (_earlier(session, job) if received else None) or _import(session, job, received)
                if report.repeated:
                    # The same file was committed between the first look and the second: this batch never was.
                    session.execute(text("DELETE FROM batch WHERE id = :batch"), {"batch": received})
            _finish(session, job, report)
        except BaseException as error:
            _give_up(session, received, error)
            if isinstance(error, DBAPIError) and (unavailable := as_unavailable(error)):
                raise unavailable from error
            raise
    asked.progress("xong / done", 1, 1)
    if asked.dry_run and not report.repeated:
        report = replace(report, batch_id=None, dry_run=True)
    return replace(report, seconds=time.monotonic() - started)


def _finish(session: Session, job: Job, report: BatchReport) -> None:
    """Give the report to whoever wants it, then commit, or undo a dry run."""
    undone = job.asked.dry_run and not report.repeated
    with ExitStack() as made:
        if job.asked.result:
            # It is written before the commit, for the disk may be full, and gets its name after, for the commit may fail.
            hidden = made.enter_context(atomic_path(job.asked.result))
            write_result(session, job.source, report.batch_id, hidden, dry_run=undone)
        if job.asked.also:
            job.asked.also(session, replace(report, dry_run=True) if undone else report)
        if undone:
            session.rollback()
        else:
            session.commit()


def _give_up(session: Session, received: int | None, error: BaseException) -> None:
    """Undo everything and let the batch say why; a connection that is gone has undone it already."""
    try:
        session.rollback()
        if received is not None:
            why = error.vi if isinstance(error, DiachisoError) else type(error).__name__
            said = json.dumps([("batch.refused", why)], ensure_ascii=False)
            session.execute(
                text("UPDATE batch SET state = 'rejected', notes = CAST(:notes AS jsonb) WHERE id = :batch AND state = 'received'"),
                {"batch": received, "notes": said},
            )
            session.commit()
    except DBAPIError:
        session.invalidate()


def _earlier(session: Session, job: Job) -> BatchReport | None:
    """Queue behind other imports of the province, then return the report of the same file read in the same way, if any."""
    say_who(session, job.asked.actor, job.file_name)
    acquire(session, job.province, wait=job.asked.wait, tell=lambda who: job.asked.progress(f"{WAITING}: {who}", 0, 0))
    found = session.execute(
        text("SELECT id FROM batch WHERE state = 'committed' AND file_sha256 = :sha256 AND options - 'swapped' = CAST(:options AS jsonb)"),
        {"sha256": job.file_sha256, "options": json.dumps(job.options())},
    ).scalar()
    earlier = report_of(session, found) if found else None
    return replace(earlier, repeated=True) if earlier else None


def _received(session: Session, job: Job) -> int:
    """Write down that the file came in, for good, whatever becomes of it; return the number of the batch."""
    number = _new_batch(session, job)
    session.commit()
    return number


def _import(session: Session, job: Job, received: int | None) -> BatchReport:
    tell, batch_id = job.asked.progress, received or _new_batch(session, job)
    session.execute(text(f"SET LOCAL work_mem = '{_WORK_MEM}'"))
    session.execute(text(f"SET LOCAL random_page_cost = {_PAGE_COST}"))
    clear(session)
    rows, filled = stage(session, batch_id, job, _making(session, batch_id, job))
    tell("kiểm tra / checking", 0, STEPS)
    judged = judge(session, batch_id, job)
    notes = [*job.source.notes, *notes_of(job.columns), *judged.notes]
    writing = "thử ghi / trial" if job.asked.dry_run else "ghi sổ / writing"
    tell(writing, 5, STEPS)
    settle(session, job.crs)
    revive(session, batch_id)
    write(session, batch_id, job.crs, judged.facts)
    if job.asked.complete:
        notes += retire(session, batch_id)
    tell(writing, 6, STEPS)
    # What follows joins what was just written.
    analyze(session, rows, REGISTER)
    recount(session, run(session, "outcome_tally", "touched", batch=batch_id).scalars().all())
    write_outcomes(session, batch_id, job.source, job.columns, rows)
    keep(session, batch_id, job)
    cover(session, batch_id, is_refs)
    if job.asked.resubmission:
        resolve(session, batch_id, job.asked.resubmission)
    return replace(_committed(session, job, batch_id, rows, filled, notes), inside_share=judged.inside_share)


def _making(session: Session, batch_id: int, job: Job) -> Make:
    """Return what makes the slices of a reader; it needs the database no more."""
    fates, known, postals, day = _fates(session, job.profile), directory(session), postal_codes(session), _day(session, batch_id)

    def make(turn: int, of: int) -> Slices:
        meanings = Meanings(fates, turn, of)
        units = UnitReader(known, postals, meanings, job.province)
        reader = Reader(job.columns, job.mapping, units, meanings, Draws(turn, of), day, degrees=job.crs == WGS84)
        return slices(job, reader, turn, of)

    return make


def _committed(session: Session, job: Job, batch_id: int, rows: int, filled: set[str], notes: list[Note]) -> BatchReport:
    """Write the counts, issues and notes of the batch, and let other processes know."""
    analyze(session, rows, OUTCOMES)
    counts, issues = counts_of(session, batch_id), issues_of(session)
    sample = [cells for cells, _ in islice(rows_of(job.source), _SAMPLE)]
    notes += whole.findings(
        session, job.columns, rows=rows, counts=counts, issues=issues, filled=filled, province=job.province, sample=sample
    )  # fmt: skip
    report = BatchReport(batch_id, job.file_name, rows, counts, issues, notes)
    kept = {"issues": json.dumps(report.to_dict()["issues"], ensure_ascii=False), "notes": json.dumps(notes, ensure_ascii=False)}
    update_batch(session, batch_id, "committed", {"rows": rows, **report.counts, **kept})
    keep_waiting(session, touched_batches(session, batch_id) if job.asked.resubmission else [batch_id])
    announce(session, str(batch_id))
    return report


def _new_batch(session: Session, job: Job) -> int:
    found = session.execute(
        text(
            "INSERT INTO batch (state, file_name, file_sha256, file_bytes, options, province_code, actor)"
            " VALUES ('received', :name, :sha256, :bytes, CAST(:options AS jsonb), :province, :actor) RETURNING id",
        ),
        {
            "name": job.file_name, "sha256": job.file_sha256, "bytes": job.file_bytes, "options": json.dumps(job.options()),
            "province": job.province, "actor": job.asked.actor,
        },
    )  # fmt: skip
    return int(found.scalar_one())


def _day(session: Session, batch_id: int) -> date:
    """Return the day on which the batch was received, as days are counted in Vietnam."""
    found = session.execute(
        text("SELECT (received_at AT TIME ZONE 'Asia/Ho_Chi_Minh')\\:\\:date FROM batch WHERE id = :batch"), {"batch": batch_id}
    )
    day: date = found.scalar_one()
    return day


def _fates(session: Session, profile: str) -> Fates:
    """Write what every issue makes of a row under a profile; return it."""
    fates: Fates = {code: (outcome, outcome != "accepted") for code, outcome in outcomes(profile).items()}
    kinds = ((code, outcome, _RANKS[outcome], fatal) for code, (outcome, fatal) in fates.items())
    copy(session, "issue_kind", ["code", "outcome", "rank", "fatal"], kinds)
    return fates


def _some(names: list[str]) -> str:
    """Name the first of many columns and count the rest."""
    more = f", … (+{len(names) - _MOST_NAMED})" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more


def notes_of(columns: Columns) -> list[Note]:
    """Return notes on the header: columns that nobody reads, columns of personal data that were dropped, headers that look like slips."""
    unread = [columns.header[at] for at in columns.unknown if at not in columns.personal]
    sealed = kept_columns(columns).values()
    dropped = [columns.header[at] for at in columns.personal if at not in sealed]
    joined = [f"{name}: {', '.join(columns.header[at] for at in found)}" for name, found in columns.joined.items()]
    told = [
        ("file.unknown_columns", _some(unread)), ("file.personal_columns", ", ".join(dropped)),
        (SEALED, sealed_words(columns)),
        ("file.joined_columns", "; ".join(joined)), ("file.header_near", near_words(columns)),
    ]  # fmt: skip
    return [(code, without_persons(words)) for code, words in told if words]
