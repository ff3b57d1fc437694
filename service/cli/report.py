"""The commands that hand in: the quarterly and the yearly report as files, and its charts one by one."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final, Literal

import typer
from rich.console import Console
from rich.text import Text
from sqlalchemy.orm import Session

from registry import db
from registry.coverage import coverage
from registry.errors import UsageError
from registry.periods import Period, read_period, today
from service.reports.official_data import Report, report_of_day, report_of_period, state_of
from service.reports.official_files import MEDIA, official_file
from service.reports.official_form import Form, due_words
from service.written import write_whole

_CHARTS: Final = ("map", "ranking", "trend")
_SVG_OR_PNG: Final[dict[str, Literal["svg", "png"]]] = {".svg": "svg", ".png": "png"}
_console = Console(highlight=False)

Province = Annotated[str | None, typer.Option("--province", help="Mã tỉnh hiện nay; bỏ trống: cả nước / Province, else the country.")]
Output = Annotated[Path, typer.Option("--output", help="Ghi vào tệp / Write to a file.")]
Format = Annotated[str | None, typer.Option("--format", help=f"{', '.join(MEDIA)}; bỏ trống: theo đuôi tệp / by the file's ending.")]
Issuer = Annotated[str | None, typer.Option("--issuer", help="Cơ quan ban hành / Issuing body. Mặc định: Sở KH&CN, Vụ Bưu chính.")]
Public = Annotated[bool, typer.Option("--public", help="Ẩn số của đơn vị quá nhỏ / Hide small units.")]
Letter = Annotated[str | None, typer.Option("--definition", help="a, b, c; bỏ trống: b nếu có số thống kê / b where statistics are known.")]


def register(app: typer.Typer) -> None:
    """Add `diachiso report …`."""
    group = typer.Typer(no_args_is_help=True)
    group.command("quarter")(quarter)
    group.command("year")(year)
    group.command("chart")(chart)
    app.add_typer(group, name="report")


def quarter(
    output: Output, province: Province = None, period: Annotated[str | None, typer.Option(help="Quý, ví dụ 2026-Q3 / Quarter.")] = None,
    form: Format = None, issuer: Issuer = None, *, public: Public = False,
) -> None:  # fmt: skip
    """Báo cáo quý, hạn ngày 05 tháng sau / The quarterly report. Ví dụ: diachiso report quarter --province 11 --output quy3.pdf."""
    _report("quarter", province, period or _last_quarter(), form, output, issuer, public=public)


def year(
    output: Output, province: Province = None, period: Annotated[str | None, typer.Option(help="Năm, ví dụ 2026 / Year.")] = None,
    form: Format = None, issuer: Issuer = None, *, public: Public = False,
) -> None:  # fmt: skip
    """Báo cáo năm, hạn trước 15/12 / The yearly report. Ví dụ: diachiso report year --province 11 --period 2026 --output nam.xlsx."""
    _report("year", province, period or str(today().year), form, output, issuer, public=public)


def _last_quarter() -> str:
    """Return the newest quarter that is over: the one whose report is due next."""
    day = today().replace(day=1)
    last = day.replace(month=3 * ((day.month - 1) // 3) + 1) - timedelta(days=1)
    return f"{last.year}-Q{(last.month - 1) // 3 + 1}"


def _report(kind: Form, province: str | None, name: str, form: str | None, output: Path, issuer: str | None, *, public: bool) -> None:
    chosen = form or output.suffix.removeprefix(".").lower()
    if chosen not in MEDIA:
        raise UsageError(f"Không có dạng “{chosen}”.", f"No format “{chosen}”.", hint=f"Có: {', '.join(MEDIA)}")
    period = period_of(kind, name)
    with db.session() as session, _console.status("Đang lập báo cáo / writing the report"):
        report = report_of_period(session, kind, province, period, issuer=issuer, public=public)
        content = official_file(report, chosen)
    write_whole(output, content)
    _tell(report, output)


def period_of(kind: Form, name: str) -> Period:
    """Read a period and refuse one of another kind: UsageError."""
    period = read_period(name)
    if period.kind != kind:
        example = "2026-Q3" if kind == "quarter" else "2026"
        raise UsageError(f"“{name}” không phải kỳ của báo cáo này.", f"“{name}” is not a {kind}.", hint=f"Ví dụ: --period {example}")
    return period


def _tell(report: Report, output: Path) -> None:
    due = due_words(report.form, report.period)
    _console.print(Text(f"✓ Đã ghi / written: {output}"))
    _console.print(Text(f"{due.vi} / {due.en}"))
    _console.print(Text(state_of(report), style="dim" if report.frozen else "yellow"))
    if not report.frozen and report.period:
        _console.print(Text(f"  Chốt số liệu khi hết kỳ: diachiso coverage take --period {report.period.name}", style="dim"))


def chart(
    what: Annotated[str, typer.Argument(metavar="map|ranking|trend")], output: Output, province: Province = None, letter: Letter = None,
    period: Annotated[str | None, typer.Option(help="Kỳ; bỏ trống: hôm nay / Period, else today.")] = None,
) -> None:  # fmt: skip
    """Vẽ một biểu đồ, .svg hoặc .png / Draw one chart. Ví dụ: diachiso report chart map --province 11 --output ban-do.svg."""
    if what not in _CHARTS:
        raise UsageError(f"Không có biểu đồ “{what}”.", f"No chart “{what}”.", hint=f"Có: {', '.join(_CHARTS)}")
    if output.suffix.lower() not in _SVG_OR_PNG:
        raise UsageError(f"Biểu đồ là tệp .svg hoặc .png, không phải “{output.suffix}”.", "A chart is a .svg or .png file.")
    if letter not in {None, "a", "b", "c"}:
        raise UsageError(f"Không có định nghĩa “{letter}”.", f"No definition “{letter}”.", hint="Có: a, b, c")
    with db.session() as session, _console.status("Đang vẽ / drawing"):
        content = _drawn(session, what, province, period, letter, _SVG_OR_PNG[output.suffix.lower()])
    write_whole(output, content)
    _console.print(Text(f"✓ Đã ghi / written: {output}"))


def _drawn(session: Session, what: str, province: str | None, period: str | None, letter: str | None, form: Literal["svg", "png"]) -> bytes:
    # Drawing needs matplotlib, half a second to load, which the other commands need not wait for.
    from service.reports.official_charts import chart_of  # noqa: PLC0415

    if period is None:
        report = report_of_day(session, coverage(session, province))
    else:
        report = report_of_period(session, "coverage", province, read_period(period))
    return chart_of(report, what, letter, form)
