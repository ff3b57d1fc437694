"""The commands of whoever follows the registry: its changes, a snapshot, a mirror of a province."""

import json
from contextlib import closing
from pathlib import Path
from threading import Event as Signal
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from loaders.result import atomic
from registry import db
from registry.changes.read import CHANNEL, MOST, read
from registry.changes.snapshot import snapshot as lines_of
from service.listen import Listener
from service.mirror import Mirror

_Province = Annotated[str | None, typer.Option("--province", help="Mã tỉnh hiện nay; bỏ trống: cả nước / Province, else the country.")]
_WAIT = 30
_console = Console(stderr=True, highlight=False)


def register(app: typer.Typer) -> None:
    """Add `diachiso changes …`."""
    group = typer.Typer(no_args_is_help=True)
    group.command("follow")(follow)
    group.command("snapshot")(snapshot)
    group.command("mirror")(mirror)
    app.add_typer(group, name="changes")


def follow(
    since: Annotated[str, typer.Option("--since", help="Số sự kiện, hoặc mã tiếp tục / Number of an event, or a token (next).")] = "0",
    province: _Province = None,
    once: Annotated[bool, typer.Option("--once", help="Hết sự kiện thì dừng / Stop at the end.")] = False,  # noqa: FBT002 - typer's flag
    limit: Annotated[int, typer.Option("--limit", min=1, max=MOST, help="Số sự kiện mỗi lần đọc / Numbers a read.")] = 1000,
) -> None:
    """Theo dõi thay đổi, mỗi sự kiện một dòng JSON / Follow changes. Ví dụ: diachiso changes follow --since 0 --province 11 --once.

    Sau mỗi lần đọc có một dòng {"next": mã tiếp tục, "number": số đã đọc tới, "complete": đã trọn giao dịch hay chưa}.
    """
    told = Signal()
    listener = None if once else Listener(db.engine(), CHANNEL, lambda _: told.set())
    try:
        if listener:
            listener.start()
        while True:
            told.clear()
            since, more = _print_page(since, province, limit, quiet=not once)
            if not more and once:
                return
            if not more:
                told.wait()
    finally:
        if listener:
            listener.stop()


def _print_page(since: str, province: str | None, limit: int, *, quiet: bool) -> tuple[str, bool]:
    """Print the next events and where they end, unless quiet where nothing is new; return the token, and whether there are more."""
    with db.session() as session:
        page = read(session, since, limit=limit, province=province)
    for event in page.events:
        typer.echo(json.dumps(event.to_dict(), ensure_ascii=False))
    if page.next != since or not quiet:
        typer.echo(json.dumps({"next": page.next, "number": page.through, "complete": page.complete}))
    return page.next, page.through < page.last


def snapshot(
    province: _Province = None,
    at: Annotated[
        int | None, typer.Option("--at", min=0, help="Số cuối của một giao dịch trước đây / Last event of a transaction.")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", help="Ghi vào tệp / Write to a file.")] = None,
) -> None:
    """Bản chụp sổ, mỗi dòng một JSON / A snapshot of the registry. Ví dụ: diachiso changes snapshot --province 11 --output db.ndjson."""
    with db.session() as session:
        lines = (json.dumps(line, ensure_ascii=False) for line in lines_of(session, province, at=at))
        if output is None:
            for line in lines:
                typer.echo(line)
            return
        with atomic(output) as file:
            file.writelines(f"{line}\n" for line in lines)
    _console.print(Text(f"✓ Đã ghi / written: {output}"))


def mirror(
    database: Annotated[Path, typer.Option("--database", help="Tệp SQLite; có rồi thì đi tiếp / SQLite file, carried on if it exists.")],
    province: _Province = None,
    url: Annotated[str, typer.Option("--url", help="Dịch vụ đang chạy / The running service.")] = "http://127.0.0.1:8000",
    follow: Annotated[bool, typer.Option("--follow", help="Chờ và đi theo mãi / Keep following.")] = False,  # noqa: FBT002 - typer's flag
) -> None:
    """Sao một tỉnh vào SQLite / Mirror a province. Ví dụ: diachiso changes mirror --province 11 --database dien-bien.sqlite."""
    with closing(Mirror(database, url, province)) as kept:
        while True:
            caught = kept.catch_up(_WAIT if follow else 0)
            if caught.loaded or caught.applied or not follow:
                _console.print(
                    f"✓ Tới số / at number {caught.number}: bản chụp / snapshot {caught.loaded:,}, sự kiện / events {caught.applied:,}"
                )
            if not follow:
                return
