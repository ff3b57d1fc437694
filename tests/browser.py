"""Gives tests the browser of the system; where there is none, they are skipped."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists()), None)
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
]  # fmt: skip


def driver_starts(package: str) -> bool:
    """Tell whether the program that drives the browser runs here: it needs libatomic1, which a bare system lacks."""
    node = Path(package).parents[1] / "driver" / "node"
    return subprocess.run([node, "--version"], capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Give a running Chromium of the system; where there is none, what asks for it is skipped.

    A module's, not longer: while its driver runs, the thread has a loop, and tests with loops of their own could not start them.
    """
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no Chromium under /usr/bin")
    if not driver_starts(playwright.__file__):
        pytest.skip("the browser's driver does not start: install libatomic1")
    with playwright.sync_playwright() as opened:
        running = opened.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()
