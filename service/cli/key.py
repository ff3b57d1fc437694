"""The commands `diachiso key …`: keys are made, looked over, replaced and ended."""

import getpass
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from registry import db
from registry.errors import UsageError
from registry.security import keys
from registry.security.keys import Issued
from registry.security.roles import GIVEN, Role
from service.cli.terms import ROLE, shown

_console = Console(highlight=False, soft_wrap=True)
Prefix = Annotated[str, typer.Argument(help="Tám ký tự đầu của khóa, sau dcs_ / The eight characters behind dcs_", metavar="PREFIX")]
Days = Annotated[int, typer.Option("--days", help="Dùng được bao nhiêu ngày / Days that it holds")]


def register(app: typer.Typer) -> None:
    """Add `diachiso key …`."""
    group = typer.Typer(no_args_is_help=True)
    group.command("create")(create)
    group.command("list")(list_)
    group.command("rotate")(rotate)
    group.command("revoke")(revoke)
    app.add_typer(group, name="key")


def _given(said: str) -> Role:
    """Return the role of that name; UsageError where no key can have it."""
    found = next((role for role in GIVEN if role == said), None)
    if found is None:
        raise UsageError(f"Không có khóa của vai “{said}”.", f"No key has the role “{said}”.", hint=f"Chọn: {', '.join(GIVEN)}")
    return found


def create(
    holder: Annotated[str, typer.Argument(help="Đơn vị, hệ thống giữ khóa; không ghi họ tên / House or system, no person's name")],
    *,
    role: Annotated[Role, typer.Option("--role", help="Vai / Role", metavar="|".join(GIVEN), parser=_given)],
    province: Annotated[list[str] | None, typer.Option("--province", help="Mã tỉnh; bỏ trống: cả nước / Province")] = None,
    days: Days = keys.DAYS,
) -> None:
    """Cấp khóa; chỉ hiện một lần / Make a key; shown once. Ví dụ: diachiso key create "Bưu điện 11" --role courier --province 11."""
    with db.session() as session:
        made = keys.create(session, holder=holder, role=role, provinces=province, days=days, created_by=getpass.getuser())
        session.commit()
        _show(made)


def list_() -> None:
    """Xem mọi khóa / All keys. Ví dụ: diachiso key list."""
    table = Table("Khóa / key", "Đơn vị / holder", "Vai / role", "Tỉnh / provinces", "Hết hạn / expires", "Dùng / last used", "", box=None)
    with db.session() as session:
        for row in keys.listed(session):
            ended = "thu hồi / revoked" if row.revoked_at else "đã thay / rotated" if row.rotated_to else ""
            used = row.last_used_on.isoformat() if row.last_used_on else "—"
            table.add_row(
                row.prefix, row.holder, shown(ROLE, row.role), ",".join(row.provinces or ["*"]), f"{row.expires_at:%Y-%m-%d}", used, ended
            )
    _console.print(table)


def rotate(
    prefix: Prefix,
    *,
    overlap: Annotated[int, typer.Option("--overlap", help="Khóa cũ còn dùng mấy ngày / Days of overlap")] = keys.OVERLAP_DAYS,
    days: Days = keys.DAYS,
) -> None:
    """Thay khóa, khóa cũ còn dùng ít ngày / Replace a key; the old one holds on for some days. Ví dụ: diachiso key rotate ab12cd34."""
    with db.session() as session:
        made = keys.rotate(session, prefix, overlap_days=overlap, days=days, created_by=getpass.getuser())
        session.commit()
        _show(made)


def revoke(prefix: Prefix) -> None:
    """Thu hồi khóa / End a key. Ví dụ: diachiso key revoke ab12cd34."""
    with db.session() as session:
        keys.revoke(session, prefix)
        session.commit()
    _console.print(f"✓ Đã thu hồi {prefix}; mọi máy chủ từ chối khóa này sau năm giây / revoked, refused everywhere within five seconds")


def _show(made: Issued) -> None:
    """Print the key itself on standard output, alone on its line; what else is to be said goes beside it."""
    typer.echo(made.token)
    row = made.row
    _console.print(f"✓ {shown(ROLE, row.role)}, {','.join(row.provinces or ['*'])}, đến / until {row.expires_at:%Y-%m-%d}")
    _console.print("  Chép lại ngay: khóa không hiện lần nữa / Copy it now: it is not shown again", style="yellow")
