"""The commands `diachiso address verify|notify|plate`: one door or a whole list takes a step up the ladder."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from loaders import files
from registry import db
from registry.errors import FileRefused, UsageError
from registry.escaped import escaped
from registry.life.status import Climb, Step, advance, advance_all
from registry.text import fold
from service.cli.acts import Actor, DryRun, Reason, done, who
from service.dates import read_date
from service.written import refuse_overwriting, replaced_when_done

_CODE_COLUMNS = ("ma", "ma dia chi so", "code", "result code")
_SHOWN = 20
_console = Console(highlight=False, soft_wrap=True)
Code = Annotated[str | None, typer.Argument(help="Mã / Code; bỏ trống khi có --input", metavar="[CODE]")]
Input = Annotated[Path | None, typer.Option("--input", help="Tệp nhiều mã / A file of codes")]
Column = Annotated[str | None, typer.Option("--column", help="Cột chứa mã / Column with the code")]
Output = Annotated[Path | None, typer.Option("--output", help="Tệp kết quả, từng dòng / Result, row for row")]
On = Annotated[str | None, typer.Option("--on", help="Ngày thực hiện; bỏ trống: hôm nay / The day, else today")]


@dataclass(frozen=True)
class _Asked:
    """What all three commands take."""

    code: str | None
    source: Path | None
    column: str | None
    output: Path | None
    on: str | None
    reason: str
    actor: str | None
    dry_run: bool


def register(group: typer.Typer) -> None:
    """Add the three steps to `diachiso address`."""
    for command in (verify, notify, plate):
        group.command(command.__name__)(command)


def verify(
    code: Code = None, *, reason: Reason, source: Input = None, column: Column = None, output: Output = None, on: On = None,
    actor: Actor = None, dry_run: DryRun = False,
) -> None:  # fmt: skip
    """Đã xác minh tại chỗ / Somebody saw the door. Ví dụ: diachiso address verify 32110-K7Q4M --reason "đợt kiểm tra tháng 3"."""
    _step("verified", _Asked(code, source, column, output, on, reason, actor, dry_run))


def notify(
    code: Code = None, *, reason: Reason, source: Input = None, column: Column = None, output: Output = None, on: On = None,
    actor: Actor = None, dry_run: DryRun = False,
) -> None:  # fmt: skip
    """Đã thông báo mã cho chủ hộ / The household was told.

    Ví dụ: diachiso address notify --input ma.csv --column ma --reason "phát thông báo"
    """
    _step("notified", _Asked(code, source, column, output, on, reason, actor, dry_run))


def plate(
    code: Code = None, *, reason: Reason, source: Input = None, column: Column = None, output: Output = None, on: On = None,
    actor: Actor = None, dry_run: DryRun = False,
) -> None:  # fmt: skip
    """Đã gắn biển / The plate hangs there. Ví dụ: diachiso address plate 32110-K7Q4M --on 20/11/2026 --reason "gắn biển đợt 1"."""
    _step("plated", _Asked(code, source, column, output, on, reason, actor, dry_run))


def _step(step: Step, asked: _Asked) -> None:
    if (asked.code is None) == (asked.source is None):
        raise UsageError(
            "Cần một mã, hoặc --input với một tệp.", "Give one code, or --input with a file.", hint="diachiso address verify MÃ --reason …"
        )
    day = read_date(asked.on)
    if asked.source is not None:
        _list(step, asked, asked.source)
        return
    code = asked.code or ""
    done(lambda session: advance(session, code, step, reason=asked.reason, actor=who(asked.actor), on=day), dry_run=asked.dry_run)


def _list(step: Step, asked: _Asked, path: Path) -> None:
    """Take a list up the ladder in one transaction; every row has its result."""
    refuse_overwriting(path, asked.output)
    with files.opened(path, names=(asked.column,) if asked.column else ()) as source:
        header, place = source.header, _column(source, asked.column)
        rows = [cells for cells, _ in files.rows(source)]
    codes = [cells[place].strip() if place < len(cells) else "" for cells in rows]
    with db.session() as session, _console.status("Đang ghi / writing"), replaced_when_done(asked.output) as file:
        climbs = advance_all(session, codes, step, reason=asked.reason, actor=who(asked.actor), on=read_date(asked.on))
        if file:
            writer = csv.writer(file)
            writer.writerow([*map(escaped, header), "result_outcome", "result_code", "result_reason"])
            writer.writerows([*map(escaped, cells), *_result(climb)] for cells, climb in zip(rows, climbs, strict=True))
        if not asked.dry_run:
            session.commit()
    _tell(climbs, dry_run=asked.dry_run)


def _result(climb: Climb) -> list[str]:
    if climb.happened is not None:
        return ["done", climb.happened.code, ""]
    return ["refused", "", climb.refused.vi if climb.refused else ""]


def _tell(climbs: list[Climb], *, dry_run: bool) -> None:
    refused = [(nth, climb) for nth, climb in enumerate(climbs, start=1) if climb.refused is not None]
    for nth, climb in refused[:_SHOWN]:
        error = climb.refused
        _console.print(
            Text(f"  dòng / row {nth}: {error.vi if error else ''} ", style="yellow").append(error.en if error else "", style="dim")
        )
    if len(refused) > _SHOWN:
        _console.print(Text(f"  … +{len(refused) - _SHOWN}", style="yellow"))
    head = "Thử / dry run: " if dry_run else "✓ "
    _console.print(f"{head}{len(climbs) - len(refused):,} địa chỉ / doors; {len(refused):,} không được / refused")


def _column(source: files.Source, named: str | None) -> int:
    """Return the place of the column with the codes, named or known."""
    folded = [fold(name.replace("_", " ")) for name in source.header]
    for name in [fold(named.replace("_", " "))] if named else _CODE_COLUMNS:
        if name in folded:
            return folded.index(name)
    raise FileRefused(
        f"Tệp {source.path.name} không có cột mã; các cột: {', '.join(source.header)}.",
        f"{source.path.name} has no column of codes; its columns: {', '.join(source.header)}.",
        hint="Chọn cột chứa mã: --column TÊN",
    )
