"""The commands `diachiso bench …`: measure the matcher on the registry at hand, against a reference in the same minute."""

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from geocode.candidates import door_keys
from geocode.doors import find_doors
from service.bench.doors import Tally, measure_styles, time_single, written_doors
from geocode.prepare import prepare
from geocode.resolver import Resolver
from service.bench.styles import STYLES
from geocode.types import Query, Verdict
from registry import db
from registry.errors import RefusedError
from service.bench.own_text import OwnTexts, own_texts

_console = Console(highlight=False, soft_wrap=True)
_SINGLE_CALLS = 1000


def register(app: typer.Typer) -> None:
    """Add `diachiso bench …`."""
    group = typer.Typer(help="Đo tốc độ và độ đúng / Measure speed and accuracy. Ví dụ: diachiso bench resolve", no_args_is_help=True)
    group.command("resolve")(bench_resolve)
    group.command("own-text")(bench_own_text)
    app.add_typer(group, name="bench")


def bench_resolve(
    doors: Annotated[int, typer.Option(min=10, help="Số nhà lấy ngẫu nhiên / Doors drawn")] = 1000,
) -> None:
    """Viết lại các nhà đã đăng ký theo nhiều kiểu rồi tra / Registered doors in every style. Ví dụ: diachiso bench resolve --doors 2000."""
    with db.session() as session, Progress(console=Console(stderr=True), transient=True) as progress:
        resolver = Resolver.open(session)
        drawn = list(written_doors(session, doors))
        if not drawn:
            raise RefusedError("Sổ chưa có nhà nào có số.", "No door with a number is registered.", hint="make demo SERVE=0")
        task = progress.add_task("Đang đo / measuring", total=len(drawn) * len(STYLES))
        tallies, seconds = measure_styles(session, resolver, doors, lambda count: progress.advance(task, count))
        keys = [key for _, door in drawn for key in door_keys(prepare(resolver.gazetteer, Query(STYLES["complete"](door))))]
        began = time.perf_counter()
        find_doors(session, keys)
        reference = len(drawn) / (time.perf_counter() - began)
        spent = time_single(session, resolver, [STYLES["no accents"](door) for _, door in drawn[:_SINGLE_CALLS]])
    _console.print(_styles_table(tallies))
    asked = sum(tally.asked for tally in tallies.values())
    rate = asked / seconds
    bare = f"tra khoá thuần / bare key look-up of the same doors {reference:,.0f}/s"
    _console.print(f"Theo lô / batch: {rate:,.0f}/s; {bare}; tỉ lệ / ratio {rate / reference:.3f}")
    _console.print(f"Từng câu / single call: p50 {_percentile(spent, 0.50):.2f} ms, p99 {_percentile(spent, 0.99):.2f} ms")


def _styles_table(tallies: dict[str, Tally]) -> Table:
    """Show what became of each style."""
    table = Table(
        "Cách viết / style", "Số câu / asked", "Đúng nhà / right door", "ACCEPT", "CONFIRM", "AMBIGUOUS", "REJECT", "ACCEPT sai / wrong"
    )
    for style, tally in tallies.items():
        share = f"{100 * tally.right / tally.asked:.2f} %"
        table.add_row(style, f"{tally.asked:,}", share, *(f"{tally.verdicts[verdict]:,}" for verdict in Verdict), str(tally.wrong_accepts))
    return table


def _percentile(spent: list[float], share: float) -> float:
    """Return a percentile of sorted seconds, in milliseconds."""
    return 1000 * spent[min(len(spent) - 1, int(share * len(spent)))]


def bench_own_text(
    batch_id: Annotated[int, typer.Argument(help="Số lô / Batch", metavar="BATCH")],
    *,
    truth: Annotated[Path | None, typer.Option(help="Tệp gốc có cột mã xã đúng / The file with the true commune codes")] = None,
    truth_column: Annotated[str, typer.Option(help="Tên cột đó / Name of that column")] = "new_commune_code_by_point",
) -> None:
    """Tra lại nguyên văn của từng dòng đã nhận / Resolve each accepted row's own text. Ví dụ: diachiso bench own-text 4."""
    with db.session() as session:
        _console.print(_own_text_table(own_texts(session, Resolver.open(session), batch_id, truth, truth_column)))


def _own_text_table(found: OwnTexts) -> Table:
    """Show how many rows came back."""
    table = Table("Chỉ tiêu / measure", "Số / count", "Tỉ lệ / share")
    for name, count, total in found.lines():
        table.add_row(name, f"{count:,} / {total:,}", f"{100 * count / total:.2f} %" if total else "—")
    return table
