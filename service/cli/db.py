"""The commands of the engineer: start and stop the private server, migrate, examine, back up and restore."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from registry import backup as backups
from registry import cluster, db
from registry.doctor.examine import examine as findings
from registry.errors import UsageError
from registry.settings import settings

_MARKS = {"ok": "[green]✓[/]", "warn": "[yellow]![/]", "fail": "[red]✗[/]"}
_console = Console(highlight=False, soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Add `diachiso db …`."""
    group = typer.Typer(help="Cơ sở dữ liệu / The database. Ví dụ: diachiso db doctor", no_args_is_help=True)
    for command in (start, stop, upgrade, examine, backup, restore):
        group.command(command.__name__.replace("examine", "doctor"))(command)
    app.add_typer(group, name="db")


def start() -> None:
    """Khởi động máy chủ PostGIS riêng / Start the private PostGIS server. Ví dụ: diachiso db start."""
    if settings().database_url:
        _console.print("Dùng máy chủ ở DIACHISO_DATABASE_URL, không khởi động máy chủ riêng / Using the server of DIACHISO_DATABASE_URL")
        return
    ready = cluster.start()
    _console.print(f"✓ Máy chủ PostgreSQL {ready.version} đang chạy / server is up")
    _console.print(f"  [dim]psql -h {ready.socket} -p {ready.port} -U diachiso diachiso[/]")


def stop() -> None:
    """Dừng máy chủ PostGIS riêng / Stop the private PostGIS server. Ví dụ: diachiso db stop."""
    if settings().database_url:
        raise UsageError(
            "Máy chủ ở DIACHISO_DATABASE_URL không do diachiso quản lý.", "The server of DIACHISO_DATABASE_URL is not ours to stop."
        )
    _console.print("✓ Đã dừng / stopped" if cluster.stop() else "Máy chủ không chạy / it was not running")


def upgrade() -> None:
    """Đưa lược đồ lên bản mới nhất / Migrate the schema to the newest version. Ví dụ: diachiso db upgrade."""
    db.upgrade()
    _console.print("✓ Lược đồ ở bản mới nhất / the schema is at the newest version")


def examine() -> None:
    """Khám sức khoẻ hệ thống / Examine the health of the system. Ví dụ: diachiso db doctor."""
    checks = findings()
    table = Table(box=None, show_header=False, pad_edge=False)
    for check in checks:
        table.add_row(_MARKS[check.level], check.vi, f"[dim]{check.en}[/]", f"→ {check.hint}" if check.hint else "")
    _console.print(table)
    if any(check.level == "fail" for check in checks):
        raise typer.Exit(1)


def backup(file: Annotated[Path, typer.Argument(help="Tệp sẽ ghi / File to write, e.g. var/diachiso.dump")]) -> None:
    """Sao lưu toàn bộ vào một tệp / Back everything up to one file. Ví dụ: diachiso db backup var/diachiso.dump."""
    size = backups.backup(db.database_url(), file)
    _console.print(f"✓ Đã sao lưu {size / 1e6:,.1f} MB / backed up: {file}")


def restore(
    file: Annotated[Path, typer.Argument(help="Tệp sao lưu / Backup file")],
    *,
    force: Annotated[bool, typer.Option("--force", help="Thay dữ liệu đang có / Replace what is there.")] = False,
) -> None:
    """Khôi phục từ tệp sao lưu / Restore from a backup file. Ví dụ: diachiso db restore var/diachiso.dump."""
    backups.restore(db.database_url(), file, force=force)
    db.upgrade()
    _console.print(f"✓ Đã khôi phục / restored: {file}")
