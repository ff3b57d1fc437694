"""Decides how an upload is checked and imported: by the very import of the command line, its state written together with its batch."""

import json
import time
from collections.abc import Callable
from typing import Any, Final, cast

from sqlalchemy import CursorResult, select, text, update
from sqlalchemy.orm import Session

from loaders.batch import WAITING, import_file
from loaders.quarantine import quarantined
from loaders.report import BatchReport
from loaders.resubmit import Again
from registry.errors import RefusedError
from registry.locks import acquire, holders
from registry.models.job import Upload
from registry.security.bound import sign
from registry.security.roles import Scope
from service.free_text import FreeTextLater
from service.jobs import files, kept_store, preview
from service.jobs.asked import caller_of
from service.jobs.desk import AgainError, Desk
from service.jobs.hand_over import REQUEST, HandOver, folder, forget_check, prepared, write_mended
from service.reports.batch_report import SUFFIXES, write_batch_report
from service.reports.row_json import counts_of, issues_of, notes_of, told_rows

_TELL_SECONDS: Final = 0.5
_AT_WORK: Final = ("received", "checking", "importing")
_UNTOLD: Final[dict[str, Any]] = {"counts": None, "issues": None, "notes": None, "inside_share": None}


def check(desk: Desk, number: int) -> None:
    """Look at an upload and try its import, which leaves nothing but what is told of it; one that waits for no check is left alone."""
    with desk.working_on("upload", number):
        upload = _claimed(desk, number, ("received", "checking"), "checking")
        if upload is None:
            return
        _stand_back(desk, upload)
        forget_check(upload)
        again = _mended(desk, upload)
        preview.make(upload)
        found = prepared(upload, again)
        report = _import(desk, upload, found, dry_run=True, also=lambda session, told: _keep(session, upload, told))
        _told(
            desk,
            number,
            state="checked",
            fixed_sha256=found.fixed_sha256,
            progress=None,
            refusal=None,
            batch_id=report.batch_id,
            repeated=report.repeated,
            **_shown(report),
        )


def run(desk: Desk, number: int) -> None:
    """Import an upload that was confirmed; batch and state are committed together, so that a kill at any moment leaves both true."""
    with desk.working_on("upload", number):
        upload = _claimed(desk, number, ("importing",), "importing")
        if upload is None:
            return
        _stand_back(desk, upload)
        found = prepared(upload, _mended(desk, upload))
        _disown(desk, upload, found)
        _import(desk, upload, found, dry_run=False, also=lambda session, told: _imported(session, number, told))
        files.forget_sent("upload", number)


def refuse_check(desk: Desk, number: int, refusal: dict[str, str]) -> None:
    """Write down that a file cannot be imported as it is, and why."""
    _told(desk, number, state="refused", refusal=refusal, progress=None, **_UNTOLD)


def refuse_import(desk: Desk, number: int, refusal: dict[str, str]) -> None:
    """Write down that an import was refused, and why; what the check told of the file stays."""
    _told(desk, number, state="refused", refusal=refusal, progress=None)


def _claimed(desk: Desk, number: int, states: tuple[str, ...], state: str) -> Upload | None:
    with Session(desk.owner, expire_on_commit=False) as session:
        found = session.scalars(select(Upload).where(Upload.id == number, Upload.state.in_(states))).one_or_none()
        if found is not None:
            found.state = state
            session.commit()
        return found


def _stand_back(desk: Desk, upload: Upload) -> None:
    """Go back into the queue while an import of the command line, or an undoing, holds the province: what waits takes no place of others.

    Asked before the file is read; whoever takes the lock in between is waited for.
    """
    with Session(desk.owner) as session:
        try:
            acquire(session, upload.province_code, wait=False)
        except RefusedError as error:
            waits = f"{WAITING}: {holders(session, int(upload.province_code))}"
            _told(desk, upload.id, progress={"stage": waits, "done": 0, "total": 0})
            raise AgainError from error


