"""The commands `diachiso feedback list|show|close`: what users say of wrong answers, and what a reviewer makes of it."""

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from registry import db, feedback
from registry.errors import UsageError
from registry.models.feedback import Feedback

_console = Console(highlight=False, soft_wrap=True)
_KINDS = {
    "wrong_door": "sai cửa / wrong door",
    "wrong_commune": "sai xã, phường / wrong commune",
    "missing": "chưa có trong sổ / missing",
    "other": "khác / other",
}
_STATES = {"open": "chờ xem / open", "accepted": "đã nhận / accepted", "refused": "không nhận / refused"}
Number = Annotated[int, typer.Argument(help="Số của góp ý / Its number", metavar="ID")]


def register(app: typer.Typer) -> None:
    """Add `diachiso feedback …`."""
    group = typer.Typer(no_args_is_help=True)
    group.command("list")(list_)
    group.command("show")(show)
    group.command("close")(close)
    app.add_typer(group, name="feedback")


def list_(*, every: Annotated[bool, typer.Option("--all", help="Cả góp ý đã xử lý / Closed ones too")] = False) -> None:
    """Góp ý đang chờ, cũ nhất trước / Open reports, oldest first. Ví dụ: diachiso feedback list --all."""
    with db.session() as session:
        found = feedback.reports(session, closed=every)
        if not found:
            _console.print("Không có góp ý nào đang chờ. [dim]No feedback is waiting.[/]")
            return
        table = Table("ID", "Ngày / day", "Loại / kind", "Trạng thái / state", "Câu hỏi / question", "Vị trí đúng / right place", box=None)
        for each in found:
            place = escape(_place(each, feedback.point_of(session, each)))
            table.add_row(str(each.id), f"{each.received_at:%Y-%m-%d}", _KINDS[each.kind], _STATES[each.state], escape(each.query), place)
        _console.print(table)


def show(number: Number) -> None:
    """Một góp ý đầy đủ / One report in full. Ví dụ: diachiso feedback show 3."""
    with db.session() as session:
        found = feedback.report_of(session, number)
        lines = (
            ("Loại / kind", _KINDS[found.kind]),
            ("Trạng thái / state", _STATES[found.state]),
            ("Nhận lúc / received", f"{found.received_at:%Y-%m-%d %H:%M}"),
            ("Câu hỏi / question", found.query),
            ("Mã đã trả lời / answered", found.answered_code or "—"),
            ("Vị trí đúng / right place", _place(found, feedback.point_of(session, found))),
            ("Ghi chú / note", found.note or "—"),
            ("Xem xét lúc / reviewed", f"{found.reviewed_at:%Y-%m-%d %H:%M}" if found.reviewed_at else "—"),
            ("Kết luận / review", found.review_note or "—"),
        )
    for name, said in lines:
        _console.print(f"{name}: {escape(said)}")


def close(
    number: Number,
    *,
    accept: Annotated[bool, typer.Option("--accept", help="Góp ý đúng / The report is right")] = False,
    refuse: Annotated[bool, typer.Option("--refuse", help="Góp ý không đúng / It is not")] = False,
    note: Annotated[str, typer.Option(help="Lý do / Why")] = "",
) -> None:
    """Nhận hoặc không nhận một góp ý / Accept or refuse a report. Ví dụ: diachiso feedback close 3 --accept --note "đã sửa"."""
    if accept == refuse:
        raise UsageError(
            "Chọn --accept hoặc --refuse (một trong hai).", "Choose --accept or --refuse.", hint="diachiso feedback close 3 --accept"
        )
    with db.session() as session:
        found = feedback.close(session, number, accepted=accept, note=note)
        state = _STATES[found.state]
        session.commit()
    _console.print(f"[green]✓[/] Góp ý số {number}: {state}")


def _place(found: Feedback, point: tuple[float, float] | None) -> str:
    """Write the right place: code, point and text, as far as they were given."""
    where = f"{point[1]:.6f}, {point[0]:.6f}" if point else None
    return "; ".join(part for part in (found.right_code, where, found.right_text) if part)
