"""Gives the tests beside it the running service, a browser, and pages that are open in it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.api.service import client, served, service_db

__all__ = ["client", "served", "service_db"]

MILLISECONDS = 60_000
DESK, PHONE = (1280, 800), (390, 844)


class Visit:
    """A page that is open, the errors it met, and the addresses it asked."""

    def __init__(self, browser: Any, address: str, path: str, size: tuple[int, int], **options: Any) -> None:  # noqa: ANN401
        """Open the page; `options` are those of a browser context."""
        self.context = browser.new_context(viewport=dict(zip(("width", "height"), size, strict=True)), locale="vi-VN", **options)
        self.page = self.context.new_page()
        self.path = path
        self.errors: list[str] = []
        self.asked: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.set_default_timeout(MILLISECONDS)
        self.page.goto(f"http://{address}{path}")

    def search(self, text: str) -> None:
        """Ask for a text on the courier's page."""
        self.page.fill("#q", text)
        self.page.press("#q", "Enter")

    def wait_for_map(self) -> None:
        """Wait until the map stands and knows the provinces."""
        self.page.wait_for_selector(".islands")


@pytest.fixture
def visit(browser: Any, served: str) -> Iterator[Callable[..., Visit]]:  # noqa: ANN401
    """Give a function that opens a page: its path, the size of the screen (a desk when left out), options of the browser."""
    with ExitStack() as opened:

        def go(path: str = "/", size: tuple[int, int] = DESK, **options: Any) -> Visit:  # noqa: ANN401
            made = Visit(browser, served, path, size, **options)
            opened.callback(made.context.close)
            return made

        yield go
