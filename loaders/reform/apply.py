"""Here is decided how a succession table is applied: planned day by day, written in one transaction, or not at all."""

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from loaders.reform.homes import clear, find_homes, find_places, listed
from loaders.reform.report import DayReport, ReformReport, flows_of
from loaders.reform.write import move_doors
from loaders.statements import run
from registry.announce import announce
from registry.boundaries import load_files
from registry.errors import RefusedError, UsageError
from registry.locks import acquire, say_who, touch, write_anew
from registry.outage import as_unavailable
from registry.reform_plan import Plan
from registry.reform_store import SQL, carry_baselines, draw_areas, planner, write_plan
from registry.reform_table import ReformRow, ReformTable, read_table
from registry.reform_units import with_facts
from registry.reform_words import HEADER
from registry.sqlfile import statement

_VIETNAM: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_WORK_MEM: Final = "256MB"
# Who and why of a dry run that names neither.
_TRIAL: Final = "dry run"
# The planner names columns as they are written; a table may name them otherwise.
_COLUMN_OF: Final = {written: column for column, written in HEADER.items()}
Progress = Callable[[str], object]


@dataclass(frozen=True)
class Wanted:
    """How a table is to be applied.

    `on`: the day of lines without one, and the only day that is applied of a table of several. `units`: a table with more facts on the
    new units. `areas`: files with their exact areas. `margin_m`: approximate areas decide as well, for points further than that from
    every other candidate. `early`: a day to come may be applied, and from then on today's map is the new one.
    """

    reason: str = ""
    actor: str = ""
    on: date | None = None
    units: Path | None = None
    areas: tuple[Path, ...] = ()
    margin_m: float | None = None
    early: bool = False
    dry_run: bool = False
    wait: bool = True
    progress: Progress = field(default=lambda _step: None)


def apply_reform(session: Session, path: Path, wanted: Wanted) -> ReformReport:
    """Apply a succession table and commit; a dry run undoes everything, a table that is known changes nothing.

    FileRefused lists every fault of the table; UsageError without reason or actor; RefusedError for a day to come (unless `early`), or
    when another process imports and `wait` is false. Whatever is raised, nothing of the reform is in the registry.
    """
    started = time.monotonic()
    table = read_table(path, on=wanted.on)
    if wanted.units is not None:
        table = with_facts(table, wanted.units)
    if not wanted.dry_run:
        _check_who(wanted)
    try:
        _lock(session, table.name, wanted)
        days = [_apply_day(session, table, day, rows, wanted) for day, rows in _by_day(table, wanted.on)]
        if wanted.dry_run:
            session.rollback()
        else:
            session.commit()
    except BaseException as error:
        _give_up(session)
        if isinstance(error, DBAPIError) and (unavailable := as_unavailable(error)):
            raise unavailable from error
        raise
    return ReformReport(table.name, wanted.dry_run, tuple(days), time.monotonic() - started)


def _give_up(session: Session) -> None:
    try:
        session.rollback()
    except DBAPIError:
        session.invalidate()


def _check_who(wanted: Wanted) -> None:
    if not wanted.actor.strip() or not wanted.reason.strip():
        raise UsageError(
            "Cần ghi ai áp dụng và theo văn bản nào.", "Say who applies the reform and on what ground.",
            hint='Ví dụ: --actor "Nguyễn Văn A" --reason "Nghị quyết số …". Xem trước: --dry-run',
        )  # fmt: skip


def _lock(session: Session, name: str, wanted: Wanted) -> None:
    """Wait for all imports; the map must not change under one, nor doors under the reform. A dry run only looks."""
    if not wanted.dry_run:
        say_who(session, wanted.actor, f"reform apply {name}")
        acquire(session, None, wait=wanted.wait, tell=lambda who: wanted.progress(f"đang chờ / waiting: {who}"))
    session.execute(text(f"SET LOCAL work_mem = '{_WORK_MEM}'"))


