"""Decides when the gazetteer is loaded: at the start, when the database says that the registry changed, else when a look shows it did."""

import threading
import time

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from geocode.gazetteer_load import data_version
from geocode.resolver import Resolver
from registry import db
from registry.announce import CHANNEL
from service.listen import Listener
from service.version import with_event

REFRESH_SECONDS = 2.0
# Half a million places take some seconds to read, and a server that has just started takes longer.
LOAD_SECONDS = 300.0


class LiveResolver:
    """The one resolver of the process; thread-safe. A fresh one replaces it as a whole, and questions go on with the old one meanwhile."""

    def __init__(self) -> None:
        """Start without a gazetteer: a service whose database sleeps must still say so."""
        self._resolver: Resolver | None = None
        # What a question at this moment would be answered from; the database is not asked for it again on the hot path.
        self.version = ""
        self._looked_at = 0.0
        self._made_at = 0.0
        self._loads = 0
        # Something changed that the resolver in use does not know yet.
        self._behind = False
        # A load that failed half-way, after the database said that something changed, is owed to the next connection.
        self._owed = False
        self._lock = threading.Lock()
        self._listener: Listener | None = None

    def start(self, engine: Engine) -> None:
        """Listen for commits elsewhere from now on, in a thread of its own, until `stop`."""
        self._listener = Listener(engine, CHANNEL, lambda told: self._refresh(engine, told=told))
        self._listener.start()

    def stop(self) -> None:
        """Stop listening, wait for the thread to end, and let the resolver go: loading it froze all there was, the application too."""
        if self._listener is not None:
            self._listener.stop()
            self._listener = None
        self._resolver = None

    @property
    def known(self) -> Resolver | None:
        """Return the resolver in use, None before the first was loaded; nobody is asked."""
        return self._resolver

    @property
    def age(self) -> float:
        """Return the seconds since the resolver in use was made."""
        return time.monotonic() - self._made_at

    @property
    def hears(self) -> bool:
        """Tell whether commits elsewhere are heard now."""
        return self._hears()

    @property
    def ready(self) -> Resolver | None:
        """Return the resolver in use where nobody has to be asked whether it is new enough."""
        return self._resolver if self._hears() or not self._is_due() else None

    @property
    def settled(self) -> str | None:
        """Return what all answers of this moment are of, version and loading; None while something newer may be there."""
        return f"{self.version}/{self._loads}" if self._resolver is not None and self._hears() and not self._behind else None

    def get(self, session: Session) -> Resolver:
        """Return a resolver that is at most two seconds behind the registry; DBAPIError when it cannot be loaded."""
        if self._resolver is None:
            with self._lock:
                return self._resolver or self._open(session)
        # Whoever listens need not look; where nothing is heard (a pooler, a server that is gone), looking is what remains.
        if not self._hears() and self._is_due() and self._lock.acquire(blocking=False):
            try:
                self._look(session, self._resolver)
            finally:
                self._lock.release()
        return self._resolver

    def _refresh(self, engine: Engine, *, told: bool) -> None:
        """Load anew when told that something changed, else only where the version differs: something may have gone unheard."""
        self._owed = self._owed or told
        self._behind = self._owed
        with self._lock, Session(engine) as session:
            if self._owed or self._resolver is None:
                self._open(session)
                self._owed = False
            else:
                self._look(session, self._resolver)
        self._behind = False

    def _look(self, session: Session, known: Resolver) -> None:
        self._looked_at = time.monotonic()
        if data_version(session) != known.data_version:
            self._open(session)
        else:
            self.version = with_event(known.data_version, session)

    def _open(self, session: Session) -> Resolver:
        db.take_time(session, LOAD_SECONDS)
        known = self._resolver
        fresh = (known.grown(session) if known else None) or Resolver.open(session)
        self._resolver = fresh
        self.version = with_event(fresh.data_version, session)
        self._loads += 1
        self._made_at = self._looked_at = time.monotonic()
        return fresh

    def _hears(self) -> bool:
        return self._listener is not None and self._listener.hears

    def _is_due(self) -> bool:
        return time.monotonic() - self._looked_at >= REFRESH_SECONDS
