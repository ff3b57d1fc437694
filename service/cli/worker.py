"""The command that works off the queue: tables to answer, hand-over files to check and to import."""

from typing import Annotated

import typer
from rich.console import Console

from registry import db
from service.jobs.desk import Desk
from service.jobs.worker import run

_console = Console(highlight=False, soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Add `diachiso worker`."""
    app.command()(worker)


def worker(
    *,
    once: Annotated[bool, typer.Option("--once", help="Dừng khi hết việc / End when the queue is empty")] = False,
    attached: Annotated[bool, typer.Option("--attached", hidden=True, help="Dừng khi đầu vào đóng / End with standard input")] = False,
) -> None:
    """Work off the queue until stopped."""
    db.engine().connect().close()
    if not (once or attached):
        _console.print("✓ Đang chờ việc… / Waiting for work… (Ctrl-C để dừng / to stop)")
    run(Desk.open(), attached=attached, once=once)
