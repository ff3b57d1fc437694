"""The commands of the national ledger: load what a source said, show it by province beside what came in here."""

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from loaders.ledger import LedgerLine, LedgerReport
from loaders.ledger import show as read_ledger
from loaders.ledger_file import load as load_ledger
from registry import db
from registry.errors import UsageError
from service.dates import read_date
from service.reports.coverage_table import count, widen
from service.reports.ledger_files import ledger_csv, ledger_json, ledger_xlsx
from service.written import write_whole

_STATES = {"complete": "đủ / complete", "partial": "một phần / in part", "none": "chưa / none", "": "không nêu / not stated"}
_FILES: dict[str, Callable[[LedgerReport], bytes]] = {
    "csv": lambda report: ledger_csv(report).encode("utf-8-sig"),
    "json": lambda report: ledger_json(report).encode(),
    "xlsx": ledger_xlsx,
}
FORMATS = ("table", *_FILES)
_WIDE_PAGE = 180


def register(app: typer.Typer) -> None:
    """Add `ledger load|show`; `ledger` alone shows."""
    group = typer.Typer(invoke_without_command=True)
    group.callback()(ledger)
    group.command("load")(load)
    group.command("show")(show)
    app.add_typer(group, name="ledger")


def ledger(
    context: typer.Context,
    on: Annotated[str | None, typer.Option("--on", help="Tính đến ngày, YYYY-MM-DD / as of a day")] = None,
    form: Annotated[str, typer.Option("--format", help="table, csv, json, xlsx")] = "table",
    output: Annotated[Path | None, typer.Option("--output", help="Ghi vào tệp / write to a file")] = None,
    *,
    today_map: Annotated[bool, typer.Option("--today-map", help="Gộp theo tỉnh hiện nay / by today's provinces")] = False,
) -> None:
    """Sổ bàn giao địa chỉ số toàn quốc / The national ledger. Ví dụ: diachiso ledger --today-map --format csv."""
    if context.invoked_subcommand is None:
        show(on, form, output, today_map=today_map)


def load(file: Annotated[Path, typer.Argument(help="CSV, UTF-8; mẫu: sample_data/ledger_2023_06.csv")]) -> None:
    """Nạp số liệu của một nguồn / Load what a source said. Ví dụ: diachiso ledger load sample_data/ledger_2023_06.csv."""
    with db.session() as session:
        done = load_ledger(session, file)
        session.commit()
    console = Console(highlight=False)
    console.print(f"✓ Thêm {done.added}, sửa {done.changed}, giữ nguyên {done.same} dòng.")
    console.print(f"Lines added {done.added}, changed {done.changed}, same {done.same}.", style="dim")


def show(
    on: Annotated[str | None, typer.Option("--on", help="Tính đến ngày, YYYY-MM-DD / as of a day")] = None,
    form: Annotated[str, typer.Option("--format", help="table, csv, json, xlsx")] = "table",
    output: Annotated[Path | None, typer.Option("--output", help="Ghi vào tệp / write to a file")] = None,
    *,
    today_map: Annotated[bool, typer.Option("--today-map", help="Gộp theo tỉnh hiện nay / by today's provinces")] = False,
) -> None:
    """Xem sổ theo tỉnh / Show the ledger by province. Ví dụ: diachiso ledger show --on 2023-06-30."""
    if form not in FORMATS:
        raise UsageError(f"Không có dạng “{form}”.", f"No format “{form}”.", hint=f"Có: {', '.join(FORMATS)}")
    if form == "xlsx" and output is None:
        raise UsageError("Tệp xlsx cần --output.", "An xlsx needs --output.", hint="Ví dụ: --format xlsx --output so-ban-giao.xlsx")
    with db.session() as session:
        report = read_ledger(session, read_date(on), today_map=today_map)
    console = Console(highlight=False)
    if form == "table":
        _print(report, console, output)
    elif output is None:
        typer.echo(_FILES[form](report).decode("utf-8-sig"), nl=False)
    else:
        _write(output, _FILES[form](report), console)


def _print(report: LedgerReport, console: Console, output: Path | None) -> None:
    """Print the table, or write it to a file as text."""
    if output is None:
        widen(console)
        _tell(report, console)
        return
    page = io.StringIO()
    _tell(report, Console(file=page, width=_WIDE_PAGE, highlight=False))
    _write(output, page.getvalue().encode(), console)


def _tell(report: LedgerReport, console: Console) -> None:
    title = f"Sổ bàn giao địa chỉ số / Ledger of hand-overs: {_day(report.as_of)}" + (", theo tỉnh hiện nay" if report.today_map else "")
    table = Table(title=title, title_justify="left", pad_edge=False, show_footer=True)
    heads = (
        "Mã", "Tỉnh, thành phố", "Cần bàn giao\nexpected", "Đã bàn giao\nhanded over", "%", "Tình trạng\nstate",
        "Trong sổ này\nreceived here",
    )  # fmt: skip
    for place, (head, foot) in enumerate(zip(heads, _cells(report.total), strict=True)):
        table.add_column(head, Text(foot, style="bold"), justify="right" if place in {2, 3, 4, 6} else "left")
    for line in report.lines:
        table.add_row(*_cells(line))
    console.print(table)
    sources = sorted({line.source for line in (*report.lines, report.total) if line.source})
    for vi, en in (*report.notes, *((f"Nguồn: {source}.", "") for source in sources)):
        console.print(Text(vi).append(f"\n  {en}" if en else "", style="dim"), soft_wrap=True)


def _cells(line: LedgerLine) -> tuple[str, ...]:
    """Return the cells of a line; `–` for what the source does not say."""
    if sum(line.states.values()) == 1:
        state = _STATES[line.state or ""]
    else:
        state = ", ".join(f"{number} {_STATES[name]}" for name in _STATES if (number := line.states.get(name, 0)))
    name = line.name + (f" ({', '.join(line.members)})" if len(line.members) > 1 else "")
    share = "–" if line.share is None else f"{100 * line.share:.2f}".replace(".", ",")
    said = ("–" if number is None else count(number) for number in (line.expected, line.handed_over))
    return (line.code, name, *said, share, state, count(line.received))


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def _write(output: Path, content: bytes, console: Console) -> None:
    write_whole(output, content)
    console.print(Text(f"✓ Đã ghi / written: {output}"))
