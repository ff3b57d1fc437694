"""Decides how an act on a door is tried or done on the command line, and how it is told: what changed, and what to look at."""

import getpass
from collections.abc import Callable
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text
from sqlalchemy.orm import Session

from registry import db
from registry.life.event import Happened
from registry.life.story import WORDS

_console = Console(highlight=False, soft_wrap=True)
CodeText = Annotated[str, typer.Argument(help="Mã, viết thế nào cũng được / Code, however it is written", metavar="CODE")]
Reason = Annotated[str, typer.Option("--reason", help="Lý do, được giữ mãi / Why; kept for good")]
Actor = Annotated[str | None, typer.Option("--actor", help="Ai sửa; bỏ trống: người dùng máy / Who; else the user of the machine")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Chỉ thử, không ghi / Try it, write nothing")]


def who(actor: str | None) -> str:
    """Return who acts: as said, else who runs the command."""
    return actor or getpass.getuser()


def done(act: Callable[[Session], Happened], *, dry_run: bool) -> None:
    """Run an act in a transaction of its own, tell what it did, and keep it unless it was only tried."""
    with db.session() as session:
        happened = act(session)
        if not dry_run:
            session.commit()
    tell(happened, dry_run=dry_run)


def tell(happened: Happened, *, dry_run: bool) -> None:
    """Print what an act did."""
    vi, en = (words.format(", ".join(happened.others)) for words in WORDS[happened.kind])
    line = Text("Thử / dry run: " if dry_run else "✓ ", style="yellow" if dry_run else "green")
    _console.print(line.append(happened.code, style="bold default").append(f"  {vi}", style="default").append(f" / {en}", style="dim"))
    for name, (was, now) in happened.fields.items():
        _console.print(Text(f"  {name}: {was or '—'} → {now or '—'}"))
    for warning, warning_en in happened.warnings:
        _console.print(Text(f"  ! {warning} ", style="yellow").append(warning_en, style="dim"))