def _import(desk: Desk, upload: Upload, found: HandOver, *, dry_run: bool, also: Callable[[Session, BatchReport], object]) -> BatchReport:
    caller = caller_of(upload)
    caller.must(Scope.IMPORT, upload.province_code)
    tell = _teller(desk, upload.id, may_be_gone=dry_run)
    with Session(desk.owner) as session:
        sign(session, caller, "" if dry_run else upload.options.get(REQUEST, ""))
        accepted = bool(upload.options.get("accept_misplaced")) and not dry_run
        return import_file(
            session, found.path, **{"accept_misplaced": accepted, **found.options}, actor=caller.actor, dry_run=dry_run, also=also,
            progress=tell, free_text=FreeTextLater(session),
        )  # fmt: skip


def _mended(desk: Desk, upload: Upload) -> Again | None:
    """Write the mended rows of an upload that brings such, as they stand in the registry now."""
    with Session(desk.owner) as session:
        return write_mended(session, upload)


def _keep(session: Session, upload: Upload, report: BatchReport) -> None:
    """Keep the rows that would not enter, as they are told and as reports, before the trial is undone."""
    batch = report.batch_id or 0
    place = folder(upload)
    kept_store.write(place / "rows.sqlite", *told_rows(session, batch, quarantined(session, batch)))
    for suffix in SUFFIXES:
        path = place / f"report{suffix}"
        write_batch_report(session, report, path, on_page=True)
        path.chmod(0o600)


def _imported(session: Session, number: int, report: BatchReport) -> None:
    values = {"state": "imported", "batch_id": report.batch_id, "repeated": report.repeated, "progress": None, "refusal": None}
    values |= _shown(report)
    if report.inside_share is None:
        # A file that had been imported before is not read again.
        values.pop("inside_share")
    session.execute(update(Upload).where(Upload.id == number).values(values))


def _shown(report: BatchReport) -> dict[str, Any]:
    return {
        "counts": counts_of(report), "issues": issues_of(report), "notes": notes_of(report), "inside_share": report.inside_share,
    }  # fmt: skip


def _disown(desk: Desk, upload: Upload, found: HandOver) -> None:
    """Let batches say that they came to nothing which a killed try at this very import left as received; nobody else works on it."""
    why = json.dumps([("batch.refused", "Lượt nhập bị ngắt giữa chừng; không có gì được ghi.")], ensure_ascii=False)
    with Session(desk.owner) as session:
        session.execute(
            text(
                "UPDATE batch SET state = 'rejected', notes = CAST(:why AS jsonb) WHERE state = 'received' AND actor = :actor"
                " AND file_sha256 = :sha256 AND province_code = :province AND received_at >= :since"
            ),
            {
                "why": why, "actor": upload.actor, "sha256": found.fixed_sha256 or upload.sha256, "province": upload.province_code,
                "since": upload.created_at,
            },
        )  # fmt: skip
        session.commit()


def _teller(desk: Desk, number: int, *, may_be_gone: bool) -> Callable[[str, int, int], None]:
    """Return what writes down how far the work has come, twice a second at most, and breaks it off where the worker must end."""
    last = ("", 0.0)

    def tell(stage: str, done: int, total: int) -> None:
        nonlocal last
        desk.go_on()
        now = time.monotonic()
        if stage == last[0] and now - last[1] < _TELL_SECONDS:
            return
        last = (stage, now)
        if not _told(desk, number, progress={"stage": stage, "done": done, "total": total}) and may_be_gone:
            # Thrown away meanwhile: whoever takes it up again finds nothing to do.
            raise AgainError

    return tell


def _told(desk: Desk, number: int, **values: Any) -> bool:  # noqa: ANN401 - columns of an upload
    """Write down what became of an upload that is at work; False when it is not."""
    with Session(desk.owner) as session:
        told = cast(
            "CursorResult[Any]", session.execute(update(Upload).where(Upload.id == number, Upload.state.in_(_AT_WORK)).values(values))
        )
        session.commit()
        return told.rowcount > 0
