"""The commands that freeze coverage and compare what was frozen: `coverage take|snapshots|diff|series|verify`."""

import json
from typing import Annotated, Literal, cast

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from registry import db
from registry.errors import RefusedError, UsageError
from registry.periods import Kind
from registry.snapshots import Snapshot, find, listed, take, verify
from registry.trends import Map, diff, series
from service.cli.printed import Form, Output, check_form, give
from service.dates import read_date
from service.reports.coverage_table import count
from service.reports.plain_csv import plain_csv
from service.reports.series_rows import DIFF_COLUMNS, SERIES_COLUMNS, diff_rows, series_rows
from service.reports.series_table import print_diff, print_series

_KINDS = ("year", "quarter", "month", "day")
_MOST_SHOWN = 20
_console = Console(highlight=False)

Province = Annotated[str | None, typer.Option("--province", help="Mã tỉnh hiện nay; bỏ trống: cả nước / Province, else the country.")]
OnMap = Annotated[str, typer.Option("--map", help="today: địa bàn hiện nay; day: địa bàn của từng kỳ / whose map")]


def register_on(group: typer.Typer) -> None:
    """Add the commands to the group `coverage`."""
    group.command("take")(take_period)
    group.command("snapshots")(show_snapshots)
    group.command("diff")(show_diff)
    group.command("series")(show_series)
    group.command("verify")(verify_period)


def take_period(
    period: Annotated[str, typer.Option("--period", help="2026, 2026-Q3, 2026-09 hoặc 2026-09-30")],
    on: Annotated[str | None, typer.Option("--on", help="Chốt theo hết ngày này của kỳ / As of the end of a day of the period")] = None,
    reason: Annotated[str, typer.Option("--reason", help="Lý do (cần khi --again) / Why")] = "",
    actor: Annotated[str, typer.Option("--actor", help="Người chốt / Who freezes")] = "",
    *,
    again: Annotated[bool, typer.Option("--again", help="Chốt lại thành bản mới; bản cũ vẫn giữ / A new revision")] = False,
) -> None:
    """Chốt số liệu một kỳ / Freeze a period. Ví dụ: diachiso coverage take --period 2026-Q3."""
    with db.session() as session, _console.status("Đang chốt / freezing"):
        made = take(session, period, on=read_date(on), again=again, actor=actor, reason=reason)
        session.commit()
    _console.print(
        Text(f"✓ Đã chốt / frozen: {made.label}, {_as_of(made)}, {count(made.figures)} dòng / lines, sha256 {made.sha256[:12]}…")
    )


def show_snapshots(form: Form = "table") -> None:
    """Các kỳ đã chốt / What was frozen. Ví dụ: diachiso coverage snapshots."""
    check_form(form)
    with db.session() as session:
        found = listed(session)
    if form == "json":
        typer.echo(json.dumps([each.to_dict() for each in found], ensure_ascii=False, indent=2))
    elif form == "csv":
        columns = ("period", "revision", "day", "moment", "taken_at", "actor", "reason", "figures", "sha256")
        typer.echo(plain_csv(columns, (each.to_dict() for each in found)), nl=False)
    else:
        _print_snapshots(found)


def _print_snapshots(found: list[Snapshot]) -> None:
    table = Table(title="Các kỳ đã chốt / Frozen periods", title_justify="left", pad_edge=False)
    for heading in ("Kỳ / Period", "Bản", "Số liệu đến / As of", "Chốt lúc / Taken", "Người / Who", "Lý do / Why"):
        table.add_column(heading)
    for each in found:
        table.add_row(
            each.period.name, str(each.revision), each.day.isoformat(), f"{each.taken_at:%Y-%m-%d %H:%M}", each.actor, each.reason
        )
    _console.print(table)


