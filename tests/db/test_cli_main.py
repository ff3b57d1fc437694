"""The command line answers in sentences and exit codes: 0 done, 1 refused, 2 usage; never a traceback."""

import subprocess
import sys
from collections.abc import Callable

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool
from typer.main import get_command

from registry.doctor.examine import examine
from registry.settings import settings
from service.cli.main import build, execute
from tests.conftest import Answer

Command = Callable[..., Answer]


def test_upgrade_is_done_once(command: Command) -> None:
    """Migrating a database that is at the newest version says so and succeeds."""
    assert command("db", "upgrade").code == 0


def test_doctor_knows_what_is_missing(configured: Callable[[str], None], empty_db: str, capsys: pytest.CaptureFixture[str]) -> None:
    """On a database without tables the doctor fails, and every failure names a remedy."""
    configured(empty_db)
    assert execute(["db", "doctor"]) == 1
    assert "diachiso db upgrade" in " ".join(capsys.readouterr().out.split())
    assert all(check.hint for check in examine() if check.level == "fail")


def test_unknown_command_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """A command that does not exist ends with 2 and says so in Vietnamese too."""
    assert execute(["khong-co"]) == 2
    assert "Lệnh chưa đúng" in capsys.readouterr().err


def test_each_command_is_found_without_loading_the_others() -> None:
    """A program built for one command has it; finding an address loads no web service."""
    every = get_command(build()).commands
    for name, command in every.items():
        assert get_command(build(name)).commands[name].help == command.help
        assert len(get_command(build(name)).commands) < len(every) / 4
    loaded = "import sys; from service.cli.main import build; build('resolve'); print('fastapi' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout == "False\n"


def test_unreachable_server_is_a_sentence(configured: Callable[[str], None], capsys: pytest.CaptureFixture[str]) -> None:
    """A server that does not answer gives a sentence with a hint, exit code 1 and no traceback."""
    configured("postgresql://nobody@127.0.0.1:1/nothing")
    assert execute(["db", "upgrade"]) == 1
    written = capsys.readouterr().err
    assert "Không kết nối được" in written
    assert "Traceback" not in written


def test_read_only_database_is_a_sentence(configured: Callable[[str], None], empty_db: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A database that only reads refuses a migration in words."""
    with create_engine(empty_db, poolclass=NullPool).begin() as connection:
        name = connection.execute(text("SELECT current_database()")).scalar_one()
        connection.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
    configured(empty_db)
    assert execute(["db", "upgrade"]) == 1
    assert "chỉ cho đọc" in capsys.readouterr().err


def test_wrong_setting_names_its_variable(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A setting that does not fit ends with 2 and names the environment variable."""
    monkeypatch.setenv("DIACHISO_PORT", "tám nghìn")
    settings.cache_clear()
    assert execute(["db", "start"]) == 2
    assert "DIACHISO_PORT" in capsys.readouterr().err
    monkeypatch.undo()
    settings.cache_clear()


def test_private_server_of_others_is_not_stopped(command: Command) -> None:
    """With a server of one's own configured, `db stop` refuses instead of stopping something else."""
    assert command("db", "stop").code == 2


@pytest.mark.parametrize("part", ["", "db"])
def test_help_is_vietnamese_first(part: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Help exits with 0 and speaks Vietnamese."""
    assert execute([*part.split(), "--help"]) == 0
    assert "Cơ sở dữ liệu" in capsys.readouterr().out
