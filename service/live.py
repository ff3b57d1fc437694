"""Decides when the gazetteer is loaded: once, at the start or when the database first answers, and again when the registry changed."""

import threading
import time

from sqlalchemy.orm import Session

from geocode.resolver import Resolver

REFRESH_SECONDS = 2.0


class LiveResolver:
    """The one resolver of the process; thread-safe."""

    def __init__(self) -> None:
        """Start without a gazetteer: a service whose database sleeps must still say so."""
        self._resolver: Resolver | None = None
        self._looked_at = 0.0
        self._lock = threading.Lock()

    def get(self, session: Session) -> Resolver:
        """Return a resolver that is at most two seconds behind the registry; DBAPIError when it cannot be loaded."""
        if self._resolver is None:
            with self._lock:
                return self._resolver or self._open(session)
        if self._is_due() and self._lock.acquire(blocking=False):
            # The others answer meanwhile from what is loaded.
            try:
                self._resolver.refresh(session)
                self._looked_at = time.monotonic()
            finally:
                self._lock.release()
        return self._resolver

    def _open(self, session: Session) -> Resolver:
        self._resolver = Resolver.open(session)
        self._looked_at = time.monotonic()
        return self._resolver

    def _is_due(self) -> bool:
        return time.monotonic() - self._looked_at >= REFRESH_SECONDS
