"""Decides how the process hears of commits elsewhere: LISTEN on a connection of its own, in a thread that outlives the server's absence."""

import select
import socket
import threading
import time
from collections.abc import Callable
from typing import Any, Final

import psycopg2
from psycopg2 import sql
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from registry.errors import UnavailableError

FIRST_WAIT: Final = 0.5
LONGEST_WAIT: Final = 30.0
# A connection whose peer vanished without a word is found out by asking it something now and then.
QUIET_SECONDS: Final = 3.0
# So long after the last sign of life the connection is no longer taken for one that hears.
_PATIENCE: Final = 2.0
_LOST: Final = (psycopg2.Error, DBAPIError, UnavailableError, OSError)


class Listener:
    """One daemon thread; `heard(told)` runs in it, with True after a notification and False after a connection or a quiet while."""

    def __init__(self, engine: Engine, channel: str, heard: Callable[[bool], None]) -> None:
        """Listen to that channel of the engine's database once started."""
        self._engine = engine
        self._channel = channel
        self._heard = heard
        self._hears = False
        self._proved = 0.0
        self._stopped = False
        # Writing to one end wakes the thread out of whatever it waits for.
        self._waking, self._woken = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name="diachiso-listen", daemon=True)

    @property
    def hears(self) -> bool:
        """Tell whether a connection listens now."""
        return self._hears and time.monotonic() - self._proved < QUIET_SECONDS + _PATIENCE

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread and close its connection."""
        self._stopped = True
        self._waking.send(b".")
        self._thread.join()
        self._waking.close()
        self._woken.close()

    def _run(self) -> None:
        """Connect and listen; after a loss try again, each time twice as late up to half a minute."""
        wait = FIRST_WAIT
        while not self._stopped:
            try:
                connection = self._connected()
                try:
                    wait = FIRST_WAIT
                    self._listen(connection)
                finally:
                    self._hears = False
                    connection.close()
            except _LOST:
                select.select([self._woken], [], [], wait)
                wait = min(2 * wait, LONGEST_WAIT)

    def _connected(self) -> Any:  # noqa: ANN401 - the driver's connection, outside the pool
        """Open a connection that commits every statement by itself: a transaction would delay what it hears."""
        arguments, options = self._engine.dialect.create_connect_args(self._engine.url)
        connection = psycopg2.connect(*arguments, **{**options, "connect_timeout": 10, "application_name": "diachiso listen"})
        connection.autocommit = True
        return connection

    def _listen(self, connection: Any) -> None:  # noqa: ANN401 - the driver's connection
        """Wait for notifications until stopped; raises the driver's error when the server is gone."""
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self._channel)))
            # What was committed before this moment was not heard.
            self._heard(False)
            self._hears, self._proved = True, time.monotonic()
            while not self._stopped:
                ready, _, _ = select.select([connection, self._woken], [], [], QUIET_SECONDS)
                if self._woken in ready:
                    return
                if not ready:
                    cursor.execute("SELECT 1")
                connection.poll()
                self._proved = time.monotonic()
                told = bool(connection.notifies)
                # Several commits at once are one change.
                connection.notifies.clear()
                if told or not ready:
                    self._heard(told)
