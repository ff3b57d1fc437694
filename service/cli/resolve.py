"""The command `diachiso resolve`: one text typed, or a CSV of texts, becomes doors, codes and honest verdicts."""

import csv
import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from geocode.resolver import Resolver
from geocode.types import Answer, Candidate, Query, Verdict
from loaders import files
from registry import db
from registry.errors import FileRefused, UsageError
from registry.escaped import escaped
from service.cli.terms import LEVEL, shown
from service.dates import read_date
from service.reports.answer_csv import ANSWER_COLUMNS, answer_cells
from service.table_blocks import address_column, blocks, named_column, squared
from service.written import refuse_overwriting, replaced_when_done

_LOOKS = {
    Verdict.ACCEPT: ("green", "✓ CHẮC CHẮN / ACCEPT"),
    Verdict.CONFIRM: ("yellow", "? CẦN XÁC NHẬN / CONFIRM"),
    Verdict.AMBIGUOUS: ("magenta", "≈ NHIỀU KHẢ NĂNG / AMBIGUOUS"),
    Verdict.REJECT: ("red", "✗ KHÔNG NHẬN RA / REJECT"),
}
_console = Console(highlight=False, soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Add `diachiso resolve`."""
    app.command()(resolve)


def resolve(
    text: Annotated[str | None, typer.Argument(help="Địa chỉ hoặc mã / Address or code")] = None,
    *,
    source: Annotated[Path | None, typer.Option("--input", help="Tệp CSV cần tra / CSV to resolve")] = None,
    column: Annotated[str | None, typer.Option(help="Cột chứa địa chỉ / Column with the address")] = None,
    output: Annotated[Path | None, typer.Option(help="Tệp kết quả / Result file")] = None,
    delimiter: Annotated[str | None, typer.Option(help="Dấu phân cách của tệp / Delimiter of the file")] = None,
    encoding: Annotated[str | None, typer.Option(help="Bảng mã của tệp / Encoding of the file")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Mỗi câu trả lời một dòng JSON / One JSON object a line")] = False,
    explain: Annotated[bool, typer.Option(help="Cho xem cách tính / Show the working")] = False,
    limit: Annotated[int, typer.Option(min=1, max=50, help="Số khả năng / Candidates")] = 5,
    on: Annotated[str | None, typer.Option(help="Tên đơn vị theo ngày / Units as of a day")] = None,
) -> None:
    """Print the door of a text, or write those of a file."""
    if (text is None) == (source is None):
        raise UsageError(
            "Cần một địa chỉ, hoặc --input với một tệp CSV (không phải cả hai).",
            "Give one address, or --input with a CSV file (not both).",
            hint='diachiso resolve "12 Trần Phú, phường Điện Biên Phủ, Điện Biên"',
        )
    day = read_date(on)
    if source is not None:
        _resolve_file(source, (column, delimiter, encoding), output, limit, day, as_json=as_json)
        return
    with db.session() as session:
        answer = Resolver.open(session).resolve(session, Query(text or "", limit=limit, on=day))
    if as_json:
        _print_json(answer, explain=explain)
    else:
        _print(answer, explain=explain)


def _print_json(answer: Answer, *, explain: bool) -> None:
    """Print one answer as one line of JSON."""
    found = answer.to_dict() | ({"explanation": list(answer.explanation)} if explain else {})
    typer.echo(json.dumps(found, ensure_ascii=False))


def _print(answer: Answer, *, explain: bool) -> None:
    """Print one answer in words."""
    colour, words = _LOOKS[answer.verdict]
    _console.print(f"[bold {colour}]{words}[/]  {escape(answer.reason)} [dim]{escape(answer.reason_en)}[/]")
    best = answer.best
    if best and answer.verdict is not Verdict.AMBIGUOUS:
        _console.print(f"  Mã / code: [bold]{best.code or '—'}[/]{f' ({best.scheme})' if best.scheme else ''}")
        _console.print(f"  Địa chỉ / address: {escape(best.label)}")
        if best.lat is not None and best.lon is not None:
            _console.print(f"  Toạ độ / point: {best.lat:.6f}, {best.lon:.6f}" + (f" ±{best.accuracy_m:.0f} m" if best.accuracy_m else ""))
        sure = f"độ tin cậy / confidence {best.confidence:.2f}; cách biệt / margin {answer.margin:.2f}"
        _console.print(f"  Mức / level: {shown(LEVEL, best.level.value)}; {sure}")
    for name, said in (("Đã đổi / changed", answer.changed), ("Không dùng / ignored", answer.ignored)):
        if said:
            _console.print(f"  {name}: {escape('; '.join(said))}")
    if answer.candidates:
        _console.print(_candidates(answer.candidates))
    if explain:
        _console.print("\n".join(f"  [dim]{escape(line)}[/]" for line in answer.explanation))


def _candidates(candidates: tuple[Candidate, ...]) -> Table:
    """List the other possibilities."""
    table = Table("Khả năng khác / other candidates", "Mã / code", "Mức / level", "Tin cậy / confidence", box=None, padding=(0, 2, 0, 2))
    for each in candidates:
        table.add_row(escape(each.label), each.code or "—", shown(LEVEL, each.level.value), f"{each.confidence:.2f}")
    return table


def _resolve_file(
    path: Path, reading: tuple[str | None, str | None, str | None], output: Path | None, limit: int, day: date | None, *, as_json: bool
) -> None:
    """Resolve every row of a table; the result keeps the rows in order with all their columns, or is one JSON object a row."""
    column, delimiter, encoding = reading
    with files.opened(path, delimiter=delimiter, encoding=encoding, names=(column,) if column else ()) as source:
        _resolve_rows(source, _column(source, column), output, limit, day, as_json=as_json)


def _resolve_rows(source: files.Source, place: int, output: Path | None, limit: int, day: date | None, *, as_json: bool) -> None:
    if output is None and not as_json:
        raise UsageError(
            "Cần --output với tên tệp kết quả (hoặc --json).",
            "Give --output with the result file (or --json).",
            hint="--output ket_qua.csv",
        )
    refuse_overwriting(source.path, output)
    kept = _own_columns(source, to_csv=output is not None)
    counts = dict.fromkeys(Verdict, 0)
    progress = Progress(
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[rows]:,} dòng / rows"),
        TimeRemainingColumn(), console=Console(stderr=True), transient=True,
    )  # fmt: skip
    with db.session() as session, progress, replaced_when_done(output) as file:
        resolver = Resolver.open(session)
        task = progress.add_task("Đang tra / resolving", total=source.size, rows=0)
        writer = csv.writer(file) if file else None
        if writer:
            writer.writerow([*(escaped(source.header[at]) for at in kept), *ANSWER_COLUMNS])
        done = 0
        for cells, read_bytes in blocks(source):
            texts = [_asked(row, place, len(source.header)) for row in cells]
            answers = resolver.resolve_many(session, [Query(text, limit=limit, on=day) for text in texts])
            for row, answer in zip(cells, answers, strict=True):
                counts[answer.verdict] += 1
                if writer:
                    writer.writerow(map(escaped, (*squared(row, len(source.header), kept), *answer_cells(answer))))
                else:
                    _print_json(answer, explain=False)
            done += len(cells)
            progress.update(task, completed=read_bytes, rows=done)
    if writer:
        summary = ", ".join(f"{_LOOKS[verdict][1]} {count:,}" for verdict, count in counts.items())
        Console(stderr=True, highlight=False).print(f"[green]✓[/] {done:,} dòng / rows → {output}: {summary}")


def _own_columns(source: files.Source, *, to_csv: bool) -> list[int]:
    """Return the places of the file's own columns: what an earlier run of ours added is replaced, and that is said."""
    kept = [at for at, name in enumerate(source.header) if name.strip() not in ANSWER_COLUMNS]
    replaced = len(source.header) - len(kept)
    if replaced and to_csv:
        said = f"Tệp vào đã có {replaced} cột result_* của lần tra trước; các cột ấy được thay bằng kết quả mới."
        said_en = f"The input has {replaced} result_* columns of an earlier run; they are replaced."
        Console(stderr=True, highlight=False, soft_wrap=True).print(f"[yellow]![/] {said} [dim]{said_en}[/]")
    return kept


def _asked(row: list[str], place: int, width: int) -> str:
    """Return the address of a row; in the last column it may hold commas that nobody quoted."""
    return ",".join(row[place:]) if place == width - 1 else "".join(row[place : place + 1])


def _column(source: files.Source, named: str | None) -> int:
    """Return the place of the address column, named or guessed."""
    found = named_column(source.header, named) if named else address_column(source.header)
    if found is not None:
        return found
    wanted = f"“{named}”" if named else "địa chỉ / address"
    raise FileRefused(
        f"Tệp {source.path.name} không có cột {wanted}; các cột: {', '.join(source.header)}.",
        f"{source.path.name} has no column {wanted}; its columns: {', '.join(source.header)}.",
        hint=f'Chọn cột chứa địa chỉ: --column "{source.header[0]}"',
    )
