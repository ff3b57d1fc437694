"""Decides how whoever watches the service asks: in a thread apart from those of the requests, and no longer than a while."""

from collections.abc import Callable
from threading import BoundedSemaphore
from typing import TypeVar

import anyio
from anyio.to_thread import run_sync

Said = TypeVar("Said")


class Watch:
    """Lets a few watchers ask at a time: behind a database that hangs they would otherwise take connection after connection."""

    def __init__(self, most: int = 3) -> None:
        """Allow so many at a time."""
        self._places = BoundedSemaphore(most)

    async def ask(self, seconds: float, question: Callable[[], Said]) -> Said | None:
        """Return what a function says, None when that takes longer or too many wait for it already; what it raises is raised.

        Its thread is none of those of the requests: they may all be waiting for what is asked about.
        """
        if not self._places.acquire(blocking=False):
            return None

        def asked() -> Said:
            try:
                return question()
            finally:
                self._places.release()

        with anyio.move_on_after(seconds):
            return await run_sync(asked, abandon_on_cancel=True, limiter=anyio.CapacityLimiter(1))
        return None
