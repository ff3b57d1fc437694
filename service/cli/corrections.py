"""The commands `diachiso correction …`: couriers and officers propose, the province decides."""

import getpass
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from registry import corrections, db
from registry.corrections import Proposal
from registry.life.fields import pairs
from registry.models.correction import Correction
from registry.units import current_province
from service.cli.acts import Actor, CodeText, DryRun, Reason, tell, who
from service.points import degrees

_console = Console(highlight=False, soft_wrap=True)
_STATES = {"waiting": "chờ duyệt / waiting", "accepted": "đã nhận / accepted", "refused": "không nhận / refused"}
Number = Annotated[int, typer.Argument(help="Số của đề nghị / Its number", metavar="ID")]
Fields = Annotated[list[str] | None, typer.Option("--field", help="TÊN=GIÁ TRỊ đúng / What is right: so_nha=12A")]
Point = Annotated[str | None, typer.Option("--point", help="Vị trí đúng: vĩ độ,kinh độ / The right lat,lon")]
WrongPlace = Annotated[str | None, typer.Option("--wrong-place", help="Đường, thôn đúng / The right street or hamlet")]
SameAs = Annotated[str | None, typer.Option("--same-as", help="Ghi trùng địa chỉ mang mã này / Repeats the door of this code")]
Gone = Annotated[bool, typer.Option("--gone", help="Địa chỉ không còn / The door is gone")]
By = Annotated[str | None, typer.Option("--by", help="Mã nhân viên, tài khoản; không ghi họ tên / A staff number, never a name")]


def register(app: typer.Typer) -> None:
    """Add `diachiso correction …`."""
    group = typer.Typer(no_args_is_help=True)
    group.command("propose")(propose)
    group.command("from-feedback")(from_feedback)
    group.command("list")(list_)
    group.command("accept")(accept)
    group.command("refuse")(refuse)
    app.add_typer(group, name="correction")


def propose(
    code: CodeText, *, reason: Reason, field: Fields = None, point: Point = None, wrong_place: WrongPlace = None, same_as: SameAs = None,
    gone: Gone = False, by: By = None,
) -> None:  # fmt: skip
    """Đề nghị sửa một địa chỉ, chờ tỉnh duyệt / Propose a correction, to wait for the province.

    Ví dụ: diachiso correction propose 32110-K7Q4M --field so_nha=12A --reason "biển số nhà ghi 12A"
    """
    with db.session() as session:
        said = _proposal(field, point, wrong_place, same_as, gone=gone)
        made = corrections.propose(session, code, said, reason=reason, proposed_by=by or getpass.getuser())
        session.commit()
        _console.print(f"[green]✓[/] Đề nghị sửa số {made.id}, chờ tỉnh {made.province_code} duyệt. [dim]Waiting for the province.[/]")


def from_feedback(
    number: Number, *, reason: Reason, code: Annotated[str | None, typer.Option(help="Mã địa chỉ cần sửa / The door in question")] = None,
    field: Fields = None, point: Point = None, wrong_place: WrongPlace = None, same_as: SameAs = None, gone: Gone = False, by: By = None,
) -> None:  # fmt: skip
    """Đổi một góp ý thành đề nghị sửa / Turn a feedback into a correction.

    Ví dụ: diachiso correction from-feedback 3 --field so_nha=12A --reason "đã gọi hỏi"
    """
    with db.session() as session:
        said = _proposal(field, point, wrong_place, same_as, gone=gone)
        made = corrections.from_feedback(session, number, said, reason=reason, proposed_by=by or getpass.getuser(), code=code)
        session.commit()
        _console.print(f"[green]✓[/] Góp ý số {number} → đề nghị sửa số {made.id}. [dim]Feedback {number} is correction {made.id} now.[/]")


def list_(
    *,
    province: Annotated[str | None, typer.Option("--province", help="Mã tỉnh hiện nay / Province of today")] = None,
    state: Annotated[str, typer.Option("--state", help="waiting, accepted, refused, all")] = "waiting",
) -> None:
    """Các đề nghị, cũ nhất trước / Proposals, oldest first. Ví dụ: diachiso correction list --province 11."""
    with db.session() as session:
        unit = current_province(session, province).code if province else None
        found = corrections.listed(session, unit, None if state == "all" else state)
        if not found:
            _console.print("Không có đề nghị nào. [dim]No correction.[/]")
            return
        for each in found:
            state_of = _STATES[each.state] + (f": {each.decision}" if each.decision else "")
            _console.print(Text(f"{each.id:>4}  {each.proposed_at:%d/%m/%Y}  {each.province_code}  {each.code}  {state_of}", style="bold"))
            _console.print(Text(f"      {_said(each)}"))
            _console.print(Text(f"      Lý do / why: {each.reason}" + (f" ({each.proposed_by})" if each.proposed_by else ""), style="dim"))


def accept(
    number: Number, *, note: Annotated[str, typer.Option(help="Ghi chú / Note")] = "", actor: Actor = None, dry_run: DryRun = False
) -> None:
    """Nhận và sửa sổ ngay / Accept, and change the registry at once. Ví dụ: diachiso correction accept 3."""
    with db.session() as session:
        happened = corrections.accept(session, number, actor=who(actor), note=note)
        if not dry_run:
            session.commit()
    for each in happened:
        tell(each, dry_run=dry_run)


def refuse(number: Number, *, reason: Reason, actor: Actor = None) -> None:
    """Không nhận, nói lý do / Refuse, saying why. Ví dụ: diachiso correction refuse 3 --reason "đã xác minh tại chỗ"."""
    with db.session() as session:
        corrections.refuse(session, number, actor=who(actor), reason=reason)
        session.commit()
    _console.print(f"[green]✓[/] Đề nghị sửa số {number}: {_STATES['refused']}")


def _proposal(field: list[str] | None, point: str | None, wrong_place: str | None, same_as: str | None, *, gone: bool) -> Proposal:
    fields = pairs([*(field or []), *([f"duong={wrong_place}"] if wrong_place is not None else [])])
    return Proposal(fields, degrees(point) if point is not None else None, same_as, gone)


def _said(found: Correction) -> str:
    """Write a proposal beside what the registry had that day."""
    said = {name: f"{value[1]:.6f}, {value[0]:.6f}" if name == "toa_do" else value for name, value in found.proposed.items()}
    return "; ".join(f"{name}: {found.seen.get(name) or '—'} → {value}" for name, value in said.items())
