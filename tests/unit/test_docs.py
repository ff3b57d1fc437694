"""What exists is written down: every command, setting, issue code and package has its place in a README."""

from pathlib import Path

import pytest
import typer

from registry.settings import PROJECT, Settings
from service.cli.main import build

ROOMS = ("registry", "loaders", "geocode", "service", "sample_data")


def commands() -> list[str]:
    """Return every command as it is typed."""
    found: list[str] = []

    def walk(command: object, words: list[str]) -> None:
        inner = getattr(command, "commands", None)
        if inner is None:
            found.append(" ".join(words))
        for name, each in sorted((inner or {}).items()):
            walk(each, [*words, name])

    walk(typer.main.get_command(build()), ["diachiso"])
    return found


def prose(name: str) -> str:
    """Return one README."""
    return Path(PROJECT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("command", commands())
def test_every_command_is_in_the_service_readme(command: str) -> None:
    """A command that no one can read about does not exist for its user."""
    assert f"`{command}`" in prose("service/README.md")


@pytest.mark.parametrize("field", Settings.model_fields)
def test_every_setting_is_in_the_service_readme(field: str) -> None:
    """Nor does a setting."""
    assert f"`DIACHISO_{field.upper()}`" in prose("service/README.md")


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_has_a_readme_that_the_first_one_links(room: str) -> None:
    """The map of the house leads to each room's own page."""
    assert f"({room}/README.md)" in prose("README.md")
    assert prose(f"{room}/README.md").startswith("#")
