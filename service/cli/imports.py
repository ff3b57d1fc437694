"""The commands of a province's officer: import a hand-over file, look at batches, undo one, take its quarantined rows home."""

import getpass
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from sqlalchemy import text
from sqlalchemy.orm import Session

from loaders.batch import WAITING, import_file
from loaders.issues import KNOWN
from loaders.quarantine import quarantined
from loaders.report import BatchReport, report_of, unknown_batch
from loaders.result import write_quarantine
from loaders.rollback import rollback_batch
from registry import db
from registry.errors import UsageError
from service.cli.minutes import register_minutes
from service.cli.purpose import MENDING, Purpose, note, province_of
from service.cli.terms import BATCH, OUTCOME, shown
from service.free_text import FreeTextLater
from service.reports.batch_report import refuse_suffix, write_batch_report
from service.written import refuse_overwriting

Done = TypeVar("Done")
STOPPED = Event()
_OUTCOMES = (
    ("accepted_new", "nhận, mới / accepted, new"),
    ("accepted_changed", "nhận, thay đổi / accepted, changed"),
    ("accepted_same", "nhận, không đổi / accepted, same"),
    ("incomplete", "thiếu, giữ lại chờ bổ sung / incomplete"),
    ("duplicate", "trùng / duplicate"),
    ("rejected", "từ chối / rejected"),
)
_TOP_ISSUES = 20
_WIDE = 180


def register(app: typer.Typer) -> None:
    """Add `import`, `batches` and `batch …` to the command."""
    app.command("import")(import_command)
    app.command("batches")(batches)
    one = typer.Typer(no_args_is_help=True)
    one.command("show")(show)
    one.command("rollback")(rollback)
    one.command("quarantine")(quarantine)
    register_minutes(one)
    app.add_typer(one, name="batch")


def import_command(  # noqa: PLR0917 - typer counts options as positions
    file: Annotated[
        Path | None, typer.Argument(help="Tệp bàn giao: CSV, Excel, ODS, bản đồ, Parquet / hand-over file", show_default=False)
    ] = None,
    province: Annotated[str | None, typer.Option(help="Mã tỉnh hiện nay / today's province code")] = None,
    mapping: Annotated[Path | None, typer.Option(help="Tệp ánh xạ cột TOML / column mapping (diachiso mapping suggest)")] = None,
    crs: Annotated[str | None, typer.Option(help="Hệ tọa độ / coordinate system: EPSG:n, vn2000:105-45, utm48")] = None,
    result: Annotated[Path | None, typer.Option(help="Ghi kết quả từng dòng ra CSV / write the outcome of each row")] = None,
    report: Annotated[Path | None, typer.Option(help="Ghi báo cáo kiểm tra .csv, .xlsx, .html / write the check report")] = None,
    delimiter: Annotated[str | None, typer.Option(help="Dấu phân cách, nếu tự nhận sai / delimiter, ';' hoặc tab")] = None,
    encoding: Annotated[str | None, typer.Option(help="Bảng mã, nếu tự nhận sai / encoding: utf-8, windows-1258, tcvn3, vni")] = None,
    sheet: Annotated[str | None, typer.Option(help="Chỉ trang tính này / only this sheet")] = None,
    layer: Annotated[str | None, typer.Option(help="Chỉ lớp bản đồ này / only this layer")] = None,
    profile: Annotated[str | None, typer.Option(help="Bộ quy tắc / profile: default, strict, pre_reform", show_default="default")] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ kiểm tra, không ghi / check only")] = False,
    accept_misplaced: Annotated[
        bool, typer.Option("--accept-misplaced", help="Nhập dù dưới 99 % điểm nằm trong xã đã ghi / although points lie elsewhere")
    ] = False,
    complete: Annotated[
        bool,
        typer.Option("--complete", help="Tệp là danh sách đầy đủ của các xã trong đó: nhà vắng mặt ngừng dùng / retire doors left out"),
    ] = False,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Không xếp hàng sau lượt nhập khác / do not queue")] = False,
) -> None:
    """Import a hand-over file as one batch."""
    if file is None:
        raise UsageError("Thiếu tên tệp bàn giao.", "No file was named.", hint="Ví dụ: diachiso import sample_data/dien_bien.csv")
    if report:
        refuse_suffix(report)
    refuse_overwriting(file, result, "--result")
    refuse_overwriting(file, report, "--report")
    with _progress() as bar, db.session() as session:
        task = bar.add_task("", total=None)

        def tell(step: str, done: int, total: int) -> None:
            if STOPPED.is_set():
                raise KeyboardInterrupt
            if step.startswith(WAITING):
                bar.console.print(f"… {step}", markup=False, soft_wrap=True)
            bar.update(task, description=step, completed=done, total=total)

        done = interruptible(
            session,
            lambda: import_file(
                session, file, province=province, mapping=mapping, crs=crs, dry_run=dry_run, result=result, delimiter=delimiter,
                encoding=encoding, sheet=sheet, layer=layer, profile=profile, actor=getpass.getuser(), progress=tell,
                accept_misplaced=accept_misplaced, complete=complete, wait=not no_wait, free_text=FreeTextLater(session),
                also=(lambda opened, told: write_batch_report(opened, told, report)) if report else None,
            ),
        )  # fmt: skip
    print_report(done, result)
    if report:
        _console().print(f"Báo cáo kiểm tra / Check report: {report}")


