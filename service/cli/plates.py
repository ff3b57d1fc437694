"""The command `diachiso plates`: the plates of a commune's doors as sheets of A4 to print and cut."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
from rich.text import Text

from registry import db
from registry.errors import UsageError
from registry.settings import NOWHERE, settings
from service.reports import plates as sheets
from service.written import write_whole

_console = Console(highlight=False, soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Add `diachiso plates`."""
    app.command()(plates)


def plates(
    commune: Annotated[str, typer.Option("--commune", help="Mã xã hiện nay, 5 chữ số / Commune of today")],
    output: Annotated[Path, typer.Option("--output", help="Tệp PDF / PDF file")],
    *,
    status: Annotated[str | None, typer.Option("--status", help="Chỉ các địa chỉ ở bậc này / Only doors of this status: notified")] = None,
    place: Annotated[str | None, typer.Option("--place", help="Chỉ một đường, thôn / Only one street or hamlet")] = None,
    per_file: Annotated[int, typer.Option("--per-file", min=10, max=5000, help="Số biển mỗi tệp / Plates a file")] = sheets.PER_FILE,
) -> None:
    """Write plates with a QR as PDF, ten a page."""
    if output.suffix.lower() != ".pdf":
        raise UsageError("Tệp ra phải là .pdf.", "The output must be a .pdf.", hint="--output bien.pdf")
    with db.session() as session:
        sheet = sheets.plates(session, sheets.Wanted(commune.strip(), status, place))
    many = len(sheet.plates) > per_file
    bar = Progress(TextColumn("Đang in / printing"), BarColumn(), TaskProgressColumn(), console=Console(stderr=True), transient=True)
    with bar:
        task = bar.add_task("", total=len(sheet.plates))
        for nth, (done, pdf) in enumerate(sheets.files(sheet, per_file=per_file), start=1):
            path = output.with_stem(f"{output.stem}-{nth:02d}") if many else output
            write_whole(path, pdf)
            bar.update(task, completed=done)
            _console.print(Text(f"✓ {path}"))
    _tell(sheet)


def _tell(sheet: sheets.Plates) -> None:
    _console.print(f"{len(sheet.plates):,} biển / plates: {sheet.commune}, {sheet.province}")
    if sheet.uncoded:
        _console.print(f"[yellow]! {sheet.uncoded:,} địa chỉ chưa có mã nên không có biển.[/] [dim]Doors without a code have no plate.[/]")
    if settings().public_url == NOWHERE:
        _console.print(
            f"[yellow]! QR dẫn tới {NOWHERE}, không có thật: đặt DIACHISO_PUBLIC_URL trước khi in thật.[/]"
            " [dim]The QR leads nowhere until DIACHISO_PUBLIC_URL is set.[/]"
        )
