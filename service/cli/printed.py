"""Decides how a command gives figures besides its table: CSV or JSON, to the screen or to a file."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from registry.errors import UsageError
from service.written import encoded, write_whole

FORMATS = ("table", "csv", "json")
Form = Annotated[str, typer.Option("--format", help="table, csv, json")]
Output = Annotated[Path | None, typer.Option("--output", help="Ghi vào tệp (csv, json) / Write to a file")]
_console = Console(highlight=False)


def check_form(form: str) -> None:
    """Refuse a form that is none."""
    if form not in FORMATS:
        raise UsageError(f"Không có dạng “{form}”.", f"No format “{form}”.", hint=f"Có: {', '.join(FORMATS)}")


def give(form: str, output: Path | None, plain: Callable[[], Any], flat: Callable[[], str]) -> None:
    """Print the CSV of `flat` or the JSON of `plain`, or write it to a file; UsageError for a table, which is for the screen only."""
    if form == "table":
        raise UsageError("Bảng chỉ in ra màn hình.", "A table goes to the screen.", hint="Ghi tệp: --format csv hoặc json")
    words = flat() if form == "csv" else json.dumps(plain(), ensure_ascii=False, indent=2) + "\n"
    if output is None:
        typer.echo(words, nl=False)
        return
    write_whole(output, encoded(form, words))
    _console.print(Text(f"✓ Đã ghi / written: {output}"))
