"""Here is decided the life of a batch: examined, staged, read, checked, settled, written; one transaction, or nothing at all."""

import json
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from loaders.checks import batch, point, registered, row
from loaders.checks.check import drop_fatal, run_checks
from loaders.commit import LADDER, analyze, settle, update_batch, write, write_outcomes
from loaders.copying import copy
from loaders.fields import COLUMNS, Columns, identify
from loaders.files import Source, examine
from loaders.mapping import Mapping, read_mapping
from loaders.points import resolve_points
from loaders.profiles import outcomes
from loaders.quotes import refuse_unclosed
from loaders.report import BatchReport, counts_of, issues_of, report_of
from loaders.resolve_values import resolve
from loaders.result import write_result
from loaders.stage import Progress, raw_keys, stage
from loaders.statements import run_all
from registry.geo import known_crs
from registry.outage import as_unavailable
from registry.personal import PATTERN
from registry.units import current_province

CHANNEL = "diachiso_registry"
_LOCK = 0x0D1A
_RANKS = {"rejected": 1, "incomplete": 2, "duplicate": 3, "accepted": 4}
_STEPS = 7
# Joins and groups of a million rows stay in memory; the setting ends with the transaction.
_WORK_MEM = "128MB"


@dataclass(frozen=True)
class _Job:
    source: Source
    columns: Columns
    mapping: Mapping
    province: str | None
    crs: str
    profile: str
    actor: str

    def options(self) -> dict[str, Any]:
        """Return what, besides the bytes, decides how the file is read."""
        return {
            "province": self.province, "mapping": self.mapping.to_dict(), "crs": self.crs, "profile": self.profile,
            "delimiter": self.source.delimiter, "encoding": self.source.encoding, "header": raw_keys(self.columns),
        }  # fmt: skip


def import_file(  # noqa: PLR0913 - the options of the command
    session: Session,
    path: Path,
    *,
    province: str | None = None,
    mapping: Path | None = None,
    crs: str | None = None,
    dry_run: bool = False,
    result: Path | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    profile: str = "default",
    actor: str = "",
    progress: Progress | None = None,
) -> BatchReport:
    """Import a hand-over file as one batch and commit it; a dry run rolls all back, the same file again is a no-op.

    `crs` is the EPSG code of the coordinates (default WGS 84 degrees), `province` a code of today that every row must lie in.
    Raises FileRefused, NotFoundError (no such province), UsageError or UnavailableError; whatever is raised, also on Ctrl-C,
    nothing of the batch is left.
    """
    started = time.monotonic()
    tell = progress or (lambda _step, _done, _total: None)
    read = read_mapping(mapping, tuple(COLUMNS))
    crs = f"EPSG:{known_crs(crs or read.crs or 'EPSG:4326')}"
    outcomes(profile)
    source = examine(path, delimiter=delimiter, encoding=encoding)
    columns = identify(source.header, read, path.name, province_given=province is not None)
    refuse_unclosed(source)
    try:
        if province is not None:
            province = current_province(session, province).code
        job = _Job(source, columns, read, province, crs, profile, actor)
        report = _earlier(session, job) or _import(session, job, tell)
        if result:
            write_result(session, source, report.batch_id, result, dry_run=dry_run and not report.repeated)
        if dry_run and not report.repeated:
            report = replace(report, batch_id=None, dry_run=True)
            session.rollback()
        else:
            session.commit()
    except BaseException as error:
        _give_up(session)
        if isinstance(error, DBAPIError) and (unavailable := as_unavailable(error)):
            raise unavailable from error
        raise
    tell("xong / done", 1, 1)
    return replace(report, seconds=time.monotonic() - started)


def _give_up(session: Session) -> None:
    """Undo everything; a connection that is gone has undone it already."""
    try:
        session.rollback()
    except DBAPIError:
        session.invalidate()


def _earlier(session: Session, job: _Job) -> BatchReport | None:
    """Queue behind other imports of the province, then return the report of the same file read in the same way, if any."""
    shared = "_shared" if job.province else ""
    session.execute(text(f"SELECT pg_advisory_xact_lock{shared}({_LOCK}, 0)"))
    if job.province:
        session.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK}, :province)"), {"province": int(job.province)})
    found = session.execute(
        text("SELECT id FROM batch WHERE state = 'committed' AND file_sha256 = :sha256 AND options = CAST(:options AS jsonb)"),
        {"sha256": job.source.sha256, "options": json.dumps(job.options())},
    ).scalar()
    earlier = report_of(session, found) if found else None
    return replace(earlier, repeated=True) if earlier else None


