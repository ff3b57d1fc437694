"""The commands of administrative units: load the map over time, show what a code means, trace what it became, load boundaries."""

import json
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.tree import Tree
from sqlalchemy.orm import Session

from registry import db
from registry import units as unit_views
from registry.boundaries import BoundaryReport, load_files
from registry.boundary_file import DIGITS
from registry.errors import UsageError
from registry.succession import Meaning, Step, Trace, trace
from registry.text import fold
from registry.units import UnitView
from registry.units_load import load_all
from service.dates import read_date

_console = Console(highlight=False, soft_wrap=True)
_WIDE = 200
_LEVELS = {"province": "tỉnh / province", "district": "huyện / district", "commune": "xã / commune"}
_TABLES = {
    "unit": "đơn vị hành chính / units", "succession": "kế thừa / successions", "former_unit": "xã cũ trong hồ sơ / former communes",
    "baseline": "số hộ điều tra / census baselines", "place_name": "tên đường, thôn / place names", "target": "chỉ tiêu kế hoạch / targets",
    "unit_boundary": "vùng / areas",
}  # fmt: skip
_MOST_CODES = 12

Code = Annotated[str, typer.Argument(help="Mã 2, 3, 5 chữ số, hoặc tên / Code of 2, 3 or 5 digits, or a name", metavar="CODE")]
On = Annotated[str | None, typer.Option("--on", help="Ngày cần hỏi, 2024-01-01 hoặc 01/01/2024 / Day asked about", metavar="DATE")]
Json = Annotated[bool, typer.Option("--json", help="In JSON / Print JSON")]


def register(app: typer.Typer) -> None:
    """Add `diachiso units …`."""
    group = typer.Typer(no_args_is_help=True)
    group.command("load")(load)
    group.command("show")(show)
    group.command("trace")(trace_code)
    group.command("boundaries")(boundaries)
    app.add_typer(group, name="units")


def load(
    *, until: Annotated[str | None, typer.Option("--until", help="Chỉ bản đồ đến ngày này / The map of a day.", metavar="DATE")] = None
) -> None:
    """Nạp bảng đơn vị hành chính / Load the reference tables of units. Ví dụ: diachiso units load."""
    with db.session() as session, _console.status("Đang nạp / loading"):
        report = load_all(session, until=read_date(until))
        session.commit()
    _console.print("✓ Đã nạp / loaded" if report.changed else "✓ Không có gì mới / nothing changed")
    table = Table(box=None, show_header=False)
    for name, count in report.counts.items():
        table.add_row(f"{count:>8,}", _TABLES[name])
    _console.print(table)


def show(code: Code, *, on: On = None, as_json: Json = False) -> None:
    """Mã này là đơn vị nào, vào ngày nào / What a code means. Ví dụ: diachiso units show 03166 --on 2024-01-01."""
    with db.session() as session:
        found = unit_views.find(session, code, read_date(on))
    if as_json:
        _print_json([view.to_dict() for view in found])
        return
    for view in found:
        _paper().print(_unit_table(view))


def trace_code(code: Code, *, on: On = None, as_json: Json = False) -> None:
    """Đơn vị này đã thành đơn vị nào, từ đâu ra / What a unit became. Ví dụ: diachiso units trace 03166."""
    with db.session() as session:
        found = _traced(session, code, read_date(on))
    if as_json:
        _print_json(found[0].to_dict() if _is_code(code) else [each.to_dict() for each in found])
        return
    for meaning in (meaning for each in found for meaning in each.meanings):
        _paper().print(_meaning_tree(meaning))


def _is_code(words: str) -> bool:
    """Tell a code from a name, as `units show` does."""
    return fold(words).replace(" ", "").isdigit()


def _traced(session: Session, words: str, on: date | None) -> list[Trace]:
    """Trace a code, or every unit of that name: of each of their codes only the meanings that bear the name."""
    if _is_code(words):
        return [trace(session, words, on)]
    named = unit_views.find(session, words, on)
    ids = {view.unit_id for view in named}
    traces = [trace(session, code, on) for code in dict.fromkeys(view.code for view in named)]
    return [replace(each, meanings=tuple(one for one in each.meanings if one.unit.unit_id in ids)) for each in traces]


def boundaries(
    files: Annotated[list[Path], typer.Argument(help="GeoJSON, GeoPackage, Shapefile", metavar="FILE…")],
    *,
    level: Annotated[str | None, typer.Option("--level", help="province | district | commune; tự nhận nếu bỏ trống / or detected")] = None,
    code_field: Annotated[str | None, typer.Option("--code-field", help="Thuộc tính chứa mã / Property that holds the code")] = None,
    on: On = None,
    as_json: Json = False,
) -> None:
    """Nạp ranh giới chính xác / Load exact boundaries. Ví dụ: diachiso units boundaries xa_dien_bien.geojson."""
    chosen = next((known for known in DIGITS if known == level), None)
    if level is not None and chosen is None:
        shown = level[:20]
        raise UsageError(f"Không có cấp {shown!r}.", f"There is no level {shown!r}.", hint="Dùng province, district hoặc commune.")
    with db.session() as session:
        report = load_files(session, files, level=chosen, code_field=code_field, on=read_date(on))
        session.commit()
    if as_json:
        _print_json(report.to_dict())
        return
    _print_boundaries(report)


