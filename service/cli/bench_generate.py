"""The commands `diachiso bench generate` and `bench gazetteer`: made-up registries, as a file or for the length of one transaction."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from registry import db
from registry.errors import RefusedError
from service.bench.country import load_with
from service.bench.made_up import write
from service.cli.bench_table import show_table

GOAL_S, GOAL_MB = 5.0, 300.0
_console = Console(highlight=False, soft_wrap=True)


def bench_generate(
    *,
    doors: Annotated[int, typer.Option(min=1, help="Số nhà / Doors")],
    output: Annotated[Path, typer.Option(help="Tệp CSV sẽ viết / CSV to write")],
    seed: Annotated[int, typer.Option(help="Cùng số này thì cùng tệp / The same seed makes the same file")] = 1,
    province: Annotated[str | None, typer.Option(help="Chỉ tỉnh này / Only this province", metavar="NN")] = None,
    force: Annotated[bool, typer.Option("--force", help="Ghi đè tệp đã có / Overwrite")] = False,
) -> None:
    """Viết một tệp bàn giao gồm các nhà không có thật / Write a hand-over file of made-up doors on real streets and communes.

    Ví dụ: diachiso bench generate --doors 1000000 --seed 7 --output trieu_nha.csv
    """
    if output.exists() and not force:
        raise RefusedError(
            f"Tệp {output} đã có.", f"The file {output} exists already.", hint="Chọn tên khác, hoặc thêm --force để ghi đè."
        )  # fmt: skip
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    beside = output.with_name(output.name + ".part")
    try:
        with db.session() as session, Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("Đang viết / writing", total=doors)
            rows = write(session, beside, doors, seed, province, lambda count: progress.advance(task, count))
        beside.replace(output)
    except OSError as error:
        raise RefusedError(f"Không ghi được {output}.", f"Cannot write {output}: {error.strerror}.", hint="Chọn thư mục khác.") from error
    finally:
        beside.unlink(missing_ok=True)
    _console.print(f"[green]✓[/] {rows:,} nhà không có thật / made-up doors → {output}")


def bench_gazetteer(
    places: Annotated[int, typer.Option(min=1, help="Số đường, thôn / Streets and hamlets")] = 500_000,
) -> None:
    """Nạp bảng tên của một sổ lớn rồi hoàn tác / Load the gazetteer of a large registry; nothing stays. Ví dụ: diachiso bench gazetteer."""
    with db.session() as session, _console.status("Đang nạp / loading"):
        loaded = load_with(session, places)
    table = Table("Chỉ tiêu / measure", "Kết quả / figure", "Mục tiêu / goal", "Đạt / met")
    table.add_row("đường, thôn trong bộ nhớ / places held", f"{loaded.places:,}", "", "")
    table.add_row("thời gian nạp / loading", f"{loaded.seconds:.2f} s", f"< {GOAL_S:g} s", _met(ok=loaded.seconds < GOAL_S))
    table.add_row("bộ nhớ tăng / memory grown", f"{loaded.megabytes:,.0f} MB", f"≤ {GOAL_MB:g} MB", _met(ok=loaded.megabytes <= GOAL_MB))
    show_table(table)


def _met(*, ok: bool) -> str:
    """Say whether a goal is reached."""
    return "✓" if ok else "✗"
