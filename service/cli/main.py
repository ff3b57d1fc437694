"""The command `diachiso`: gathers the commands of every part and is the one place that prints an error."""

import os
import sys
from importlib import import_module
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text
from sqlalchemy.exc import DBAPIError
from typer.exceptions import TyperException

from registry.errors import DiachisoError, UsageError
from registry.outage import as_unavailable
from registry.settings import settings
from service.cli.contents import CONTENTS
from service.cli.misuse import misuse

DONE, REFUSED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130

HELP = """Địa chỉ số: sổ địa chỉ bưu chính số và bộ tìm địa chỉ / Registry of digital postal addresses and its geocoder.

Ví dụ / Example: diachiso resolve "số 5 ngõ 12 phố Trần Phú, phường Điện Biên Phủ, Điện Biên"
"""


def build(command: str = "") -> typer.Typer:
    """Return the program with all its commands, or with those of the part alone that holds the one named: most start twice as fast so."""
    app = _program()
    held = {each.part for each in CONTENTS if not command or each.name == command}
    for part in dict.fromkeys(each.part for each in CONTENTS if each.part in held):
        import_module(f"service.cli.{part}").register(app)
    words = {each.name: each.help for each in CONTENTS}
    for command_of in app.registered_commands:
        command_of.help = words[str(command_of.name or getattr(command_of.callback, "__name__", ""))]
    for group in app.registered_groups:
        group.help = words[str(group.name)]
    return app


def overview() -> typer.Typer:
    """Return the program as `--help` shows it: each command with its words, none of them loaded."""
    app = _program()
    for each in CONTENTS:
        app.command(each.name, help=each.help)(lambda: None)
    return app


def _program() -> typer.Typer:
    app = typer.Typer(
        name="diachiso",
        help=HELP,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    return app


def run(arguments: list[str] | None = None) -> None:
    """Run one command line and leave with its exit code: 0 done, 1 refused, 2 wrong usage, 130 interrupted."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    sys.exit(execute(arguments))


def execute(arguments: list[str] | None = None) -> int:
    """Run one command line and return its exit code; errors become sentences on standard error."""
    words = [word for word in (sys.argv[1:] if arguments is None else arguments) if word not in {"--debug", "--"}]
    named = next((each.name for each in CONTENTS if [each.name] == words[:1]), "")
    try:
        program = typer.main.get_command(build(named) if named else overview())
        return _explain_exit(program.main(args=arguments, prog_name="diachiso", standalone_mode=False))
    except SystemExit as ended:
        return _explain_exit(ended.code)
    except TyperException as wrong:
        return _misused(wrong)
    except KeyboardInterrupt:
        return _explain_exit(INTERRUPTED)
    except Exception as error:
        if _debugging():
            raise
        return _failed(error)


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
    return code if isinstance(code, int) else DONE if code is None else REFUSED


def _failed(error: Exception) -> int:
    refusal = error if isinstance(error, DiachisoError) else as_unavailable(error) if isinstance(error, DBAPIError) else None
    print_refusal(refusal or _fault(error))
    return WRONG_USAGE if isinstance(error, UsageError) else REFUSED


def _misused(wrong: TyperException) -> int:
    """Say what is wrong with a command line, or give the help of a group that was called without a command."""
    if type(wrong).__name__ == "NoArgsIsHelpError":
        Console(stderr=True, highlight=False, soft_wrap=True).print(str(wrong), markup=False)
    else:
        print_refusal(misuse(wrong))
    return WRONG_USAGE


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
