"""The commands of the other indicators of the plans: points, people per point, manned communes, Internet, service radius."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from registry import db
from registry.infrastructure import IndicatorLine, IndicatorReport, indicators
from registry.infrastructure_words import MEASURES
from registry.population import load
from registry.targets import INDICATORS
from service.cli.printed import Form, Output, check_form, give
from service.reports.coverage_table import widen
from service.reports.plain_csv import plain_csv
from service.reports.target_rows import INDICATOR_COLUMNS, aim, figure, indicator_row, state_words

_console = Console(highlight=False)


def register(app: typer.Typer) -> None:
    """Add `indicators` and `population load`."""
    app.command("indicators")(show)
    group = typer.Typer(no_args_is_help=True)
    group.callback()(lambda: None)
    group.command("load")(load_people)
    app.add_typer(group, name="population")


def load_people(file: Annotated[Path, typer.Argument(help="CSV, UTF-8; mẫu: sample_data/population_dien_bien.csv")]) -> None:
    """Nạp dân số có nguồn / Load population. Ví dụ: diachiso population load sample_data/population_dien_bien.csv."""
    with db.session() as session:
        done = load(session, file)
        session.commit()
    _console.print(f"✓ Thêm / added {done.added}, sửa / changed {done.changed}, giữ nguyên / same {done.same}")


def show(
    province: Annotated[
        str | None, typer.Option("--province", help="Mã tỉnh của năm đó; bỏ trống: cả nước / Province, else the country")
    ] = None,
    year: Annotated[int | None, typer.Option("--year", help="Năm; bỏ trống: năm nay / Year, this one by default")] = None,
    form: Form = "table",
    output: Output = None,
) -> None:
    """Print the indicators of infrastructure of a unit and year."""
    check_form(form)
    with db.session() as session:
        report = indicators(session, province, year)
    if form == "table" and output is None:
        _print(report)
    else:
        give(form, output, report.to_dict, lambda: plain_csv(INDICATOR_COLUMNS, map(indicator_row, report.lines)))


def _print(report: IndicatorReport) -> None:
    """Print the whole first with its targets, then one line a unit inside it."""
    widen(_console)
    head = report.lines[: len(MEASURES)]
    title = f"Chỉ tiêu hạ tầng / Indicators: {report.name}, {report.year} (địa bàn {report.on.isoformat()})"
    table = Table(title=title, title_justify="left", pad_edge=False)
    for heading in ("Chỉ tiêu / Indicator", "Đơn vị đo", "Giá trị / Value", "Chỉ tiêu\ntarget", "Tình trạng\nstate", "Ghi chú / Note"):
        table.add_column(heading)
    for line in head:
        wanted = aim(line.target) if line.target else "–"
        table.add_row(
            f"{line.vi}\n{line.en}",
            line.measure,
            figure(line.value, line.measure),
            wanted,
            state_words(line.state),
            " / ".join(line.why or ()),
        )
    _console.print(table)
    _print_units(report.lines[len(MEASURES) :])
    sources = sorted({each for line in report.lines for each in line.sources})
    for words in (*(f"{vi}\n  {en}" for vi, en in report.notes), *(f"Nguồn / source: {each}" for each in sources)):
        _console.print(Text(words), style="dim", soft_wrap=True)


def _print_units(lines: tuple[IndicatorLine, ...]) -> None:
    table = Table(pad_edge=False)
    for heading in ("Mã", "Tên / Name", *(INDICATORS[key][0] for key in MEASURES)):
        table.add_column(heading, justify="left" if heading in ("Mã", "Tên / Name") else "right", no_wrap=heading == "Tên / Name")
    for first in range(0, len(lines), len(MEASURES)):
        row = lines[first : first + len(MEASURES)]
        table.add_row(row[0].code, row[0].name, *(figure(each.value, each.measure) for each in row))
    _console.print(table)
