"""The commands `diachiso privacy key …`: the keys of residents' data are made once and replaced in time."""

import typer
from rich.console import Console

from registry import db
from registry.privacy.residents import reseal
from registry.privacy.sealing import add_key, make_keys
from service.cli.purpose import EVERYWHERE, note

_console = Console(highlight=False, soft_wrap=True)


def register_keys(group: typer.Typer) -> None:
    """Add `privacy key make|rotate`."""
    keys = typer.Typer(help="Khóa mã hóa dữ liệu cá nhân / Keys of residents' data.", no_args_is_help=True)
    keys.command("make")(make)
    keys.command("rotate")(rotate)
    group.add_typer(keys, name="key")


def make() -> None:
    """Tạo tệp khóa ở DIACHISO_PERSONAL_KEYS, một lần / Make the key file. Ví dụ: diachiso privacy key make."""
    _console.print(f"✓ Đã tạo tệp khóa / made: {make_keys()}")
    _console.print("  Giữ một bản sao ở nơi khác, không cùng chỗ với bản sao lưu cơ sở dữ liệu / Keep a copy apart from the backups.")


def rotate() -> None:
    """Thay khóa và mã hóa lại tất cả / Put a new key in front, encrypt all anew. Ví dụ: diachiso privacy key rotate."""
    keys = add_key()
    with db.session() as session:
        note(session, "thay khóa / key rotation", entity="resident", subject=f"key {keys.current}", provinces=EVERYWHERE, usual="")
        done = reseal(session, keys)
    _console.print(f"✓ Khóa mới {keys.current}; đã mã hóa lại {done:,} dòng / rows encrypted anew")
    _console.print("  Khóa cũ còn trong tệp: bản sao lưu cũ cần nó. / Old keys stay in the file: backups need them.")
