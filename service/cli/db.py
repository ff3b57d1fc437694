"""The commands of the engineer: start and stop the private server, migrate, examine, back up and restore."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from registry import backup as backups
from registry import base_backup, cluster, db, point_in_time
from registry.doctor.examine import examine as findings
from registry.errors import UsageError
from registry.settings import settings
from service.cli.purpose import EVERYWHERE, note
from service.dates import ZONE, read_moment

_MARKS = {"ok": "[green]✓[/]", "warn": "[yellow]![/]", "fail": "[red]✗[/]"}
_console = Console(highlight=False, soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Add `diachiso db …`."""
    group = typer.Typer(no_args_is_help=True)
    for command in (start, stop, upgrade, examine, backup, archive, restore):
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


def backup(
    file: Annotated[Path | None, typer.Argument(help="Tệp sẽ ghi / File to write, e.g. var/diachiso.dump")] = None,
    *,
    base: Annotated[Path | None, typer.Option(help="Thư mục cho bản sao cả máy chủ / Directory for a copy of the whole server")] = None,
    force: Annotated[bool, typer.Option("--force", help="Thay bản sao lưu cùng tên / Replace a backup of that name")] = False,
) -> None:
    """Sao lưu vào một tệp, hoặc chép cả máy chủ / Back up to one file, or the whole server. Ví dụ: diachiso db backup var/diachiso.dump."""
    if base and not file:
        _note_backup()
        _console.print(f"✓ Đã chép cả máy chủ / copied: {base_backup.take(base)}")
        return
    _note_backup()
    size = backups.backup(db.database_url(), _one(file, base), force=force)
    _console.print(f"✓ Đã sao lưu {size / 1e6:,.1f} MB / backed up: {file}")


def _note_backup() -> None:
    """Write down that all is taken away, households too; a database without a trail has nothing to write it in."""
    with db.session() as session:
        if session.scalar(text("SELECT to_regclass('audit') IS NOT NULL")):
            note(session, "sao lưu / backup", entity="database", subject="", provinces=EVERYWHERE, usual="", action="export")


def archive(directory: Annotated[Path, typer.Argument(help="Thư mục, cũng là của --base / Directory, the same as for --base")]) -> None:
    """Lưu trữ WAL liên tục, để về được mọi thời điểm / Archive WAL from now on. Ví dụ: diachiso db archive /srv/diachiso."""
    _console.print(f"✓ WAL được lưu trữ ở / WAL is archived in: {base_backup.archive(directory)}")
    _console.print(f"  Chép cả máy chủ mỗi ngày / copy the server daily: diachiso db backup --base {directory}", style="dim")


def restore(
    file: Annotated[Path | None, typer.Argument(help="Tệp sao lưu / Backup file")] = None,
    *,
    base: Annotated[Path | None, typer.Option(help="Thư mục của db archive và db backup --base / Directory of those")] = None,
    until: Annotated[str | None, typer.Option(help='Thời điểm, giờ Việt Nam / Moment: "2026-09-20 10:15:00"')] = None,
    force: Annotated[bool, typer.Option("--force", help="Thay dữ liệu đang có / Replace what is there.")] = False,
) -> None:
    """Khôi phục từ tệp, hoặc về một thời điểm / Restore a file, or a moment. Ví dụ: diachiso db restore var/diachiso.dump."""
    if base and not file:
        found = point_in_time.restore(base, read_moment(until), force=force)
        db.upgrade()
        last = f"{found.last_commit.astimezone(ZONE):%d/%m/%Y %H:%M:%S}" if found.last_commit else "—"
        _console.print(f"✓ Đã khôi phục từ / restored from: {found.base}")
        _console.print(f"  Giao dịch cuối / last commit: {last}")
        _console.print(f"  Dữ liệu trước đó còn ở {found.kept}, xoá khi đã chắc / the data of before is kept there", style="dim")
        return
    if until:
        raise UsageError("--until đi cùng --base.", "--until needs --base: a file holds one moment only.")
    backups.restore(db.database_url(), _one(file, base), force=force)
    db.upgrade()
    _console.print(f"✓ Đã khôi phục / restored: {file}")


def _one(file: Path | None, base: Path | None) -> Path:
    """Return the file; UsageError unless exactly one of the two ways was chosen."""
    if file is None or base is not None:
        raise UsageError("Cần một tệp, hoặc --base THƯ_MỤC.", "Give one file, or --base DIRECTORY.")
    return file
