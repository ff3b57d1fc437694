"""The command `diachiso bench import`: the speed of an import beside what PostgreSQL itself needs for the same rows."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from service.bench.imports import ImportRun, imported, made_up_file, measure, own_database
from service.cli.bench_table import show_table

GOAL_EMPTY, GOAL_FULL, GOAL_MB = 3.0, 4.0, 1024.0
_console = Console(stderr=True, highlight=False)


def bench_import(
    *,
    rows: Annotated[int, typer.Option(min=1000, help="Số dòng của tệp / Rows of the file")] = 1_000_000,
    province: Annotated[str, typer.Option(help="Tỉnh của tệp / Province of the file", metavar="NN")] = "79",
    registered: Annotated[int, typer.Option(min=0, help="Số nhà đã có trong sổ (tỉnh khác) / Doors registered before, elsewhere")] = 0,
    seed: Annotated[int, typer.Option(help="Cùng số này thì cùng tệp / The same seed makes the same file")] = 1,
) -> None:
    """Đo nhập một tệp nhà không có thật so với COPY và INSERT … SELECT / Measure an import against COPY and one INSERT … SELECT.

    Dùng một cơ sở dữ liệu riêng, xoá khi xong. Ví dụ: diachiso bench import --rows 1000000 --registered 5000000
    """
    with own_database() as url, tempfile.TemporaryDirectory() as folder:
        if registered:
            with _console.status(f"Đang nạp trước / loading {registered:,}"):
                imported(url, made_up_file(url, Path(folder) / "before.csv", registered, seed + 1, None), None)
        with _console.status("Đang đo / measuring"):
            path = made_up_file(url, Path(folder) / "bench.csv", rows, seed, province)
            run = measure(url, path, province)
    show_table(_table(run, GOAL_FULL if registered else GOAL_EMPTY))


def _table(run: ImportRun, goal: float) -> Table:
    """Show the figures of a run beside their goals."""
    table = Table("Chỉ tiêu / measure", "Kết quả / figure", "Mục tiêu / goal", "Đạt / met")
    table.add_row("dòng, đã nhận / rows, accepted", f"{run.rows:,}, {run.accepted:,}", "", "")
    table.add_row("nhập / import", f"{run.seconds:.1f} s, {run.rows / run.seconds:,.0f} dòng/s", "", "")
    table.add_row("đối chứng trước, sau / reference before, after", " s, ".join(f"{each:.1f}" for each in run.references) + " s", "", "")
    table.add_row("tỉ số / ratio", f"{run.ratio:.2f}", f"≤ {goal:g}", "✓" if run.ratio <= goal else "✗")
    table.add_row("bộ nhớ cao nhất / peak memory", f"{run.peak_mb:,.0f} MB", f"< {GOAL_MB:,.0f} MB", "✓" if run.peak_mb < GOAL_MB else "✗")
    return table
