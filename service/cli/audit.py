"""The commands `diachiso audit …`: the trail is looked at and taken away for an inspection."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from loaders.result import atomic
from registry import db
from registry.errors import FileRefused, RefusedError, UsageError
from registry.security import audit
from service.cli.terms import ACTION, ROLE, shown
from service.reports.coverage_table import widen

_console = Console(highlight=False, soft_wrap=True)
_DIGEST = re.compile("[0-9a-f]{64}")


class Form(StrEnum):
    """How the trail is written."""

    CSV = "csv"
    JSON = "json"


Since = Annotated[datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="Từ ngày / From a day")]


def register(app: typer.Typer) -> None:
    """Add `diachiso audit …`."""
    group = typer.Typer(no_args_is_help=True)
    group.command("list")(list_)
    group.command("export")(export)
    group.command("verify")(verify)
    app.add_typer(group, name="audit")


def list_(
    since: Since = None,
    actor: Annotated[str | None, typer.Option("--actor", help="Của ai / Whose")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=audit.MOST_LISTED, help="Số dòng mới nhất / So many of the newest")] = 100,
) -> None:
    """Xem nhật ký / Look at the trail. Ví dụ: diachiso audit list --since 2026-11-01."""
    table = Table("Lúc / at", "Ai / who", "Vai / role", "Việc / action", "Bảng / of", "Tỉnh / provinces", "Mục đích / for", box=None)
    with db.session() as session:
        for row in audit.listed(session, since=_day(since), actor=actor, limit=limit):
            of = f"{row.entity} {row.subject}".strip()
            table.add_row(
                f"{row.at:%Y-%m-%d %H:%M:%S}", row.actor, shown(ROLE, row.role), shown(ACTION, row.action), of, row.provinces, row.purpose
            )
    # A list that goes to a pipe is not cut.
    widen(_console)
    _console.print(table)


def export(
    output: Annotated[Path, typer.Option("--output", help="Tệp sẽ ghi / File to write")],
    since: Since = None,
    form: Annotated[Form | None, typer.Option("--format", help="csv hoặc json; bỏ trống: theo đuôi tệp / else by the suffix")] = None,
) -> None:
    """Xuất nhật ký thành chuỗi băm / Export the trail, each line chained. Ví dụ: diachiso audit export --output nhat_ky.ndjson."""
    form = form or (Form.CSV if output.suffix.lower() == ".csv" else Form.JSON)
    seen = _Seen()
    with db.session() as session, atomic(output, encoding="utf-8-sig" if form is Form.CSV else "utf-8") as file:
        chained = seen.passed(audit.lines(session, since=_day(since)))
        for line in audit.csv_lines(chained) if form is Form.CSV else chained:
            file.write(line + "\n")
    digest = audit.digest_of(seen.last)
    _console.print(f"✓ {seen.count} dòng / lines: {output}")
    _console.print(f"  Giữ mã băm này ở nơi khác / Keep this digest elsewhere: {digest}")


def verify(
    file: Annotated[
        Path | None, typer.Argument(help="Tệp đã xuất, .csv hoặc JSON; bỏ trống: nhật ký trong sổ / An export, else the trail")
    ] = None,
    digest: Annotated[str | None, typer.Option("--digest", help="Mã băm đã giữ / A digest noted earlier", metavar="HEX")] = None,
    since: Since = None,
) -> None:
    """Kiểm tra chuỗi băm của tệp đã xuất, hoặc của sổ / Prove it. Ví dụ: diachiso audit verify nhat_ky.csv --digest 9f86…."""
    if digest is not None and not _DIGEST.fullmatch(digest.strip().lower()):
        raise UsageError("Mã băm có 64 chữ số hệ 16.", "A digest has 64 hexadecimal digits.", hint="Mã mà audit export đã in ra.")
    seen = _Seen(digest.strip().lower() if digest else "")
    for _ in seen.passed(iter(_proved(file)) if file else _now(_day(since))):
        pass
    _console.print(f"✓ Chuỗi băm đúng, {seen.count} dòng / the chain holds: {audit.digest_of(seen.last)}")
    if digest is not None and seen.found is None:
        raise RefusedError(
            "Không dòng nào có mã băm đã giữ: nhật ký đã bị sửa từ đó, hoặc được xuất từ ngày khác.",
            "No line ends with that digest: the trail was changed since, or begins on another day.",
            hint="Dùng đúng --since của lần xuất; lượt xem quá hai năm rời nhật ký theo thời hạn lưu giữ (privacy retention show).",
        )
    if digest is not None:
        _console.print(f"✓ Khớp mã băm đã giữ tới dòng {seen.found} trong {seen.count} / unchanged up to line {seen.found} of {seen.count}")


def _now(since: date | None) -> Iterator[str]:
    with db.session() as session:
        yield from audit.lines(session, since=since)


def _proved(file: Path) -> list[str]:
    """Return the lines of an export whose chain holds; FileRefused for what is none, RefusedError where it breaks."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            csv_given = file.suffix.lower() == ".csv"
            read = list(audit.from_csv(csv.DictReader(stream))) if csv_given else stream.read().splitlines()
        wrong = audit.broken(read)
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise FileRefused(f"Không đọc được {file} như nhật ký đã xuất.", f"{file} is no export of the trail.") from error
    if wrong is not None:
        raise RefusedError(f"Chuỗi băm gãy ở dòng {wrong}: tệp đã bị sửa.", f"The chain breaks at line {wrong}: the file was changed.")
    return read


@dataclass
class _Seen:
    """Remembers the last of the lines that pass, how many there were, and which of them ends with the digest that is wanted."""

    wanted: str = ""
    last: str = ""
    count: int = 0
    found: int | None = None

    def passed(self, lines: Iterator[str]) -> Iterator[str]:
        for line in lines:
            self.last, self.count = line, self.count + 1
            if self.wanted and audit.digest_of(line) == self.wanted:
                self.found = self.count
            yield line


def _day(since: datetime | None) -> date | None:
    return since.date() if since else None