def show_diff(
    earlier: Annotated[str, typer.Argument(help="Kỳ trước: 2026-Q2, hoặc 2026-Q2#1 (bản 1) / The earlier period")],
    later: Annotated[str, typer.Argument(help="Kỳ sau / The later period")],
    province: Province = None,
    on_map: OnMap = "today",
    form: Form = "table",
    output: Output = None,
) -> None:
    """So sánh hai kỳ đã chốt / Compare two frozen periods. Ví dụ: diachiso coverage diff 2026-Q2 2026-Q3 --province 11."""
    check_form(form)
    with db.session() as session:
        found = diff(session, earlier, later, province, map=_map(on_map))
    if form == "table" and output is None:
        print_diff(found, _console)
    else:
        give(form, output, found.to_dict, lambda: plain_csv(DIFF_COLUMNS, diff_rows(found)))


def show_series(
    province: Province = None,
    on_map: OnMap = "today",
    kind: Annotated[str | None, typer.Option("--kind", help="Chỉ kỳ loại: year, quarter, month, day / Only such periods")] = None,
    definition: Annotated[str, typer.Option("--definition", help="a, b hoặc c (bảng / table)")] = "a",
    form: Form = "table",
    output: Output = None,
) -> None:
    """Chuỗi số liệu các kỳ đã chốt / The frozen periods as a series. Ví dụ: diachiso coverage series --province 11 --map day."""
    check_form(form)
    if definition not in ("a", "b", "c"):
        raise UsageError(f"Không có định nghĩa “{definition}”.", f"No definition “{definition}”.", hint="Chọn a, b hoặc c.")
    if kind not in (None, *_KINDS):
        raise UsageError(f"Không có loại kỳ “{kind}”.", f"No kind of period “{kind}”.", hint=f"Có: {', '.join(_KINDS)}")
    with db.session() as session:
        found = series(session, province, map=_map(on_map), kind=cast("Kind | None", kind))
    if not found.periods:
        raise RefusedError(
            "Chưa có kỳ nào được chốt.", "No period was frozen yet.", hint="Chốt một kỳ: diachiso coverage take --period 2026-Q3"
        )
    if form == "table" and output is None:
        print_series(found, definition, _console)
    else:
        give(form, output, found.to_dict, lambda: plain_csv(SERIES_COLUMNS, series_rows(found)))


def verify_period(
    period: Annotated[str, typer.Argument(help="Kỳ: 2026-Q3, hoặc 2026-Q3#1 / The period")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="In JSON")] = False,
) -> None:
    """Tính lại một kỳ từ lịch sử và đối chiếu / Recompute a period from history. Ví dụ: diachiso coverage verify 2026-Q3."""
    with db.session() as session, _console.status("Đang tính lại / recomputing"):
        snapshot = find(session, period)
        found = verify(session, snapshot)
    if as_json:
        told = [vars(each) for each in found]
        typer.echo(json.dumps({"snapshot": snapshot.to_dict(), "same": not found, "differences": told}, ensure_ascii=False, indent=2))
    for each in () if as_json else found[:_MOST_SHOWN]:
        _console.print(Text(f"  {each.code} {each.name}: {each.figure}: {each.frozen} → {each.recomputed}", style="yellow"))
    if found:
        raise RefusedError(
            f"Kỳ {snapshot.label}: {len(found)} số liệu tính lại khác bản chốt.", f"{len(found)} figures differ from what was frozen.",
            hint="Lịch sử đã bị sửa hoặc thiếu; đối chiếu: diachiso db doctor",
        )  # fmt: skip
    if not as_json:
        _console.print(Text(f"✓ {snapshot.label}: tính lại từ lịch sử giống bản chốt / the same from history, {_as_of(snapshot)}"))


def _as_of(snapshot: Snapshot) -> str:
    return f"số liệu đến hết {snapshot.day.isoformat()} / as of the end of {snapshot.day.isoformat()}"


def _map(written: str) -> Map:
    if written not in ("today", "day"):
        raise UsageError(f"Không có địa bàn “{written}”.", f"No map “{written}”.", hint="Có: today, day")
    return cast("Literal['today', 'day']", written)
