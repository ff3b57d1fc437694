"""The commands of reforms: apply a succession table, see what it would do, list what waits, take the officer's answers, write tables."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from loaders.reform.apply import Wanted, apply_reform, reforms
from loaders.reform.decide import decide as decide_doors
from loaders.reform.decide import waiting_csv
from loaders.reform.homes import listed
from loaders.reform.report import HOW, DayReport, ReformReport
from registry import db
from registry.errors import NotFoundError
from registry.reform_export import export_table
from registry.reform_words import TEMPLATE
from service.dates import read_date
from service.written import encoded, write_whole

_console = Console(highlight=False, soft_wrap=True)
_MOST_FLOWS = 60
_MOST_WAITING = 10
_COUNTS = {
    "units_closed": "đơn vị kết thúc / units ended", "units_new": "đơn vị mới / units begun", "units_split": "đơn vị bị chia / units split",
    "doors": "địa chỉ được chuyển / doors placed", "waiting": "địa chỉ chờ quyết định / doors waiting",
    "places_moved": "đường, thôn đi theo / places moved", "places_merged": "đường, thôn nhập làm một / places merged",
    "places_new": "đường, thôn tách ra / places made",
    "numbers_twice": "số nhà có ở hai đường cùng tên, giữ là hai / numbers on two streets of one name",
    "references_twice": "mã hộ trùng ở tỉnh mới, ghi thêm tỉnh cũ / household references told apart by their old province",
    "service_points_left": "điểm phục vụ chờ xếp xã / service points to be placed",
}  # fmt: skip

Reason = Annotated[str, typer.Option("--reason", help="Văn bản, lý do / Ground.", metavar="TEXT")]
Actor = Annotated[str, typer.Option("--actor", help="Ai làm / Who does it.", metavar="NAME", envvar="USER")]
Output = Annotated[Path | None, typer.Option("--output", help="Ghi vào tệp / Write to a file.", metavar="FILE")]
Json = Annotated[bool, typer.Option("--json", help="In JSON / Print JSON")]


def register(app: typer.Typer) -> None:
    """Add `diachiso reform …`."""
    group = typer.Typer(no_args_is_help=True)
    for name, act in (
        ("apply", apply),
        ("list", list_all),
        ("show", show),
        ("waiting", waiting),
        ("decide", decide),
        ("export", export),
        ("template", template),
    ):
        group.command(name)(act)
    app.add_typer(group, name="reform")


def apply(
    file: Annotated[Path, typer.Argument(help="Bảng kế thừa, CSV UTF-8 / Succession table.", metavar="FILE")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ xem trước / Change nothing.")] = False,
    on: Annotated[
        str | None, typer.Option("--on", help="Ngày hiệu lực của các dòng không ghi ngày, hoặc chỉ ngày này / Day.", metavar="DATE")
    ] = None,
    units: Annotated[
        Path | None, typer.Option("--units", help="Bảng mã bưu chính, tâm, diện tích, dân số của đơn vị mới / More facts.", metavar="FILE")
    ] = None,
    areas: Annotated[
        list[Path] | None, typer.Option("--areas", help="Ranh giới chính xác của xã mới / Exact areas of the new units.", metavar="FILE")
    ] = None,
    margin: Annotated[
        float | None,
        typer.Option(
            "--approximate", help="Cho vùng gần đúng quyết định khi điểm cách vùng khác hơn N mét / Margin.", metavar="METRES", min=0
        ),
    ] = None,
    early: Annotated[bool, typer.Option("--early", help="Áp dụng trước ngày hiệu lực / Before its day.")] = False,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Không chờ lượt nhập khác / Refuse instead of waiting.")] = False,
    reason: Reason = "",
    actor: Actor = "",
    output: Annotated[
        Path | None, typer.Option("--waiting", help="Ghi danh sách chờ quyết định ra CSV / List of doors that wait.", metavar="OUT.csv")
    ] = None,
    as_json: Json = False,
) -> None:
    """Áp dụng một bảng kế thừa / Apply a table. Ví dụ: diachiso reform apply bang.csv --reason "NQ 12/2026" --waiting cho.csv."""
    with db.session() as session, _console.status("…") as status:
        report = apply_reform(
            session, file,
            Wanted(reason=reason, actor=actor, on=read_date(on), units=units, areas=tuple(areas or ()), margin_m=margin, early=early,
                   dry_run=dry_run, wait=not no_wait, progress=status.update),
        )  # fmt: skip
    if output is not None:
        write_whole(output, encoded("csv", waiting_csv(tuple(door for day in report.days for door in day.waiting))))
    if as_json:
        typer.echo(json.dumps(report.to_dict(), ensure_ascii=False, indent=2, default=str))
        return
    _print_report(report, output)


def _print_report(report: ReformReport, output: Path | None) -> None:
    for day in report.days:
        if day.known:
            _console.print(Text(f"✓ {day.effective}: sổ đã có bảng này, không có gì thay đổi / known already, nothing changed"))
            continue
        _print_day(day)
    if output is not None:
        _console.print(Text(f"✓ Danh sách chờ quyết định / list of doors that wait: {output}"))
    if report.dry_run:
        _console.print(Text("Chỉ xem trước, chưa thay đổi gì / a dry run: nothing was changed", style="yellow"))
    elif report.changed:
        _console.print(Text(f"✓ Đã áp dụng sau {report.seconds:.1f} giây / applied in {report.seconds:.1f} s", style="green"))


def _print_day(day: DayReport) -> None:
    _console.print(Text(f"Ngày hiệu lực / effective {day.effective}" + (f", số / no. {day.reform}" if day.reform else ""), style="bold"))
    _console.print(_counts_table(day.counts))
    moved = [flow for flow in day.flows if flow.doors]
    flows = Table("từ / from", "về / to", "cách / how", "địa chỉ / doors", box=None, title_justify="left")
    for flow in moved[:_MOST_FLOWS]:
        flows.add_row(f"{flow.from_code} {flow.from_name}", f"{flow.to_code} {flow.to_name}", HOW[flow.how], f"{flow.doors:,}")
    if moved:
        _console.print(flows)
    if len(moved) > _MOST_FLOWS:
        _console.print(f"… còn {len(moved) - _MOST_FLOWS} dòng, xem đủ bằng --json / more with --json")
    for door in day.waiting[:_MOST_WAITING]:
        _console.print(Text(f"? {door.code or door.id} {door.recorded_text}: {door.choices}", style="yellow"))
    if len(day.waiting) > _MOST_WAITING:
        _console.print(Text(f"? … còn {len(day.waiting) - _MOST_WAITING:,} địa chỉ nữa / more", style="yellow"))
    if day.waiting:
        _console.print("→ Điền cột quyet_dinh / fill in: diachiso reform waiting --output TỆP; diachiso reform decide TỆP")


def _counts_table(counts: dict[str, int]) -> Table:
    table = Table(box=None, show_header=False)
    for name, words in _COUNTS.items():
        if counts.get(name):
            table.add_row(f"{counts[name]:>10,}", words)
    return table


def list_all(*, as_json: Json = False) -> None:
    """Các lần sắp xếp đã áp dụng / Reforms that were applied. Ví dụ: diachiso reform list."""
    with db.session() as session:
        found = reforms(session)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2, default=str))
        return
    if not found:
        _console.print("Chưa áp dụng lần sắp xếp nào ngoài các bảng có sẵn / none besides the reference tables")
        return
    table = Table(
        "số / no.", "hiệu lực / effective", "tệp / file", "địa chỉ / doors", "chờ / waiting", "ai / who", "lý do / reason", box=None
    )
    for each in found:
        counts: Any = each["counts"]
        row = (
            each["id"],
            each["effective"],
            each["file_name"],
            f"{counts.get('doors', 0):,}",
            each["waiting"],
            each["actor"],
            each["reason"],
        )
        table.add_row(*(str(cell) for cell in row))
    _console.print(table)


def show(number: Annotated[int, typer.Argument(help="Số của lần sắp xếp / Number.", metavar="ID")], *, as_json: Json = False) -> None:
    """Một lần sắp xếp đã làm gì / What a reform did. Ví dụ: diachiso reform show 1."""
    with db.session() as session:
        found = reforms(session, number)
    if not found:
        raise NotFoundError(
            f"Không có lần sắp xếp số {number}.", f"There is no reform {number}.", hint="Xem danh sách: diachiso reform list"
        )
    if as_json:
        typer.echo(json.dumps(found[0], ensure_ascii=False, indent=2, default=str))
        return
    one: Any = found[0]
    _console.print(Text(f"{one['effective']} · {one['file_name']} · {one['actor']}: {one['reason']} · {one['applied_at']:%Y-%m-%d %H:%M}"))
    _console.print(_counts_table(one["counts"]))
    _console.print(f"còn chờ quyết định / still waiting: {one['waiting']}")


def waiting(
    number: Annotated[int | None, typer.Argument(help="Số của lần sắp xếp; bỏ trống: tất cả / Number, else all.", metavar="[ID]")] = None,
    *,
    output: Output = None,
) -> None:
    """Địa chỉ chờ cán bộ quyết định / Doors that wait. Ví dụ: diachiso reform waiting --output cho.csv."""
    with db.session() as session:
        found = listed(session, number)
    if output is None:
        typer.echo(waiting_csv(found), nl=False)
        return
    write_whole(output, encoded("csv", waiting_csv(found)))
    _console.print(Text(f"✓ {len(found):,} địa chỉ / doors: {output}"))


def decide(
    file: Annotated[Path, typer.Argument(help="Danh sách đã điền cột quyet_dinh / The list, filled in.", metavar="FILE")],
    *,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    """Nhận quyết định của cán bộ / Take the answers. Ví dụ: diachiso reform decide cho.csv --reason "biên bản số 3"."""
    with db.session() as session:
        done = decide_doors(session, file, actor=actor, reason=reason)
    _console.print(f"✓ Đã chuyển / moved {done.moved:,}; bỏ trống / blank {done.blank:,}; đã quyết từ trước / decided before {done.same:,}")
    _console.print(f"còn chờ / still waiting: {done.waiting:,}")


def export(
    *,
    day: Annotated[str, typer.Option("--date", help="Ngày hiệu lực / Effective day.", metavar="DATE")],
    output: Output = None,
) -> None:
    """Xuất bảng kế thừa của một ngày / The table of a day. Ví dụ: diachiso reform export --date 2025-07-01 --output nam_2025.csv."""
    chosen = read_date(day)
    with db.session() as session:
        table = export_table(session, chosen) if chosen else ""
    if output is None:
        typer.echo(table, nl=False)
        return
    write_whole(output, encoded("csv", table))
    _console.print(Text(f"✓ {table.count(chr(10)) - 1:,} dòng / lines: {output}"))


def template() -> None:
    """In bảng mẫu / Print an example table. Ví dụ: diachiso reform template > bang.csv."""
    typer.echo(TEMPLATE, nl=False)
