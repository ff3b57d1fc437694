"""The command `diachiso bench accuracy`: how often the matcher is right, class by class, and whether anything got worse."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from geocode.resolver import Resolver
from registry import db
from registry.errors import RefusedError
from service.bench.accuracy import Asked, ClassTally, Outcome, tallied
from service.bench.accuracy_run import Plan, Run, judge, questions_of, run
from service.bench.calibration import Curve, curve, door_points, fit, wide_points
from service.bench.calibration_plot import plot
from service.bench.golden import GOLDEN
from service.bench.interval import wilson
from service.bench.runs import KNOWN, learn, save_run, written
from service.cli.bench_table import show_table

LISTED = 50
_console = Console(highlight=False, soft_wrap=True)
_SKIPPED = {
    "golden": "Bỏ qua tệp câu hỏi mẫu: các lô mẫu không có trong sổ / golden file skipped: the sample batches are not registered.",
    "texts": "Tệp văn bản không có câu nào kèm mã xã / no text with commune codes in the file.",
    "noise": "Sổ chưa có nhà nào có số / no door with a number is registered.",
}
_OUTCOMES = {
    Outcome.SHORT: "dừng trên cấp nhà / stopped above the door",
    Outcome.WRONG: "sai / wrong",
    Outcome.WRONG_ACCEPT: "ACCEPT sai / wrong ACCEPT",
}
_DOORS, _WIDE = "Câu trả lời cấp nhà / door answers", "Trên cấp nhà: đúng xã / above the door: commune right"


def bench_accuracy(
    *,
    per_class: Annotated[int, typer.Option(min=1, help="Số câu mỗi lớp nhiễu / Questions a class of noise")] = 200,
    seed: Annotated[int, typer.Option(help="Cùng số này thì cùng câu hỏi / The same seed asks the same")] = 1,
    texts: Annotated[
        Path | None, typer.Option(help="Văn bản thật, mỗi dòng một JSON / Real texts, JSON lines", exists=True, dir_okay=False)
    ] = None,
    golden: Annotated[Path, typer.Option(help="Tệp câu hỏi mẫu / Golden file", dir_okay=False)] = GOLDEN,
    save: Annotated[Path | None, typer.Option(help="Lưu lần đo này / Save this run")] = None,
    against: Annotated[
        Path | None, typer.Option(help="So với lần đo đã lưu / Compare with a saved run", exists=True, dir_okay=False)
    ] = None,
    known: Annotated[Path, typer.Option(help="Sổ lỗi đã biết / Register of known failures", show_default=False)] = KNOWN,
    learn_now: Annotated[bool, typer.Option("--learn", help="Ghi các lỗi hiện có vào sổ lỗi / Register the present failures")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Báo thất bại khi có lỗi ngoài sổ lỗi / Fail on unregistered failures")] = False,
    units: Annotated[bool, typer.Option("--units", help="Hỏi mọi xã của hai bản đồ, năm cách viết / Every commune of both maps")] = False,
    only: Annotated[str | None, typer.Option(help="Chỉ lớp này, số hoặc tên / Only this class", metavar="CLASS")] = None,
    show: Annotated[int, typer.Option(min=0, help="In bấy nhiêu câu sai / Print so many failures", metavar="N")] = 0,
    calibration: Annotated[bool, typer.Option("--calibration", help="In độ tin cậy so với thực tế / Print the calibration")] = False,
    plot_file: Annotated[Path | None, typer.Option("--plot", help="Vẽ biểu đồ đó / Draw it", metavar="FILE.svg")] = None,
    fit_now: Annotated[bool, typer.Option("--fit", help="In bảng hiệu chỉnh đơn điệu / Print a fitted table")] = False,
) -> None:
    """Đo độ đúng theo từng lớp câu hỏi / Accuracy by class: golden file, real texts, registered doors with noise.

    Ví dụ: diachiso bench accuracy --per-class 200 --save lan_truoc.jsonl

    So sánh / compare: diachiso bench accuracy --against lan_truoc.jsonl
    """
    found = _asked(Plan(per_class, seed, texts, golden, only, units))
    judge(found, known, against)
    show_table(_table(found.asked))
    _show(found.failed, show)
    curves = [(_DOORS, curve(door_points(found.asked))), (_WIDE, curve(wide_points(found.asked)))]
    for name, each in curves if calibration else ():
        show_table(_calibration_table(name, each))
    if fit_now:
        _console.print(f"{_DOORS}: {fit(door_points(found.asked, raw=True))}", markup=False)
        _console.print(f"{_WIDE}: {fit(wide_points(found.asked, raw=True))}", markup=False)
    if plot_file:
        with written(plot_file) as file:
            file.write(plot(curves))
    if save:
        save_run(save, found.asked)
    if learn_now:
        learnt = learn(known, found.asked)
        _console.print(
            f"Sổ lỗi / register {known}: {learnt.added} mới / new, {learnt.kept} còn / kept, {learnt.fixed} đã hết / fixed, "
            f"{learnt.not_asked} không hỏi lần này / not asked",
            markup=False,
        )
    _verdict(found, failing=(against is not None or strict) and not learn_now)


def _asked(plan: Plan) -> Run:
    """Ask everything, with a bar."""
    with db.session() as session, Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Đang chuẩn bị / preparing", total=None)
        resolver = Resolver.open(session)
        asking = questions_of(session, resolver.gazetteer, plan)
        questions = asking.questions
        for name in asking.skipped:
            progress.console.print(_SKIPPED[name], markup=False)
        if asking.texts_left_out:
            left = f"{asking.texts_left_out:,} văn bản không kèm mã xã nên không hỏi / texts without commune codes are not asked."
            progress.console.print(left, markup=False)
        if not questions:
            raise RefusedError("Không có câu hỏi nào để đo.", "There is nothing to ask.", hint="make demo SERVE=0, hoặc --texts FILE.jsonl")
        progress.update(task, description="Đang hỏi / asking", total=len(questions))
        return run(session, resolver, questions, lambda count: progress.advance(task, count))


def _table(asked: Sequence[Asked]) -> Table:
    """Show what became of each class, and of each source as a whole."""
    table = Table(
        "Lớp câu hỏi\nclass", "Số câu\nasked", "Đúng %\nright %", "95 %", "Liệt kê\nambiguous, listed", "Dừng trên nhà\nabove the door",
        "Sai\nwrong", "ACCEPT sai\nwrong ACCEPT", "95 % trong ACCEPT\nof ACCEPTs", "ACCEPT %",
    )  # fmt: skip
    tallies = tallied(asked)
    for source in dict.fromkeys(source for source, _ in tallies):
        mine = {name: tally for (each, name), tally in tallies.items() if each == source}
        for name, tally in mine.items():
            table.add_row(escape(name), *_cells(tally))
        table.add_row(f"{source}: tất cả / all", *_cells(_summed(list(mine.values()))), style="bold", end_section=True)
    return table


def _cells(tally: ClassTally) -> list[str]:
    """Write the counts of one line."""
    counts, asked = tally.outcomes, tally.asked
    wrong = counts[Outcome.WRONG_ACCEPT]
    return [
        f"{asked:,}", f"{100 * counts[Outcome.RIGHT] / asked:.2f}", _interval(counts[Outcome.RIGHT], asked), f"{counts[Outcome.LISTED]:,}",
        f"{counts[Outcome.SHORT]:,}", f"{counts[Outcome.WRONG]:,}", f"{wrong:,}", _interval(wrong, tally.accepted),
        f"{100 * tally.accepted / asked:.2f}",
    ]  # fmt: skip


def _interval(hits: int, asked: int) -> str:
    """Write a 95 % interval in percent; nothing was asked, nothing is known."""
    low, high = wilson(hits, asked)
    return f"{100 * low:.2f}-{100 * high:.2f}" if asked else "—"


def _summed(tallies: Sequence[ClassTally]) -> ClassTally:
    """Add up the classes of a source."""
    counts = {outcome: sum(each.outcomes[outcome] for each in tallies) for outcome in Outcome}
    return ClassTally(counts, sum(each.accepted for each in tallies))


def _show(failed: Sequence[Asked], most: int) -> None:
    """Print failures: the question, what was expected, what was answered."""
    for each in failed[:most]:
        question, best = each.question, each.answer.best
        expected = {"absent": "không nhà nào / no door", "two": "không ACCEPT / no ACCEPT"}.get(question.expects, "")
        door = f"address {question.address_id}" if question.address_id and not expected else ""
        wanted = "; ".join(filter(None, (expected, door, " | ".join(sorted(question.communes)), " | ".join(sorted(question.verdicts)))))
        place = f"{best.level} “{best.label}” (address {best.address_id}, {best.confidence:.2f})" if best else "—"
        _console.print(
            f"[{question.source} {question.name}] {_OUTCOMES[each.outcome]}", f"  hỏi / asked: {question.text}", markup=False, sep="\n"
        )
        _console.print(f"  cần / expected: {wanted}", f"  đáp / answered: {each.answer.verdict} {place}", markup=False, sep="\n")


def _calibration_table(name: str, found: Curve) -> Table:
    """Show the bins of a curve."""
    title = f"{name}: {found.count:,} câu / answers, ECE {found.error:.4f}"
    table = Table("Độ tin cậy / confidence", "Số câu / answers", "Trung bình / mean", "Đúng / right %", "95 %", title=title)
    for each in found.bins:
        right = round(each.share * each.count)
        cells = f"{each.count:,}", f"{each.confidence:.3f}", f"{100 * each.share:.2f}", _interval(right, each.count)
        table.add_row(f"{each.low:.1f}-{each.high:.1f}", *cells)
    return table


def _verdict(found: Run, *, failing: bool) -> None:
    """Say how many failures are new; refuse with their list when that is asked for."""
    _console.print(f"{len(found.failed):,} câu sai, trong đó {len(found.new):,} mới / failures, new ones among them")
    if not (failing and found.new):
        return
    _show(found.new, LISTED)
    raise RefusedError(
        f"Có {len(found.new):,} lỗi mới so với lần trước và sổ lỗi đã biết.", f"{len(found.new):,} new failures.",
        hint="Sửa, hoặc ghi nhận bằng --learn và điền cột why.",
    )  # fmt: skip