def _by_day(table: ReformTable, on: date | None) -> Iterable[tuple[date, list[ReformRow]]]:
    """Yield the days of a table in order with their rows; of a table of several days only the one that was asked for."""
    days: dict[date, list[ReformRow]] = defaultdict(list)
    for row in table.rows:
        days[row.effective].append(row)
    if on is not None and on not in days:
        known = ", ".join(day.isoformat() for day in sorted(days))
        raise UsageError(f"Bảng không có dòng nào của ngày {on}.", f"The table has no line of {on}.", hint=f"Các ngày trong bảng: {known}")
    return [(day, days[day]) for day in sorted(days) if on in (None, day)]


def _apply_day(session: Session, table: ReformTable, day: date, rows: list[ReformRow], wanted: Wanted) -> DayReport:
    tell = wanted.progress
    tell(f"đọc bản đồ / reading the map: {day}")
    plan = _planned(session, table, day, rows)
    if not plan.closed:
        return DayReport(day, known=True)
    _check_day(day, wanted)
    who = {"actor": wanted.actor or _TRIAL, "reason": wanted.reason or _TRIAL}
    reform = _new_reform(session, table, day, who)
    tell("ghi đơn vị mới / writing units")
    ids = write_plan(session, plan, reform, **who)
    write_anew(session)
    touch(session, run(session, "reform_homes", "provinces", reform=reform).scalars())
    if wanted.areas:
        load_files(session, wanted.areas, on=day)
    draw_areas(session, reform)
    tell("tìm xã cho từng địa chỉ / placing doors")
    clear(session)
    find_homes(session, reform, plan, ids, margin_m=wanted.margin_m)
    clashes = find_places(session, reform)
    flows = flows_of(run(session, "reform_homes", "flows").mappings())
    waiting = listed(session, reform)
    counts = _counts(plan) | {"doors": sum(flow.doors for flow in flows), "waiting": len(waiting), "numbers_twice": clashes}
    if not wanted.dry_run:
        tell("chuyển địa chỉ / moving doors")
        counts |= move_doors(session, reform, **who)
        carry_baselines(session, reform, day)
        counts["service_points_left"] = run(session, "reform_write", "service_points_left").scalar_one()
        session.execute(
            text("UPDATE reform SET counts = CAST(:counts AS jsonb) WHERE id = :reform"), {"counts": json.dumps(counts), "reform": reform}
        )
        announce(session, f"reform {reform}")
    return DayReport(day, None if wanted.dry_run else reform, known=False, counts=counts, flows=flows, waiting=waiting)


def _planned(session: Session, table: ReformTable, day: date, rows: list[ReformRow]) -> Plan:
    """Plan the rows of a day; FileRefused names every fault by the column as the table writes it."""
    planned = planner(session, day)
    plan = planned.plan(rows)
    if planned.faults:
        raise table.refusal([replace(one, column=table.headers.get(_COLUMN_OF.get(one.column, ""), one.column)) for one in planned.faults])
    return plan


def _check_day(day: date, wanted: Wanted) -> None:
    today = datetime.now(_VIETNAM).date()
    if day > today and not wanted.early and not wanted.dry_run:
        raise RefusedError(
            f"Cải cách này có hiệu lực từ {day}, hôm nay là {today}; chưa thay đổi gì.",
            f"This reform takes effect on {day}, today is {today}; nothing was changed.",
            hint="Xem trước bằng --dry-run; chạy lại vào ngày đó; hoặc thêm --early để áp dụng ngay.",
        )


def _new_reform(session: Session, table: ReformTable, day: date, who: Mapping[str, str]) -> int:
    found = session.execute(
        text(
            "INSERT INTO reform (effective, file_name, file_sha256, actor, reason)"
            " VALUES (:day, :name, :sha256, :actor, :reason) RETURNING id"
        ),
        {"day": day, "name": table.name, "sha256": table.sha256, **who},
    )
    return int(found.scalar_one())


def _counts(plan: Plan) -> dict[str, int]:
    split = {link.predecessor.id for unit in plan.units for link in unit.links if link.kind == "part"}
    return {"units_closed": len(plan.closed), "units_new": len(plan.units), "units_split": len(split)}


def reforms(session: Session, number: int | None = None) -> list[dict[str, object]]:
    """Return the reforms that were applied, or one of them, as plain values."""
    return [dict(row) for row in session.execute(statement(SQL, "reforms"), {"reform": number}).mappings()]
