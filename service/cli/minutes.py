"""The command that writes the minutes of a hand-over: a page to print and sign."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from loaders.result import atomic
from registry import db
from registry.errors import UsageError
from service.reports.minutes import minutes_html, minutes_of


def register_minutes(group: typer.Typer) -> None:
    """Add `minutes` to the group `batch`."""
    group.command("minutes")(minutes)


def minutes(
    batch_id: Annotated[int, typer.Argument(metavar="ID")],
    output: Annotated[Path, typer.Option(help="Tệp .html để in / page to print")],
) -> None:
    """Lập biên bản bàn giao của một lô / Write the minutes of a batch. Ví dụ: diachiso batch minutes 3 --output bien-ban.html."""
    if output.suffix.lower() not in {".html", ".htm"}:
        raise UsageError(
            f"Biên bản là tệp .html, không phải “{output.suffix}”.", f"The minutes are a .html file, not “{output.suffix}”.",
            hint="Mở bằng trình duyệt rồi in ra giấy hoặc PDF.",
        )  # fmt: skip
    with db.session() as session:
        page = minutes_html(minutes_of(session, batch_id))
    with atomic(output) as stream:
        stream.write(page)
    console = Console(highlight=False)
    console.print(Text(f"✓ Đã ghi / written: {output}"))
    console.print("Mở bằng trình duyệt rồi in (A4) / Open in a browser and print.", style="dim")
