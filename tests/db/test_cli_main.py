"""The command line answers in sentences and exit codes: 0 done, 1 refused, 2 usage; never a traceback."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool
from typer.main import get_command

from geocode.types import Level
from registry.doctor.examine import examine
from registry.security.roles import Role
from registry.settings import settings
from service.cli.contents import CONTENTS
from service.cli.main import build, execute, overview
from service.cli.terms import LEVEL, OUTCOME, ROLE, shown
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


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("khong-co", "Không có lệnh “khong-co”."), ("db khong-co", "Không có lệnh “khong-co”."),
        ("import --province", "--province cần một giá trị"),
        ("batch show", "Thiếu ID."), ("batch show ba", "ID phải là số nguyên."), ("resolve a b", "Thừa trên dòng lệnh: b."),
        ("reverse 91 0", "LAT chỉ được đến 90."), ("audit list --limit 0", "--limit phải từ 1 trở lên."),
        ("audit export --format zip", "--format chỉ nhận: 'csv', 'json'."), ("resolve --json=1 x", "--json không nhận giá trị"),
    ],
)  # fmt: skip
def test_wrong_usage_is_told_in_vietnamese(line: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What is wrong with a command line is named, with exit code 2 and the way to its help."""
    assert execute(line.split()) == 2
    told = capsys.readouterr().err
    assert said in told
    assert "--help" in told


def _lines(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:  # noqa: ANN401 - a command of the parser
    yield path
    for name, each in getattr(command, "commands", {}).items():
        yield from _lines(each, (*path, name))


def test_every_command_has_help_and_refuses_what_it_does_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    """`--help` ends with 0 anywhere; an option that is not there ends with 2 and is named in Vietnamese."""
    lines = list(_lines(get_command(build())))
    assert len(lines) > 90
    for line in lines:
        assert execute([*line, "--help"]) == 0, line
        assert execute([*line, "--khong-co"]) == 2, line
        assert "Không có tùy chọn --khong-co." in capsys.readouterr().err, line


def test_the_list_of_commands_loads_none_of_them() -> None:
    """`diachiso --help` shows every command with its own words, in their order, and imports no part."""
    script = "import sys; from service.cli.main import execute; execute(['--help']);"
    script += " print(sorted(n for n in sys.modules if n.startswith('service.cli.')))"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert "['service.cli.contents', 'service.cli.main', 'service.cli.misuse']" in told
    assert [told.index(f"│ {each.name} ") for each in CONTENTS] == sorted(told.index(f"│ {each.name} ") for each in CONTENTS)
    assert list(get_command(overview()).commands) == [each.name for each in CONTENTS]
    assert {name: command.help for name, command in get_command(build()).commands.items()} == {each.name: each.help for each in CONTENTS}


def test_batches_tell_their_state_in_words(configured: Callable[[str], None], sample_db: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With the word of the contract beside it, as outcomes, levels and roles do."""
    configured(sample_db)
    assert execute(["batches"]) == 0
    assert "đã nhập / committed" in " ".join(capsys.readouterr().out.split())
    assert shown(OUTCOME, "rejected") == "từ chối / rejected"
    assert {*map(str, Role)} <= set(ROLE)
    assert {*map(str, Level)} == set(LEVEL)


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
