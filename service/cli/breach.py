"""The commands `diachiso breach …`: the register of breaches of personal data, and the clock of 72 hours."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from loaders.result import atomic
from registry import db
from registry.privacy.breaches import add, case_of, listed, open_case
from service.cli.acts import Actor, who
from service.dates import read_moment
from service.reports.breach_page import breach_page, clock
from service.reports.coverage_table import widen
from service.reports.official_page import VIETNAM, moment

_console = Console(highlight=False, soft_wrap=True)
Number = Annotated[int, typer.Argument(help="Số của vụ / Its number", metavar="ID", min=1)]
Words = Annotated[str, typer.Argument(help="Nội dung; không ghi họ tên / Words; no names of people")]


def register(app: typer.Typer) -> None:
    """Add `diachiso breach …`."""
    group = typer.Typer(no_args_is_help=True)
    for name, command in (("open", open_), ("note", note), ("close", close), ("list", list_), ("notice", notice)):
        group.command(name)(command)
    app.add_typer(group, name="breach")


def open_(
    what: Words, *, actor: Actor = None,
    detected: Annotated[str | None, typer.Option("--detected", help='Phát hiện lúc, giờ Việt Nam / Found: "2026-11-20 08:00:00"')] = None,
) -> None:  # fmt: skip
    """Mở một vụ; đồng hồ 72 giờ chạy từ lúc phát hiện / Open a case. Ví dụ: diachiso breach open "mất máy tính có bản xuất"."""
    with db.session() as session:
        number = open_case(session, what, actor=who(actor), detected_at=read_moment(detected) if detected else None)
        session.commit()
        case = case_of(session, number, datetime.now(VIETNAM))
    _console.print(Text(f"✓ Vụ / breach {number}: {clock(case)}; hạn / until {moment(case.deadline)}"))


def note(
    number: Number, words: Words, *, actor: Actor = None,
    notified: Annotated[bool, typer.Option("--notified", help="Đã thông báo cơ quan có thẩm quyền / The authority knows")] = False,
) -> None:  # fmt: skip
    """Ghi việc đã làm / What was done. Ví dụ: diachiso breach note 1 "gửi A05, công văn 12" --notified."""
    with db.session() as session:
        add(session, number, "notified" if notified else "note", words, actor=who(actor))
        session.commit()
        case = case_of(session, number, datetime.now(VIETNAM))
    _console.print(Text(f"✓ Vụ / breach {number}: {clock(case)}"))


def close(number: Number, *, reason: Annotated[str, typer.Option("--reason", help="Kết luận / How it ended")], actor: Actor = None) -> None:
    """Đóng một vụ / Close a case. Ví dụ: diachiso breach close 1 --reason "đã thu hồi, không lộ"."""
    with db.session() as session:
        add(session, number, "closed", reason, actor=who(actor))
        session.commit()
    _console.print(f"✓ Đã đóng vụ / closed: {number}")


def list_() -> None:
    """Mọi vụ, gấp nhất trước / All cases, the most urgent first. Ví dụ: diachiso breach list."""
    with db.session() as session:
        found = listed(session, datetime.now(VIETNAM))
    table = Table("Vụ", "Phát hiện / found", "Hạn / until", "Đồng hồ / clock", "Nội dung / what", box=None)
    for case in found:
        table.add_row(str(case.id), moment(case.detected_at), moment(case.deadline), clock(case), Text(case.what))
    widen(_console)
    _console.print(table if found else "Chưa có vụ nào / No breach is registered.")


def notice(number: Number, output: Annotated[Path, typer.Option("--output", help="Tệp .html để in / page to print")]) -> None:
    """Lập thông báo vi phạm để in và gửi / The notification, to print. Ví dụ: diachiso breach notice 1 --output thong-bao.html."""
    with db.session() as session:
        page = breach_page(case_of(session, number, datetime.now(VIETNAM)))
    with atomic(output) as stream:
        stream.write(page)
    _console.print(Text(f"✓ Đã ghi / written: {output}"))
