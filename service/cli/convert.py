"""The command `diachiso convert`: an address of the old map in today's units, and the other way round."""

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from geocode.convert import Conversion
from geocode.resolver import Resolver
from registry import db
from registry.errors import NotFoundError

_console = Console(highlight=False, soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Add `diachiso convert`."""
    app.command()(convert)


def convert(
    text: Annotated[str, typer.Argument(help="Địa chỉ cũ hoặc mới / Address of either map")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="In JSON / Print JSON")] = False,
) -> None:
    """Print an address of one map in the units of the other."""
    with db.session() as session:
        found = Resolver.open(session).convert(session, text)
    if as_json:
        typer.echo(json.dumps(found.to_dict(), ensure_ascii=False))
        return
    if found.today is None and not found.candidates:
        raise NotFoundError(found.reason, found.reason_en, hint="Ghi thêm xã, phường và tỉnh.")
    _print(found)


def _print(found: Conversion) -> None:
    """Print the address of today, then every origin."""
    if found.today:
        _console.print(f"Nay / today: [bold]{escape(found.today)}[/]")
    else:
        _console.print(f"[magenta]≈[/] {escape(found.reason)} [dim]{escape(found.reason_en)}[/]")
    for each in found.candidates if not found.today else ():
        _console.print(f"  {escape(each)}")
    if found.origins:
        table = Table("Trước 1/7/2025 / before", "Phần / share", box=None, padding=(0, 2, 0, 0))
        for origin in found.origins:
            table.add_row(escape(origin.written), "toàn bộ / whole" if origin.whole else "một phần / part")
        _console.print(table)