def _paper() -> Console:
    """Return a console that wraps in a terminal and is wide where the output is kept, so that no name is cut."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE)


def _print_json(value: Any) -> None:  # noqa: ANN401 - plain JSON values
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _period(view: UnitView) -> str:
    since = view.valid_from.isoformat() if view.valid_from else "trước khi có hồ sơ / before the records"
    return f"{since} → {view.last_day.isoformat() if view.last_day else 'nay / today'}"


def _unit_table(view: UnitView) -> Table:
    """Lay one meaning of a code out as a card of labelled lines; lines without a value are left out."""
    title = f"{view.code} {view.chain}" + (" [dim](hồ sơ thay đổi / change records)[/]" if view.recorded else "")
    card = Table(title=title, title_justify="left", title_style="bold", box=None, show_header=False, padding=(0, 1))
    area = {"exact": "chính xác / exact", "approximate": "GẦN ĐÚNG / APPROXIMATE (Voronoi)", None: "chưa có / none"}[view.boundary]
    lines = {
        "Cấp / level": _LEVELS[view.level],
        "Loại / kind": view.kind,
        "Có hiệu lực / in force": _period(view),
        "Mã bưu chính / postal code": view.postal_code,
        "Diện tích / area": f"{view.area_km2:,.2f} km²" if view.area_km2 else None,
        "Dân số / population": f"{view.population:,}" if view.population else None,
        "Tâm / centre": f"{view.lat:.5f}, {view.lon:.5f}" if view.lat is not None and view.lon is not None else None,
        "Ranh giới / boundary": None if view.recorded else area,
        "Nguồn ranh giới / its source": view.boundary_source,
        "Nguồn / source": view.source,
    }
    for label, value in lines.items():
        if value:
            card.add_row(f"[dim]{label}[/]", value)
    return card


def _meaning_tree(meaning: Meaning) -> Tree:
    view = meaning.unit
    tree = Tree(f"[bold]{view.code} {view.chain}[/] [dim]{_period(view)}{' · hồ sơ / records' if view.recorded else ''}[/]")
    for label, steps in (("được lập từ / made from", meaning.made_from), ("trở thành / became", meaning.became)):
        if steps:
            _grow(tree.add(f"[cyan]{label}[/]"), steps)
    if meaning.today and not view.in_force:
        tree.add("[green]nay là / today[/] " + "; ".join(f"{unit.code} {unit.chain}" for unit in meaning.today))
    elif view.in_force:
        tree.add("[green]đang có hiệu lực / in force[/]")
    return tree


def _grow(branch: Tree, steps: tuple[Step, ...]) -> None:
    for step in steps:
        share = "toàn bộ / whole" if step.kind == "whole" else "một phần / part"
        people = " [yellow](toàn bộ dân số / all people)[/]" if step.all_people else ""
        label = f"{step.effective.isoformat()} {share}{people}: [bold]{step.unit.code}[/] {step.unit.chain} [dim]{step.note}[/]"
        _grow(branch.add(label), step.then)


def _print_boundaries(report: BoundaryReport) -> None:
    _console.print(f"✓ Đã nạp {report.loaded:,} ranh giới ({_LEVELS[report.level]}) của ngày {report.on.isoformat()} / boundaries loaded")
    table = Table(box=None, show_header=False)
    listed = {
        "vòng lỗi đã sửa / invalid rings repaired": report.repaired,
        "mã không có vào ngày đó / codes unknown on that day": report.unknown,
        "không có diện tích / without an area": report.without_area,
        "nhiều mảnh đã gộp / several areas joined": report.joined,
    }
    table.add_row(f"{report.areas:>6,}", f"vùng trong {report.files} tệp / areas read")
    for label, codes in listed.items():
        shown = ", ".join(codes[:_MOST_CODES]) + (" …" if len(codes) > _MOST_CODES else "")
        table.add_row(f"{len(codes):>6,}", f"{label}{': ' + shown if shown else ''}")
    table.add_row(f"{report.without_code:>6,}", "vùng không có mã / areas without a code")
    table.add_row(f"{report.replaced_exact:>6,}", "thay ranh giới chính xác cũ / exact boundaries replaced")
    if report.centres_known:
        table.add_row(f"{report.centres_inside:>6,}", f"chứa đúng tâm đã biết, trên {report.centres_known:,} / contain the known centre")
    table.add_row(f"{report.still_approximate:>6,}", "xã còn vùng gần đúng / communes still approximate")
    _console.print(table)
