"""The command that keeps a running service at work for minutes: everything answered, memory flat."""

from typing import Annotated

import typer
from rich.console import Console

from service.bench.soak import Sample, soak

_console = Console(highlight=False, soft_wrap=True)


def bench_soak(
    url: Annotated[str, typer.Option(help="Dịch vụ đang chạy / A running service")] = "http://127.0.0.1:8000",
    *,
    minutes: Annotated[float, typer.Option(min=0.01, help="Bao lâu / For how long")] = 10.0,
    askers: Annotated[int, typer.Option(min=1, max=200, help="Số luồng hỏi / Threads that ask")] = 4,
) -> None:
    """Hỏi một dịch vụ đang chạy trong nhiều phút / Ask a running service for minutes. Ví dụ: diachiso bench soak --minutes 10."""
    found = soak(url, minutes * 60, askers, _tell)
    rate = found.answers / max(found.samples[-1].at, 0.001)
    _console.print(f"{found.answers:,} câu / answers, {rate:,.0f}/s; bộ nhớ / memory {found.growth / 1e6:+,.1f} MB")
    found.check()
    _console.print("✓ Trả lời đủ, bộ nhớ không tăng / everything answered, memory flat")


def _tell(sample: Sample) -> None:
    _console.print(f"  {sample.at:6.0f} s  {sample.answers:9,}  {sample.memory / 1e6:8,.1f} MB", style="dim")
