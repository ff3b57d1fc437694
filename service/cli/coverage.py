"""The commands that report: coverage of a province or the country, and the lists of service points."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, get_args

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from registry import db
from registry.coverage import By, CoverageReport
from registry.coverage import coverage as count_coverage
from registry.coverage_public import public as for_the_public
from registry.errors import UsageError
from registry.service_points import ServicePointReport, load, of_province
from registry.tally import recount as recount_all
from registry.tally import wrong_counters
from registry.units import current_province
from service.cli import snapshots
from service.cli.coverage_cells import show_cells
from service.dates import read_date
from service.reports.coverage_csv import coverage_csv
from service.reports.coverage_json import coverage_json
from service.reports.coverage_table import print_coverage, widen
from service.reports.official_data import report_of_day
from service.reports.official_files import official_file
from service.written import encoded, write_whole

TEXTS: dict[str, Callable[[CoverageReport], str]] = {"csv": coverage_csv, "json": coverage_json}
# Laid out as an official report, with charts and plans: see `diachiso report`.
OFFICIAL = ("xlsx", "pdf", "html")
FORMATS = ("table", *TEXTS, *OFFICIAL)
_SHOWN = 50
_console = Console(highlight=False)


def register(app: typer.Typer) -> None:
    """Add `diachiso coverage` and `diachiso service-points …`."""
    counts = typer.Typer(invoke_without_command=True)
    counts.callback()(coverage)
    counts.command("recount")(recount)
    snapshots.register_on(counts)
    app.add_typer(counts, name="coverage")
    group = typer.Typer(no_args_is_help=True)
    group.command("load")(load_points)
    group.command("show")(show_points)
    app.add_typer(group, name="service-points")


def recount() -> None:
    """Đếm lại mọi xã từ các địa chỉ và giữ số đếm mới / Count every commune anew. Ví dụ: diachiso coverage recount."""
    with db.session() as session, _console.status("Đang đếm lại / counting"):
        wrong = wrong_counters(session)
        recount_all(session)
        session.commit()
    for each in wrong[:_SHOWN]:
        _console.print(Text(f"  {each.where}: {each.counter} đã giữ / kept {each.kept}, đếm lại / counted {each.counted}", style="yellow"))
    if len(wrong) > _SHOWN:
        _console.print(Text(f"  … (+{len(wrong) - _SHOWN})", style="yellow"))
    places = len({each.where for each in wrong})
    _console.print(Text(f"✓ Đã đếm lại; {places} xã có số đếm khác trước / recounted; {places} communes differed"))


def coverage(
    asked: typer.Context,
    province: Annotated[
        str | None, typer.Option("--province", help="Mã tỉnh hiện nay; bỏ trống: cả nước / Province, else the country.")
    ] = None,
    on: Annotated[str | None, typer.Option("--on", help="Tính đến ngày, YYYY-MM-DD / As of a day.")] = None,
    form: Annotated[str, typer.Option("--format", help="table, csv, json, xlsx, pdf, html.")] = "table",
    output: Annotated[Path | None, typer.Option("--output", help="Ghi vào tệp / Write to a file.")] = None,
    by: Annotated[str | None, typer.Option("--by", help="commune, district (huyện cũ), province, h3.")] = None,
    *,
    resolution: Annotated[int, typer.Option("--resolution", help="Với --by h3: 7, 8, 9.")] = 8,
    baseline: Annotated[str | None, typer.Option("--baseline", help="Nguồn số hộ, hoặc ngày YYYY-MM-DD / source or day.")] = None,
    public: Annotated[bool, typer.Option("--public", help="Bản công bố: ẩn đơn vị dưới 5 hộ / small units hidden.")] = False,
) -> None:
    """Print the indicator as a table, CSV, JSON or GeoJSON."""
    if asked.invoked_subcommand:
        return
    day = read_date(on)
    if by == "h3":
        if day is not None or baseline is not None:
            raise UsageError("Ô H3 chỉ có số hiện tại, không có --on, --baseline.", "Cells are of today, without a baseline.")
        with db.session() as session:
            show_cells(session, _console, province, resolution, form, output, public=public)
        return
    _check_form(form, output)
    with db.session() as session:
        report = count_coverage(session, province, day, by=_level(by), baseline=baseline)
        report = for_the_public(session, report) if public else report
        official = official_file(report_of_day(session, report), form) if form in OFFICIAL else b""
    if form == "table" and output is None:
        print_coverage(report, _console)
    elif output is None:
        typer.echo(official.decode() if official else TEXTS[form](report), nl=False)
    else:
        write_whole(output, official or _bytes(report, form))
        _console.print(Text(f"✓ Đã ghi / written: {output}"))


def _check_form(form: str, output: Path | None) -> None:
    if form not in FORMATS:
        raise UsageError(f"Không có dạng “{form}”.", f"No format “{form}”.", hint=f"Có: {', '.join(FORMATS)}")
    if form in {"xlsx", "pdf"} and output is None:
        raise UsageError(f"Tệp {form} cần --output.", f"A {form} needs --output.", hint=f"Ví dụ: --format {form} --output do-phu.{form}")


def _level(by: str | None) -> By | None:
    found = next((each for each in get_args(By) if each == by), None)
    if by is not None and found is None:
        raise UsageError(f"Không có mức “{by}”.", f"No level “{by}”.", hint=f"Có: {', '.join(get_args(By))}, h3")
    return found


def _bytes(report: CoverageReport, form: str) -> bytes:
    if form == "table":
        page = io.StringIO()
        print_coverage(report, Console(file=page, width=180))
        return page.getvalue().encode()
    return encoded(form, TEXTS[form](report))


def load_points(file: Annotated[Path, typer.Argument(help="CSV, UTF-8: xem sample_data/README.md.")]) -> None:
    """Nạp danh sách điểm phục vụ / Load a list. Ví dụ: diachiso service-points load sample_data/service_points_dien_bien.csv."""
    with db.session() as session:
        report = load(session, file)
        session.commit()
    _print_load(report)


def _print_load(report: ServicePointReport) -> None:
    def share(number: int) -> str:
        return f"{number}/{report.rows} ({100 * number / report.rows:.1f} %)".replace(".", ",")

    _console.print(f"Tên đúng như danh mục / exact: {share(report.exact)}")
    _console.print(f"Tự sửa chính tả / repaired: {share(report.repaired)}, trong đó chỉ khác dấu / marks only: {report.folded}")
    _console.print(f"Chờ người xem / left for a human: {share(len(report.left))}")
    for each in report.repairs:
        if each.how in ("folded", "similar"):
            _console.print(Text(f"  {each.recorded} → {each.official}", style="dim"))
    for row in report.left:
        _console.print(Text(f"  dòng {row.line}: {row.recorded_name}: {row.vi} / {row.en}", style="yellow"))
    _console.print(f"✓ Thêm / added {report.added}, sửa / changed {report.changed}, giữ nguyên / same {report.same}")


def show_points(province: Annotated[str, typer.Option("--province", help="Mã tỉnh hiện nay / Province of today.")]) -> None:
    """Liệt kê điểm phục vụ theo xã hiện nay / List service points by commune. Ví dụ: diachiso service-points show --province 11."""
    with db.session() as session:
        unit = current_province(session, province)
        points = of_province(session, unit.code)
    widen(_console)
    table = Table(title=f"Điểm phục vụ bưu chính / Service points: {unit.full_name}", title_justify="left", pad_edge=False)
    for heading in ("Xã / Commune", "Điểm / Point", "Mã bưu cục / Code", "Nhà / Building", "Internet", "Đa dịch vụ", "Năm / Year"):
        table.add_column(heading)
    for point, commune in points:
        state = f"{point.year} (kế hoạch)" if point.planned else str(point.year)
        marks = ("✓" if point.internet else "", "✓" if point.multi_service else "")
        table.add_row(commune, point.name, point.code or "–", point.building or "–", *marks, state)
    _console.print(table)
    _console.print(f"{len(points)} điểm / points; mã bưu cục 6 chữ số không phải mã bưu chính / post-office codes, not postal codes")