def batches() -> None:
    """List the batches, the newest first."""
    table = Table("Lô", "Trạng thái", "Tệp", "Tỉnh", "Dòng", "Mới", "Đổi", "Như cũ", "Thiếu", "Trùng", "Từ chối", "Lúc")
    with db.session() as session:
        found = session.execute(
            text(
                "SELECT id, state, file_name, coalesce(province_code, ''), rows, accepted_new, accepted_changed, accepted_same, incomplete,"
                " duplicate, rejected,"
                " to_char(received_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD HH24\\:MI') FROM batch ORDER BY id DESC",
            ),
        ).all()
    for number, state, *cells in found:
        table.add_row(str(number), shown(BATCH, state), *map(str, cells))
    _console().print(table if found else "Chưa có lô nào / No batches yet.")


def show(batch_id: Annotated[int, typer.Argument(metavar="ID")]) -> None:
    """Xem số đếm và lỗi của một lô / Show the counts and issues of a batch. Ví dụ: diachiso batch show 3."""
    with db.session() as session:
        report = report_of(session, batch_id)
    if report is None:
        raise unknown_batch(batch_id)
    print_report(report, None)


def rollback(batch_id: Annotated[int, typer.Argument(metavar="ID")]) -> None:
    """Hoàn tác một lô / Undo a batch. Ví dụ: diachiso batch rollback 3."""
    with db.session() as session:
        counts = interruptible(session, lambda: rollback_batch(session, batch_id))
    console = _console()
    console.print(f"Đã hoàn tác lô {batch_id}: khôi phục {counts['restored']}, gỡ {counts['removed']} địa chỉ.")
    console.print(f"Batch {batch_id} rolled back: {counts['restored']} addresses restored, {counts['removed']} removed.", style="dim")


def quarantine(
    batch_id: Annotated[int, typer.Argument(metavar="ID")],
    output: Annotated[Path | None, typer.Option(help="Ghi ra CSV / write to CSV")] = None,
    purpose: Purpose = None,
) -> None:
    """Lấy các dòng bị giữ lại, kèm lý do và cách sửa / Export the rows that did not enter the registry."""
    console = _console()
    with db.session() as session:
        action, where = "export" if output else "read", province_of(session, batch_id)
        note(session, purpose, entity="batch_row", subject=f"batch {batch_id}", provinces=where, usual=MENDING, action=action)
        kept = quarantined(session, batch_id)
        if output:
            number = write_quarantine(kept, output)
            console.print(f"Đã ghi {number} dòng vào {output} / {number} rows written.")
            return
        table = Table("Dòng", "Kết quả", "Lý do", "Gợi ý sửa")
        for row in kept:
            table.add_row(str(row["row_no"]), shown(OUTCOME, row["outcome"]), ", ".join(_label(code) for code in row["issues"]), row["fix"])
    console.print(table)


def print_report(report: BatchReport, result: Path | None) -> None:
    """Print counts, issues and notes of a batch."""
    console = _console()
    if report.repeated:
        console.print(f"Tệp này đã nhập, là lô {report.batch_id}; không ghi gì thêm.", style="bold")
        console.print(f"Already imported as batch {report.batch_id}; nothing was written.", style="dim")
    elif report.dry_run:
        console.print("Chạy thử: không ghi gì / Dry run: nothing was written.", style="bold")
    else:
        console.print(f"Lô {report.batch_id}: {report.file_name}, {report.rows} dòng / rows, {report.seconds:.1f} s", style="bold")
    counts = Table("Kết quả / Outcome", "Dòng / Rows")
    for name, label in _OUTCOMES:
        counts.add_row(label, f"{report.counts[name]:,}")
    counts.add_row("Tổng / Total", f"{report.rows:,}", style="bold")
    console.print(counts)
    if report.issues:
        console.print(_issue_table(report))
    for code, words in report.notes:
        console.print(f"{_label(code)}: {words}")
    if result:
        console.print(f"Kết quả từng dòng / Row by row: {result}")


def _issue_table(report: BatchReport) -> Table:
    table = Table("Vấn đề / Issue", "Dòng / Rows", "Ví dụ / First", "Gợi ý / Hint")
    for issue in report.issues[:_TOP_ISSUES]:
        known = KNOWN.get(issue.code)
        label = f"{issue.code}\n{known.vi}\n{known.en}" if known else issue.code
        table.add_row(label, f"{issue.rows:,}", ", ".join(map(str, issue.first)), known.hint if known else "")
    return table


def _label(code: str) -> str:
    known = KNOWN.get(code)
    return f"{known.vi} / {known.en} ({code})" if known else code


def _console() -> Console:
    """Return a console that does not cut the tables of a report that goes to a file or a pipe."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=_WIDE)


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True, disable=not Console(stderr=True).is_terminal)


def interruptible(session: Session, work: Callable[[], Done]) -> Done:
    """Do the work in a thread, so that Ctrl-C reaches the running statement: it is cancelled and all is rolled back."""
    outcome: dict[str, Any] = {}
    # An event of our own: an interrupted Thread.join() leaves the thread marked as ended (CPython issue 89437).
    ended = Event()

    def run() -> None:
        try:
            outcome["done"] = work()
        except BaseException as error:  # noqa: BLE001 - handed to the caller's thread below
            outcome["error"] = error
        finally:
            ended.set()

    driver: Any = session.connection().connection.driver_connection
    Thread(target=run, daemon=True).start()
    try:
        while not ended.wait(0.2):
            pass
    except KeyboardInterrupt:
        STOPPED.set()
        # A cancel between two statements is lost, hence again and again until the work has ended.
        while not ended.is_set():
            driver.cancel()
            ended.wait(0.2)
        raise
    if "error" in outcome:
        raise outcome["error"]
    done: Done = outcome["done"]
    return done
