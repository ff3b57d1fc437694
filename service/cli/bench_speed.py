"""The command `diachiso bench resolve`: how fast the matcher is on the registry at hand, and whether that is what is aimed at."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sqlalchemy import text
from sqlalchemy.orm import Session

from geocode.candidates import door_keys
from geocode.doors import find_doors
from geocode.prepare import prepare
from geocode.resolver import Resolver
from geocode.types import Query, Verdict
from registry import db
from registry.errors import RefusedError
from service.bench.doors import Tally, measure_styles, written_doors
from service.bench.reference import NAME, reference
from service.bench.speed import (
    Rates,
    SpeedReport,
    Spent,
    batch_call,
    in_turns,
    keystrokes,
    load,
    noisy_texts,
    points,
    single_calls,
)  # fmt: skip
from service.bench.styles import STYLES
from service.bench.two_processes import scaling
from service.cli.bench_table import show_table

_console = Console(highlight=False, soft_wrap=True)
_DOORS = text("SELECT count(*) FROM address WHERE retired_at IS NULL")
_SINGLE, _TYPED, _POINTS = 2000, 100, 1000


@dataclass(frozen=True)
class Goal:
    """One line of the table: what, the figure, the goal in words, and whether it is met; None where there is no goal or no figure."""

    what: str
    figure: str
    goal: str = ""
    met: bool | None = None


def bench_resolve(
    *,
    queries: Annotated[int, typer.Option(min=1, help="Số câu hỏi có nhiễu / Noisy queries")] = 10_000,
    seed: Annotated[int, typer.Option(help="Cùng số này thì cùng câu hỏi / The same seed asks the same")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="In JSON / Print JSON")] = False,
    styles: Annotated[bool, typer.Option("--styles", help="Thay vào đó: các kiểu viết / Instead: the styles of writing")] = False,
    doors: Annotated[int, typer.Option(min=10, help="Số nhà cho --styles / Doors for --styles")] = 1000,
    two: Annotated[bool, typer.Option(help="Đo cả hai tiến trình / Measure two processes too")] = True,
) -> None:
    """Đo tốc độ trên sổ hiện có, cạnh một thư viện tham chiếu / Speed on the registry at hand, beside a reference in the same minute.

    Ví dụ: diachiso bench resolve --queries 10000 --seed 1
    """
    with db.session() as session:
        if styles:
            _bench_styles(session, doors)
            return
        report = _measured(session, queries, seed, two=two)
    if as_json:
        _console.print_json(json.dumps(report.to_dict(), ensure_ascii=False))
        return
    show_table(_table(report))
    if report.rates.reference is None:
        _console.print(
            f"Chưa có thư viện tham chiếu {NAME}: cài phần dev / the development extra is not installed: pip install -e '.[dev]'",
            markup=False,
        )


def _measured(session: Session, queries: int, seed: int, *, two: bool) -> SpeedReport:
    """Measure one thing after the other; the gazetteer first, while this process holds nothing else."""
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Đang nạp / loading", total=None)
        resolver, loaded = load(session)
        drawn = noisy_texts(session, queries, seed)
        if not drawn:
            raise RefusedError("Sổ chưa có nhà nào có số.", "No door with a number is registered.", hint="make demo SERVE=0")
        progress.update(task, description="Theo lô / batch", total=len(drawn))
        texts = [each for _, each in drawn]
        batch, other = batch_call(session, resolver), reference()
        batch(texts[:100])
        matcher, compared = in_turns(texts, batch, other, lambda count: progress.advance(task, count))
        progress.update(task, description="Hai tiến trình / two processes", total=None)
        both = scaling(texts, db.engine().url.render_as_string(hide_password=False)) if two else None
        progress.update(task, description="Từng câu / single calls")
        return SpeedReport(
            doors=session.execute(_DOORS).scalar_one(),
            queries=len(texts),
            loaded=loaded,
            rates=Rates(matcher, compared, other.errors if other else 0),
            two=both.two if both else None,
            beside_two=both.one if both else None,
            single=single_calls(session, resolver, texts[:_SINGLE]),
            keystroke=keystrokes(session, resolver, min(_TYPED, max(1, queries // 10)), seed),
            reverse=points(session, resolver, min(_POINTS, queries), seed),
            by_class={name: sum(each == name for each, _ in drawn) for name in sorted({each for each, _ in drawn})},
        )


def _goals(report: SpeedReport) -> list[Goal]:
    """Return the lines of the table."""
    rates, loaded = report.rates, report.loaded
    lines = [Goal("một tiến trình, theo lô / one process, batch", f"{rates.matcher:,.0f}/s")]
    if report.ratio is not None:
        odd = f" ({rates.reference_errors:,} câu báo lỗi / texts raised)" if rates.reference_errors else ""
        lines.append(Goal(f"{NAME}.parse_address, cùng lúc / in turns", f"{rates.reference:,.0f}/s{odd}"))
        lines.append(Goal("nhanh hơn tham chiếu / times the reference", f"{report.ratio:.2f}×", "≥ 2×", report.ratio >= 2))  # noqa: PLR2004 - the goal
    if report.scaling is not None:
        lines.append(Goal("hai tiến trình; một trong hai / two processes; one of them", f"{report.two:,.0f}/s; {report.beside_two:,.0f}/s"))
        lines.append(Goal("… so với một / … over one", f"{report.scaling:.2f}×", "≥ 1.7×", report.scaling >= 1.7))  # noqa: PLR2004 - the goal
    lines += _times("từng câu / single call", report.single, 5.0, p50=1.0)
    lines += _times("gợi ý mỗi phím / completion a key", report.keystroke, 5.0)
    lines += _times("từ toạ độ / reverse", report.reverse, 3.0)
    lines.append(Goal("nạp bảng tên / gazetteer loads in", f"{loaded.seconds:.2f} s", "< 5 s", loaded.seconds < 5))  # noqa: PLR2004 - the goal
    grown = f"{loaded.megabytes:,.0f} MB, {loaded.places:,} đường, thôn / places"
    lines.append(Goal("bộ nhớ của bảng tên / gazetteer's memory", grown, "≤ 300 MB", loaded.megabytes <= 300))  # noqa: PLR2004 - the goal
    return lines


def _times(what: str, spent: Spent, p99: float, p50: float | None = None) -> list[Goal]:
    """Return the lines of some single calls; goals in milliseconds."""
    median = Goal(f"{what}, p50 ({spent.calls:,})", f"{spent.p50:.2f} ms")
    if p50 is not None:
        median = Goal(median.what, median.figure, f"≤ {p50:g} ms", spent.p50 <= p50)
    return [median, Goal(f"{what}, p99", f"{spent.p99:.2f} ms", f"≤ {p99:g} ms", spent.p99 <= p99)]


def _table(report: SpeedReport) -> Table:
    """Show the figures beside their goals."""
    title = f"{report.queries:,} câu hỏi có nhiễu, {report.doors:,} nhà / noisy queries, registered doors"
    table = Table("Chỉ tiêu / measure", "Kết quả / figure", "Mục tiêu / goal", "Đạt / met", title=title)
    for line in _goals(report):
        table.add_row(line.what, line.figure, line.goal, "" if line.met is None else "✓" if line.met else "✗")
    return table


def _bench_styles(session: Session, doors: int) -> None:
    """Measure every style of writing, beside a bare look-up of the same doors."""
    with Progress(console=Console(stderr=True), transient=True) as progress:
        resolver = Resolver.open(session)
        drawn = list(written_doors(session, doors))
        if not drawn:
            raise RefusedError("Sổ chưa có nhà nào có số.", "No door with a number is registered.", hint="make demo SERVE=0")
        task = progress.add_task("Đang đo / measuring", total=len(drawn) * len(STYLES))
        tick: Callable[[int], None] = lambda count: progress.advance(task, count)  # noqa: E731 - one line
        tallies, seconds = measure_styles(session, resolver, doors, tick)
        keys = [key for _, door in drawn for key in door_keys(prepare(resolver.gazetteer, Query(STYLES["complete"](door))))]
        began = time.perf_counter()
        find_doors(session, keys)
        bare = len(drawn) / (time.perf_counter() - began)
        spent = single_calls(session, resolver, [STYLES["no accents"](door) for _, door in drawn])
    show_table(_styles_table(tallies))
    rate = sum(tally.asked for tally in tallies.values()) / seconds
    _console.print(f"Theo lô / batch: {rate:,.0f}/s; tra khoá thuần / bare key look-up {bare:,.0f}/s; tỉ lệ / ratio {rate / bare:.3f}")
    _console.print(f"Từng câu / single call: p50 {spent.p50:.2f} ms, p99 {spent.p99:.2f} ms")


def _styles_table(tallies: dict[str, Tally]) -> Table:
    """Show what became of each style."""
    table = Table(
        "Cách viết / style", "Số câu / asked", "Đúng nhà / right door", "ACCEPT", "CONFIRM", "AMBIGUOUS", "REJECT", "ACCEPT sai / wrong"
    )
    for style, tally in tallies.items():
        share = f"{100 * tally.right / tally.asked:.2f} %"
        table.add_row(style, f"{tally.asked:,}", share, *(f"{tally.verdicts[verdict]:,}" for verdict in Verdict), str(tally.wrong_accepts))
    return table
