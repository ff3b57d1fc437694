"""Decides how the command line shows coverage by cell: the widest gaps first on a terminal, all cells in a file."""

from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy.orm import Session

from registry.coverage_cells import CellReport, cells, public_cells
from registry.coverage_words import HIDDEN
from registry.errors import UsageError
from service.reports.cells_file import CELL_TEXTS
from service.reports.coverage_table import count, percent, widen
from service.written import encoded, write_whole

_SHOWN = 30


def show_cells(
    session: Session, console: Console, province: str | None, resolution: int, form: str, output: Path | None, *, public: bool
) -> None:
    """Count the cells of a province and print or write them; UsageError without a province or for a form that cells have not."""
    if province is None:
        raise UsageError("Bản đồ ô H3 cần --province.", "Cells need --province.", hint="Ví dụ: --by h3 --province 11 --resolution 8")
    if form not in ("table", *CELL_TEXTS):
        raise UsageError(f"Ô H3 không có dạng “{form}”.", f"Cells have no format “{form}”.", hint=f"Có: table, {', '.join(CELL_TEXTS)}")
    report = (public_cells if public else cells)(session, province, resolution)
    if form == "table":
        _print(report, console)
    elif output is None:
        typer.echo(CELL_TEXTS[form](report), nl=False)
    else:
        write_whole(output, encoded(form, CELL_TEXTS[form](report)))
        console.print(Text(f"✓ Đã ghi / written: {output}"))


def _print(report: CellReport, console: Console) -> None:
    widen(console)
    title = f"Ô H3 độ phân giải {report.resolution} / cells: {report.name}, {report.on.isoformat()}: {count(len(report.cells))} ô"
    table = Table(title=title, title_justify="left", pad_edge=False)
    for head in (
        "Ô / Cell",
        "Vĩ độ / Lat",
        "Kinh độ / Lon",
        "Địa chỉ\nDoors",
        "Hộ\nHouseholds",
        "Hộ có mã\nCoded",
        "Còn thiếu\nGap",
        "(a) %",
    ):
        table.add_column(head, justify="left" if head.startswith("Ô") else "right")
    for each in sorted(report.cells, key=lambda cell: (cell.suppressed, -cell.gap, cell.cell))[:_SHOWN]:
        figures = (count(each.addresses), count(each.households), count(each.households_coded), count(each.gap), percent(each.ratio))
        table.add_row(each.cell, f"{each.lat:.5f}", f"{each.lon:.5f}", *((HIDDEN,) * 5 if each.suppressed else figures))
    console.print(table)
    if len(report.cells) > _SHOWN:
        console.print(Text(f"… {_SHOWN} ô thiếu nhiều nhất; đủ mọi ô: --format csv|json|geojson / the widest gaps; all: --format …", "dim"))
    for vi, en in report.notes:
        console.print(Text(vi).append(f"\n  {en}", style="dim"), soft_wrap=True)
