"""The commands `diachiso audit …`: the trail is looked at and taken away for an inspection."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from loaders.result import atomic
from registry import db
from registry.security import audit

_console = Console(highlight=False, soft_wrap=True)
Since = Annotated[datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="Từ ngày / From a day")]


def register(app: typer.Typer) -> None:
    """Add `diachiso audit …`."""
    group = typer.Typer(help="Nhật ký ai làm gì, xem gì / Who did or read what. Ví dụ: diachiso audit list", no_args_is_help=True)
    group.command("list")(list_)
    group.command("export")(export)
    app.add_typer(group, name="audit")


def list_(
    since: Since = None,
    actor: Annotated[str | None, typer.Option("--actor", help="Của ai / Whose")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=audit.MOST_LISTED, help="Số dòng mới nhất / So many of the newest")] = 100,
) -> None:
    """Xem nhật ký / Look at the trail. Ví dụ: diachiso audit list --since 2026-11-01."""
    table = Table("Lúc / at", "Ai / who", "Vai / role", "Việc / action", "Bảng / of", "Tỉnh / provinces", "Mục đích / for", box=None)
    with db.session() as session:
        for row in audit.listed(session, since=_day(since), actor=actor, limit=limit):
            of = f"{row.entity} {row.subject}".strip()
            table.add_row(f"{row.at:%Y-%m-%d %H:%M:%S}", row.actor, row.role, row.action, of, row.provinces, row.purpose)
    _console.print(table)


def export(
    output: Annotated[Path, typer.Option("--output", help="Tệp sẽ ghi / File to write")],
    since: Since = None,
) -> None:
    """Xuất nhật ký thành chuỗi băm / Export the trail, each line chained. Ví dụ: diachiso audit export --output nhat_ky.ndjson."""
    last, count = "", 0
    with db.session() as session, atomic(output, encoding="utf-8") as file:
        for count, last in enumerate(audit.lines(session, since=_day(since)), start=1):  # noqa: B007 - the last of both is told
            file.write(last + "\n")
    digest = audit.digest_of(last)
    _console.print(f"✓ {count} dòng / lines: {output}")
    _console.print(f"  Giữ mã băm này ở nơi khác / Keep this digest elsewhere: {digest}")


def _day(since: datetime | None) -> date | None:
    return since.date() if since else None
