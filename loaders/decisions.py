"""Here is decided in which order a file's rows are judged: by themselves, by their points, against one another, against the registry."""

from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from loaders.axes import Axes, advice, misplaced
from loaders.axes import decide as decide_axes
from loaders.by_hand import answer_to_former_names
from loaders.checks import batch, notes, point, registered, stacked
from loaders.checks.check import decide, drop_silent, facts_of
from loaders.commit import LADDER
from loaders.job import STEPS, WGS84, Job
from loaders.locate import locate
from loaders.points import resolve_lost, resolve_points
from loaders.retire import returning
from loaders.statements import run_all

Note = tuple[str, str]
_IN_DEGREES = (WGS84, "EPSG:4756")
# Axes are told where they are in doubt: degrees that lie where they should need no words.
_WORTH_TELLING = 0.999


class Judged(NamedTuple):
    """Notes on the file, what its rows have at all (`facts_of`), and the share of its points inside their communes, None without any."""

    notes: list[Note]
    facts: frozenset[str]
    inside_share: float | None


def judge(session: Session, batch_id: int, job: Job) -> Judged:
    """Run the checks; what is decided early takes no part in what follows. RefusedError for misplaced points."""
    facts = facts_of(session)
    tell = job.asked.progress
    axes = decide_axes(session, job.crs)
    told = _told(axes, job)
    swapped = axes.swapped if job.asked.swapped is None else job.asked.swapped
    if swapped:
        # What is handed in again of this file, a few rows perhaps, must be read in the same order.
        session.execute(text("""UPDATE batch SET options = options || '{"swapped": true}' WHERE id = :batch"""), {"batch": batch_id})
    resolve_points(session, job.crs, swapped=swapped)
    if job.asked.complete:
        resolve_lost(session, job.crs, swapped=swapped)
    decide(session, facts, point.OBVIOUS, stacked.CHECKS)
    tell("kiểm tra / checking", 1, STEPS)
    locate(session, batch_id)
    decide(session, facts, point.UNDECIDED, point.IN_COMMUNE, province=job.province)
    tell("kiểm tra / checking", 2, STEPS)
    decide(session, facts, batch.REPEATED)
    run_all(session, "match", facts)
    answer_to_former_names(session)
    returning(session)
    tell("kiểm tra / checking", 3, STEPS)
    decide(session, facts, registered.BY_HAND, registered.CHECKS)
    run_all(session, "share")
    several = session.execute(text("SELECT EXISTS (SELECT FROM shared)")).scalar_one()
    decide(session, facts | {"shared"} if several else facts, batch.SAME_DOOR, registered.SAME_ADDRESS)
    decide(session, facts, registered.STATUS_DOWN, notes.CHECKS, ladder=LADDER, degrees=job.crs in _IN_DEGREES)
    drop_silent(session)
    tell("kiểm tra / checking", 4, STEPS)
    return Judged([*told, *_on_areas(session)], facts, axes.inside_share if axes.checked else None)


def _told(axes: Axes, job: Job) -> list[Note]:
    """Word how the coordinates were read; refuse a file whose points lie elsewhere unless that was accepted or nothing is written."""
    refusal = misplaced(axes)
    if refusal and not (job.asked.accept_misplaced or job.asked.dry_run):
        raise refusal
    if not axes.checked or not (axes.swapped or refusal or job.crs not in _IN_DEGREES or axes.inside_share < _WORTH_TELLING):
        return []
    told = [("file.axes", " / ".join(axes.words()))]
    if not refusal:
        return told
    return [*told, ("file.misplaced" if job.asked.accept_misplaced else "file.would_be_refused", f"{refusal.vi} → {advice(axes)}")]


def _on_areas(session: Session) -> list[Note]:
    """Return the note that points were not checked against real boundaries, with the number of those points."""
    near = text(
        "SELECT coalesce(sum(d.number), 0)\\:\\:bigint FROM (SELECT commune_id, count(*) AS number FROM door GROUP BY commune_id) AS d"
        " JOIN unit_boundary AS b ON b.unit_id = d.commune_id AND b.approximate"
    )
    number = session.execute(near).scalar_one()
    return [("file.approximate_areas", f"{number} dòng / rows")] if number else []
