"""The command `diachiso bench country`: a registry of the size of the country, made and imported province by province."""

import time
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from registry import db
from registry.coverage import coverage
from registry.errors import RefusedError
from service.bench.country_run import fill, size_of
from service.cli.bench_table import show_table

_console = Console(stderr=True, highlight=False)


def bench_country(
    *,
    doors: Annotated[int, typer.Option(min=1000, help="Số nhà cả nước / Doors of the country")] = 23_300_000,
    seed: Annotated[int, typer.Option(help="Cùng số này thì cùng các tệp / The same seed makes the same files")] = 1,
    yes: Annotated[bool, typer.Option("--yes", help="Sổ này để thử, cứ ghi / This registry is for trials")] = False,
) -> None:
    """Nạp sổ cỡ cả nước bằng nhà không có thật, từng tỉnh một / Fill a registry with the country's made-up doors, province by province.

    Chạy trên cơ sở dữ liệu riêng, chạy lại thì đi tiếp. Ví dụ: DIACHISO_DATABASE_URL=… diachiso bench country --doors 23300000 --yes
    """
    url = db.database_url()
    if not yes:
        raise RefusedError(
            f"Lệnh này ghi {doors:,} nhà không có thật vào sổ đang dùng.", f"This writes {doors:,} made-up doors into the registry in use.",
            hint="Đặt DIACHISO_DATABASE_URL tới một cơ sở dữ liệu để thử rồi thêm --yes",
        )  # fmt: skip
    table = Table("Tỉnh / province", "Dòng / rows", "Đã nhận / accepted", "Viết tệp / file, s", "Nhập / import, s", "Dòng/s / rows/s")
    began, rows, importing = time.perf_counter(), 0, 0.0
    for done in fill(url, doors, seed, _console.print):
        rows, importing = rows + done.rows, importing + done.importing
        speed = f"{done.rows / done.importing:,.0f}"
        table.add_row(done.code, f"{done.rows:,}", f"{done.accepted:,}", f"{done.making:.1f}", f"{done.importing:.1f}", speed)
        _console.print(f"  {done.code}: {done.rows:,} → {done.accepted:,}, {done.importing:.1f} s")
    show_table(table)
    with db.session(url) as session:
        live, size = size_of(session)
        counted = time.perf_counter()
        coverage(session, None)
        counted = time.perf_counter() - counted
    total = time.perf_counter() - began
    figures = Table("Chỉ tiêu / measure", "Kết quả / figure")
    figures.add_row("dòng, nhà trong sổ / rows, doors in the registry", f"{rows:,}, {live:,}")
    figures.add_row("nhập, cả lượt / import, whole run", f"{importing:,.0f} s, {total:,.0f} s")
    figures.add_row("cỡ cơ sở dữ liệu / size of the database", f"{size / 1e9:.1f} GB")
    figures.add_row("coverage cả nước / of the country", f"{counted:.1f} s")
    show_table(figures)
