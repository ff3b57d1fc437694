"""The command `diachiso bench http`: the speed of `/v1/resolve` beside a bare route that returns a constant answer of the same size."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from registry import db
from registry.errors import RefusedError
from service.bench.http import HttpRun, measure
from service.bench.http_tables import TableRates, TileTimes, table_rates, tile_times
from service.bench.speed import noisy_texts
from service.cli.bench_table import show_table

GOAL_RATIO, GOAL_MS, GOAL_TABLE, GOAL_TILE_MS = 0.40, 25.0, 0.70, 50.0
_console = Console(highlight=False, soft_wrap=True)
_errors = Console(stderr=True, highlight=False)


def bench_http(
    *,
    seconds: Annotated[float, typer.Option(min=0.2, help="Số giây mỗi bên / Seconds for each side")] = 20.0,
    connections: Annotated[int, typer.Option(min=1, max=500, help="Số kết nối / Connections")] = 16,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Số tiến trình mỗi bên / Processes of each side")] = 1,
    queries: Annotated[int, typer.Option(min=1, help="Số câu hỏi có nhiễu / Noisy queries")] = 2000,
    rows: Annotated[int, typer.Option(min=1, help="Số dòng của bảng gửi lên / Rows of the table that is sent")] = 20_000,
    tiles: Annotated[int, typer.Option(min=1, help="Số ô bản đồ / Map tiles")] = 300,
    seed: Annotated[int, typer.Option(help="Cùng số này thì cùng câu hỏi / The same seed asks the same")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="In JSON / Print JSON")] = False,
) -> None:
    """Đo /v1/resolve qua HTTP cạnh một dịch vụ trống / Measure /v1/resolve over HTTP beside a bare route, in turns.

    Ví dụ: diachiso bench http --seconds 20 --connections 16
    """
    with db.session() as session:
        texts = [each for _, each in noisy_texts(session, queries, seed)]
    if not texts:
        raise RefusedError("Sổ chưa có nhà nào có số.", "No door with a number is registered.", hint="make demo SERVE=0")
    with _errors.status("Đang đo / measuring"):
        url = db.engine().url.render_as_string(hide_password=False)
        run = measure(url, texts, connections, seconds, workers)
        with db.session() as session:
            table = table_rates(session, url, [texts[at % len(texts)] for at in range(rows)], workers)
            drawn = tile_times(session, url, tiles, seed)
    if as_json:
        more = {"tables": {**asdict(table), "ratio": table.ratio}, "tiles": asdict(drawn)}
        _console.print_json(json.dumps(run.to_dict() | more, ensure_ascii=False))
        return
    show_table(_table(run, table, drawn))


def _table(run: HttpRun, rates: TableRates, drawn: TileTimes) -> Table:
    """Show the figures beside their goals."""
    table = Table("Chỉ tiêu / measure", "Kết quả / figure", "Mục tiêu / goal", "Đạt / met")
    sides = (
        ("câu hỏi mới / new questions", run.computed),
        ("câu hỏi lặp lại / asked before", run.kept),
        ("dịch vụ trống / bare route", run.bare),
    )
    for name, side in sides:
        p50, p99 = sum(each.p50 for each in side.turns) / len(side.turns), max(each.p99 for each in side.turns)
        failed = sum(each.failed for each in side.turns)
        table.add_row(name, f"{side.rate:,.0f}/s, p50 {p50:.1f} ms, p99 {p99:.1f} ms, {failed} lỗi / failed", "", "")
    for name, side in sides[:2]:
        ratio = side.rate / run.bare.rate
        table.add_row(f"tỉ số / ratio, {name}", f"{ratio:.2f}", f"≥ {GOAL_RATIO:g}", "✓" if ratio >= GOAL_RATIO else "✗")
    for name, side in sides[:2]:
        if side.half is not None:
            met = "✓" if side.half.p99 < GOAL_MS and not side.half.failed else "✗"
            figure = f"{side.half.p99:.1f} ms, {side.half.rate:,.0f}/s"
            table.add_row(f"p99 ở nửa mức tối đa / at half of the maximum, {name}", figure, f"< {GOAL_MS:g} ms", met)
    met = "✓" if rates.ratio >= GOAL_TABLE else "✗"
    figure = f"{rates.over_http:,.0f}/s; {rates.by_command:,.0f}/s; {rates.ratio:.2f}"
    table.add_row("/search/csv; resolve --input; tỉ số / ratio", figure, f"≥ {GOAL_TABLE:g}", met)
    met = "✓" if drawn.p99 < GOAL_TILE_MS else "✗"
    table.add_row(f"{drawn.tiles} ô bản đồ / tiles", f"p50 {drawn.p50:.1f} ms, p99 {drawn.p99:.1f} ms", f"< {GOAL_TILE_MS:g} ms", met)
    table.add_row("cỡ câu trả lời / size of the answer", f"{run.size:,} byte", "", "")
    table.add_row("hỏi bằng / asked by", run.client, "", "")
    return table
