"""The command `diachiso demo`: the whole product in one go, as the very commands that a user would type."""

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from registry import db, service_points
from registry.errors import RefusedError
from registry.settings import PROJECT, settings
from service.bench.doors import written_doors
from service.bench.styles import complete, no_accents
from service.cli.serve import LOOPBACK

SAMPLES = PROJECT / "sample_data"

# The hand-over files of sample_data/README.md and the province that each was handed over by.
BATCHES = (("dien_bien.csv", "11"), ("ha_nam.csv", "37"), ("vinh_long.csv", "86"))

# Everything here may run again: each command recognises what it has already done.
PREPARE = (("db", "start"), ("db", "upgrade"), ("units", "load"))

TRY = (
    "diachiso coverage --province 11",
    "diachiso units trace 03166",
    "diachiso db doctor",
)


def register(app: typer.Typer) -> None:
    """Add `diachiso demo`."""
    app.command()(demo)


def demo(
    *,
    serve: Annotated[bool, typer.Option(help="Mở trang web sau khi chuẩn bị xong / Serve the pages at the end.")] = True,
    host: Annotated[str | None, typer.Option(help="Địa chỉ phục vụ / Address to serve on.")] = None,
    port: Annotated[int | None, typer.Option(help="Cổng phục vụ / Port to serve on.")] = None,
) -> None:
    """Prepare sample data by the commands that a user would type, then serve."""
    began = time.monotonic()
    for words in (*PREPARE, *samples()):
        step(words)
    _load_service_points()
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"[green]✓[/] Xong sau {time.monotonic() - began:.0f} giây / ready")
    console.print("Thử thêm / Try:", *(f"  .venv/bin/{line}" for line in (*_questions(), *TRY)), sep="\n", markup=False)
    if serve:
        chosen = host or settings().host, str(port or settings().port)
        console.print(f"Trang web / Page: http://{'127.0.0.1' if chosen[0] == '0.0.0.0' else chosen[0]}:{chosen[1]}")  # noqa: S104 - compared.
        # Made-up doors on this machine need no keys; on another address DIACHISO_OPEN decides.
        step(("serve", "--host", chosen[0], "--port", chosen[1], *(("--open",) if chosen[0] in LOOPBACK else ())))


def _questions() -> list[str]:
    """Return a door of the registry as a courier might type it, plainly and without accents."""
    with db.session() as session:
        doors = [door for _, door in written_doors(session, 1)]
    return [f'diachiso resolve "{write(door)}"' for door in doors for write in (complete, no_accents)]


def samples() -> list[tuple[str, ...]]:
    """Return the commands that import the sample files; the same file again is a no-op."""
    return [("import", _shown(SAMPLES / name), "--province", province) for name, province in BATCHES]


def step(words: tuple[str, ...]) -> None:
    """Show one command line and run it in this process.

    Raises RefusedError when the command ends with another exit code than 0; its own errors pass through unchanged.
    """
    from service.cli.main import build  # noqa: PLC0415 - main gathers this module, hence only when running.

    shown = " ".join(("diachiso", *words))
    Console(highlight=False, soft_wrap=True).print(Text(f"$ {shown}", style="dim"))
    code = typer.main.get_command(build(words[0])).main(args=list(words), prog_name="diachiso", standalone_mode=False)
    if code:
        raise RefusedError(
            f"Bước này không xong: {shown}", f"This step did not finish: {shown}", hint=f"Chạy riêng để xem: .venv/bin/{shown}"
        )


def _load_service_points() -> None:
    """Load the sample list of post offices; it is small and has no command of its own."""
    with db.session() as session:
        report = service_points.load(session, SAMPLES / "service_points_dien_bien.csv")
        session.commit()
    Console(highlight=False).print(f"✓ Điểm phục vụ / service points: chữa chính tả tự động {report.repaired} / spellings repaired")


def _shown(file: Path) -> str:
    """Return the path as a user would type it from where he stands."""
    return str(file.relative_to(Path.cwd())) if file.is_relative_to(Path.cwd()) else str(file)