def _import(session: Session, job: _Job, tell: Progress) -> BatchReport:
    session.execute(text(f"SET LOCAL work_mem = '{_WORK_MEM}'"))
    batch_id = _new_batch(session, job)
    rows = stage(session, job.source, job.columns, job.mapping, tell)
    resolve(session, job.mapping, job.province, tell)
    _issue_kinds(session, job.profile)
    tell("kiểm tra / checking", 0, _STEPS)
    _check(session, job, tell)
    tell("ghi sổ / writing", 5, _STEPS)
    settle(session, batch_id, job.crs)
    write(session, batch_id, job.crs)
    write_outcomes(session, batch_id, job.columns)
    tell("ghi sổ / writing", 6, _STEPS)
    notes = [*notes_of(job.columns), *notes_on_areas(session)]
    report = BatchReport(batch_id, job.source.path.name, rows, counts_of(session), issues_of(session), notes)
    kept = json.dumps(report.to_dict()["issues"], ensure_ascii=False)
    update_batch(session, batch_id, "committed", {"rows": rows, **report.counts, "issues": kept})
    analyze(session, rows)
    session.execute(text(f"NOTIFY {CHANNEL}, '{batch_id}'"))
    return report


def _check(session: Session, job: _Job, tell: Progress) -> None:
    """Run the checks from the row to the registry; what is decided early takes no part in what follows."""
    run_all(session, "parse")
    resolve_points(session, job.crs)
    run_checks(session, row.CHECKS, personal=PATTERN)
    run_checks(session, point.OBVIOUS)
    tell("kiểm tra / checking", 1, _STEPS)
    run_all(session, "locate")
    run_checks(session, point.UNDECIDED, province=job.province)
    drop_fatal(session)
    run_checks(session, point.IN_COMMUNE)
    drop_fatal(session)
    tell("kiểm tra / checking", 2, _STEPS)
    run_checks(session, batch.REPEATED)
    drop_fatal(session)
    run_all(session, "match")
    tell("kiểm tra / checking", 3, _STEPS)
    for checks in (registered.CHECKS, batch.SAME_DOOR, registered.SAME_ADDRESS):
        run_checks(session, checks)
        drop_fatal(session)
    run_checks(session, registered.STATUS_DOWN, ladder=LADDER)
    drop_fatal(session)
    tell("kiểm tra / checking", 4, _STEPS)


def _new_batch(session: Session, job: _Job) -> int:
    found = session.execute(
        text(
            "INSERT INTO batch (state, file_name, file_sha256, file_bytes, options, province_code, actor)"
            " VALUES ('received', :name, :sha256, :bytes, CAST(:options AS jsonb), :province, :actor) RETURNING id",
        ),
        {
            "name": job.source.path.name, "sha256": job.source.sha256, "bytes": job.source.size, "options": json.dumps(job.options()),
            "province": job.province, "actor": job.actor,
        },
    )  # fmt: skip
    return int(found.scalar_one())


def _issue_kinds(session: Session, profile: str) -> None:
    kinds = ((code, outcome, _RANKS[outcome], outcome != "accepted") for code, outcome in outcomes(profile).items())
    copy(session, "issue_kind", ["code", "outcome", "rank", "fatal"], kinds)


def notes_of(columns: Columns) -> list[tuple[str, str]]:
    """Return notes on the file as a whole: columns that nobody reads, columns of personal data that were dropped."""
    notes = []
    unread = [columns.header[at] for at in columns.unknown if at not in columns.personal]
    dropped = [columns.header[at] for at in columns.personal]
    if unread:
        notes.append(("file.unknown_columns", ", ".join(unread)))
    if dropped:
        notes.append(("file.personal_columns", ", ".join(dropped)))
    joined = [f"{name}: {', '.join(columns.header[at] for at in found)}" for name, found in columns.joined.items()]
    if joined:
        notes.append(("file.joined_columns", "; ".join(joined)))
    return notes


def notes_on_areas(session: Session) -> list[tuple[str, str]]:
    """Return the note that points were not checked against real boundaries, with the number of those points."""
    near = text("SELECT count(*) FROM door JOIN unit_boundary AS b ON b.unit_id = door.commune_id AND b.approximate")
    number = session.execute(near).scalar_one()
    return [("file.approximate_areas", f"{number} dòng / rows")] if number else []
