"""The commands `diachiso privacy …`: what is held of a person is shown, taken away, erased or restricted, as the law asks."""

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from registry import db
from registry.codes import read
from registry.life.door import find
from registry.privacy import residents
from registry.privacy.households import behind
from registry.security.audit import note_act
from service.cli.acts import CodeText
from service.cli.privacy_keys import register_keys
from service.cli.privacy_requests import register_requests
from service.cli.privacy_retention import register_retention

_console = Console(highlight=False, soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Add `diachiso privacy …`."""
    group = typer.Typer(no_args_is_help=True)
    group.command("show")(show)
    register_requests(group)
    register_keys(group)
    register_retention(group)
    app.add_typer(group, name="privacy")


def show(
    code: CodeText, purpose: Annotated[str, typer.Option("--purpose", help="Xem để làm gì; ghi vào nhật ký / What for; in the trail")]
) -> None:
    """Xem các hộ và người sau một địa chỉ / Who lives behind a door. Ví dụ: diachiso privacy show 32120-K7Q4B --purpose "báo sửa biển"."""
    asked = read(code)
    with db.session() as session:
        number, province = find(session, asked)
        note_act(session, "read", entity="resident", subject=f"code {asked.text}", provinces=province, purpose=purpose)
        session.commit()
        homes = {home.id: home for home in behind(session, number, province)}
        people = residents.of_door(session, number, province)
    table = Table("Mã hộ / reference", "Họ tên / name", "Điện thoại / phone", "", box=None)
    for home in homes.values():
        table.add_row(escape(home.ref), "", "", "hạn chế / restricted" if home.restricted else "")
    for each in people:
        ref = homes[each.household_id].ref if each.household_id in homes else "—"
        table.add_row(escape(ref), escape(each.name), escape(each.phone), "hạn chế / restricted" if each.restricted else "")
    _console.print(table if homes or people else f"Không giữ gì về người ở {asked.text} / Nothing is held of people there.")
