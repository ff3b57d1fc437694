"""The commands `diachiso address …`: one door and its life, every act with a reason and a name."""

from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from registry import db
from registry.errors import UsageError
from registry.life.amend import amend as amend_door
from registry.life.fields import amendment, pairs
from registry.life.merge import merge as merge_doors
from registry.life.move import move as move_door
from registry.life.retire import retire as retire_door
from registry.life.revive import revive as revive_door
from registry.life.split import Part
from registry.life.split import split as split_door
from registry.life.spot import METHODS, Reading
from registry.life.story import story
from registry.security.caller import OWNER
from service.cli import address_steps
from service.cli.acts import Actor, CodeText, DryRun, Reason, done, who
from service.cli.terms import KIND, RUNG, shown
from service.code_card import find
from service.points import degrees, pair

_console = Console(highlight=False, soft_wrap=True)
Fields = Annotated[
    list[str],
    typer.Option("--field", help="TÊN=GIÁ TRỊ theo cột bàn giao / by hand-over columns: so_nha, duong, thon_to, loai, so_ho, ghi_chu …"),
]


def register(app: typer.Typer) -> None:
    """Add `diachiso address …`."""
    group = typer.Typer(no_args_is_help=True)
    for command in (show, history, amend, move, merge, split, retire, revive):
        group.command(command.__name__)(command)
    address_steps.register(group)
    app.add_typer(group, name="address")


def show(code: CodeText) -> None:
    """Địa chỉ như đang ghi trong sổ / A door as the registry has it. Ví dụ: diachiso address show 32110-K7Q4M."""
    with db.session() as session:
        card = find(session, code, OWNER)
    _console.print(Text(str(card["code"]), style="bold").append(f"  {card['label'] or '—'}", style="default"))
    if card["note"]:
        _console.print(Text(f"  {card['note']} ", style="yellow").append(card["note_en"], style="dim"))
    unit = card["unit"] or {}
    lines = {
        "Mã đang dùng / active code": card.get("active_code"), "Loại / kind": shown(KIND, card.get("kind") or ""),
        "Bậc / status": shown(RUNG, card.get("stage") or ""),
        "Xã / commune": f"{unit['commune']['name']} ({unit['commune']['code']})" if unit else None,
        "Toạ độ / point": f"{card['lat']:.6f}, {card['lon']:.6f}" if card["lat"] else None,
        "Mã khác / other codes": ", ".join(f"{each['scheme']} {each['code']}" for each in card.get("external_codes", ())),
    }  # fmt: skip
    for name, said in lines.items():
        _console.print(Text(f"  {name}: {said or '—'}"))


def history(code: CodeText) -> None:
    """Điều gì đã xảy ra, khi nào, ai làm, vì sao / What happened when, by whom, why. Ví dụ: diachiso address history 32110-K7Q4M."""
    with db.session() as session:
        told = story(session, code)
    if not told:
        _console.print("Chưa có gì được ghi về địa chỉ này. [dim]Nothing is on record.[/]")
        return
    for entry in told:
        by = " ".join(part for part in (entry.who, entry.why and f"“{entry.why}”") if part)
        _console.print(Text(f"{entry.on:%d/%m/%Y}  {entry.vi} / {entry.en}").append(f"  {by}", style="dim"))
        for name, (was, now) in entry.fields.items():
            _console.print(Text(f"            {name}: {was or '—'} → {now or '—'}"))


def amend(code: CodeText, field: Fields, reason: Reason, *, actor: Actor = None, dry_run: DryRun = False) -> None:
    """Sửa thông tin; mã giữ nguyên / Correct a door; the code stays.

    Ví dụ: diachiso address amend 32110-K7Q4M --field so_nha=12A --field "duong=Trần Phú" --reason "biên bản số 12"
    """
    change = amendment(pairs(field))
    done(lambda session: amend_door(session, code, change, reason=reason, actor=who(actor)), dry_run=dry_run)


