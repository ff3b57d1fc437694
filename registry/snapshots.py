"""Decides how a period is frozen: the figures of every commune as the registry stood when the period ended, kept for ever.

A period is frozen once. Freezing it again makes a new revision with a reason; both stay.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from registry import history
from registry.coverage import By, CoverageReport, checked_day, whole_country
from registry.coverage_figures import unit_of
from registry.coverage_line import CoverageLine
from registry.coverage_words import Definition
from registry.errors import NotFoundError, RefusedError, UsageError
from registry.frozen import flat, frozen, thawed
from registry.models.snapshot import Snapshot as Row
from registry.models.snapshot import SnapshotFigure
from registry.periods import Period, end_of, read_period, today
from registry.units import unknown_code

# Not history's to give again: boundaries that become known, and approximate areas that end with their unit.
_OF_THE_MAP: Final = frozenset({"approximate_area"})
_REVISION: Final = re.compile(r"[1-9]\d{0,5}", re.ASCII)
# The unit that had a code on a day; of a code that was none any more, the last that had it.
_UNIT_IDS: Final = """
SELECT DISTINCT ON (code) code, id FROM unit
WHERE level = 'commune' AND code = ANY (:codes) AND lower(valid) <= CAST(:day AS date)
ORDER BY code, valid @> CAST(:day AS date) DESC, upper(valid) DESC
"""


@dataclass(frozen=True)
class Snapshot:
    """A frozen period: as it stood just before `moment`, on the units of `day`; `sha256` is the digest of its figures."""

    id: int
    period: Period
    revision: int
    day: date
    moment: datetime
    taken_at: datetime
    actor: str
    reason: str
    definitions: tuple[Definition, ...]
    notes: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]
    figures: int
    sha256: str

    @property
    def label(self) -> str:
        """The name of the period, with the revision where it is not the first."""
        return self.period.name if self.revision == 1 else f"{self.period.name}#{self.revision}"

    def to_dict(self) -> dict[str, Any]:
        """Return the snapshot as plain values, without its figures."""
        return {
            "period": self.period.name, "kind": self.period.kind, "revision": self.revision, "day": self.day.isoformat(),
            "moment": self.moment.isoformat(), "taken_at": self.taken_at.isoformat(), "actor": self.actor, "reason": self.reason,
            "figures": self.figures, "sha256": self.sha256,
            "definitions": {each.letter: {"vi": each.vi, "en": each.en} for each in self.definitions},
        }  # fmt: skip


@dataclass(frozen=True)
class Placed:
    """The line of a commune with its row of `unit`."""

    unit_id: int
    line: CoverageLine


@dataclass(frozen=True)
class Figures:
    """What was counted of the country on a day: communes, provinces by code, and the whole."""

    day: date
    communes: tuple[Placed, ...]
    provinces: Mapping[str, CoverageLine]
    country: CoverageLine


@dataclass(frozen=True)
class Difference:
    """A figure that the history does not give as it was frozen; None where one side has no such line."""

    code: str
    name: str
    figure: str
    frozen: Any
    recomputed: Any


def take(session: Session, name: str, *, on: date | None = None, again: bool = False, actor: str = "", reason: str = "") -> Snapshot:
    """Freeze a period as the registry stood when it ended, or when the day `on` of it ended (today: as it stands now). The caller commits.

    RefusedError when the period has not ended and no day is given, or when it was frozen already and not `again`; UsageError for a day
    outside the period, before today's map or to come, and for a second time without a reason.
    """
    period = read_period(name)
    day = _day(period, on)
    # Nothing that happened before the moment may still be on its way.
    history.settle(session)
    earlier = _newest(session, period.name)
    _may_take(earlier, again=again, reason=reason)
    moment = min(end_of(day), session.execute(select(func.clock_timestamp())).scalar_one())
    counted, of_provinces = whole_country(session, day, moment)
    lines = _lines(session, counted, of_provinces)
    made = session.execute(
        insert(Row).values(
            period=period.name, revision=earlier.revision + 1 if earlier else 1, day=day, moment=moment, actor=actor, reason=reason.strip(),
            definitions=[[each.letter, each.vi, each.en] for each in counted.definitions], notes=[list(note) for note in counted.notes],
            sources=list(counted.sources), figures=len(lines), sha256=_digest(lines),
        ).returning(Row)
    ).scalar_one()  # fmt: skip
    session.execute(insert(SnapshotFigure), [{"snapshot_id": made.id, **line} for line in lines])
    return _snapshot(made)


def listed(session: Session) -> list[Snapshot]:
    """Return all snapshots, by the moment they show, then by revision."""
    return [_snapshot(row) for row in session.scalars(select(Row).order_by(Row.moment, Row.period, Row.revision))]


def find(session: Session, name: str, revision: int | None = None) -> Snapshot:
    """Return the newest revision of a period, or the one asked for (also written `2026-Q3#2`); NotFoundError says what there is."""
    written, mark, number = name.partition("#")
    period = read_period(written)
    if mark and not _REVISION.fullmatch(number):
        vi, en = f"Không hiểu bản “{number[:30]}” của kỳ {period.name}.", f"“{number[:30]}” is no revision."
        raise UsageError(vi, en, hint="Ví dụ: 2026-Q3#2")
    wanted = revision or (int(number) if number else None)
    found = session.scalars(
        select(Row).where(Row.period == period.name, *([Row.revision == wanted] if wanted else [])).order_by(Row.revision.desc()).limit(1)
    ).first()
    if found is None:
        there = ", ".join(each.label for each in listed(session)) or "–"
        raise NotFoundError(
            f"Kỳ {name} chưa được chốt.", f"Period {name} was not frozen.",
            hint=f"Đã chốt: {there}. Chốt: diachiso coverage take --period {period.name}",
            page=f"Đã chốt: {there}.",
        )  # fmt: skip
    return _snapshot(found)


def report(session: Session, snapshot: Snapshot, province_code: str | None = None) -> CoverageReport:
    """Return the frozen figures of a province by commune, or of the country by province, in the form of live coverage.

    NotFoundError for a code that was no province on that day.
    """
    held = frozen_figures(session, snapshot)
    by: By = "province" if province_code is None else "commune"
    if province_code is None:
        lines, total = tuple(held.provinces.values()), held.country
    else:
        if province_code not in held.provinces:
            raise unknown_code(session, province_code, snapshot.day, "province")
        lines = tuple(each.line for each in held.communes if each.line.province_code == province_code)
        total = held.provinces[province_code]
    return CoverageReport(
        province_code, total.name, snapshot.day, lines, total, snapshot.definitions, snapshot.notes, snapshot.sources, by
    )  # fmt: skip


def frozen_figures(session: Session, snapshot: Snapshot) -> Figures:
    """Return what a snapshot holds as it was counted."""
    rows = session.scalars(select(SnapshotFigure).where(SnapshotFigure.snapshot_id == snapshot.id).order_by(SnapshotFigure.id)).all()
    communes = tuple(Placed(row.unit_id, thawed(row.line)) for row in rows if row.unit_id is not None)
    others = {row.code: thawed(row.line) for row in rows if row.unit_id is None}
    return Figures(snapshot.day, communes, {code: line for code, line in others.items() if code}, others[""])


def verify(session: Session, snapshot: Snapshot) -> tuple[Difference, ...]:
    """Recompute a snapshot from history and return what differs from what was frozen; empty when all is the same."""
    rows = session.scalars(select(SnapshotFigure).where(SnapshotFigure.snapshot_id == snapshot.id).order_by(SnapshotFigure.id)).all()
    kept = [{name: getattr(row, name) for name in ("level", "province_code", "unit_id", "code", "name", "line")} for row in rows]
    found: list[Difference] = []
    if _digest(kept) != snapshot.sha256:
        found.append(Difference("", snapshot.label, "sha256", snapshot.sha256, _digest(kept)))
    was = {_key(line): line for line in kept}
    # Households that a file brought later were not known then, whatever day they count from.
    counted = whole_country(session, snapshot.day, snapshot.moment, loaded_by=snapshot.taken_at)
    now = {_key(line): line for line in _lines(session, *counted)}
    for key in [*was, *(key for key in now if key not in was)]:
        found += _differences(was.get(key), now.get(key))
    return tuple(found)


def _day(period: Period, on: date | None) -> date:
    """Return the last day that a snapshot shows."""
    if on is None and period.last >= today():
        raise RefusedError(
            f"Kỳ {period.name} chưa kết thúc (ngày cuối: {period.last.isoformat()}).", f"Period {period.name} has not ended.",
            hint=f"Chốt sớm theo số liệu của một ngày: --on {today().isoformat()}",
        )  # fmt: skip
    if on is not None and not period.first <= on <= period.last:
        raise UsageError(f"Ngày {on.isoformat()} không thuộc kỳ {period.name}.", f"{on.isoformat()} is not a day of {period.name}.")
    return checked_day(on or period.last)


def _newest(session: Session, period: str) -> Row | None:
    return session.scalars(select(Row).where(Row.period == period).order_by(Row.revision.desc()).limit(1)).first()


def _may_take(earlier: Row | None, *, again: bool, reason: str) -> None:
    if earlier is not None and not again:
        raise RefusedError(
            f"Kỳ {earlier.period} đã chốt (bản {earlier.revision}, lúc {earlier.taken_at:%Y-%m-%d %H:%M}, số liệu đến {earlier.day}).",
            f"Period {earlier.period} is frozen already (revision {earlier.revision}, as of {earlier.day}).",
            hint=f'Chốt lại thành bản mới, bản cũ vẫn giữ: --again --reason "…"; xem khác nhau: diachiso coverage verify {earlier.period}',
        )
    if earlier is not None and not reason.strip():
        raise UsageError("Chốt lại cần lý do.", "Freezing again needs a reason.", hint='Ví dụ: --again --reason "bổ sung lô bàn giao"')


def _lines(session: Session, communes: CoverageReport, provinces: CoverageReport) -> list[dict[str, Any]]:
    """Return the rows of a snapshot: communes with their rows of `unit`, provinces, the country."""
    found = session.execute(text(_UNIT_IDS), {"day": communes.on, "codes": [line.code for line in communes.lines]})
    ids = {row.code: row.id for row in found} | {line.code: unit for line in communes.lines if (unit := unit_of(line.code)) is not None}
    return [
        {"level": line.level, "province_code": line.province_code, "unit_id": ids[line.code] if line.level == "commune" else None,
         "code": line.code, "name": line.name, "line": frozen(line)}
        for line in (*communes.lines, *provinces.lines, provinces.total)
    ]  # fmt: skip


def _digest(lines: list[dict[str, Any]]) -> str:
    return hashlib.sha256(json.dumps(lines, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _key(line: dict[str, Any]) -> tuple[str, str, int | None]:
    return line["level"], line["code"], line["unit_id"]


def _differences(was: dict[str, Any] | None, now: dict[str, Any] | None) -> list[Difference]:
    """Compare the figures of one unit."""
    known: dict[str, Any] = was or now or {}
    before, after = (dict(flat(side["line"])) if side else {} for side in (was, now))
    # A figure that only one version of this program counts says nothing of the history.
    names = [name for name in before if name in after and name not in _OF_THE_MAP] if was and now else ["addresses"]
    return [
        Difference(known["code"], known["name"], name, before.get(name), after.get(name))
        for name in names if before.get(name) != after.get(name) or not (was and now)
    ]  # fmt: skip


def _snapshot(row: Row) -> Snapshot:
    return Snapshot(
        row.id, read_period(row.period), row.revision, row.day, row.moment, row.taken_at, row.actor, row.reason,
        tuple(Definition(*each) for each in row.definitions), tuple((vi, en) for vi, en in row.notes), tuple(row.sources), row.figures,
        row.sha256,
    )  # fmt: skip
