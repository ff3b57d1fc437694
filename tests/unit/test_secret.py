"""A reference that names somebody is told again under a key of the installation, which stands outside the database."""

import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from loaders.values import said_household
from registry.errors import RefusedError, UsageError
from registry.secret import _key, opaque
from registry.settings import settings

NAME = "ông Nguyễn Văn Xuân"


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Give a function that sets the settings of this process until the test ends."""

    def forget() -> None:
        settings.cache_clear()
        _key.cache_clear()

    def install(**given: str) -> None:
        monkeypatch.delenv("DIACHISO_HOUSEHOLD_KEY", raising=False)
        for name, value in given.items():
            monkeypatch.setenv(f"DIACHISO_{name.upper()}", value)
        forget()

    yield install
    monkeypatch.undo()
    forget()


def test_one_installation_tells_a_name_alike_and_another_tells_it_otherwise(tmp_path: Path, installed: Callable[..., None]) -> None:
    """The key is made once, 0600; a second process reads it; another directory has another key, and no digest is one without a key."""
    installed(var=str(tmp_path / "a"))
    first = said_household(NAME).text
    assert re.fullmatch("XK[0-9A-F]{16}", first)
    file = tmp_path / "a" / "household.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in file.parent.iterdir()] == [file.name]
    installed(var=str(tmp_path / "a"))
    assert said_household(NAME.upper()).text == first
    installed(var=str(tmp_path / "b"))
    assert said_household(NAME).text != first


def test_a_configured_key_stands_before_the_file(tmp_path: Path, installed: Callable[..., None]) -> None:
    """Two machines with one key tell a name alike, and no file is made."""
    told = []
    for name in ("a", "b"):
        installed(var=str(tmp_path / name), household_key="0123456789abcdef")
        told.append(opaque("nguyen van xuan"))
    assert told[0] == told[1]
    assert list(tmp_path.iterdir()) == []
    assert "0123456789abcdef" not in repr(settings())


def test_a_key_that_is_short_empty_or_not_to_be_made_is_said(tmp_path: Path, installed: Callable[..., None]) -> None:
    """Nothing is told under a key that is none."""
    installed(var=str(tmp_path), household_key="short")
    with pytest.raises(UsageError, match="DIACHISO_HOUSEHOLD_KEY"):
        opaque("x")
    installed(var=str(tmp_path))
    (tmp_path / "household.key").touch()
    with pytest.raises(RefusedError, match="empty"):
        opaque("x")
    (tmp_path / "file").touch()
    installed(var=str(tmp_path / "file"))
    with pytest.raises(RefusedError, match="cannot be read or made"):
        opaque("x")
