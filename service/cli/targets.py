"""The commands of targets: load those of a plan, show them and how the units stand against them."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from registry import db
from registry.errors import UsageError
from registry.target_status import FORMULA, TargetStatus, statuses
from registry.targets import HOUSEHOLDS, INDICATORS, Target, load, targets
from service.cli.printed import Form, Output, check_form, give
from service.dates import read_date
from service.reports.coverage_table import count, widen
from service.reports.plain_csv import plain_csv
from service.reports.target_rows import TARGET_COLUMNS, aim, figure, state_words, status_row, target_row

_console = Console(highlight=False)


def register(app: typer.Typer) -> None:
    """Add `target load|show`."""
    group = typer.Typer(no_args_is_help=True)
    group.command("load")(load_file)
    group.command("show")(show)
    app.add_typer(group, name="target")


def load_file(file: Annotated[Path, typer.Argument(help="CSV, UTF-8; mẫu: registry/reference/targets.csv")]) -> None:
    """Nạp chỉ tiêu của một kế hoạch / Load a plan's targets. Ví dụ: diachiso target load ke-hoach-2027.csv."""
    with db.session() as session:
        done = load(session, file)
        session.commit()
    _console.print(f"✓ Thêm / added {done.added}, sửa / changed {done.changed}, giữ nguyên / same {done.same}")


def show(
    province: Annotated[str | None, typer.Option("--province", help="Mã tỉnh hiện nay; bỏ trống: tất cả / Province of today")] = None,
    year: Annotated[int | None, typer.Option("--year", help="Chỉ tiêu của năm / Of a year")] = None,
    on: Annotated[str | None, typer.Option("--on", help="Đo theo hết ngày, YYYY-MM-DD / Measured as of a day")] = None,
    definition: Annotated[
        str | None, typer.Option("--definition", help="Đo theo (a) hộ đã ghi hoặc (b) hộ thống kê; bỏ trống: theo lời văn kế hoạch")
    ] = None,
    form: Form = "table",
    output: Output = None,
    *,
    units: Annotated[bool, typer.Option("--units", help="Cả từng xã / Every commune too")] = False,
) -> None:
    """Chỉ tiêu và tình hình thực hiện / Targets and how units stand. Ví dụ: diachiso target show --province 11 --year 2025 --units."""
    check_form(form)
    if definition not in (None, "a", "b"):
        raise UsageError(f"Không có định nghĩa “{definition}” cho hộ gia đình.", f"No definition “{definition}”.", hint="Chọn a hoặc b.")
    with db.session() as session:
        wanted = targets(session, province, year=year)
        judged = statuses(session, province, year=year, on=read_date(on), units=units, definition=definition)
    others = [each for each in wanted if each.indicator != HOUSEHOLDS]
    if form == "table" and output is None:
        _print(judged, others)
    else:
        rows = [*map(status_row, judged), *map(target_row, others)]
        give(form, output, lambda: plain(judged, others), lambda: plain_csv(TARGET_COLUMNS, rows))


def plain(judged: list[TargetStatus], others: list[Target]) -> dict[str, Any]:
    """Return targets and statuses as plain values, the same as `/v1/targets`."""
    return {
        "trend": {"vi": FORMULA[0], "en": FORMULA[1]}, "households": [each.to_dict() for each in judged],
        "infrastructure": [each.to_dict() for each in others],
    }  # fmt: skip


def _print(judged: list[TargetStatus], others: list[Target]) -> None:
    widen(_console)
    table = Table(title="Hộ gia đình có địa chỉ số / Households with a digital address", title_justify="left", pad_edge=False)
    for heading in (
        "Mã",
        "Đơn vị / Unit",
        "Năm",
        "Chỉ tiêu\ntarget",
        "Định nghĩa",
        "Đã đạt\nmeasured",
        "Hộ / households",
        "Tình trạng\nstate",
        "Còn thiếu\nshort",
    ):
        table.add_column(heading, no_wrap=heading == "Đơn vị / Unit")
    for each in judged:
        value = None if each.value is None else 100 * each.value
        of = "–" if each.denominator is None else f"{count(each.numerator or 0)} / {count(each.denominator)}"
        state = state_words(each.state) + (f" ({each.why[0]})" if each.why[0] else "")
        short = "–" if each.short is None else f"{count(each.short)} hộ"
        year = f"{each.target.year} (hiện trạng)" if each.target.reported else str(each.target.year)
        table.add_row(each.code, each.name, year, aim(each.target), f"({each.target.definition})", figure(value, "%"), of, state, short)
    _console.print(table)
    if judged:
        _console.print(
            Text(f"Đo theo số liệu hết ngày / measured as of {judged[0].measured_on.isoformat()}. {FORMULA[0]}\n  {FORMULA[1]}"),
            style="dim",
            soft_wrap=True,
        )
    if others:
        _print_others(others)
    for words in dict.fromkeys(f"{each.document}, {each.article}" for each in (*(status.target for status in judged), *others)):
        _console.print(Text(f"  Nguồn: {words}"), style="dim", soft_wrap=True)


def _print_others(others: list[Target]) -> None:
    """Print the targets of infrastructure; what was reached stands in `indicators`."""
    table = Table(title="Hạ tầng bưu chính / Infrastructure (đo: diachiso indicators)", title_justify="left", pad_edge=False)
    for heading in ("Mã", "Đơn vị / Unit", "Chỉ tiêu / Indicator", "Năm", "Mức / Target", "Đơn vị đo"):
        table.add_column(heading)
    for each in others:
        year = f"{each.year} (hiện trạng)" if each.reported else str(each.year)
        table.add_row(each.code, each.name, INDICATORS[each.indicator][0], year, aim(each), each.measure)
    _console.print(table)
