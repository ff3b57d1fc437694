"""The commands `diachiso privacy retention …`: how long what may tell of people is kept, and taking away what is older."""

from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from registry import db
from registry.privacy.retention import RULES, days_of, run
from service.reports.official_page import VIETNAM

_console = Console(highlight=False, soft_wrap=True)


def register_retention(group: typer.Typer) -> None:
    """Add `privacy retention show|run`."""
    retention = typer.Typer(help="Thời hạn lưu giữ / How long things are kept.", no_args_is_help=True)
    retention.command("show")(show)
    retention.command("run")(run_now)
    group.add_typer(retention, name="retention")


def show() -> None:
    """Xem thời hạn và số dòng quá hạn lúc này / Days, and what is older. Ví dụ: diachiso privacy retention show."""
    table = Table("Mục / what", "Ngày / days", "Quá hạn / older", "Vì sao / why", box=None)
    with db.session() as session:
        old = run(session, datetime.now(VIETNAM))
        session.rollback()
    for rule in RULES:
        days = days_of(rule)
        table.add_row(rule.name, str(days or "giữ mãi"), str(old.get(rule.name, "–")), f"{rule.vi}\n[dim]{rule.en}[/]")
    _console.print(table)


def run_now(*, dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ đếm, không xóa / Only count")] = False) -> None:
    """Xóa những gì quá hạn; chạy mỗi ngày / Take away what is too old; once a day. Ví dụ: diachiso privacy retention run."""
    with db.session() as session:
        gone = run(session, datetime.now(VIETNAM))
        if not dry_run:
            session.commit()
    said = ", ".join(f"{name} {number:,}" for name, number in gone.items()) or "–"
    _console.print(f"{'Thử / dry run' if dry_run else '✓ Đã xóa / taken away'}: {said}")
