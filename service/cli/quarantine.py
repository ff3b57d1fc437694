"""The commands for rows that wait to be mended: list them over all batches, take them home, hand them in again."""

import getpass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from loaders.issues import KNOWN
from loaders.quarantine import Waiting, labels, quarantined, settled_by, still_waiting, waiting
from loaders.resubmit import resubmit as hand_in_again
from registry import db
from registry.errors import UsageError
from registry.units import current_province
from service.cli.imports import interruptible, print_report
from service.cli.purpose import EVERYWHERE, MENDING, Purpose, note, province_of
from service.cli.terms import OUTCOME, shown
from service.free_text import FreeTextLater
from service.reports.coverage_table import widen
from service.reports.quarantine_file import WRITERS


def register(app: typer.Typer) -> None:
    """Add `quarantine list|export|resubmit`."""
    group = typer.Typer(no_args_is_help=True)
    group.command("list")(list_rows)
    group.command("export")(export)
    group.command("resubmit")(resubmit)
    app.add_typer(group, name="quarantine")


def list_rows(
    batch: Annotated[int | None, typer.Option(help="Chỉ của lô này / of one batch")] = None,
    province: Annotated[str | None, typer.Option(help="Mã tỉnh hiện nay / today's province code")] = None,
    issue: Annotated[str | None, typer.Option(help="Mã vấn đề, ví dụ row.point_missing / issue code")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Số dòng hiện ra / rows shown")] = 50,
    purpose: Purpose = None,
) -> None:
    """Liệt kê các dòng bị giữ lại / List kept rows. Ví dụ: diachiso quarantine list --province 11 --issue row.point_missing."""
    with db.session() as session:
        code = current_province(session, province).code if province is not None else None
        of, where = (f"batch {batch}", province_of(session, batch)) if batch is not None else ("", code or EVERYWHERE)
        note(session, purpose, entity="batch_row", subject=of, provinces=where, usual=MENDING)
        rows, total = waiting(session, batch=batch, province=code, issue=issue, limit=limit)
    console = _console()
    if not rows:
        console.print("Không có dòng nào chờ sửa / No rows wait.")
        return
    console.print(_table(rows))
    console.print(f"Hiện {len(rows)} / {total:,} dòng; xuất để sửa: diachiso quarantine export {rows[0].batch_id} --output sua.xlsx")
    console.print(f"Showing {len(rows)} of {total:,} rows.", style="dim")


def _table(rows: list[Waiting]) -> Table:
    table = Table("Lô", "Dòng", "Tỉnh", "Kết quả", "Lý do", "Gợi ý sửa", "Tệp")
    for row in rows:
        reasons = "\n".join(f"{labels([code])} ({code})" if code in KNOWN else code for code in row.issues)
        table.add_row(str(row.batch_id), str(row.row_no), row.province, shown(OUTCOME, row.outcome), reasons, row.fix, row.file_name)
    return table


def export(
    batch_id: Annotated[int, typer.Argument(metavar="BATCH", help="Số lô / batch")],
    output: Annotated[Path, typer.Option(help="Tệp .csv hoặc .xlsx / file to write")],
    purpose: Purpose = None,
) -> None:
    """Xuất các dòng bị giữ lại của một lô để sửa / Export kept rows. Ví dụ: diachiso quarantine export 3 --output sua.xlsx."""
    writer = WRITERS.get(output.suffix.lower())
    if writer is None:
        raise UsageError(
            f"Không xuất được dạng “{output.suffix}”.", f"Cannot export “{output.suffix}”.", hint="Đặt tên tệp .csv hoặc .xlsx"
        )
    with db.session() as session:
        where = province_of(session, batch_id)
        note(session, purpose, entity="batch_row", subject=f"batch {batch_id}", provinces=where, usual=MENDING, action="export")
        number = writer(quarantined(session, batch_id), output)
    console = _console()
    console.print(f"Đã ghi {number:,} dòng của lô {batch_id} vào {output}. Sửa các ô rồi nộp lại: diachiso quarantine resubmit {output}")
    console.print(f"{number:,} rows of batch {batch_id} written.", style="dim")


def resubmit(
    file: Annotated[Path, typer.Argument(help="Tệp xuất đã sửa, .csv hoặc .xlsx / the mended export")],
    batch: Annotated[int | None, typer.Option(help="Lô gốc, khi tệp không có cột batch / first batch")] = None,
    result: Annotated[Path | None, typer.Option(help="Ghi kết quả từng dòng ra CSV / write the outcome of each row")] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ kiểm tra, không ghi / check only")] = False,
) -> None:
    """Nộp lại các dòng đã sửa thành một lô mới / Hand in mended rows as a new batch. Ví dụ: diachiso quarantine resubmit sua.xlsx."""
    with db.session() as session:
        report = interruptible(
            session,
            lambda: hand_in_again(
                session, file, batch=batch, dry_run=dry_run, result=result, actor=getpass.getuser(), free_text=FreeTextLater(session)
            ),
        )
        print_report(report, result)
        if report.batch_id is not None:
            _print_settled(session, report.batch_id)


def _print_settled(session: Session, batch_id: int) -> None:
    """Say which kept rows are settled now, and which still wait."""
    console = _console()
    for first, settled in settled_by(session, batch_id):
        left = still_waiting(session, first)
        console.print(f"Lô {first}: {settled:,} dòng giữ lại nay đã xong, {left:,} dòng vẫn chờ sửa.")
        console.print(f"Batch {first}: {settled:,} kept rows are settled, {left:,} still wait.", style="dim")


def _console() -> Console:
    """Return a console that does not cut the table of a list that goes to a file or a pipe."""
    console = Console(highlight=False)
    widen(console)
    return console
