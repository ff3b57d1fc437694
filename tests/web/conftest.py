"""Gives the tests beside it the running service, a browser, and pages that are open in it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.api.service import client, served, service_db
from tests.web.desk import desk, officer, tokens
from tests.web.visit import DESK, Visit

__all__ = ["client", "desk", "officer", "served", "service_db", "tokens"]


@pytest.fixture
def visit(browser: Any, served: str) -> Iterator[Callable[..., Visit]]:  # noqa: ANN401
    """Give a function that opens a page: its path, the size of the screen (a desk when left out), options of the browser."""
    with ExitStack() as opened:

        def go(path: str = "/", size: tuple[int, int] = DESK, **options: Any) -> Visit:  # noqa: ANN401
            made = Visit(browser, served, path, size, **options)
            opened.callback(made.context.close)
            return made

        yield go
