"""The commands of baselines: take in a statistics office's households, show what is known of a province."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from loaders.baseline_file import Problem
from loaders.baselines import BaselineReport, Origin, import_baseline, of_province
from registry import db
from registry.errors import RefusedError, UsageError
from service.cli.printed import Form, Output, check_form, give
from service.dates import read_date
from service.reports.coverage_table import count, widen
from service.reports.plain_csv import plain_csv

_SHOWN = 50
_COLUMNS = ("level", "code", "name", "households", "population", "estimated", "method", "source", "counted_on", "known_since")
_console = Console(highlight=False)


def register(app: typer.Typer) -> None:
    """Add `baseline import|show`."""
    group = typer.Typer(no_args_is_help=True)
    group.command("import")(take_in)
    group.command("show")(show)
    app.add_typer(group, name="baseline")


def take_in(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX: ma_xa (hoặc xa, huyen, tinh), so_ho, dan_so")],
    source: Annotated[str, typer.Option("--source", help="Nguồn, ví dụ “Cục Thống kê tỉnh Điện Biên” / who counted")],
    counted_on: Annotated[str, typer.Option("--counted-on", help="Ngày thống kê, YYYY-MM-DD / day of counting")],
    published_on: Annotated[str | None, typer.Option("--published-on", help="Dùng từ ngày (mặc định hôm nay) / usable since")] = None,
    units_on: Annotated[str | None, typer.Option("--units-on", help="Đơn vị hành chính của ngày / units of which day")] = None,
    province: Annotated[str | None, typer.Option("--province", help="Chỉ tỉnh này / only this province")] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", help="Trang tính / sheet")] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ kiểm tra / check only")] = False,
) -> None:
    """Nạp số hộ mới / Take in newer households. Ví dụ: diachiso baseline import ho.xlsx --source "Cục Thống kê" --counted-on 2026-04-01."""
    day = read_date(counted_on)
    if day is None:
        raise UsageError("Cần --counted-on.", "--counted-on is needed.")
    origin = Origin(source, day, read_date(published_on))
    with db.session() as session:
        report = import_baseline(session, file, origin, units_on=read_date(units_on), province=province, sheet=sheet)
        if dry_run or report.problems:
            session.rollback()
        else:
            session.commit()
    _tell(report, dry_run=dry_run)


def _tell(report: BaselineReport, *, dry_run: bool) -> None:
    for number in report.totals:
        _console.print(Text(f"dòng {number}: dòng tổng, bỏ qua / a total, left out", style="dim"))
    if report.problems:
        _console.print(
            "Số dòng không kể dòng tiêu đề và các dòng trên nó / rows are numbered from below the heads", style="dim", soft_wrap=True
        )
    for problem in report.problems[:_SHOWN]:
        _console.print(Text(_words(problem), style="yellow"), soft_wrap=True)
    if report.problems:
        more = f" (hiện {_SHOWN} lỗi đầu)" if len(report.problems) > _SHOWN else ""
        raise RefusedError(
            f"Không nạp gì: {len(report.problems)} trong {report.rows} dòng có lỗi{more}.",
            f"Nothing was taken in: {len(report.problems)} of {report.rows} rows are wrong.",
            hint="Sửa các dòng đã nêu rồi nạp lại cả tệp.",
        )
    for name in report.missing[:_SHOWN]:
        _console.print(Text(f"Chưa tính được cho {name}: thiếu số của một phần xã cũ / a part was not counted", style="yellow"))
    if report.carried:
        _console.print(f"Chuyển sang {report.carried} xã hiện nay, {report.estimated} là ước tính / carried, estimated")
    mark = "Chạy thử, không ghi / dry run, nothing written:" if dry_run else "✓"
    _console.print(f"{mark} thêm / added {report.added}, sửa / changed {report.changed}, giữ nguyên / same {report.same}")


def _words(problem: Problem) -> str:
    fix = f" → {problem.fix}" if problem.fix else ""
    return f"dòng {problem.row}, cột {problem.column}: {problem.vi} / {problem.en}{fix}"


def show(
    province: Annotated[str, typer.Option("--province", help="Mã tỉnh hiện nay / Province of today.")],
    form: Form = "table",
    output: Output = None,
) -> None:
    """Mọi số hộ đã biết của tỉnh, số mới nhất trước / What is known, the newest first. Ví dụ: diachiso baseline show --province 11."""
    check_form(form)
    with db.session() as session:
        rows = [dict(row._mapping) for row in of_province(session, province)]  # noqa: SLF001 - the documented way to a row's mapping
    if form == "table" and output is None:
        _print(rows)
    else:
        give(form, output, lambda: [_plain(row) for row in rows], lambda: plain_csv(_COLUMNS, rows))


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}


def _print(rows: list[dict[str, Any]]) -> None:
    widen(_console)
    table = Table(title="Số hộ theo thống kê / Baselines", title_justify="left", pad_edge=False)
    for head in (
        "Mã",
        "Tên / Unit",
        "Số hộ\nHouseholds",
        "Số dân\nPeople",
        "Ngày\nCounted",
        "Dùng từ\nSince",
        "Nguồn / Source",
        "Cách tính / Method",
    ):
        table.add_column(head, justify="right" if head.startswith("Số") else "left")
    for row in rows:
        number = ("~" if row["estimated"] else "") + count(row["households"])
        people = "chưa rõ" if row["population"] is None else count(row["population"])
        since = row["known_since"].isoformat() if row["known_since"] else "–"
        table.add_row(row["code"], row["name"], number, people, row["counted_on"].isoformat(), since, row["source"], row["method"])
    _console.print(table)
