"""The command `diachiso`: gathers the commands of every part and is the one place that prints an error."""

import os
import sys
from importlib import import_module
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text
from sqlalchemy.exc import DBAPIError

from registry.errors import DiachisoError, UsageError
from registry.outage import as_unavailable
from registry.settings import settings

# The order is the order of `diachiso --help`: from the first thing one does to the last.
PARTS = (
    "demo",
    "db",
    "units",
    "reform",
    "imports",
    "mapping",
    "quarantine",
    "ledger",
    "resolve",
    "reverse",
    "convert",
    "codes",
    "address",
    "plates",
    "corrections",
    "feedback",
    "coverage",
    "report",
    "baseline",
    "targets",
    "indicators",
    "changes",
    "key",
    "audit",
    "privacy",
    "breach",
    "serve",
    "worker",
    "bench",
)
# Commands that are not called like the part that holds them.
_HELD = {
    "import": "imports", "batch": "imports", "batches": "imports", "code": "codes", "correction": "corrections",
    "service-points": "coverage", "target": "targets", "population": "indicators",
}  # fmt: skip

DONE, REFUSED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130

HELP = """Địa chỉ số: sổ địa chỉ bưu chính số và bộ tìm địa chỉ / Registry of digital postal addresses and its geocoder.

Ví dụ / Example: diachiso resolve "số 5 ngõ 12 phố Trần Phú, phường Điện Biên Phủ, Điện Biên"
"""


def build(command: str = "") -> typer.Typer:
    """Return the program with all its commands, or with those of the part alone that holds the one named: most start twice as fast so."""
    app = typer.Typer(
        name="diachiso",
        help=HELP,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    part = _HELD.get(command, command)
    for each in (part,) if part in PARTS else PARTS:
        import_module(f"service.cli.{each}").register(app)
    return app


def run(arguments: list[str] | None = None) -> None:
    """Run one command line and leave with its exit code: 0 done, 1 refused, 2 wrong usage, 130 interrupted."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    sys.exit(execute(arguments))


def execute(arguments: list[str] | None = None) -> int:
    """Run one command line and return its exit code; errors become sentences on standard error."""
    words = [word for word in (sys.argv[1:] if arguments is None else arguments) if word != "--debug"]
    try:
        typer.main.get_command(build(words[0] if words else "")).main(args=arguments, prog_name="diachiso")
    except SystemExit as ended:
        return _explain_exit(ended.code)
    except KeyboardInterrupt:
        return _explain_exit(INTERRUPTED)
    except DiachisoError as error:
        if _debugging():
            raise
        print_refusal(error)
        return WRONG_USAGE if isinstance(error, UsageError) else REFUSED
    except DBAPIError as error:
        unavailable = as_unavailable(error)
        if _debugging():
            raise
        print_refusal(unavailable or _fault(error))
        return REFUSED
    except Exception as error:
        if _debugging():
            raise
        print_refusal(_fault(error))
        return REFUSED
    return DONE


def print_refusal(error: DiachisoError) -> None:
    """Print a refusal on standard error: the Vietnamese sentence, the English one, then what to do next."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(Text(f"✗ {error.vi}", style="bold red"))
    console.print(Text(f"  {error.en}", style="dim"))
    if error.hint:
        console.print(Text(f"  → {error.hint}"))


def _root(
    *,
    debug: Annotated[
        bool, typer.Option("--debug", help="Hiện vết lỗi của chương trình / Show tracebacks.", envvar="DIACHISO_DEBUG")
    ] = False,
) -> None:
    if debug:
        os.environ["DIACHISO_DEBUG"] = "1"
        settings.cache_clear()


def _debugging() -> bool:
    try:
        return settings().debug
    except UsageError:
        return False


def _explain_exit(code: object) -> int:
    """Return the exit code of a command that ended by itself, after the Vietnamese half of what was printed."""
    if code == INTERRUPTED:
        print_refusal(DiachisoError("Đã dừng; việc đang dở không ghi gì.", "Interrupted; the unfinished work left nothing behind."))
    elif code == WRONG_USAGE:
        print_refusal(DiachisoError("Lệnh chưa đúng cách dùng.", "The command line is not right.", hint="Thêm --help để xem cách dùng."))
    return code if isinstance(code, int) else DONE if code is None else REFUSED


def _fault(error: Exception) -> DiachisoError:
    """Word a fault of the program itself."""
    first = (str(error).strip().splitlines() or [""])[0][:300]
    return DiachisoError(
        "Lỗi của chương trình; lệnh dừng lại và không ghi gì thêm.",
        f"A fault of the program: {type(error).__name__}: {first}",
        hint="Chạy lại với: diachiso --debug …, và gửi kết quả cho người phát triển.",
    )


if __name__ == "__main__":
    run()