def move(
    code: CodeText,
    point: Annotated[str, typer.Option("--point", help="vĩ độ,kinh độ; hoặc hai số theo --crs / lat,lon; or two numbers in --crs")],
    reason: Reason,
    *,
    crs: Annotated[
        str | None, typer.Option("--crs", help="Hệ toạ độ của --point: Đông,Bắc / easting,northing; EPSG:9210, 105-45 …")
    ] = None,
    method: Annotated[str, typer.Option("--method", help=f"Cách có được điểm / how: {', '.join(METHODS)}")] = "survey",
    accuracy: Annotated[float | None, typer.Option("--accuracy", help="Sai số, mét / metres")] = None,
    actor: Actor = None,
    dry_run: DryRun = False,
) -> None:
    """Sửa vị trí; sang xã khác thì xã đổi theo / Move a door; in another commune the commune follows.

    Ví dụ: diachiso address move 32110-K7Q4M --point 21.3856,103.0162 --reason "đo lại"
    """
    x, y = pair(point) if crs else degrees(point)
    reading = Reading(x, y, crs or "EPSG:4326", method, accuracy)
    done(lambda session: move_door(session, code, reading, reason=reason, actor=who(actor)), dry_run=dry_run)


def merge(
    code: CodeText,
    into: Annotated[str, typer.Option("--into", help="Mã của địa chỉ còn lại / The code that stays")],
    reason: Reason,
    *,
    households: Annotated[int | None, typer.Option(help="Số hộ sau khi gộp; bỏ trống: cộng lại / Households then, else the sum")] = None,
    actor: Actor = None,
    dry_run: DryRun = False,
) -> None:
    """Gộp vào một địa chỉ khác; mã cũ vẫn tra được / Merge into another door; the code still resolves.

    Ví dụ: diachiso address merge 32110-K7Q4M --into 32110-B2C3D --reason "ghi hai lần"
    """
    done(
        lambda session: merge_doors(session, code, into, reason=reason, actor=who(actor), households=households), dry_run=dry_run
    )  # fmt: skip


def split(
    code: CodeText,
    into: Annotated[
        list[str], typer.Option("--into", help='Một địa chỉ mới mỗi lần / one new door each: "so_nha=12B;so_ho=1;toa_do=21.38,103.01"')
    ],
    reason: Reason,
    *,
    keep: Annotated[
        list[str] | None, typer.Option("--keep", help="Sửa địa chỉ giữ mã / What changes of the door that keeps the code")
    ] = None,
    actor: Actor = None,
    dry_run: DryRun = False,
) -> None:
    """Tách thành nhiều địa chỉ; mã cũ ở lại với một / Split a door; the code stays with one.

    Ví dụ: diachiso address split 32110-K7Q4M --keep so_nha=12A --into so_nha=12B --reason "xây thành hai nhà"
    """
    parts = [_part(each) for each in into]
    keeps = amendment(pairs(keep)) if keep else None
    done(lambda session: split_door(session, code, parts, reason=reason, actor=who(actor), keeps=keeps), dry_run=dry_run)


def _part(written: str) -> Part:
    """Read one new door: `so_nha=12B;so_ho=1;toa_do=21.3856,103.0162`."""
    said = [each.strip() for each in written.split(";") if each.strip()]
    points = [each.partition("=")[2] for each in said if each.startswith("toa_do=")]
    fields = [each for each in said if not each.startswith("toa_do=")]
    if not fields or len(points) > 1:
        raise UsageError("Địa chỉ mới cần ít nhất một trường.", "A new door needs a field.", hint='Ví dụ: --into "so_nha=12B;so_ho=1"')
    return Part(amendment(pairs(fields)), degrees(points[0]) if points else None)


def retire(code: CodeText, reason: Reason, *, actor: Actor = None, dry_run: DryRun = False) -> None:
    """Cho ngừng dùng; mã vẫn tra được và nói rõ / Retire a door; the code still resolves and says so.

    Ví dụ: diachiso address retire 32110-K7Q4M --reason "nhà đã phá"
    """
    done(lambda session: retire_door(session, code, reason=reason, actor=who(actor)), dry_run=dry_run)


def revive(code: CodeText, reason: Reason, *, actor: Actor = None, dry_run: DryRun = False) -> None:
    """Khôi phục địa chỉ ngừng dùng hay gộp nhầm / Bring back a door retired or merged by mistake.

    Ví dụ: diachiso address revive 32110-K7Q4M --reason "gộp nhầm"
    """
    done(lambda session: revive_door(session, code, reason=reason, actor=who(actor)), dry_run=dry_run)
