"""The commands `diachiso code show|check`: what a code is, whose it is, and whether it was copied right."""

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from geocode.resolver import Resolver
from registry import db
from registry.codes import Code, Scheme, read
from registry.errors import NotFoundError
from registry.life.fate import fate_of, why_ended
from registry.models.tables import DigitalAddress

_console = Console(highlight=False, soft_wrap=True)
_SCHEMES = {
    Scheme.DIACHISO: "mã của sổ địa chỉ / code of this registry (ký tự kiểm tra đúng / check character right)",
    Scheme.NDAS: "địa chỉ số NDAS, 10 chữ số / NDAS, 10 digits (không có ký tự kiểm tra / no check character)",
    Scheme.VPOSTCODE: "Vpostcode, 12 ký tự / 12 characters",
    Scheme.LOCATION_ID: "mã định danh địa điểm 12 chữ số (dự thảo) / drafted 12-digit location id",
    Scheme.PLUS_CODE: "plus code",
}
CodeText = Annotated[str, typer.Argument(help="Mã, viết thế nào cũng được / Code, however it is written", metavar="CODE")]


def register(app: typer.Typer) -> None:
    """Add `diachiso code …`."""
    group = typer.Typer(no_args_is_help=True)
    group.command("check")(check)
    group.command("show")(show)
    app.add_typer(group, name="code")


def check(code: CodeText) -> None:
    """Mã có viết đúng không, thuộc loại nào / Is the code well formed, and of which scheme. Ví dụ: diachiso code check 32110k7q4m."""
    found = read(code)
    _console.print(f"[green]✓[/] [bold]{found.text}[/]  {_SCHEMES[found.scheme]}")
    if found.postal_code:
        _console.print(f"  Mã bưu chính lúc cấp / postal code at issue: {found.postal_code}")


def show(code: CodeText) -> None:
    """Mã này của địa chỉ nào / Whose code it is. Ví dụ: diachiso code show 3211912345."""
    with db.session() as session:
        answer = Resolver.open(session).by_code(session, code)
        best = answer.best
        if best is None:
            _refuse_withdrawn(session, read(code))
        fate, why = fate_of(session, read(code).text), why_ended(session, read(code).text)
    if best is None:
        raise NotFoundError(answer.reason, answer.reason_en, hint="Kiểm tra lại mã trên biển hoặc tra theo địa chỉ: diachiso resolve …")
    _console.print(f"[bold]{best.code or code}[/]  {escape(answer.reason)} [dim]{escape(answer.reason_en)}[/]")
    for each in answer.candidates or (best,):
        _console.print(f"  {escape(each.label)}  [dim]({each.code or '—'}; {each.lat:.6f}, {each.lon:.6f})[/]")
    if fate is not None:
        _console.print(f"  [yellow]{escape(fate.vi)}[/] [dim]{escape(fate.en)}[/]")
        if why:
            _console.print(f"  Lý do / why: {escape(why)}")


def _refuse_withdrawn(session: Session, code: Code) -> None:
    """Refuse a code that was issued and taken back: saying that nobody knows it would let it be taken for a misreading."""
    of_code = (DigitalAddress.code == code.text, DigitalAddress.scheme == code.scheme.value)
    if session.scalar(select(exists().where(*of_code, DigitalAddress.status == "withdrawn"))):
        raise NotFoundError(
            f"Mã {code.text} đã bị thu hồi khi đợt nhập của nó được hoàn tác: không cửa nào mang mã này nữa, mã không bao giờ cấp lại.",
            f"Code {code.text} was withdrawn when its batch was rolled back: no door carries it any more and it is never reused.",
            hint="Tra theo địa chỉ để tìm mã hiện nay: diachiso resolve …",
        )
