"""Imports between the packages go the way the design says."""

import subprocess
import sys
from pathlib import Path


def test_imports_go_one_way() -> None:
    """Service imports loaders and geocode, these import registry, and pure modules import no framework."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_package_files_are_empty() -> None:
    """An `__init__.py` holds nothing: importing one module never runs another."""
    root = Path(__file__).parents[2]
    full = [
        path for name in ("registry", "loaders", "geocode", "service") for path in (root / name).rglob("__init__.py") if path.read_text()
    ]
    assert full == []
